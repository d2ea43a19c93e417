"""Addresses of appeals. Who may open which stands in `access`."""

from django.urls import path

from assessments.views import appeals, filing

urlpatterns = [
    path("work/result/<uuid:pk>/appeal/", filing.new, name="appeal_new"),
    path("work/appeals/", appeals.appeals, name="appeals"),
    path("work/appeals/<int:pk>/", appeals.appeal, name="appeal"),
    path("work/appeals/<int:pk>/files/", filing.attach, name="appeal_attach"),
    path("work/appeals/files/<uuid:pk>/", filing.file, name="appeal_file"),
    path("work/appeals/<int:pk>/sign/", appeals.sign, name="appeal_sign"),
    path("work/appeals/<int:pk>/decision.pdf", appeals.decision_pdf, name="appeal_pdf"),
]

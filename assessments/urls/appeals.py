"""Addresses of appeals. Who may open which stands in `access`."""

from django.urls import path

from assessments.views import appeals

urlpatterns = [
    path("work/result/<uuid:pk>/appeal/", appeals.appeal_new, name="appeal_new"),
    path("work/appeals/", appeals.appeals, name="appeals"),
    path("work/appeals/<int:pk>/", appeals.appeal, name="appeal"),
    path("work/appeals/<int:pk>/sign/", appeals.sign, name="appeal_sign"),
    path("work/appeals/<int:pk>/decision.pdf", appeals.decision_pdf, name="appeal_pdf"),
]

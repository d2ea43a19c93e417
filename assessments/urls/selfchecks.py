"""Addresses of self-assessments. Who may open which stands in `access`."""

from django.urls import path

from assessments.views import selfchecks

WORK = "work/self-assessment/"

urlpatterns = [
    path(WORK, selfchecks.overview, name="selfchecks"),
    path(f"{WORK}chase/<int:pk>/", selfchecks.chase, name="selfchecks_chase"),
    path(f"{WORK}<uuid:pk>/", selfchecks.selfcheck, name="selfcheck"),
    path(f"{WORK}<uuid:pk>/sign/", selfchecks.sign, name="selfcheck_sign"),
    path(f"{WORK}<uuid:pk>/report.pdf", selfchecks.report, name="selfcheck_pdf"),
]

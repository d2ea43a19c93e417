"""Addresses of those who look at a case's originals. Who may open which stands in `access`."""

from django.urls import path

from assessments.views import looking

WORK = "work/cases/<uuid:pk>/"

urlpatterns = [
    path(f"{WORK}lines/", looking.lines, name="case_lines"),
    path(f"{WORK}evidence/<uuid:file>/", looking.evidence, name="case_evidence"),
]

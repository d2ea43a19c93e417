"""Addresses of standards and what they score. Who may open which stands in `access`."""

from django.urls import path

from assessments.views import hub, public_standards, standards

WORK = "work/assessment/"

urlpatterns = [
    path(WORK, hub.hub, name="assessment"),
    path(f"{WORK}days/", hub.days, name="assessment_days"),
    path(f"{WORK}standard/", standards.versions, name="standards"),
    path(f"{WORK}standard/<int:pk>/", standards.standard, name="standard"),
    path(f"{WORK}standard/<int:pk>/preview/", standards.preview, name="standard_preview"),
    path(f"{WORK}standard/<int:pk>/criterion/", standards.criterion, name="criterion_new"),
    path(f"{WORK}standard/<int:pk>/criterion/<int:row>/", standards.criterion, name="criterion"),
    path(f"{WORK}<uuid:pk>/", hub.case, name="assessment_case"),
    path(f"{WORK}<uuid:pk>/<slug:key>/", hub.behind, name="assessment_behind"),
    path("<lang:lang>/<slug:bureau>/standard/<str:year>/", public_standards.standard, name="public_standard"),
]

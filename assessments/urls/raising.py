"""Addresses of raising the bar and of a unit's years. Who may open which stands in `access`."""

from django.urls import path

from assessments.views import raising, years

urlpatterns = [
    path("work/raise/<slug:campaign>/<uuid:unit>/", raising.raise_paper, name="raise_paper"),
    path("<lang:lang>/<slug:bureau>/units/<slug:unit>/years/", years.years, name="unit_years"),
]

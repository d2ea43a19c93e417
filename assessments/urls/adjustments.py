"""Addresses of bonus, deduction and veto. Who may open which stands in `access`."""

from django.urls import path

from assessments.views import adjustments

urlpatterns = [
    path("work/results/<uuid:pk>/adjust/", adjustments.enter, name="adjust"),
    path("work/adjustments/<int:pk>/", adjustments.adjustment, name="adjustment"),
    path("work/adjustments/<int:pk>/proof/", adjustments.proof, name="adjustment_proof"),
]

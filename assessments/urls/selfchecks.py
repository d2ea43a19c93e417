"""Addresses of self-assessments. Who may open which stands in `access`."""

urlpatterns = []

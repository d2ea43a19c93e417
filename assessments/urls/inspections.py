"""Addresses of inspections on the spot. Who may open which stands in `access`."""

urlpatterns = []

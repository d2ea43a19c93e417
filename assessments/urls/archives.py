"""Addresses of closing archives. Who may open which stands in `access`."""

urlpatterns = []

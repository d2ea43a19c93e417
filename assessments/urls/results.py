"""Addresses of results. Who may open which stands in `access`."""

urlpatterns = []

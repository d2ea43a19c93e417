"""Addresses of appeals. Who may open which stands in `access`."""

urlpatterns = []

"""Addresses of draws and the list of inspectors. Who may open which stands in `access`."""

urlpatterns = []

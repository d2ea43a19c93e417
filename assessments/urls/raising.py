"""Addresses of raising the bar. Who may open which stands in `access`."""

urlpatterns = []

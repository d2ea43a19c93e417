"""Addresses of standards and what they score. Who may open which stands in `access`."""

urlpatterns = []

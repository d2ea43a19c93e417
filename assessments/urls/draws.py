"""Addresses of draws and the list of inspectors. Who may open which stands in `access`."""

from django.urls import path

from assessments.views import draws, inspectors, public_draws

BUREAU = "<lang:lang>/<slug:bureau>/"

urlpatterns = [
    path("work/inspectors/", inspectors.inspectors, name="inspectors"),
    path("work/inspectors/<int:pk>/", inspectors.inspector, name="inspector"),
    path("work/draws/", draws.draws, name="draws"),
    path("work/draws/new/<int:assessment>/", draws.draw_new, name="draw_new"),
    path("work/draws/<uuid:pk>/", draws.draw, name="draw"),
    path("work/draws/<uuid:pk>/prepare/", draws.draw_edit, name="draw_edit"),
    path("draws/replay_draw.py", public_draws.script, name="draw_script"),
    path("draws/<slug:bureau>/<str:draw>/<str:name>", public_draws.file, name="draw_file"),
    path(f"{BUREAU}draws/", public_draws.draws, name="public_draws"),
    path(f"{BUREAU}draws/<str:draw>/", public_draws.draw, name="public_draw"),
]

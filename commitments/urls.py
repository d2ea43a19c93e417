"""Addresses of what is promised: the style office's queue, and everything public."""

from django.urls import path

from commitments.views import public, queue, verify

BUREAU = "<lang:lang>/<slug:bureau>/"

urlpatterns = [
    path("work/publish/", queue.queue, name="publish_queue"),
    path("work/publish/<uuid:pk>/", queue.publish, name="publish"),
    path("v/<str:code>", verify.short, name="verify_short"),
    path("p/<str:code>", public.short, name="commitment_short"),
    path("<lang:lang>/", public.portal, name="home"),
    path("<lang:lang>/about/", public.about, name="about"),
    path("<lang:lang>/accessibility/", public.accessibility, name="accessibility"),
    path("<lang:lang>/verify/", verify.verify, name="verify"),
    path("<lang:lang>/documents/<str:code>.pdf", public.document, name="document"),
    path(BUREAU, public.bureau, name="bureau"),
    path(f"{BUREAU}units/", public.units, name="units"),
    path(f"{BUREAU}units/<slug:unit>/", public.unit, name="unit"),
    path(f"{BUREAU}promises/<str:code>/", public.commitment, name="commitment"),
]

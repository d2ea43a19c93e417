"""Addresses of what is promised: the style office's queue, and everything public."""

from django.urls import path

from commitments.views import changes, public, queue, reviews, timetable, verify, vote

BUREAU = "<lang:lang>/<slug:bureau>/"

urlpatterns = [
    path("work/publish/", queue.queue, name="publish_queue"),
    path("work/publish/<uuid:pk>/", queue.publish, name="publish"),
    path("work/promises/<uuid:pk>/change/", changes.ask, name="change_ask"),
    path("work/changes/", changes.changes, name="changes"),
    path("work/changes/<uuid:pk>/", changes.change, name="change"),
    path("work/timetable/", timetable.timetable, name="timetable"),
    path("v/<str:code>", verify.short, name="verify_short"),
    path("p/<str:code>", public.short, name="commitment_short"),
    path("work/reviews/", reviews.reviews, name="reviews"),
    path("work/reviews/<uuid:pk>/", reviews.review, name="review"),
    path("work/reviews/<uuid:pk>/slips/", reviews.make_slips, name="review_slips"),
    path("work/reviews/<uuid:pk>/void/", reviews.void, name="review_void"),
    path("work/reviews/<uuid:pk>/publish/", reviews.publish, name="review_publish"),
    path("work/review/<uuid:pk>/vote/", vote.vote, name="review_vote"),
    path("b/<str:token>", vote.short, name="ballot_short"),
    path("<lang:lang>/vote/counted/", vote.counted, name="ballot_counted"),
    path("<lang:lang>/vote/<str:token>/", vote.ballot, name="ballot"),
    path(f"{BUREAU}reviews/<str:half>/", reviews.result, name="review_result"),
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

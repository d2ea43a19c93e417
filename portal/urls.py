"""Every address of the portal. Each name has a row in a policy table beside its app's `urls.py`."""

from allauth import urls as allauth_urls
from django.contrib import admin
from django.urls import include, path, register_converter

from objectives.views.calendar import calendar_feed
from portal import clockpage, doors, home
from portal.core import public_frame


class Language:
    regex = "zh|en"

    def to_python(self, value):
        return value

    def to_url(self, value):
        return value


register_converter(Language, "lang")

urlpatterns = [
    path("", public_frame.front, name="front"),
    path("set/", public_frame.set_choice, name="set_choice"),
    path("work/", home.desk, name="desk"),
    path("work/clock/", clockpage.clock, name="clock"),
    path("work/", include("objectives.urls")),
    path("calendar/<slug:token>.ics", calendar_feed, name="calendar_feed"),
    path("work/", include("units.urls")),
    path("", include("assessments.urls")),
    path("", include("commitments.urls")),
    path("accounts/", include(doors.only_open(allauth_urls.urlpatterns))),
    path("admin/", admin.site.urls),
]

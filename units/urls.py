"""Workspace addresses of units, people and posts. Who may open which stands in `access.py`."""

from django.urls import path

from units.views import calendar, people

urlpatterns = [
    path("people/", people.people, name="people"),
    path("people/tenures/<int:pk>/end/", people.end_tenure, name="tenure_end"),
    path("people/posts/<int:pk>/appoint/", people.appoint, name="post_appoint"),
    path("passphrase/forgotten/", people.passphrase_forgotten, name="passphrase_forgotten"),
    path("passphrase/<int:pk>/reset/", people.passphrase_reset, name="passphrase_reset"),
    path("record/", people.record, name="record"),
    path("calendar/", calendar.calendar, name="calendar"),
    path("letters/", people.letters, name="letters"),
]

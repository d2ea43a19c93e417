"""Workspace addresses of units, people and posts. Who may open which stands in `access.py`."""

from django.urls import path

from units import views

urlpatterns = [
    path("people/", views.people, name="people"),
    path("people/tenures/<int:pk>/end/", views.end_tenure, name="tenure_end"),
    path("people/posts/<int:pk>/appoint/", views.appoint, name="post_appoint"),
    path("passphrase/forgotten/", views.passphrase_forgotten, name="passphrase_forgotten"),
    path("passphrase/<int:pk>/reset/", views.passphrase_reset, name="passphrase_reset"),
    path("record/", views.record, name="record"),
    path("letters/", views.letters, name="letters"),
]

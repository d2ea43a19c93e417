"""Addresses of closing archives."""

from django.urls import path

from assessments.views import archives

urlpatterns = [
    path("work/archives/", archives.archives, name="archives"),
    path("work/archives/<uuid:pk>/file/", archives.download, name="archive_file"),
]

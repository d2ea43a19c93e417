"""Addresses of inspections on the spot. Who may open which stands in `access`."""

from django.urls import path

from assessments.views import inspections, photos, sheets

WORK = "work/inspections/"

urlpatterns = [
    path(WORK, inspections.inspections, name="inspections"),
    path(f"{WORK}worker.js", sheets.worker, name="inspection_worker"),
    path(f"{WORK}<uuid:pk>/", inspections.inspection, name="inspection"),
    path(f"{WORK}sheets/<uuid:pk>/", sheets.sheet, name="inspection_sheet"),
    path(f"{WORK}sheets/<uuid:pk>/photos/", photos.add, name="inspection_photo_add"),
    path(f"{WORK}photos/<uuid:pk>/", photos.photo, name="inspection_photo"),
    path(f"{WORK}photos/<uuid:pk>/remove/", photos.remove, name="inspection_photo_remove"),
    path(f"{WORK}findings/<int:pk>/order/", inspections.order, name="inspection_order"),
    path(f"{WORK}close/<int:pk>/", inspections.close, name="inspections_close"),
]

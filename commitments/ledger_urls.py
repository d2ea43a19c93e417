"""Addresses of those who look after others' promises: dispatch, meetings, the ledger. Below /work/."""

from django.urls import path

from commitments.views import dispatch, ledger, line, meetings, spreadsheet

urlpatterns = [
    path("dispatch/", dispatch.board, name="dispatch"),
    path("dispatch/<uuid:pk>/return/", dispatch.send_back, name="report_return"),
    path("dispatch/<str:code>/chase/", dispatch.chase, name="dispatch_chase"),
    path("dispatch/<str:code>/aggregate/", dispatch.send_aggregate, name="aggregate_send"),
    path("dispatch/<str:code>/meeting/", meetings.meeting, name="meeting"),
    path("dispatch/<str:code>/meeting/minutes.pdf", meetings.minutes, name="meeting_minutes"),
    path("dispatch/<str:code>/<slug:which>/", dispatch.month_list, name="dispatch_list"),
    path("decisions/<int:pk>/", meetings.decision, name="decision"),
    path("ledger/", ledger.ledger, name="ledger"),
    path("ledger/view/", ledger.keep_view, name="ledger_view"),
    path("ledger/names/", ledger.names, name="ledger_names"),
    path("ledger/export.xlsx", spreadsheet.export, name="ledger_xlsx"),
    path("ledger/import/", spreadsheet.bring_in, name="ledger_import"),
    path("ledger/<str:code>/", line.line, name="ledger_line"),
]

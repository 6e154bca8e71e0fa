"""Addresses of the console: reports for L&D and sponsors, groups needing a hand for L&D, messages for L&D and IT."""

from django.urls import path

from reconvene.console import channel_views, export_views, message_views, oversight_views, place_views, views

urlpatterns = [
    path("console/", views.overview, name="console"),
    path("console/reports/", views.report_log, name="report-log"),
    path("console/reports/<str:milestone>/", views.report, name="report"),
    path("console/groups/", views.groups, name="console-groups"),
    path("console/groups/new/", views.seat_by_hand, name="seat-by-hand"),
    path("console/groups/<uuid:group_id>/date/", views.ask_for_date, name="console-ask-for-date"),
    path("console/messages/", message_views.outbox, name="messages"),
    path("console/messages/channels/", channel_views.channels, name="messages-channels"),
    path("console/messages/channels/<slug:kind>/", channel_views.access, name="messages-channel"),
    path("console/messages/channels/<slug:kind>/removal/", channel_views.removal, name="messages-channel-removal"),
    path("console/messages/stop/", message_views.stopping, name="messages-stop"),
    path("console/messages/go/", message_views.letting_go, name="messages-go"),
    path("console/proposals/<uuid:proposal_id>/next/", views.next_in_line, name="console-next-in-line"),
    path("console/oversight/", oversight_views.oversight, name="oversight"),
    path("console/oversight/proposals/", oversight_views.proposal, name="oversight-proposal"),
    path("console/oversight/proposals/<uuid:change_id>/", oversight_views.decision, name="oversight-decision"),
    path("console/reports/<str:milestone>/file/<slug:kind>/", export_views.export, name="report-file"),
    path("console/places/", place_views.places, name="console-places"),
    path("console/places/<uuid:place_id>/removal/", place_views.removal, name="console-place-removal"),
    path("console/places/<uuid:place_id>/calendar/", place_views.calendar, name="console-place-calendar"),
    path("console/places/<uuid:place_id>/calendar/<slug:kind>/new/", place_views.calendar_new, name="console-place-calendar-new"),
    path("console/sessions/<uuid:session_id>/place/", views.place, name="console-place"),
]

"""Addresses of the console: reports for L&D and sponsors, groups needing a hand for L&D, messages for L&D and IT."""

from django.urls import path

from reconvene.console import channel_views, demand_views, message_views, place_views, programme_views, views, year_views

urlpatterns = [
    path("console/", views.overview, name="console"),
    path("console/demand/", demand_views.demand, name="demand"),
    path("console/demand/courses/<uuid:course_id>/removal/", demand_views.course_removal, name="course-removal"),
    path("console/years/", year_views.years, name="years"),
    path("console/years/<uuid:year_id>/", year_views.year, name="year"),
    path("console/digest/", views.digest, name="digest"),
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
    path("console/proposals/<uuid:proposal_id>/release/", programme_views.release, name="console-release"),
    path("console/programmes/", programme_views.programmes, name="console-programmes"),
    path("console/programmes/new/", programme_views.programme_new, name="console-programme-new"),
    path("console/programmes/<uuid:programme_id>/", programme_views.programme, name="console-programme"),
    path("console/programmes/<uuid:programme_id>/rules/", programme_views.programme_change, name="console-programme-change"),
    path("console/programmes/<uuid:programme_id>/end/", programme_views.programme_end, name="console-programme-end"),
    path("console/programmes/<uuid:programme_id>/roster/", programme_views.roster, name="console-programme-roster"),
    path(
        "console/programmes/<uuid:programme_id>/roster/<uuid:roster_id>/",
        programme_views.roster_application,
        name="console-programme-roster-application",
    ),
    path("console/places/", place_views.places, name="console-places"),
    path("console/places/<uuid:place_id>/removal/", place_views.removal, name="console-place-removal"),
    path("console/places/<uuid:place_id>/calendar/", place_views.calendar, name="console-place-calendar"),
    path("console/places/<uuid:place_id>/calendar/<slug:kind>/new/", place_views.calendar_new, name="console-place-calendar-new"),
    path("console/sessions/<uuid:session_id>/place/", views.place, name="console-place"),
]

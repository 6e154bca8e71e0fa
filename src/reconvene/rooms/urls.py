"""Addresses of the rooms. A room is addressed by its session, so that the same link works before it is open."""

from django.urls import path

from reconvene.rooms.views import pages, taps, writing

ROOM = "rooms/<uuid:session_id>/"

urlpatterns = [
    path("join/", pages.join, name="room-join"),
    path("join/<str:code>/", pages.join, name="room-join-code"),
    path("sessions/<uuid:session_id>/paper/", pages.paper_pack, name="paper"),
    path(ROOM, pages.room, name="room"),
    path(f"{ROOM}stage/", pages.stage, name="room-stage"),
    path(f"{ROOM}table/", pages.table, name="room-table"),
    path(f"{ROOM}table/stage/", pages.table_stage, name="room-table-stage"),
    path(f"{ROOM}enter/", pages.enter, name="room-enter"),
    path(f"{ROOM}keys/", pages.keys, name="room-keys"),
    path(f"{ROOM}begin/", taps.begin, name="room-begin"),
    path(f"{ROOM}moves/", taps.move, name="room-move"),
    path(f"{ROOM}hosts/", taps.hosts, name="room-hosts"),
    path(f"{ROOM}case/", taps.case, name="room-case"),
    path(f"{ROOM}admissions/", taps.admissions, name="room-admissions"),
    path(f"{ROOM}leaving/", taps.leaving, name="room-leaving"),
    path(f"{ROOM}seen/", taps.seen, name="room-seen"),
    path(f"{ROOM}end/", taps.end, name="room-end"),
    path(f"{ROOM}pact/", taps.pact, name="room-pact"),
    path(f"{ROOM}question/", taps.question, name="room-question"),
    path(f"{ROOM}dates/", taps.dates, name="room-dates"),
    path(f"{ROOM}next-hosts/", taps.next_hosts, name="room-next-hosts"),
    path(f"{ROOM}causes/", writing.causes, name="room-causes"),
    path(f"{ROOM}cards/", writing.cards, name="room-cards"),
    path(f"{ROOM}marks/", writing.marks, name="room-marks"),
    path(f"{ROOM}ideas/", writing.ideas, name="room-ideas"),
    path(f"{ROOM}additions/", writing.additions, name="room-additions"),
    path(f"{ROOM}ideas/<uuid:idea_id>/withdrawal/", writing.idea_withdrawal, name="room-idea-withdrawal"),
    path(f"{ROOM}ideas/<uuid:idea_id>/choice/", writing.idea_choice, name="room-idea-choice"),
    path(f"{ROOM}twins/", writing.twins, name="room-twins"),
    path(f"{ROOM}scores/", writing.score, name="room-scores"),
    path(f"{ROOM}plan/", writing.plan, name="room-plan"),
    path(f"{ROOM}report/", writing.report, name="room-report"),
    path(f"{ROOM}survey/", writing.survey, name="room-survey"),
    path(f"{ROOM}lessons/", writing.lesson_boxes, name="room-lessons"),
    path(f"{ROOM}lessons/<uuid:lesson_id>/withdrawal/", writing.lesson_withdrawal, name="room-lesson-withdrawal"),
    path(f"{ROOM}lessons/<uuid:lesson_id>/wording/", writing.wording, name="room-wording"),
    path(f"{ROOM}lessons/<uuid:lesson_id>/settling/", writing.settling, name="room-settling"),
    path(f"{ROOM}lessons/<uuid:lesson_id>/consent/", writing.consents, name="room-consent"),
    path(f"{ROOM}vote/", writing.votes, name="room-vote"),
]

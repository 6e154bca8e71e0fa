"""Pages about dates: both dates by signed link, one session for its members, the host's card, the calendar file."""

import uuid
from dataclasses import replace
from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from reconvene.base import clock
from reconvene.base.links import Link, by_link
from reconvene.base.templatetags.design import SeatMark, day
from reconvene.groups.models import Cycle
from reconvene.people.models import Person
from reconvene.scheduling import actions, feeds, finding, rebooking
from reconvene.scheduling.feeds import FEED_LINK
from reconvene.scheduling.forms import MoveForm, PlaceForm
from reconvene.scheduling.ics import PUBLISH, serialise
from reconvene.scheduling.messages import DATES_LINK, entry_of, room_address
from reconvene.scheduling.models import Feed, Rsvp, Session
from reconvene.scheduling.queries import Comer, comers, sessions_of
from reconvene.scheduling.rules import Answer, Kind, Outcome, doors_are_open, doors_shut_at, read_local

FOLLOWED = {
    Outcome.NEW_DATE: gettext_lazy(
        "Fewer than three could come on that day. A new date was found that suits all; everybody is asked anew."
    ),
    Outcome.ASKED: gettext_lazy(
        "Fewer than three could come on that day, and no other date was settled. Everybody is asked whether they still want to meet."
    ),
    Outcome.ENDED: gettext_lazy(
        "Too few of you are left to meet, so the group ends here, kindly. Your challenge waits again with its place kept."
    ),
}
"""What a member reads whose answer to a date had consequences."""
FOUR_WEEKS_END = gettext_lazy(
    "No other day on which enough of you can come is left, so your four weeks end here, kindly. Your plan and your report stay yours."
)
SETTLED = {
    Outcome.NEW_DATE: gettext_lazy("All of you have answered, and a new date was found that suits all."),
    Outcome.ENDED: gettext_lazy(
        "Fewer than three want to meet, so the group ends here, kindly. Your challenge waits again with its place kept."
    ),
}
"""What a member reads whose answer settled the question."""
TONES = {Answer.YES: "taken", Answer.NO: "away"}


@by_link(DATES_LINK)
def dates(request: HttpRequest, link: Link) -> HttpResponse:
    """Both dates of a cycle for one member, without an account. Opening shows, a button answers."""
    person = get_object_or_404(Person.objects.active(), id=link.person_id)
    sessions = Session.objects.visible_to(person).filter(cycle_id=link.subject_id, cancelled_at=None).order_by("starts_at")
    if request.method == "POST":
        session = get_object_or_404(sessions, id=_id(request.POST.get("session")))
        _answer(request, session, person=person)
    found = list(sessions)
    status = 200 if found else 404
    answers = dict(Rsvp.objects.filter(session__in=found, person=person).values_list("session_id", "answer"))
    rows = [(session, answers.get(session.id, ""), _way_in(session, person)) for session in found]
    return render(request, "scheduling/dates.html", {"rows": rows, "person": person}, status=status)


@require_GET
def session(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    """One session: date, place, host, who comes, and what can still be changed."""
    return _page(request, _session(request, session_id))


@require_POST
def session_answer(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    """Yes or no to the date."""
    person = cast(Person, request.user)
    _answer(request, _session(request, session_id), person=person)
    is_theirs = Session.objects.visible_to(person).filter(id=session_id).exists()  # the answer may have been the last of the group
    return redirect("session", session_id) if is_theirs else redirect("home")


@require_POST
def session_host(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    """I host, somebody else does, or the hosts of both sessions change places."""
    found, person = _session(request, session_id), cast(Person, request.user)
    try:
        if request.POST.get("host") == "me":
            actions.hand_over(found, host=person, now=clock.now())
        elif request.POST.get("host") == "swap":
            actions.swap_hosts(found.cycle, by=person, now=clock.now())
        else:
            actions.pass_hosting(found, by=person, now=clock.now())
    except actions.SessionIsOver:
        messages.info(request, _("This session is over; the host stays as it was."))
    return redirect("group", found.cycle.group_id) if request.POST.get("from") == "group" else redirect("session", session_id)


@require_http_methods(["GET", "POST"])
def session_date(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    """Another date for everyone: one that suits all by their calendars, or one that was agreed on aloud."""
    found, person = _session(request, session_id), cast(Person, request.user)
    form = MoveForm(request.POST if request.method == "POST" else None, initial=_day_and_time(found))
    if not found.is_ahead:
        messages.info(request, _("This session has begun or is over. Its date stays as it was."))
        return redirect("session", session_id)
    if form.is_valid():
        reconvene = sessions_of(found.cycle_id).get(Kind.RECONVENE) if found.is_first else None
        try:
            actions.move_session(found, local_start=form.local_start, by=person, now=clock.now())
            return _moved(request, found, reconvene=reconvene)
        except actions.BadDate as sentence:
            form.add_error("day", str(sentence))
        except actions.SessionIsOver:
            return redirect("session", session_id)
    fitting = finding.options(found, now=clock.now())
    page = {
        "session": found, "form": form, "options": [(option, option.turn_for(person)) for option in fitting], "zone": person.time_zone, "place": "groups",
        "advice": "" if fitting else finding.advice(found, reader=person, now=clock.now()),
    }  # fmt: skip
    return render(request, "scheduling/another_date.html", page, status=422 if form.errors else 200)


@require_POST
def session_place(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    """Where it takes place."""
    found, form = _session(request, session_id), PlaceForm(request.POST)
    if not form.is_valid():
        return _page(request, found, place_form=form, status=422)
    try:
        actions.set_place(found, place=form.cleaned_data["place"], now=clock.now())
    except actions.SessionIsOver:
        messages.info(request, _("This session has begun or is over. Its place stays as it was."))
    return redirect("session", session_id)


@require_GET
def calendar_file(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    """The session as a file for any calendar: no attendee, no topic."""
    found = _session(request, session_id)
    content = serialise(entry_of(found, cast(Person, request.user), now=clock.now()), method=PUBLISH)
    disposition = {"Content-Disposition": 'attachment; filename="learning-session.ics"'}
    return HttpResponse(content, content_type="text/calendar; charset=utf-8", headers=disposition)


@by_link(FEED_LINK)
def feed(request: HttpRequest, link: Link) -> HttpResponse:
    """A person's sessions for their calendar program, without an account: neutral entries, no attendee, no topic."""
    person = get_object_or_404(Person.objects.active(), id=link.person_id)
    get_object_or_404(Feed, id=link.subject_id, person=person)
    now = clock.now()
    entries = [entry_of(session, person, now=now) for session in feeds.sessions_for(person, now=now)]
    return HttpResponse(
        serialise(*entries, method=PUBLISH), content_type="text/calendar; charset=utf-8", headers={"Cache-Control": "private"}
    )


@require_http_methods(["GET", "POST"])
def my_feed(request: HttpRequest) -> HttpResponse:
    """The secret address of one's own sessions: made, replaced and ended here."""
    person = cast(Person, request.user)
    if request.method == "POST":
        if request.POST.get("feed") == "end":
            feeds.end_feed(person)
        else:
            feeds.make_feed(person, now=clock.now())
        return redirect("my-feed")
    mine = Feed.objects.filter(person=person).first()
    page = {"feed": mine, "address": feeds.address_of(mine) if mine else "", "zone": person.time_zone, "place": "account"}
    return render(request, "scheduling/my_feed.html", page)


@require_GET
def host_card(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    """One page for the host of a session: what is left to do when the room leads. Other members may read it too. A rehearsal leads back here."""
    found, zone = _session(request, session_id), request.user.time_zone  # type: ignore[union-attr]
    page = {"session": found, "place": "groups", "zone": zone, "rehearsal_is_gone": request.GET.get("rehearsal") == "gone"}
    return render(request, "scheduling/host_card.html", page)


def _session(request: HttpRequest, session_id: uuid.UUID) -> Session:
    known = Session.objects.visible_to(cast(Person, request.user)).select_related("host", "cycle__group__programme")
    return get_object_or_404(known, id=session_id)


def _answer(request: HttpRequest, session: Session, *, person: Person) -> None:
    """Take the answer and say what followed from it, if anything did."""
    given = request.POST.get("answer")
    if given not in list(Answer):
        return
    try:
        to = request.POST.get("to", "")
        outcome = rebooking.take_answer(session, person=person, given=Answer(given), now=clock.now(), to=to)
    except actions.SessionIsOver:
        messages.info(request, _("This session is over. There is nothing left to answer."))
        return
    except rebooking.AskedSomethingElse:
        messages.info(request, _("What was asked has changed since this page was opened. Nothing was kept; please look once more."))
        return
    if outcome is Outcome.ENDED and Cycle.objects.filter(id=session.cycle_id).exclude(closed_at=None).exists():
        messages.info(request, FOUR_WEEKS_END)
    elif outcome is not Outcome.KEPT:
        messages.info(request, FOLLOWED[outcome] if session.asked_at is None else SETTLED[outcome])


def _moved(request: HttpRequest, session: Session, *, reconvene: Session | None) -> HttpResponse:
    """Say that the session moved, and where the reconvene is when it went along. `reconvene` is as it was before."""
    now_at = sessions_of(session.cycle_id).get(Kind.RECONVENE)
    words = _("Moved. Everyone gets a changed entry for their calendar and is asked again.")
    if reconvene is not None and now_at is not None and now_at.starts_at != reconvene.starts_at:
        when = {"day": day(now_at.starts_at, cast(Person, request.user).time_zone)}
        words = (
            _("Moved, and the reconvene with it, to %(day)s. Everyone gets changed entries for their calendar and is asked again.") % when
        )
    messages.success(request, words, extra_tags="good")
    return redirect("session", session.id)


def _day_and_time(session: Session) -> dict[str, object]:
    local = read_local(session.local_start)
    return {"day": local.date(), "time": local.time()}


def _page(request: HttpRequest, session: Session, *, place_form: PlaceForm | None = None, status: int = 200) -> HttpResponse:
    person, sessions, coming = cast(Person, request.user), sessions_of(session.cycle_id), comers(session)
    context = {
        "session": session,
        "other": sessions.get(Kind.RECONVENE if session.is_first else Kind.FIRST),
        "comers": coming,
        "seats": [_seat(comer, person) for comer in (coming if session.asked_at is None else map(_unsaid, coming))],
        "mine": next((comer.answer for comer in coming if comer.person.id == person.id), ""),
        "zone": person.time_zone,
        "place": "groups",
        "is_due": session.starts_at <= clock.now(),
        "place_form": place_form or PlaceForm(initial={"place": session.place}),
        "form": place_form,
    }
    return render(request, "scheduling/session.html", context, status=status)


def _way_in(session: Session, person: Person) -> str:
    """The person's own link into the room while its doors are open; empty otherwise."""
    now = clock.now()
    is_open = doors_are_open(starts_at=session.starts_at, now=now) and session.ended_at is None and now <= doors_shut_at(session.starts_at)
    return room_address(session, person) if is_open else ""


def _unsaid(comer: Comer) -> Comer:
    """While the question is open nobody sees what the others answered."""
    return replace(comer, answer="")


def _seat(comer: Comer, viewer: Person) -> SeatMark:
    if comer.answer == "" and comer.person.id != viewer.id:
        return SeatMark("asked", comer.person.initials)
    tone = "you" if comer.person.id == viewer.id and comer.answer != Answer.NO else TONES.get(Answer(comer.answer or "no"), "away")
    return SeatMark(tone, comer.person.initials)


def _id(text: str | None) -> uuid.UUID | None:
    try:
        return uuid.UUID(text or "")
    except ValueError:
        return None

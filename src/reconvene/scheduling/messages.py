"""The words of the notices about sessions: neutral, without a topic or a name. Registered when the app is ready."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from email.utils import parseaddr

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.utils import formats
from django.utils.translation import gettext as _

from reconvene.availability.queries import is_written, written_for
from reconvene.base import tenancy
from reconvene.base.links import Link, absolute
from reconvene.notices.models import Notice
from reconvene.notices.registry import Compose, register
from reconvene.notices.rules import Message
from reconvene.people.models import Person
from reconvene.scheduling import kinds
from reconvene.scheduling.ics import CANCEL, REQUEST, Entry, serialise
from reconvene.scheduling.models import Rsvp, Session
from reconvene.scheduling.replies import uid_of
from reconvene.scheduling.rules import Kind, doors_shut_at, read_local

DATES_LINK = "dates"
ROOM_LINK = "room"


def invitation(notice: Notice, *, now: datetime) -> Message | None:
    """A date, or a changed one, as a calendar entry. Not wanted once the session is over, cancelled, or no longer theirs."""
    return invitations([notice])(notice, now=now)


def invitations(notices: Sequence[Notice]) -> Compose:
    """Writes these invitations, each to its person: a member, or whoever conducts as a guest. Three queries, however many they are: whole programmes
    get their dates in the same hour.
    """
    people = {notice.person_id for notice in notices}
    ahead = Session.objects.filter(id__in={notice.subject_id for notice in notices}, cancelled_at=None, ended_at=None)
    answered = Exists(Rsvp.objects.filter(session=OuterRef("id"), person=OuterRef("seen_by")))
    theirs = {(session.seen_by, session.id): session for session in ahead.with_viewers(people).annotate(has_answered=answered)}
    conducted = {(session.guest_host_id, session.id): session for session in ahead.conducted_by(*people)}
    written = written_for(people)

    def compose(notice: Notice, *, now: datetime) -> Message | None:
        key, is_written = (notice.person_id, notice.subject_id), notice.person_id in written
        if key in theirs:
            asks = not theirs[key].has_answered
            return _to_a_member(theirs[key], notice.person, asks=asks, is_written=is_written, now=now)
        return _to_the_guest(conducted[key], notice.person, is_written=is_written, now=now) if key in conducted else None

    return compose


def _to_a_member(session: Session, person: Person, *, asks: bool, is_written: bool, now: datetime) -> Message:
    subject = _("Changed: your learning session on %(day)s") if session.sequence > 0 else _("Your learning session on %(day)s")
    title, words = subject % times(session, person), _("Say whether you can come") if asks else _("Date, place and answer")
    button = (words, dates_address(session, person))
    return _dated(session, person, title=title, lines=(), button=button, is_written=is_written, now=now)


def _to_the_guest(session: Session, person: Person, *, is_written: bool, now: datetime) -> Message:
    """The date of another group's session to whoever conducts it; neither the group nor its topic is named."""
    subject = _("Changed: you conduct a session on %(day)s") if session.sequence > 0 else _("You conduct a session on %(day)s")
    line = _("You are the guest host of another group: you hear what is said, and your screen shows the steps and no words.")
    button, title = (_("The steps, once the doors are open"), absolute("room-conducting", session.id)), subject % times(session, person)
    return _dated(session, person, title=title, lines=(line,), button=button, is_written=is_written, now=now)


def _dated(
    session: Session, person: Person, *, title: str, lines: tuple[str, ...], button: tuple[str, str], is_written: bool, now: datetime
) -> Message:
    """A message about a date with its calendar entry, or without where we write into the person's calendar ourselves."""
    when = _("%(day)s, %(start)s to %(end)s") % times(session, person) + (f"\n{session.place}" if session.place else "")
    if is_written:
        line = _("We write the entry into the calendar that you chose for it. It names nobody and says nothing about what it is about.")
        return Message(title, (when, *lines, line), button=button, thread=session.cycle_id)
    line = _("The entry for your calendar is in this mail. It names nobody and says nothing about what it is about.")
    entry = serialise(entry_of(session, person, now=now), method=REQUEST)
    return Message(title, (when, *lines, line), button=button, calendar=entry, method=REQUEST, thread=session.cycle_id)


def cancellation(notice: Notice, *, now: datetime) -> Message | None:
    """The date does not take place, or not for this person any more."""
    session = Session.objects.filter(id=notice.subject_id).first()
    if session is None:
        return None
    conducts = session.guest_host_id == notice.person_id
    still_theirs = session.cancelled_at is None and (conducts or _theirs(notice) is not None)
    if still_theirs:
        return None
    free = _("%(day)s, %(start)s is free again.") % times(session, notice.person)
    subject = _("Cancelled: your learning session on %(day)s") % times(session, notice.person)
    if is_written(notice.person):
        line = _("We take the entry out of the calendar into which we wrote it. Nothing else is asked of you.")
        return Message(subject, (free, line), thread=session.cycle_id)
    line = _("This mail takes the entry out of your calendar. Nothing else is asked of you.")
    entry = serialise(entry_of(session, notice.person, now=now), method=CANCEL)
    return Message(subject, (free, line), calendar=entry, method=CANCEL, thread=session.cycle_id)


def host_card(notice: Notice, *, now: datetime) -> Message | None:
    """To the host, the working day before: one page to read. The mail itself says only that."""
    session = _theirs(notice)
    if session is None or session.host_id != notice.person_id or session.starts_at <= now:
        return None
    lines = (
        _("You host %(day)s, %(start)s") % times(session, notice.person),
        _("The room leads through every step and minds the clock. One page tells you what is left for you to do; it takes three minutes."),
        _("Cannot do it after all? One tap on that page passes it on."),
    )
    card = (_("Open the host card"), absolute("host-card", session.id))
    return _with_way_in(Message(_("Your host card"), lines, button=card), session, notice.person)


def tomorrow(notice: Notice, *, now: datetime) -> Message | None:
    """To the others, the working day before the reconvene. Registered by practice, which knows for whom messages have fallen silent."""
    session = _theirs(notice)
    if session is None or session.starts_at <= now:
        return None
    facts = times(session, notice.person)
    lines = (
        _("You reconvene %(day)s, %(start)s") % facts,
        _("Come as you are. “I did not get to it” is a full report, and what got in the way is worth hearing."),
    )
    button = (_("Date, place and answer"), dates_address(session, notice.person))
    return _with_way_in(Message(_("You reconvene on %(day)s") % facts, lines, button=button), session, notice.person)


def still_wanted(notice: Notice, *, now: datetime) -> Message | None:
    """The date came to nothing and no other was settled: does the group still want to meet? Not wanted once there is a date again, or the
    person has answered.
    """
    session = _theirs(notice)
    if session is None or session.asked_at is None or Rsvp.objects.filter(session=session, person=notice.person).exists():
        return None
    lines = (
        _("The date of your learning session fell through, and no other one was settled. That happens, and nobody asks why."),
        _(
            "If three of you or more still want to meet, a new date is found from your calendars. Whoever does not gives the seat back without a word."
        ),
    )
    return Message(
        _("Do you still want to meet?"),
        lines,
        button=(_("Answer with one tap"), dates_address(session, notice.person)),
        thread=session.cycle_id,
    )


def group_ended(notice: Notice, *, now: datetime) -> Message | None:
    """The group found no date and has ended."""
    lines = (
        _("Your learning group could not find a time to meet, so it ends here. Nobody is to blame."),
        _("If you came with a challenge, it waits again with its place kept, and you are asked as soon as a group fits."),
    )
    return Message(_("Your learning group ends here"), lines, button=(_("To your home page"), absolute("home")))


def missed(notice: Notice, *, now: datetime) -> Message | None:
    """To a member who was not at the first session: the seat is kept, and when the group reconvenes. Not wanted without a date ahead."""
    session = _theirs(notice)
    reconvene = session and Session.objects.filter(cycle_id=session.cycle_id, kind=Kind.RECONVENE, cancelled_at=None).first()
    if session is None or reconvene is None or not reconvene.is_ahead:
        return None
    lines = (
        _("Your group met without you. Your seat is kept, and no reason is needed."),
        _("You reconvene %(day)s, %(start)s. Come as you are.") % times(reconvene, notice.person),
    )
    return Message(
        _("Your seat is kept"),
        lines,
        button=(_("Say whether you can come"), dates_address(reconvene, notice.person)),
        thread=session.cycle_id,
    )


def dates_address(session: Session, person: Person) -> str:
    """The page with both dates for one person, without an account; good until a while after this session."""
    link = Link(DATES_LINK, tenancy.current(), person.id, session.cycle_id, session.ends_at + timedelta(days=45))
    return absolute("dates", link.token())


def room_address(session: Session, person: Person) -> str:
    """The page from which one person comes into the room of a session, without an account; good until its doors shut."""
    link = Link(ROOM_LINK, tenancy.current(), person.id, session.id, doors_shut_at(session.starts_at))
    return absolute("room-by-link", link.token())


def entry_of(session: Session, person: Person, *, now: datetime) -> Entry:
    """The calendar entry of one session for one person; the same UID for as long as the session lives."""
    return replace(entry_for(session, uid=uid_of(session, person), whose=person, now=now), attendee=str(person.email))


def entry_for(session: Session, *, uid: str, whose: Person | None, now: datetime) -> Entry:
    """The calendar entry of one session, for nobody by name; `whose` calendar it is decides to which page it leads, None is a place's."""
    page = "room-conducting" if whose is not None and whose.id == session.guest_host_id else "session"
    return Entry(
        uid=uid,
        sequence=session.sequence,
        title=_("Learning session"),
        starts=read_local(session.local_start),
        zone=session.zone,
        minutes=session.minutes,
        place=session.place,
        address=absolute(page, session.id),
        attendee="",
        organiser=parseaddr(settings.DEFAULT_FROM_EMAIL)[1],
        stamped_at=now,
        wants_reply=bool(settings.MAILBOX_URL),
    )


def _with_way_in(message: Message, session: Session, person: Person) -> Message:
    """The message with the person's own link into the room."""
    choices = ((_("Into the room"), room_address(session, person)),)
    return replace(
        message, thread=session.cycle_id, question=_("When it begins, this link takes you in, without an account:"), choices=choices
    )


def _theirs(notice: Notice) -> Session | None:
    return Session.objects.visible_to(notice.person).filter(id=notice.subject_id, cancelled_at=None).first()


def times(session: Session, person: Person) -> dict[str, str]:
    """Day, start and end as the person reads them, in their own zone."""
    local = session.local_for(person)
    ends = local + timedelta(minutes=session.minutes)
    words = {"day": (local, "l j F"), "start": (local, "H:i"), "end": (ends, "H:i")}
    return {name: formats.date_format(moment, wanted) for name, (moment, wanted) in words.items()}


register(kinds.INVITATION, invitation, gather=invitations, is_pressing=True, is_mail_only=True)
register(kinds.CANCELLATION, cancellation, is_pressing=True, is_mail_only=True)
register(kinds.HOST_CARD, host_card, is_pressing=True)
register(kinds.STILL_WANTED, still_wanted, is_pressing=True)
register(kinds.GROUP_ENDED, group_ended)
register(kinds.MISSED, missed)

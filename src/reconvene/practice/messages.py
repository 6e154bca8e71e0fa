"""The words of the notices of the four weeks: no words of anybody, and no name but the buddy's first name. Registered when the app is ready.

Only the copy of one's own plan holds words, and only for those who asked for it. The guide's tips and questions ride inside these messages; they do not
name the topic. After two messages without an answer or a visit only the report is sent any more.
"""

import uuid
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from reconvene.base import tenancy
from reconvene.base.links import Link, absolute
from reconvene.groups.models import Cycle, live_member_ids
from reconvene.guides.queries import buddy_question_for, tip_for
from reconvene.notices.models import Notice, preference_of
from reconvene.notices.registry import register
from reconvene.notices.rules import Message
from reconvene.practice.forms import CHOICES
from reconvene.practice.models import Buddy, CheckIn, Plan, Practice, PracticeReport
from reconvene.practice.pages import today
from reconvene.practice.queries import cycles_of, has_fallen_silent
from reconvene.practice.rules import CHECK_IN_DAYS, week_number
from reconvene.practice.schedule import BUDDY, CHECK_IN, HALF_WAY, OCCASION, PLAN_COPY, REPORT, SECOND, TOMORROW
from reconvene.practice.words import CAME_UP
from reconvene.scheduling import kinds
from reconvene.scheduling import messages as scheduling
from reconvene.scheduling.models import Session
from reconvene.scheduling.rules import Kind

CHECK_IN_LINK, HALF_WAY_LINK, REPORT_LINK = "check-in", "half-way", "report"
PLAN_LINK, TALK_LINK, JOURNAL_LINK = "plan", "talk", "journal"
GOOD_FOR = timedelta(days=30)


def plan_copy(notice: Notice, *, now: datetime) -> Message | None:
    """One's own plan, for those who asked for it."""
    cycle = _running(notice, notice.subject_id, now=now)
    plan = _plan(cycle, notice)
    if cycle is None or plan is None or not preference_of(notice.person).wants_plan_by_mail:
        return None
    lines = (
        _("If %(cue)s, then I %(action)s") % {"cue": plan.if_cue, "action": plan.then_action},
        _("Your own words, as a copy to keep. You asked for it, and nobody else gets it."),
    )
    button = (_("Say it once from memory"), _address("plan-by-link", PLAN_LINK, notice, cycle))
    return Message(_("Your plan, as a copy to keep"), lines, button=button, thread=cycle.id)


def occasion(notice: Notice, *, now: datetime) -> Message | None:
    """On the morning of the day that the person chose, with the tip of the week."""
    plan = Plan.objects.current().filter(id=notice.subject_id, person_id=notice.person_id).first()
    cycle = _running(notice, plan.cycle_id, now=now) if plan else None
    if cycle is None:
        return None
    lines = (
        _("Today is the day you chose for your plan"),
        _("Read your line once before you start. That is all it takes to think of it in the moment."),
    )
    button = (_("Read my line"), _address("plan-by-link", PLAN_LINK, notice, cycle))
    tip = tip_for(cycle.topic, week_number(today(cycle, notice.person, now=now)), at=cycle.started_at)
    return Message(_("Today is the day you chose"), lines, button=button, tip=tip, thread=cycle.id)


def first_check_in(notice: Notice, *, now: datetime) -> Message | None:
    """Three taps after the first week."""
    subject, opening = _("How did the first week go? Three taps"), _("How did your first week go?")
    return _check_in(notice, day=CHECK_IN_DAYS[0], subject=subject, opening=opening, week=0, now=now)


def second_check_in(notice: Notice, *, now: datetime) -> Message | None:
    """Three taps and one sentence after three weeks."""
    subject, opening = _("How is it going? Three taps and one sentence"), _("How is it going with your plan?")
    return _check_in(notice, day=CHECK_IN_DAYS[1], subject=subject, opening=opening, week=2, now=now)


def talk(notice: Notice, *, now: datetime) -> Message | None:
    """Fifteen minutes with the buddy in the next days. Not wanted once either has said that they have talked, or the buddy has left the group."""
    cycle = _running(notice, notice.subject_id, now=now)
    pair = Buddy.objects.visible_to(notice.person).filter(cycle=cycle).select_related("buddy").first() if cycle else None
    if cycle is None or pair is None or pair.talked_at is not None or pair.buddy.left_at is not None:
        return None
    has_said = Buddy.objects.filter(cycle=cycle, person=pair.buddy, buddy=notice.person).exclude(talked_at=None).exists()
    if has_said or pair.buddy_id not in live_member_ids(cycle.group_id):
        return None
    name = {"name": pair.buddy.first_name}
    words = _(
        "Find a moment that suits you both, by phone or over coffee. You tell what happened; %(name)s asks first and thinks aloud after. Then you swap."
    )
    lines = [_("Fifteen minutes with %(name)s, in the next few days") % name, words % name]
    if question := buddy_question_for(cycle.topic, week_number(today(cycle, notice.person, now=now)), at=cycle.started_at):
        lines.append(_("To begin with, you could ask: %(question)s") % {"question": question})
    button = (_("The four steps of the call"), _address("talk-by-link", TALK_LINK, notice, cycle))
    return Message(_("Fifteen minutes with your buddy"), tuple(lines), button=button, thread=cycle.id)


def half_way(notice: Notice, *, now: datetime) -> Message | None:
    """Keep, shrink or swap."""
    cycle = _running(notice, notice.subject_id, now=now)
    plan = _plan(cycle, notice)
    if cycle is None or plan is None or plan.half_way:
        return None
    lines = (
        _("Half-way: keep your plan, shrink it, or swap it"),
        _("A plan that does not fit is a finding, not a failure. A smaller one that happens beats a large one that waits."),
    )
    address = _address("half-way", HALF_WAY_LINK, notice, cycle)
    choices = tuple((str(label), f"{address}?choice={value.value}") for value, label in CHOICES)
    question, tip = (
        _("What becomes of it? Your lines stand on the page, ready to be changed."),
        tip_for(cycle.topic, 1, at=cycle.started_at),
    )
    return Message(_("Half-way: keep, shrink or swap"), lines, question=question, choices=choices, tip=tip, thread=cycle.id)


def report(notice: Notice, *, now: datetime) -> Message | None:
    """The report for the reconvene, filled in from the check-ins. It comes also to those for whom all else has fallen silent."""
    cycle = _running(notice, notice.subject_id, now=now, even_silent=True)
    if cycle is None:
        return None
    kept = PracticeReport.objects.filter(cycle=cycle, person=notice.person).first()
    if kept is not None and kept.is_written:
        return None
    lines = (
        _("Your practice report is filled in as far as it can be"),
        _("Look it over in three minutes. You decide at the reconvene whether the others see it. “I did not get to it” is a full report."),
    )
    button = (_("Look it over"), _address("report-by-link", REPORT_LINK, notice, cycle))
    tip = tip_for(cycle.topic, 3, at=cycle.started_at)
    return Message(_("Your practice report, three minutes"), lines, button=button, tip=tip, thread=cycle.id)


def tomorrow(notice: Notice, *, now: datetime) -> Message | None:
    """The line before the reconvene. Not for those for whom messages have fallen silent: their date stands in their calendar."""
    reconvene = Session.objects.filter(id=notice.subject_id).first()
    if reconvene is None or _running(notice, reconvene.cycle_id, now=now) is None:
        return None
    return scheduling.tomorrow(notice, now=now)


def cycle_ended(notice: Notice, *, now: datetime) -> Message | None:
    """The group found no day to reconvene, so its four weeks end: what the person planned and reported stays theirs."""
    session = Session.objects.filter(id=notice.subject_id).first()
    if session is None:
        return None
    has_own = cycles_of(notice.person).filter(id=session.cycle_id).exists()
    lines = (
        _(
            "Your learning group found no day to reconvene, so its four weeks end here. Nobody is to blame, and what you tried counts all the same."
        ),
        _("Your plan, your notes and your report stay yours. If the challenge still presses, raise it again; it takes a minute."),
    )
    own = (_("To my plan and my report"), absolute("practice", session.cycle_id))
    return Message(_("Your four weeks end here"), lines, button=own if has_own else (_("To your home page"), absolute("home")))


def _check_in(notice: Notice, *, day: int, subject: str, opening: str, week: int, now: datetime) -> Message | None:
    cycle = _running(notice, notice.subject_id, now=now)
    if (
        cycle is None
        or _plan(cycle, notice) is None
        or CheckIn.objects.current().filter(cycle=cycle, person=notice.person, day=day).exists()
    ):
        return None
    address = _address("check-in", CHECK_IN_LINK, notice, cycle)
    choices = tuple((str(label), f"{address}?came_up={value.value}") for value, label in CAME_UP)
    lines = (
        opening,
        _("Your tap is the first answer; two more follow on the page. Only you see them, unless you share them with your buddy there."),
    )
    question, tip = _("Did the situation of your plan come up?"), tip_for(cycle.topic, week, at=cycle.started_at)
    return Message(subject, lines, question=question, choices=choices, tip=tip, thread=cycle.id)


def _running(notice: Notice, cycle_id: uuid.UUID, *, now: datetime, even_silent: bool = False) -> Cycle | None:
    """The running cycle, while the person still sits in its group, the reconvene has not begun, and messages have not fallen silent."""
    cycle = Cycle.objects.visible_to(notice.person).running().filter(id=cycle_id).select_related("topic").first()
    if cycle is None or Session.objects.filter(cycle=cycle, kind=Kind.RECONVENE, cancelled_at=None, starts_at__lte=now).exists():
        return None
    practice = Practice.objects.filter(cycle=cycle, person=notice.person).first()
    return None if practice is not None and not even_silent and has_fallen_silent(practice) else cycle


def _plan(cycle: Cycle | None, notice: Notice) -> Plan | None:
    return Plan.objects.current().filter(cycle=cycle, person_id=notice.person_id, is_for_keeping=False).first() if cycle else None


def _address(name: str, purpose: str, notice: Notice, cycle: Cycle) -> str:
    link = Link(purpose, tenancy.current(), notice.person_id, cycle.id, notice.due_at + GOOD_FOR)
    return absolute(name, link.token())


register(PLAN_COPY, plan_copy, is_private=True, is_mail_only=True)
register(OCCASION, occasion)
register(CHECK_IN, first_check_in)
register(SECOND, second_check_in)
register(BUDDY, talk)
register(HALF_WAY, half_way)
register(REPORT, report)
register(TOMORROW, tomorrow)
register(kinds.CYCLE_ENDED, cycle_ended)

"""The words of the notices of the four weeks: no words of anybody, and no name but the buddy's first name. Registered when the app is ready.

Only the copy of one's own plan holds words, and only for those who asked for it.
"""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from reconvene.base import tenancy
from reconvene.base.links import Link, absolute
from reconvene.groups.models import Cycle
from reconvene.notices.models import Notice, preference_of
from reconvene.notices.registry import register
from reconvene.notices.rules import Message
from reconvene.practice.actions import prefill_report
from reconvene.practice.forms import CAME_UP
from reconvene.practice.models import CheckIn, Plan
from reconvene.practice.queries import buddy_of
from reconvene.practice.rules import CHECK_IN_DAYS
from reconvene.practice.schedule import BUDDY, CHECK_IN, HALF_WAY, OCCASION, PLAN_COPY, REPORT, SECOND

CHECK_IN_LINK, HALF_WAY_LINK, REPORT_LINK = "check-in", "half-way", "report"
GOOD_FOR = timedelta(days=30)


def plan_copy(notice: Notice, *, now: datetime) -> Message | None:
    """One's own plan, for those who asked for it."""
    plan = _plan(notice)
    if plan is None or not preference_of(notice.person).wants_plan_by_mail:
        return None
    lines = (
        _("Your plan, as a copy to keep"),
        _("If %(cue)s, then %(action)s") % {"cue": plan.if_cue, "action": plan.then_action},
        _("You asked for this copy. Nobody else gets it."),
    )
    return Message(_("Your plan, as a copy to keep"), lines, button=(_("Open the practice page"), absolute("practice", plan.cycle_id)))


def occasion(notice: Notice, *, now: datetime) -> Message | None:
    """On the morning of the day that the person chose."""
    plan = Plan.objects.current().filter(id=notice.subject_id, person_id=notice.person_id, cycle__closed_at=None).first()
    if plan is None:
        return None
    lines = (
        _("Today is the day you chose for your plan"),
        _("Read your line once before you start. That is all it takes to think of it in the moment."),
    )
    return Message(_("Today is the day you chose"), lines, button=(_("Read my line"), absolute("practice", plan.cycle_id)))


def first_check_in(notice: Notice, *, now: datetime) -> Message | None:
    """Three taps after the first week."""
    return _check_in(
        notice, day=CHECK_IN_DAYS[0], subject=_("How did the first week go? Three taps"), opening=_("How did your first week go?")
    )


def second_check_in(notice: Notice, *, now: datetime) -> Message | None:
    """Three taps and one sentence after three weeks."""
    subject = _("How is it going? Three taps and one sentence")
    return _check_in(notice, day=CHECK_IN_DAYS[1], subject=subject, opening=_("How is it going with your plan?"))


def call(notice: Notice, *, now: datetime) -> Message | None:
    """Fifteen minutes with the buddy in the next days. Not wanted when the buddy has left."""
    buddy = buddy_of(notice.subject_id, notice.person) if _cycle(notice) else None
    if buddy is None or buddy.left_at is not None:
        return None
    name = {"name": buddy.first_name}
    lines = (
        _("Fifteen minutes with %(name)s, in the next few days") % name,
        _(
            "Find a moment that suits you both, by phone or over coffee. You tell what happened; %(name)s asks first and thinks aloud after. Then you swap."
        )
        % name,
    )
    return Message(
        _("Fifteen minutes with your buddy"), lines, button=(_("The four steps of the call"), absolute("practice", notice.subject_id))
    )


def half_way(notice: Notice, *, now: datetime) -> Message | None:
    """Keep, shrink or swap."""
    plan = _plan(notice)
    if plan is None or plan.half_way:
        return None
    lines = (
        _("Half-way: keep your plan, shrink it, or swap it"),
        _("A plan that does not fit is a finding, not a failure. A smaller one that happens beats a large one that waits."),
    )
    return Message(
        _("Half-way: keep, shrink or swap"), lines, button=(_("Decide, one minute"), _address("half-way", HALF_WAY_LINK, notice))
    )


def report(notice: Notice, *, now: datetime) -> Message | None:
    """The report for the reconvene, filled in from the check-ins."""
    cycle = _cycle(notice)
    if cycle is None or prefill_report(cycle, notice.person).did:
        return None
    lines = (
        _("Your practice report is filled in as far as it can be"),
        _("Look it over in three minutes. You decide at the reconvene whether the others see it. “I did not get to it” is a full report."),
    )
    return Message(
        _("Your practice report, three minutes"), lines, button=(_("Look it over"), _address("report-by-link", REPORT_LINK, notice))
    )


def _check_in(notice: Notice, *, day: int, subject: str, opening: str) -> Message | None:
    plan = _plan(notice)
    if plan is None or CheckIn.objects.filter(cycle_id=notice.subject_id, person_id=notice.person_id, day=day).exists():
        return None
    address = _address("check-in", CHECK_IN_LINK, notice)
    choices = tuple((str(label), f"{address}?came_up={value.value}") for value, label in CAME_UP)
    lines = (
        opening,
        _("Your tap is the first answer; two more follow on the page. Only you see them, unless you share them with your buddy there."),
    )
    return Message(subject, lines, question=_("Did the situation of your plan come up?"), choices=choices)


def _cycle(notice: Notice) -> Cycle | None:
    """The running cycle, while the person still sits in its group."""
    return Cycle.objects.visible_to(notice.person).running().filter(id=notice.subject_id).first()


def _plan(notice: Notice) -> Plan | None:
    if _cycle(notice) is None:
        return None
    return Plan.objects.current().filter(cycle_id=notice.subject_id, person_id=notice.person_id, is_for_keeping=False).first()


def _address(name: str, purpose: str, notice: Notice) -> str:
    link = Link(purpose, tenancy.current(), notice.person_id, notice.subject_id, notice.due_at + GOOD_FOR)
    return absolute(name, link.token())


register(PLAN_COPY, plan_copy, is_private=True)
register(OCCASION, occasion)
register(CHECK_IN, first_check_in)
register(SECOND, second_check_in)
register(BUDDY, call)
register(HALF_WAY, half_way)
register(REPORT, report)

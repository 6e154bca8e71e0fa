"""The mail that L&D gets on Monday morning: counts of groups and dates, and published figures. No names, no topics, nothing that was said."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reconvene.console import queries
from reconvene.console.figures import charts
from reconvene.notices.actions import put
from reconvene.notices.models import Notice, Preference
from reconvene.people.models import Organisation, Person
from reconvene.people.rules import Role
from reconvene.releases.models import Report

DIGEST = "monday_digest"
MONDAY, AT = 0, time(8)
WORTH_FOR = timedelta(hours=10)


def wants_digest(person: Person) -> bool:
    """Whether this person gets the mail on Mondays: L&D does unless they have stopped it. One query."""
    return not Preference.objects.filter(person=person, digest_stopped_at__isnull=False).exists()


@transaction.atomic
def set_digest(person: Person, *, wanted: bool, now: datetime) -> None:
    """Send the mail on Mondays to this person, or no more. Tells no one."""
    preference, _is_new = Preference.objects.get_or_create(person=person)
    if wanted:
        preference.want_digest()
    else:
        preference.stop_digest(now=now)


@transaction.atomic
def put_digest(organisation: Organisation, *, now: datetime) -> int:
    """On a Monday from eight o'clock on by the organisation's clock: the mail to everybody in L&D who wants it, once. Returns how many were put."""
    local = now.astimezone(ZoneInfo(organisation.time_zone))
    due_at = datetime.combine(local.date(), AT, ZoneInfo(organisation.time_zone))
    if local.weekday() != MONDAY or not due_at <= now < due_at + WORTH_FOR:
        return 0
    leads = Person.objects.filter(organisation=organisation, roles__contains=[Role.LEARNING]).invitable()
    if Notice.objects.filter(kind=DIGEST, due_at=due_at, person__in=leads).exists():
        return 0
    wanted = leads.exclude(preference__digest_stopped_at__isnull=False)
    return sum(put(lead, kind=DIGEST, subject_id=lead.id, due_at=due_at, not_after=due_at + WORTH_FOR) is not None for lead in wanted)


def digest_lines(reader: Person, *, now: datetime) -> tuple[str, ...]:
    """What stands in it, as things are when it is sent. Some ten queries."""
    found, ahead, live = queries.stuck(reader, now=now), queries.ahead(reader, now=now), queries.live_groups(reader).count()
    lines = [
        ngettext("%(n)s group is live.", "%(n)s groups are live.", live) % {"n": live}
        + " "
        + ngettext("%(n)s session is ahead in two weeks.", "%(n)s sessions are ahead in two weeks.", ahead.sessions) % {"n": ahead.sessions}
    ]
    if found:
        lines.append(ngettext("%(n)s group needs a hand.", "%(n)s groups need a hand.", len(found)) % {"n": _count(len(found))})
    else:
        lines.append(_("No group needs a hand; there is nothing for you to do."))
    if ahead.without_place:
        lines.append(
            ngettext("%(n)s of the sessions needs a room.", "%(n)s of the sessions need a room.", ahead.without_place)
            % {"n": ahead.without_place}
        )
    lines += _published(reader)
    lines.append(_("You can stop this mail at the foot of the page of live groups."))
    return tuple(lines)


def _count(found: int) -> str:
    return _("%(n)s or more") % {"n": queries.STUCK_SHOWN} if found > queries.STUCK_SHOWN else str(found)


def _published(reader: Person) -> list[str]:
    """The latest report in sentences; nothing of it that is hidden."""
    report = Report.objects.visible_to(reader).first()
    if report is None:
        return []
    figures = charts(dict(report.figures.values_list("key", "value")), on=report.milestone_on, waits=())
    said = []
    if figures.raised:
        said.append(_("About %(n)s managers have raised a challenge.") % {"n": figures.raised})
    if figures.tried:
        said.append(_("About %(percent)s %% tried their plan.") % {"percent": figures.tried.percent})
    return [_("From the report of the month:") + " " + " ".join(said)] if said else []

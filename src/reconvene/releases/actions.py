"""Publishing the report of a milestone, and noting who opens it. Called by the tick, the demo and the console."""

from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F

from reconvene.people.models import Organisation, Person
from reconvene.releases import books, registry
from reconvene.releases.four_eyes import k_in_force
from reconvene.releases.ledger import audited
from reconvene.releases.measurements import Measurement
from reconvene.releases.models import Figure, Opening, Report, Way
from reconvene.releases.registry import Measure
from reconvene.releases.rules import Value, begins, carried, days_taken, figure

SAME_OPENING = timedelta(minutes=30)


@transaction.atomic
def publish_report(organisation: Organisation, *, milestone_on: date, now: datetime) -> Report:
    """Take the report of a milestone: every registered measure as it stood when that day began, through the gate and the ledger. Tells no one.

    A report that is there already is returned as it is, so publishing twice, also at the same time, changes nothing.
    """
    before = Report.objects.filter(organisation=organisation, milestone_on__lt=milestone_on).first()
    try:
        with transaction.atomic():
            k = k_in_force(organisation.id)
            report = Report.objects.create(organisation=organisation, milestone_on=milestone_on, k=k, published_at=now)
    except IntegrityError:
        return Report.objects.get(organisation=organisation, milestone_on=milestone_on)
    known = dict(before.figures.values_list("key", "value")) if before else {}
    now_measured = {key: _measured(measure, organisation, on=milestone_on) for key, measure in registry.measures().items()}
    values = {
        key: _published(key, measured, report=report, organisation=organisation, before=known.get(key))
        for key, measured in now_measured.items()
    }
    ledger = books.known(organisation.id, now_measured.values())
    values, lines = audited(values, now_measured, before=known, known=ledger, on=milestone_on, k=k)
    Figure.objects.bulk_create(Figure(organisation=organisation, report=report, key=key, value=value) for key, value in values.items())
    books.write(report, lines)
    return report


@transaction.atomic
def open_report(report: Report, *, by: Person, way: Way, now: datetime) -> None:
    """Write a line into the report log. The same again within half an hour is counted on that line. Tells no one."""
    same = Opening.objects.filter(report=report, person=by, way=way, opened_at__gt=now - SAME_OPENING)
    if not same.update(times=F("times") + 1):
        Opening.objects.create(report=report, person=by, way=way, opened_at=now)


def _measured(measure: Measure, organisation: Organisation, *, on: date) -> Measurement:
    return measure(organisation.id, begins(on, zone=organisation.time_zone))


def _published(key: str, now: Measurement, *, report: Report, organisation: Organisation, before: Value | None) -> Value:
    """One figure: gated, and put back to what was published where fewer than k people changed."""
    value = figure(key, now, k=report.k, on=report.milestone_on)
    if before is None:
        return value
    measure = registry.measures()[key]
    was = {day: _measured(measure, organisation, on=date.fromisoformat(day)) for day in days_taken(before)}
    return carried(value, before=before, was=was, now=now, k=report.k)

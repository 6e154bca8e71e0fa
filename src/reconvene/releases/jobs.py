"""The clockwork of reports: one on the first of every month, on the organisation's own calendar."""

from datetime import datetime

from reconvene.base import tenancy
from reconvene.base.jobs import on_tick
from reconvene.people.models import Organisation
from reconvene.releases.actions import publish_report
from reconvene.releases.models import Report
from reconvene.releases.rules import begins, milestone_of


@on_tick
def publish_due(now: datetime) -> None:
    """Publish the latest milestone's report when it is missing. Months from before the organisation was there, or missed, are left out."""
    organisation = Organisation.objects.get(id=tenancy.current())
    milestone_on = milestone_of(now, zone=organisation.time_zone)
    is_missing = not Report.objects.filter(milestone_on=milestone_on).exists()
    if is_missing and organisation.created_at < begins(milestone_on, zone=organisation.time_zone):
        publish_report(organisation, milestone_on=milestone_on, now=now)

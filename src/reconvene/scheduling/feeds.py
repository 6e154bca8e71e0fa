"""A person's own sessions as a calendar to subscribe to: a secret address, ended or replaced with one tap."""

from datetime import datetime, timedelta

from django.db import transaction

from reconvene.base import tenancy
from reconvene.base.links import Link, absolute
from reconvene.people.models import Person
from reconvene.scheduling.models import Feed, Session

FEED_LINK = "feed"
GOOD_FOR = timedelta(days=3650)  # whoever wants it to end sooner ends it
SHOWN_BACK = timedelta(days=60)  # sessions that are over stay in the calendar so long


@transaction.atomic
def make_feed(person: Person, *, now: datetime) -> Feed:
    """A new address; an earlier one leads nowhere from now on. Tells no one."""
    Person.objects.select_for_update(no_key=True).get(id=person.id)  # two taps at once make one address after the other
    end_feed(person)
    return Feed.objects.create(person=person, made_at=now)


@transaction.atomic
def end_feed(person: Person) -> None:
    """No address any more. Tells no one; calendars that still ask find nothing."""
    Feed.objects.filter(person=person).delete()


def address_of(feed: Feed) -> str:
    """The full secret address."""
    return absolute("feed", Link(FEED_LINK, tenancy.current(), feed.person_id, feed.id, feed.made_at + GOOD_FOR).token())


def sessions_for(person: Person, *, now: datetime) -> list[Session]:
    """What the person's feed shows: the sessions of their groups, and those that they conduct as a guest, that stand, recent ones included. One query."""
    mine = (Session.objects.visible_to(person) | Session.objects.conducted_by(person)).filter(
        cancelled_at=None, asked_at=None, starts_at__gt=now - SHOWN_BACK
    )
    return list(mine.order_by("starts_at"))

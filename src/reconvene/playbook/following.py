"""Following a topic: once a month, when something new was settled on it, one message that counts and names no topic.

Strategies carry the month of their publishing and no day, so that no session can be recognised; the message keeps to that.
"""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from reconvene.guides.models import Topic
from reconvene.notices.actions import put
from reconvene.people.models import Person
from reconvene.playbook.models import Following, Strategy
from reconvene.playbook.rules import first_of_month

TOPIC_NEWS = "topic_news"
GOOD_FOR = timedelta(days=14)
AT_ONCE = 500  # followings looked at in one go


@transaction.atomic
def follow(person: Person, topic: Topic, *, now: datetime) -> None:
    """From next month on, tell the person when something was published on a topic. Following twice is once."""
    Following.objects.get_or_create(person=person, topic=topic, defaults={"told_for": first_of_month(now.date())})


@transaction.atomic
def unfollow(person: Person, topic: Topic) -> None:
    """No longer tell the person of a topic; a message that waits is not sent."""
    Following.objects.filter(person=person, topic=topic).delete()


@transaction.atomic
def tell_followers(*, now: datetime) -> None:
    """A notice for everyone who follows a topic on which something was published in the month before. Looks at each following once a month, and
    otherwise at nothing.
    """
    month = first_of_month(now.date())
    due = list(Following.objects.due(month).select_for_update(of=("self",), skip_locked=True).select_related("person")[:AT_ONCE])
    if not due:
        return
    news = set(published_before(month).values_list("topic_id", flat=True))
    for one in due:
        if one.topic_id in news:
            put(one.person, kind=TOPIC_NEWS, subject_id=one.id, due_at=now, not_after=now + GOOD_FOR, is_counted=True)
    Following.objects.filter(id__in=[one.id for one in due]).update(told_for=month)


def published_before(month: date) -> QuerySet[Strategy]:
    """What was published in the month before this one, given by its first day. What is older was told before, or is no news any more."""
    return Strategy.objects.current().filter(published_on=first_of_month(month - timedelta(days=1)))

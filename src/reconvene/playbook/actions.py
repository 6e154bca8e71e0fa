"""Publishing a strategy and taking it back, what others say who tried it, and what becomes of it. Called by rooms when every author has agreed,
and by the playbook's pages.

Whatever changes a strategy puts its whole topic in order, so each act holds the topic before it reads or writes any strategy of it.
"""

import secrets
import uuid
from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.db.models import F, Q

from reconvene.people.models import Person
from reconvene.playbook.models import READ_BY_SEARCH, AuthorKey, Strategy, TopicSize, Trial
from reconvene.playbook.rules import (
    K,
    StrategyDraft,
    StrategyEvidence,
    TrialDraft,
    change_of,
    first_of_month,
    lower_bound,
    review_day,
    topic_share,
)
from reconvene.privacy.disclosure import FEWEST_GROUPS

SECRET_BYTES = 32
COUNTERS = ["tried", "helped", "partly", "groups", "waiting_tried", "waiting_helped", "waiting_partly", "waiting_groups"]
MEASURED = Q(tried__gte=K, groups__gte=FEWEST_GROUPS)  # rules.is_measured, as the database asks it


class UnknownSecret(Exception):
    """No strategy belongs to this secret."""


class CannotMerge(Exception):
    """The two are one strategy, on two topics, or one of them has left the playbook meanwhile."""


@transaction.atomic
def publish(draft: StrategyDraft, *, authors: int, now: datetime) -> tuple[Strategy, tuple[str, ...]]:
    """Put a strategy into the playbook and return it with one secret for each author; only hashes of the secrets are kept. Tells no one.

    Raises ValueError without an author, without words for what to do, or when more were helped than tried.
    """
    if authors < 1 or not draft.doing.strip() or draft.helped + draft.partly > draft.tried:
        raise ValueError("a strategy needs an author, something to do, and counts that hold")
    _hold(draft.topic_id)
    published_on = first_of_month(now.date())
    strategy = Strategy.objects.create(**vars(draft), published_on=published_on, review_on=review_day(published_on))
    keys = tuple(secrets.token_urlsafe(SECRET_BYTES) for _ in range(authors))
    AuthorKey.objects.bulk_create(AuthorKey(strategy=strategy, digest=AuthorKey.digest_of(secret)) for secret in keys)
    reorder(strategy.topic_id)
    strategy.refresh_from_db(fields=["lower"])
    return strategy, keys


@transaction.atomic
def withdraw(secret: str, *, now: datetime) -> Strategy:
    """Take the strategy of this secret out of the playbook for everyone. Withdrawing twice changes nothing. Tells no one.

    Raises UnknownSecret.
    """
    key = AuthorKey.objects.select_related("strategy").filter(digest=AuthorKey.digest_of(secret.strip())).first()
    if key is None:
        raise UnknownSecret
    _hold(key.strategy.topic_id)
    if key.strategy.withdrawn_at is None:
        key.strategy.withdraw(now=now)
        reorder(key.strategy.topic_id)
    return key.strategy


@transaction.atomic
def tell_trial(strategy: Strategy, *, person: Person, trial: TrialDraft, now: datetime) -> None:
    """Keep what came of a strategy, or of what it became meanwhile, for somebody who tried it. Said again, also of an earlier wording, the later one
    stands. The counters follow when `K` people have changed something. Tells no one.
    """
    strategy = _held(strategy)
    words = {"helped": trial.helped.value, "works_when": trial.works_when, "not_when": trial.not_when}
    told = {**words, "told_on": first_of_month(now.date())}
    known = sorted(Trial.objects.of(strategy, person=person), key=lambda one: not one.counted_as)
    for one in known[1:]:
        one.take_back()
    if known:
        Trial.objects.filter(id=known[0].id).update(**told)
    else:
        Trial.objects.create(strategy=strategy, digest=Trial.digest_of(strategy.id, person.id), **told)
    if not strategy.is_tried_by_others:
        Strategy.objects.filter(id=strategy.id).update(is_tried_by_others=True)
    _count_trials(strategy)


@transaction.atomic
def take_back_trial(strategy: Strategy, *, person: Person) -> None:
    """Forget what somebody said of a strategy: their words at once. Taking back nothing changes nothing. Tells no one."""
    strategy = _held(strategy)
    for trial in Trial.objects.of(strategy, person=person):
        trial.take_back()
    _count_trials(strategy)


def _count_trials(strategy: Strategy) -> None:
    """Bring the counters up to date, if enough people would change them."""
    told = Trial.objects.about(strategy)
    change = change_of((trial.counted_as, trial.helped) for trial in told.uncounted())
    if change is None:
        return
    strategy.refresh_from_db(fields=COUNTERS)
    strategy.change(change)
    told.filter(helped="").delete()
    told.update(counted_as=F("helped"))
    reorder(strategy.topic_id)


@transaction.atomic
def refine(strategy: Strategy, draft: StrategyDraft, *, authors: int, now: datetime) -> tuple[Strategy, tuple[str, ...]]:
    """Publish a better wording of a strategy in its place; the evidence goes along, and the earlier wording can still be read. As `publish`."""
    better, keys = publish(replace(draft, topic_id=strategy.topic_id), authors=authors, now=now)
    _become(strategy, better, now=now)
    return better, keys


@transaction.atomic
def add_evidence(strategy: Strategy, evidence: StrategyEvidence) -> None:
    """Another group found that a strategy holds as it stands: what came of it there counts with the rest. Tells no one."""
    _hold(strategy.topic_id)
    strategy.refresh_from_db(fields=COUNTERS)
    strategy.gain(evidence)
    if not strategy.is_tried_by_others:
        Strategy.objects.filter(id=strategy.id).update(is_tried_by_others=True)
    reorder(strategy.topic_id)


def standing(strategy_id: uuid.UUID) -> Strategy | None:
    """The strategy, or what it became, its topic held until the transaction ends; None when it was withdrawn or helps no more."""
    rows = Strategy.objects.defer(*READ_BY_SEARCH)
    for topic_id in rows.filter(id=strategy_id).values_list("topic_id", flat=True):
        _hold(topic_id)
    found = rows.filter(id=strategy_id).first()
    while found is not None and found.became_id is not None:
        found = rows.filter(id=found.became_id).first()
    return found if found is not None and found.withdrawn_at is None and found.retired_on is None else None


@transaction.atomic
def merge(strategy: Strategy, *, into: Strategy, now: datetime) -> None:
    """Make one of two strategies that say the same: `into` stays and takes over the evidence. Tells no one.

    Raises CannotMerge unless they are two current ones on one topic.
    """
    _hold(into.topic_id)
    both = {one.id: one for one in Strategy.objects.current().filter(id__in=[strategy.id, into.id], topic_id=into.topic_id)}
    if len(both) != 2:
        raise CannotMerge
    _become(both[strategy.id], both[into.id], now=now)


def _become(earlier: Strategy, later: Strategy, *, now: datetime) -> None:
    later.gain(earlier.evidence)
    later.let_wait(earlier.waiting)
    Strategy.objects.filter(became=earlier).update(became=later)
    earlier.retire(became=later, now=now)
    if earlier.is_tried_by_others:
        Strategy.objects.filter(id=later.id).update(is_tried_by_others=True)
    _count_trials(later)
    reorder(later.topic_id)
    later.refresh_from_db(fields=["lower"])


@transaction.atomic
def retire(strategy: Strategy, *, now: datetime) -> None:
    """Take out of the search what helps no more; what became another meanwhile, or left already, stays as it is. Tells no one."""
    _hold(strategy.topic_id)
    for current in Strategy.objects.current().filter(id=strategy.id):
        current.retire(became=None, now=now)
        reorder(current.topic_id)


def confirm(strategy: Strategy, *, now: datetime) -> None:
    """Looked at, and still right: to be looked at again in a year. Tells no one."""
    Strategy.objects.filter(id=strategy.id).update(review_on=review_day(first_of_month(now.date())))


@transaction.atomic
def reorder(topic_id: int) -> None:
    """Set the place in the order of every current strategy of a topic: after publishing, withdrawing, or new evidence; and count them. Tells no
    one. Writes only rows that change.

    Numbers that may not be shown do not order anything either: such strategies stand where the topic as a whole would.
    """
    mine = Strategy.objects.current().filter(topic_id=topic_id)
    measured = list(mine.filter(MEASURED))
    prior = topic_share([(one.helped, one.tried) for one in measured])
    changed = []
    for one in measured:
        lower = lower_bound(one.helped, one.tried, prior=prior)
        if lower != one.lower:
            one.lower = lower
            changed.append(one)
    Strategy.objects.bulk_update(changed, ["lower"], batch_size=500)
    like_the_topic = lower_bound(0, 0, prior=prior)
    mine.exclude(MEASURED).exclude(lower=like_the_topic).update(lower=like_the_topic)
    TopicSize.objects.update_or_create(topic_id=topic_id, defaults={"strategies": mine.count()})


def _held(strategy: Strategy) -> Strategy:
    """The strategy, or what it became, its topic held; itself when that was withdrawn or helps no more."""
    _hold(strategy.topic_id)
    return standing(strategy.id) or strategy


def _hold(topic_id: int) -> None:
    """One act after the other on a topic, until the transaction ends; two at once, each with a strategy in hand, would wait for each other for ever."""
    TopicSize.objects.select_for_update().get_or_create(topic_id=topic_id, defaults={"strategies": 0})

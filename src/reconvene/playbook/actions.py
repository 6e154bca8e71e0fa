"""Publishing a strategy and taking it back. Called by rooms when every author has agreed, and by the withdrawal page."""

import secrets
from datetime import datetime

from django.db import transaction

from reconvene.playbook.models import AuthorKey, Strategy
from reconvene.playbook.rules import StrategyDraft, first_of_month, lower_bound, review_day, topic_share

SECRET_BYTES = 32


class UnknownSecret(Exception):
    """No strategy belongs to this secret."""


@transaction.atomic
def publish(draft: StrategyDraft, *, authors: int, now: datetime) -> tuple[Strategy, tuple[str, ...]]:
    """Put a strategy into the playbook and return it with one secret for each author; only hashes of the secrets are kept. Tells no one.

    Raises ValueError without an author, without words for what to do, or when more were helped than tried.
    """
    if authors < 1 or not draft.doing.strip() or draft.helped > draft.tried:
        raise ValueError("a strategy needs an author, something to do, and counts that hold")
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
    if key.strategy.withdrawn_at is None:
        key.strategy.withdraw(now=now)
        reorder(key.strategy.topic_id)
    return key.strategy


@transaction.atomic
def reorder(topic_id: int) -> None:
    """Set the place in the order of every current strategy of a topic: after publishing, withdrawing, or new evidence. Tells no one.

    Numbers that may not be shown do not order anything either: such strategies stand where the topic as a whole would.
    """
    strategies = list(Strategy.objects.current().filter(topic_id=topic_id))
    prior = topic_share([(one.helped, one.tried) for one in strategies if one.is_measured])
    for one in strategies:
        helped, tried = (one.helped, one.tried) if one.is_measured else (0, 0)
        one.lower = lower_bound(helped, tried, prior=prior)
    Strategy.objects.bulk_update(strategies, ["lower"], batch_size=500)

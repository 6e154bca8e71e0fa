import pytest

from reconvene.challenges.actions import AlreadyWaiting, raise_challenge, return_to_queue, withdraw_challenge
from reconvene.challenges.models import Challenge
from reconvene.challenges.rules import ChallengeDraft, Start, crowd_word
from tests import world
from tests.world import MONDAY, TUESDAY

pytestmark = pytest.mark.django_db
DRAFT = ChallengeDraft(text="Work comes back half done", urgency=7, wants="An ear", start=Start.WHENEVER, names_kept=("Ben",))


def test_a_challenge_is_kept_as_it_was_written_and_waits() -> None:
    raise_challenge(world.person("ana"), topic=world.topic(), draft=DRAFT, now=MONDAY)
    kept = Challenge.objects.get()

    assert (kept.text, kept.wants, kept.urgency, kept.start, kept.names_kept) == (
        "Work comes back half done",
        "An ear",
        7,
        "whenever",
        ["Ben"],
    )
    assert (kept.is_open, kept.considered_at, kept.raised_at) == (True, None, MONDAY)


def test_a_second_one_on_the_same_topic_is_refused_and_names_the_first() -> None:
    first = raise_challenge(world.person("ana"), topic=world.topic(), draft=DRAFT, now=MONDAY)
    with pytest.raises(AlreadyWaiting) as refusal:
        raise_challenge(world.person("ana"), topic=world.topic(), draft=DRAFT, now=TUESDAY)

    assert refusal.value.challenge == first
    assert Challenge.objects.count() == 1
    raise_challenge(world.person("ana"), topic=world.topic("feedback"), draft=DRAFT, now=TUESDAY)
    assert Challenge.objects.count() == 2


def test_withdrawing_twice_keeps_the_first_time_and_a_seated_one_is_left_alone() -> None:
    mine = world.make_challenge(world.person("ana"))
    seated = world.make_challenge(world.person("ben"), seated_at=MONDAY)
    for now in (MONDAY, TUESDAY):
        withdraw_challenge(mine, now=now)
        withdraw_challenge(seated, now=now)
    mine.refresh_from_db()
    seated.refresh_from_db()

    assert mine.withdrawn_at == MONDAY
    assert seated.withdrawn_at is None


def test_a_challenge_that_lost_its_seat_waits_with_its_old_place() -> None:
    mine = world.make_challenge(world.person("ana"), seated_at=MONDAY, considered_at=MONDAY)
    return_to_queue(mine, now=TUESDAY)
    mine.refresh_from_db()

    assert (mine.is_open, mine.considered_at, mine.raised_at) == (True, None, MONDAY)


@pytest.mark.parametrize("ended", ["withdrawn_at", "settled_at"])
def test_one_that_is_over_stays_over(ended: str) -> None:
    mine = world.make_challenge(world.person("ana"), seated_at=MONDAY, **{ended: MONDAY})
    return_to_queue(mine, now=TUESDAY)
    mine.refresh_from_db()

    assert not mine.is_open


def test_newer_words_on_the_same_topic_go_on_instead_of_the_older() -> None:
    older = world.make_challenge(world.person("ana"), seated_at=MONDAY)
    newer = world.make_challenge(world.person("ana"))
    return_to_queue(older, now=TUESDAY)

    assert list(Challenge.objects.open()) == [newer]


@pytest.mark.parametrize(("others", "word"), [(0, ""), (1, ""), (2, "few"), (3, "few"), (4, "table"), (40, "table")])
def test_how_many_wait_is_never_told_as_a_small_number(others: int, word: str) -> None:
    assert crowd_word(others) == word


def test_only_ones_own_challenges_are_visible() -> None:
    mine = world.make_challenge(world.person("ana"))
    world.make_challenge(world.person("ben"))

    assert list(Challenge.objects.visible_to(world.person("ana"))) == [mine]

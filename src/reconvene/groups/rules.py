"""Words and small rules about groups. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

T = TypeVar("T")

SMALLEST, LARGEST = 3, 6
GAP_IDEAL, GAP_SHORTEST, GAP_LONGEST = 28, 25, 35
"""Days between the two sessions of a cycle: proposed, and accepted from-to."""
GAP_HELD_LONGEST = 42
"""A reconvene whose date came to nothing may still be as many days after the first session; later it does not count as one."""


class ProgrammeKind(StrEnum):
    """How the groups of a programme come about.

    `ROLLING`: as people come. `WAVE`: at the end of a sign-up. `PILOT`: like a wave, but half of the people wait, by chance, until the others
    have reconvened. `COURSE`: at the end of a sign-up, from a roster. `ONBOARDING`: as people come, and whoever newly fits is invited.
    """

    ROLLING = "rolling"
    WAVE = "wave"
    PILOT = "pilot"
    COURSE = "course"
    ONBOARDING = "onboarding"

    @property
    def gathers(self) -> bool:
        """Whether people wait for the end of a sign-up."""
        return self in (ProgrammeKind.WAVE, ProgrammeKind.PILOT, ProgrammeKind.COURSE)


GATHERING = tuple(kind for kind in ProgrammeKind if kind.gathers)


class Half(StrEnum):
    """Of a pilot: who begins at once, and who waits."""

    FIRST = "first"
    LATER = "later"


EMPHASES: Mapping[str, Mapping[str, float]] = {
    "balanced": {},
    "challenge": {"similarity": 0.60, "responsibility": 0.10, "functions": 0.10, "experience": 0.10, "weak_ties": 0.05, "waiting": 0.05},
    "mixing": {"similarity": 0.30, "responsibility": 0.10, "functions": 0.25, "experience": 0.10, "weak_ties": 0.20, "waiting": 0.05},
    "waiting": {"similarity": 0.35, "responsibility": 0.10, "functions": 0.10, "experience": 0.10, "weak_ties": 0.05, "waiting": 0.30},
}
"""What counts most when groups are formed, as weights of `matching.instance.Weights`; empty: the engine's own."""
PROMISE_DAYS = 10
"""Working days from raising a challenge to the first session that a programme promises unless it says otherwise."""

NAMES = [
    "Avocet",
    "Bittern",
    "Blackbird",
    "Bunting",
    "Buzzard",
    "Chaffinch",
    "Coot",
    "Cormorant",
    "Crane",
    "Cuckoo",
    "Curlew",
    "Dipper",
    "Dove",
    "Dunlin",
    "Dunnock",
    "Eider",
    "Fieldfare",
    "Finch",
    "Firecrest",
    "Fulmar",
    "Gadwall",
    "Gannet",
    "Godwit",
    "Goldcrest",
    "Goldeneye",
    "Goldfinch",
    "Goosander",
    "Goshawk",
    "Grebe",
    "Greenfinch",
    "Guillemot",
    "Harrier",
    "Heron",
    "Hobby",
    "Hoopoe",
    "Jackdaw",
    "Jay",
    "Kestrel",
    "Kingfisher",
    "Kite",
    "Kittiwake",
    "Knot",
    "Lapwing",
    "Lark",
    "Linnet",
    "Magpie",
    "Mallard",
    "Martin",
    "Merlin",
    "Moorhen",
    "Nightingale",
    "Nightjar",
    "Nuthatch",
    "Oriole",
    "Osprey",
    "Ouzel",
    "Owl",
    "Oystercatcher",
    "Petrel",
    "Pintail",
    "Pipit",
    "Plover",
    "Pochard",
    "Puffin",
    "Quail",
    "Rail",
    "Raven",
    "Redpoll",
    "Redshank",
    "Redstart",
    "Redwing",
    "Robin",
    "Rook",
    "Sanderling",
    "Sandpiper",
    "Serin",
    "Shearwater",
    "Shelduck",
    "Shoveler",
    "Shrike",
    "Siskin",
    "Skylark",
    "Smew",
    "Snipe",
    "Sparrow",
    "Spoonbill",
    "Starling",
    "Stilt",
    "Stonechat",
    "Stork",
    "Swallow",
    "Swan",
    "Swift",
    "Tern",
    "Thrush",
    "Treecreeper",
    "Turnstone",
    "Twite",
    "Wagtail",
    "Warbler",
    "Waxwing",
    "Wheatear",
    "Whimbrel",
    "Whinchat",
    "Wigeon",
    "Woodcock",
    "Woodlark",
    "Wren",
    "Wryneck",
    "Yellowhammer",
]  # easier to read and to extend than a list


class Outcome(StrEnum):
    """What a member wants at the end of a cycle: deeper into the same, a new topic with the same people, a new group, or enough for now. The
    outcome of a cycle is one of the first two, or that it was enough; or that the group joined another one, which nobody votes for.
    """

    AGAIN = "again"
    NEW_TOPIC = "new_topic"
    NEW_GROUP = "new_group"
    FINISH = "finish"
    MERGED = "merged"

    @property
    def stays(self) -> bool:
        """Whether it keeps the people together."""
        return self in (Outcome.AGAIN, Outcome.NEW_TOPIC)


WISHES = (Outcome.AGAIN, Outcome.NEW_TOPIC, Outcome.NEW_GROUP, Outcome.FINISH)
"""What a member may vote for."""


class OfferKind(StrEnum):
    """What a group that goes on offers another one with the same topic: to become one, or that their hosts conduct each other's first session."""

    MERGE = "merge"
    SWAP = "swap"


@dataclass(frozen=True)
class Parting(Generic[T]):
    """What follows from the votes: the outcome of the cycle, and of those who leave whose challenges are `settled` and whose wait again. When
    the group ends, everybody leaves, and whoever is in neither has theirs settled.
    """

    outcome: Outcome
    settled: frozenset[T] = frozenset()
    waiting: frozenset[T] = frozenset()


def parting(votes: Mapping[T, Outcome], *, members: Collection[T]) -> Parting[T]:
    """The majority of those who voted goes on, deeper unless more want a new topic; whoever wants something else leaves. Who did not vote stays.

    With no majority to go on, or fewer than three left for it, the group ends; then the challenges of those who wanted to go deeper, or another
    group, wait again.
    """
    cast = {member: vote for member, vote in votes.items() if member in members}
    leaving = {member for member, vote in cast.items() if not vote.stays}
    looking = frozenset(member for member, vote in cast.items() if vote is Outcome.NEW_GROUP)
    if len(leaving) * 2 >= len(cast) or len(members) - len(leaving) < SMALLEST:
        return Parting(Outcome.FINISH, waiting=looking | {member for member, vote in cast.items() if vote is Outcome.AGAIN})
    wishes = list(cast.values())
    outcome = Outcome.NEW_TOPIC if wishes.count(Outcome.NEW_TOPIC) > wishes.count(Outcome.AGAIN) else Outcome.AGAIN
    return Parting(outcome, settled=frozenset(leaving) - looking, waiting=looking)


def free_name(taken: Collection[str], *, start: int) -> str:
    """A bird that no live group carries, counted from `start`; with a number behind it when all birds are taken."""
    for turn in range(1, len(taken) + 2):
        for offset in range(len(NAMES)):
            bird = NAMES[(start + offset) % len(NAMES)]
            name = bird if turn == 1 else f"{bird} {turn}"
            if name not in taken:
                return name
    raise AssertionError("there are more names than groups")

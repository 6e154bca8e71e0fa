"""Words and small rules about groups. Pure."""

from collections.abc import Collection
from enum import StrEnum

SMALLEST, LARGEST = 3, 6
GAP_IDEAL, GAP_SHORTEST, GAP_LONGEST = 28, 25, 35
"""Days between the two sessions of a cycle: proposed, and accepted from-to."""
GAP_HELD_LONGEST = 42
"""A reconvene whose date came to nothing may still be as many days after the first session; later it does not count as one."""

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
    """What a group decided at the end of a cycle."""

    AGAIN = "again"
    NEW_TOPIC = "new_topic"
    FINISH = "finish"


def free_name(taken: Collection[str], *, start: int) -> str:
    """A bird that no live group carries, counted from `start`; with a number behind it when all birds are taken."""
    for turn in range(1, len(taken) + 2):
        for offset in range(len(NAMES)):
            bird = NAMES[(start + offset) % len(NAMES)]
            name = bird if turn == 1 else f"{bird} {turn}"
            if name not in taken:
                return name
    raise AssertionError("there are more names than groups")

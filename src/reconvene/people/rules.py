"""Words and small rules about people. Pure."""

from enum import StrEnum

DEFAULT_LANGUAGE = "en"


class Role(StrEnum):
    """What a person may do besides being a member, which everyone is."""

    LEARNING = "learning"
    SPONSOR = "sponsor"
    ADMIN = "admin"
    COUNCIL = "council"  # works council and data protection: oversight and nothing else


def initials(name: str) -> str:
    """Up to two letters for a seat: first letters of the first and last word. Empty for an empty name."""
    words = [word for word in name.replace("-", " ").split() if word[0].isalpha()]
    if not words:
        return ""
    letters = words[0][0] + (words[-1][0] if len(words) > 1 else "")
    return letters.upper()

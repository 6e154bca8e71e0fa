"""What is wrong with a row of a directory file, said so that the person who made the file can mend it."""

from dataclasses import dataclass
from enum import StrEnum


class ProblemKind(StrEnum):
    """What is wrong. Some kinds leave the row out; the others take the row and leave one cell out, or only tell."""

    NO_KEY = "no key"
    DUPLICATE_ID = "duplicate id"
    WRONG_WIDTH = "wrong width"
    LONG_ID = "long id"
    BAD_MAIL = "bad mail"
    SHARED_MAIL = "shared mail"
    MAIL_TAKEN = "mail taken"
    ONLY_MAIL_TAKEN = "only mail taken"
    NO_NAME = "no name"
    NO_MAIL = "no mail"
    UNKNOWN_ZONE = "unknown zone"
    UNKNOWN_LANGUAGE = "unknown language"
    UNKNOWN_COUNTRY = "unknown country"
    UNKNOWN_LEVEL = "unknown level"
    UNKNOWN_MANAGER = "unknown manager"
    AMBIGUOUS_MANAGER = "ambiguous manager"
    SELF_MANAGER = "self manager"
    BAD_PATH = "bad path"
    CIRCLE = "circle"
    BAD_DATE = "bad date"
    TOO_LONG = "too long"
    FORMULA = "formula"
    LOST_LETTERS = "lost letters"


REFUSING = frozenset(
    {ProblemKind.NO_KEY, ProblemKind.DUPLICATE_ID, ProblemKind.WRONG_WIDTH, ProblemKind.LONG_ID, ProblemKind.ONLY_MAIL_TAKEN}
)
EXPECTED = frozenset({ProblemKind.NO_NAME, ProblemKind.NO_MAIL})  # a post without a person is no mistake


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding. `row` is the number beside the row in a spreadsheet; `column` is its heading, or "column 3"."""

    row: int
    column: str
    value: str
    reason: str
    suggestion: str
    kind: ProblemKind

    @property
    def refuses(self) -> bool:
        """Whether the whole row is left out."""
        return self.kind in REFUSING

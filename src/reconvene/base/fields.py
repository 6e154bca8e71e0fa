"""The one field type for what members write, so that encryption and erasure can be added in one place."""

import unicodedata
from typing import Any

from django.core.validators import MaxLengthValidator
from django.db import models

LONGEST = 10_000  # characters; the forms ask for far less


def clean_text(text: str) -> str:
    """Text as it is stored: NFC, one kind of line end, no control characters but tab and line feed, no blanks at the ends."""
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    kept = (char for char in text if char in "\t\n" or unicodedata.category(char) not in ("Cc", "Cs"))
    return "".join(kept).strip()


class MemberText(models.TextField):  # type: ignore[type-arg]  # only the stubs know type parameters
    """Words of a member: at most LONGEST characters, cleaned, never in logs, events, mails or addresses."""

    def __init__(self, *args: Any, **options: Any) -> None:
        options.setdefault("default", "")
        options.setdefault("blank", True)
        super().__init__(*args, **options)
        self.validators = [*self.validators, MaxLengthValidator(LONGEST)]

    def get_prep_value(self, value: Any) -> Any:
        prepared = super().get_prep_value(value)
        return clean_text(prepared) if isinstance(prepared, str) else prepared

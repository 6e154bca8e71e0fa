"""The field types for what members write, so that encryption and erasure can be added in one place, and for secrets they hand over."""

import base64
import unicodedata
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
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


class SecretText(models.TextField):  # type: ignore[type-arg]  # as above
    """Something that opens a person's account elsewhere: encrypted in the database with a key made from the secret key.

    Reads as "" once the secret key has changed; whoever uses it then asks the person again.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        options.setdefault("default", "")
        options.setdefault("blank", True)
        super().__init__(*args, **options)

    def get_prep_value(self, value: Any) -> Any:
        prepared = super().get_prep_value(value)
        return _box(settings.SECRET_KEY).encrypt(prepared.encode()).decode() if prepared else prepared

    def from_db_value(self, value: str | None, *_: object) -> str | None:
        try:
            return _box(settings.SECRET_KEY).decrypt(value.encode()).decode() if value else value
        except InvalidToken:
            return ""


@lru_cache(maxsize=4)
def _box(secret_key: str) -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"reconvene.base.fields.SecretText").derive(secret_key.encode())
    return Fernet(base64.urlsafe_b64encode(derived))

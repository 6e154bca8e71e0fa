"""gettext for the modules that know no Django: the pure ones, and the command line, which speaks before Django is there.

Their words go on to the translator that BaseConfig hands over; until then English stays English. Every other module uses
`django.utils.translation` itself.
"""

from gettext import NullTranslations
from typing import Protocol


class Translator(Protocol):
    """What translates: Django's module of that name, or nothing."""

    def gettext(self, message: str, /) -> str: ...
    def ngettext(self, singular: str, plural: str, number: int, /) -> str: ...


_translator: Translator = NullTranslations()


def translate_with(translator: Translator) -> None:
    """Let all words go through this translator from now on."""
    global _translator
    _translator = translator


def gettext(message: str) -> str:
    """The message in the reader's language."""
    return _translator.gettext(message)


def ngettext(singular: str, plural: str, number: int) -> str:
    """The form of the message that fits the number, in the reader's language."""
    return _translator.ngettext(singular, plural, number)


def gettext_noop(message: str) -> str:
    """Marks a message in a constant for the translators. Whoever shows it calls `gettext`."""
    return message

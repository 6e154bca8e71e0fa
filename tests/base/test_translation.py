"""Words of modules without Django: in the reader's language once Django is there, in English until then."""

import subprocess
import sys

from django.utils import translation

from reconvene.base.translation import gettext, gettext_noop, ngettext

REQUIRED = "This field is required."  # a message that Django itself has in every language


def test_words_follow_the_readers_language() -> None:
    with translation.override("de"):
        assert gettext(REQUIRED) == "Dieses Feld ist zwingend erforderlich."
        assert gettext(gettext_noop(REQUIRED)) == "Dieses Feld ist zwingend erforderlich."
        assert [ngettext("%(num)d hour", "%(num)d hours", number) % {"num": number} for number in (1, 2)] == ["1 Stunde", "2 Stunden"]
    assert gettext(REQUIRED) == REQUIRED


def test_marking_a_message_changes_nothing() -> None:
    with translation.override("de"):
        assert gettext_noop(REQUIRED) == REQUIRED


def test_words_are_english_where_django_is_not() -> None:
    alone = (
        "import sys; from reconvene.base.translation import gettext, ngettext\n"
        "print(gettext('Words.'), ngettext('one', 'many', 1), ngettext('one', 'many', 2), 'django' in sys.modules)"
    )
    said = subprocess.run([sys.executable, "-c", alone], capture_output=True, text=True, check=True).stdout

    assert said == "Words. one many False\n"

"""Which language a text is in, as far as it matters."""

import pytest

from reconvene.text.words import is_english


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("On Sunday the kiln went cold again.", True),
        ("my boss", True),
        ("Whatever I hand over comes back half done, and in the end I finish it", True),
        ("Ich muss einem Mitarbeiter kündigen", False),
        ("Ich habe too viele meetings, und der Boss is not available", False),
        ("Mon chef change d'avis chaque semaine et on ne me dit rien", False),
        ("Mi jefe no me escucha y no sé qué hacer con mi equipo", False),
        ("We moeten over een week in het team of in de groep praten", False),
        ("burnout", False),  # the multilingual encoder knows it, too
        ("", False),
    ],
)
def test_english_is_told_by_the_words_that_say_nothing(text: str, english: bool) -> None:
    assert is_english(text) is english

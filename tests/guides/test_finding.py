"""From own words to the guides of the real library."""

from pathlib import Path

import numpy as np
import pytest

from reconvene.guides import finding
from reconvene.guides.catalogue import library
from reconvene.guides.heard import heard
from reconvene.text.encoder import EncoderAway
from reconvene.text.vectors import _digest, _kept

HANDED_OVER = "Whatever I hand over comes back half done, so in the end I finish it myself in the evening."


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        (HANDED_OVER, "delegating"),
        (
            "Two of my developers have not spoken to each other for weeks, and code reviews turn into quarrels.",
            "conflict-between-two-people",
        ),
        ("Ich habe jeden Tag zweihundert Mails, zwölf Termine und komme erst nach sechs zu meiner eigentlichen Arbeit.", "too-much-to-do"),
        ("Wir finden seit Monaten keine guten Bewerber für unsere offenen Stellen.", "hiring-well"),
        ("Since March I supervise the nurses I used to share shifts with, and some were my friends.", "leading-former-peers"),
        ("Mein Team sitzt halb zu Hause und halb im Büro, und in den Videokonferenzen hört man die einen kaum.", "hybrid-and-remote"),
        ("Unser einziger Fachmann geht bald in Rente, und nichts von dem, was er weiß, ist aufgeschrieben.", "when-an-expert-leaves"),
        ("Der Dienstplan ist jeden Monat ein Krieg, und die Nachtschicht trifft immer dieselben.", "shifts-and-rosters"),
        ("Im Werk geht das Gerücht um, dass die Linie geschlossen wird.", "rumours"),
        ("Mon équipe travaille à moitié à la maison, et on ne se parle plus.", "hybrid-and-remote"),
    ],
)
def test_the_right_guide_is_among_the_three_offered(text: str, topic: str) -> None:
    found = finding.find(text)

    assert topic in [one.topic for one in found.suggestions]
    assert found.is_sure


@pytest.mark.parametrize(
    "text",
    [
        "Hello everyone, I work in a small company and need some advice. What would you do?",
        "xqz vlk brtz",
        "asdf qwer zxcv",
        "hello",
        "I like dogs",
        "Please help",
        "My flight was cancelled and the airline refuses to refund me.",
        "I need a new laptop, which one is good for video editing under 1000 dollars?",
        "My car broke down this morning on the motorway and the tow truck cost 300 euros.",
        "The weather is awful and my train was late again this morning.",
        "Was kostet ein Umzug von Hamburg nach München ungefähr?",
        "Mein Nachbar mäht sonntags den Rasen und seine Kinder schreien den ganzen Tag im Garten.",
    ],
)
def test_it_says_so_when_it_is_not_sure(text: str) -> None:
    assert not finding.find(text).is_sure


def test_what_people_confirmed_changes_what_is_offered_first() -> None:
    text = "We are moving everybody to a new system, and most people quietly go on with the old one."
    first, second = (one.topic for one in finding.find(text).suggestions[:2])

    assert finding.find(text, confirmed={(first, second): 1}).suggestions[0].topic == first  # one choice is not a habit
    assert finding.find(text, confirmed={(first, second): 80}).suggestions[0].topic == second
    assert finding.find(text, confirmed={("gone", "unknown"): 80}) == finding.find(text)


def test_a_topic_that_is_brought_oftener_is_the_likelier_of_two() -> None:
    """Four more of each than were counted: 64 and 4 of a topic are 68 to 8, whatever the others."""
    known = finding.sayings(library(), brought={"managing-my-boss": 64, "two-bosses": 4})
    often = {slug: said.often for slug, said in known.items()}

    assert often["managing-my-boss"] - often["two-bosses"] == pytest.approx(np.log(68 / 8))
    assert often["two-bosses"] - often["delegating"] == pytest.approx(np.log(8 / 4))
    assert {said.often for said in finding.sayings(library()).values()} == {0.0}, "nothing was counted"


def test_texts_on_one_topic_are_alike_in_two_languages() -> None:
    likeness = finding.likeness(
        [
            "Our only specialist retires soon, and nothing of what she knows is written down.",
            "Unser einziger Fachmann geht bald in Rente, und nichts von dem, was er weiß, ist aufgeschrieben.",
            "Der Dienstplan ist jeden Monat ein Krieg, und die Nachtschicht trifft immer dieselben.",
            "",
        ]
    )

    assert likeness[0, 1] > 2 * max(likeness[0, 2], likeness[1, 2])
    assert not likeness[3].any()
    assert finding.likeness([]).shape == (0, 0)


def test_what_came_along_with_the_guides_is_what_the_encoder_makes_of_them() -> None:
    """When it is not: `make vectors`. A guide that was changed since costs time at set-up, and nothing else."""
    english, _multilingual = finding.built_in()
    folder = Path(finding.settings.GUIDES_FOLDER)
    posts = [post for posts in heard(folder).values() for post in posts]
    came = _kept(folder / f"phrases-{english.name}.npz")

    known = [post for post in posts if _digest(post) in came]
    assert len(known) > 0.9 * len(posts)
    assert np.allclose([came[_digest(post)] for post in known[::100]], english.encode(known[::100]), atol=2e-3)


class Plugged:
    """Another encoder, one that counts letters; away when told so."""

    def __init__(self) -> None:
        self.name, self.is_away, self.asked = "plugged", False, 0

    def encode(self, texts: list[str]) -> np.ndarray:
        self.asked += len(texts)
        if self.is_away:
            raise EncoderAway
        rows = np.array([np.bincount([ord(char) % 64 for char in text], minlength=64) for text in texts], dtype=np.float32)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_another_encoder_answers_once_it_has_learnt_and_ours_when_it_is_away(tmp_path: Path, settings: object) -> None:
    other = Plugged()
    ours = finding.find(HANDED_OVER)
    ready = finding.finder(HANDED_OVER)
    settings.TEXT_FOLDER = tmp_path
    finding.offer_encoder(other)
    ready.save(finding._path(finding._reader(HANDED_OVER)))
    try:
        assert finding.find(HANDED_OVER) == ours
        assert other.asked == 0
        finding.prepare_others()
        learnt = other.asked
        assert finding.find(HANDED_OVER) != ours
        assert other.asked > learnt > 5000
        other.is_away = True
        assert finding.find(HANDED_OVER) == ours
    finally:
        finding.offer_encoder(None)

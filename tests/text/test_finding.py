"""Finding topics with a handful of them and the encoder that comes along, kept in the installation's folder."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconvene.config import environment
from reconvene.text.english import English
from reconvene.text.finding import Finder, Sayings, _usual, likeness
from reconvene.text.multilingual import Multilingual
from reconvene.text.vectors import UNREADABLE, Vectors

SAYINGS = {
    "delegation": Sayings(
        ("I end up doing everything myself", "I cannot hand over work", "my team waits for me to decide", "handing over tasks")
    ),
    "conflict": Sayings(
        ("two people in my team do not talk to each other", "there is tension between colleagues", "they argue in every meeting")
    ),
    "hiring": Sayings(("I cannot find good candidates", "interviews take too long", "we hired the wrong person", "few people apply")),
    "dismissal": Sayings(("I have to let somebody go", "firing an employee", "how to end an employment"), ("Say it on the first day.",)),
}

REFERENCE = [[0.0086, -0.068, -0.0605, -0.0042, 0.0929, -0.0326], [-0.0545, 0.0114, 0.0204, 0.0026, -0.0147, -0.0288]]


@pytest.fixture(scope="module")
def encoder() -> English:
    return English(environment.ROOT / "var" / "text")


@pytest.fixture(scope="module")
def finder(encoder: English) -> Finder:
    return Finder.train(SAYINGS, encoder=encoder)


@pytest.fixture(scope="module")
def multilingual() -> Finder:
    return Finder.train(SAYINGS, encoder=Multilingual(environment.ROOT / "var" / "text"))


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("I finish all the tasks on my own because nobody takes them", "delegation"),  # hardly a word of the phrases
        ("nobody aplies, and the last candidat we hired was wrong", "hiring"),  # with slips of the pen
    ],
)
def test_a_topic_is_found_by_what_is_meant(finder: Finder, text: str, topic: str) -> None:
    assert finder.find(text).suggestions[0].topic == topic


@pytest.mark.parametrize(
    ("text", "topic", "telling"),
    [
        ("Seit Mai ist es laut. Zwei Kollegen streiten sich ständig.", "conflict", "Zwei Kollegen streiten sich ständig"),
        ("Ich muss einem Mitarbeiter kündigen", "dismissal", "Ich muss einem Mitarbeiter kündigen"),
        ("Nous ne trouvons pas de bons candidats. Il fait beau.", "hiring", "Nous ne trouvons pas de bons candidats"),
    ],
)
def test_a_topic_is_found_in_other_languages_and_the_sentence_that_tells_it(
    multilingual: Finder, text: str, topic: str, telling: str
) -> None:
    best = multilingual.find(text).suggestions[0]

    assert (best.topic, best.found[0]) == (topic, telling)


def test_the_end_of_a_long_text_is_read_as_its_beginning_is(encoder: English) -> None:
    begin, end = "they argue in every meeting ", " how do I end this quarrel"
    rows = encoder.encode([begin + "and so on " * count + end for count in (40, 60)])

    assert np.allclose(rows[0], rows[1], atol=1e-6)
    assert not np.allclose(rows[0], encoder.encode([begin + "and so on " * 60])[0], atol=0.01)


def test_english_texts_get_the_vectors_that_the_model_is_known_for(encoder: English) -> None:
    """REFERENCE was worked out with the weights as they were published, four bytes each."""
    rows = encoder.encode(["my team waits for me to decide", "handing over tasks", "my team waits for me to decide"])

    assert np.allclose(rows[:2, :6], REFERENCE, atol=0.006)
    assert np.allclose(rows[0], rows[2], atol=1e-6)
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)


def test_one_sentence_in_a_long_story_carries_its_topic_and_is_shown(finder: Finder) -> None:
    story = (
        "We moved to a new building last spring. I work in a small office. In the end I do all of it myself, because I find it hard to hand over work. "
        "Thanks in advance for any advice."
    )

    best = finder.find(story).suggestions[0]

    assert best.topic == "delegation"
    assert "I do all of it myself" in " ".join(best.found)
    assert all(piece in story for piece in best.found)


def test_confidences_are_shares_and_fall(finder: Finder) -> None:
    found = finder.find("They argue in every meeting! And (frankly) we hired the wrong person; I'm tired.", most=4)

    shares = [one.confidence for one in found.suggestions]
    assert shares == sorted(shares, reverse=True)
    assert 0.9 < sum(shares) <= 1.001


@pytest.mark.parametrize("text", ["", "...", "?! 7 7 7", "\x00\x00", "🙂" * 50])
def test_a_text_without_words_is_about_nothing(finder: Finder, text: str) -> None:
    assert finder.find(text).suggestions == ()
    assert not finder.vectors([text]).any()


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_read_and_what_is_shown_stands_in_it(finder: Finder, text: str) -> None:
    for one in finder.find(text).suggestions:
        assert 0 <= one.confidence <= 1.001
        assert all(piece in text for piece in one.found)


def test_a_hostile_text_takes_no_longer_than_a_long_one(finder: Finder) -> None:
    finder.find("ab." * 100_000)

    assert len(finder._read("ab." * 100_000).words) <= 2000


def test_likeness_is_what_the_engine_wants(finder: Finder) -> None:
    texts = ["I cannot hand over work", "everything is done by me alone", "they quarrel all day", "they quarrel all day", ""]

    matrix = likeness(finder.vectors(texts))

    assert matrix[0, 1] > 2 * matrix[0, 2]
    assert (finder.vectors(texts) >= 0).all()  # what speaks against a topic makes no two texts alike
    assert matrix[2, 3] == pytest.approx(1, abs=1e-5)
    assert not matrix.diagonal().any()
    assert not matrix[4].any()
    assert (matrix == matrix.T).all()


@pytest.mark.parametrize("kinship", [{"shelf": "people"}, {"near": ("dismissal",)}])
def test_texts_on_kindred_topics_are_a_little_alike(encoder: English, tmp_path: Path, kinship: dict[str, Any]) -> None:
    texts = [
        "few people apply, and interviews take too long",
        "I have to let somebody go and do not know how to end it",
        "they quarrel all day",
    ]
    strangers = Finder.train(SAYINGS, encoder=encoder)
    kin = {
        **SAYINGS,
        "hiring": replace(SAYINGS["hiring"], **kinship),
        "dismissal": replace(SAYINGS["dismissal"], shelf=kinship.get("shelf", "")),
    }
    Finder.train(kin, encoder=encoder).save(tmp_path / "kept.npz")

    before, now = likeness(strangers.vectors(texts)), likeness(Finder.load(tmp_path / "kept.npz", encoder=encoder).vectors(texts))

    assert now[0, 1] > before[0, 1] + 0.05
    assert now[0, 1] < 0.9
    assert now[0, 2] == pytest.approx(before[0, 2], abs=0.1)


def test_what_posts_on_other_topics_score_is_evened_out() -> None:
    scores = np.array([[9, 1, 0], [1, 9, 0], [3, 0, 9], [5, 1, 9]], dtype=np.float32)  # the first topic is near to all of them

    means, sizes = _usual(scores, np.array([0, 1, 2, 2]))

    assert means.tolist() == pytest.approx([3, 2 / 3, 0])
    spread = np.sqrt(np.array([8 / 3, 2 / 9, 0]) + 1e-6)
    assert sizes.tolist() == pytest.approx((spread / spread.mean()).tolist())


def test_posts_teach_where_a_topic_lies_and_what_is_usual(encoder: English) -> None:
    taught = Finder.train({topic: replace(one, heard=one.said[:2]) for topic, one in SAYINGS.items()}, encoder=encoder)
    plain = Finder.train(SAYINGS, encoder=encoder)

    assert not np.allclose(taught._places.axes, plain._places.axes)
    assert plain._usual.tolist() == [[0, 0, 0, 0], [1, 1, 1, 1]]
    assert taught._usual[1].mean() == pytest.approx(1)
    assert not np.allclose(taught._usual[1], 1)
    assert Finder.train({"one": replace(SAYINGS["hiring"], heard=("few people apply",))}, encoder=encoder)._usual.tolist() == [[0], [1]]
    assert taught.beside({"own": SAYINGS["hiring"]})._usual[:, -1].tolist() == [0, 1]


def test_a_topic_that_is_known_twice_is_found_by_either_and_offered_once(finder: Finder) -> None:
    wider = finder.beside({"hiring": Sayings(("the kiln went cold again", "nobody relights the kiln", "the furnace cools down"))})

    for text in ("the kiln went cold on Sunday", "nobody applies for our jobs"):
        found = wider.find(text, among=["hiring", "conflict"]).suggestions
        assert sorted(one.topic for one in found) == ["conflict", "hiring"]
        assert found[0].topic == "hiring"
    assert [one.topic for one in wider.find("nobody applies for our jobs", among=["hiring"]).suggestions] == ["hiring"]
    same = finder.beside({"hiring": SAYINGS["hiring"]}).find("nobody applies for our jobs", among=["hiring", "conflict"])
    assert sum(one.confidence for one in same.suggestions) == pytest.approx(1)
    assert wider.find("nobody applies for our jobs", confirmed={("hiring", "conflict"): 1_000}).suggestions[0].topic == "conflict"


def test_a_finder_that_was_kept_finds_the_same(finder: Finder, encoder: English, tmp_path: Path) -> None:
    finder.save(tmp_path / "kept.npz")
    text = "nobody applies for our jobs"

    again = Finder.load(tmp_path / "kept.npz", encoder=encoder).find(text)

    assert [one.topic for one in again.suggestions] == [one.topic for one in finder.find(text).suggestions]
    (tmp_path / "broken.npz").write_bytes((tmp_path / "kept.npz").read_bytes()[:2000])
    with pytest.raises(UNREADABLE):
        Finder.load(tmp_path / "broken.npz", encoder=encoder)


class Counting:
    """The encoder, counting what it is asked."""

    def __init__(self, encoder: English) -> None:
        self.name, self.asked, self._encoder = "counting", 0, encoder

    def encode(self, texts: list[str]) -> np.ndarray:
        self.asked += len(texts)
        return self._encoder.encode(texts)


def test_only_new_phrases_are_encoded_again(encoder: English, tmp_path: Path) -> None:
    counting = Counting(encoder)
    first = Vectors(counting, tmp_path / "v.npz").of(["one", "two", "two"])
    again = Vectors(counting, tmp_path / "v.npz").of(["two", "three"])

    assert counting.asked == 3
    assert np.allclose(first[1], again[0], atol=2e-3)


def test_phrases_that_came_along_are_not_encoded_at_all(encoder: English, tmp_path: Path) -> None:
    Vectors(encoder, tmp_path / "came.npz").of(["one", "two"])
    counting = Counting(encoder)
    (tmp_path / "spoilt.npz").write_bytes(b"spoilt")

    Vectors(counting, came=tmp_path / "came.npz").of(["two", "one", "three"])
    assert counting.asked == 1
    Vectors(counting, tmp_path / "kept.npz", came=tmp_path / "spoilt.npz").of(["two"])
    assert counting.asked == 2


def test_topics_without_phrases_are_passed_over_and_none_at_all_is_refused(encoder: English) -> None:
    made = Finder.train({"empty": Sayings(()), "blank": Sayings((" ",)), **SAYINGS}, encoder=encoder)

    assert made.topics == tuple(SAYINGS)
    with pytest.raises(ValueError, match="no topic"):
        Finder.train({"empty": Sayings(())}, encoder=encoder)


def test_an_encoder_from_a_spoilt_file_is_made_anew(encoder: English, tmp_path: Path) -> None:
    encoder.encode(["a text"])
    kept = next((environment.ROOT / "var" / "text").glob("minilm-*.head"))
    (tmp_path / kept.name).write_bytes(b"spoilt")

    again = English(tmp_path)
    again.encode(["a text"])

    assert (tmp_path / kept.name).stat().st_size > 1000
    assert np.allclose(again.encode(["a text"]), encoder.encode(["a text"]), atol=1e-6)


def test_the_second_one_offered_leads_elsewhere(encoder: English) -> None:
    shelved = {
        topic: Sayings(one.said, one.told, shelf="people" if topic in ("hiring", "dismissal") else "") for topic, one in SAYINGS.items()
    }
    made = Finder.train(shelved, encoder=encoder)
    near = np.array([0.1, 0.15, 0.4, 0.35])  # delegation, conflict, hiring, dismissal

    assert [made.topics[at] for at in made._offered(near, most=3)] == ["hiring", "conflict", "delegation"]
    assert [made.topics[at] for at in made._offered(np.array([0.01, 0.02, 0.5, 0.47]), most=2)] == ["hiring", "dismissal"]


def test_the_first_sentence_of_a_longer_text_counts_twice(encoder: English) -> None:
    title, rest = (
        "My two best people do not talk to each other.",
        "We make valves in a town by the sea, in two shifts, with a canteen that is closed on Fridays.",
    )
    alone, without_end, both, turned = encoder.encode([title, title.rstrip("."), f"{title} {rest}", f"{rest} {title}"])

    assert np.allclose(alone, without_end)  # a text of one sentence is what it was
    assert both @ alone > turned @ alone + 0.3  # 0.1 when all that is read counted the same


def test_a_topic_that_is_brought_oftener_begins_with_more(encoder: English) -> None:
    same = ("I cannot get on with my work",)
    seldom = Finder.train({"one": Sayings(same), "other": Sayings(same)}, encoder=encoder).find("I cannot get on with my work.")
    often = Finder.train({"one": Sayings(same), "other": Sayings(same, often=0.5)}, encoder=encoder).find("I cannot get on with my work.")

    assert [one.confidence for one in seldom.suggestions] == pytest.approx([0.5, 0.5])
    assert [(one.topic, one.confidence) for one in often.suggestions] == [
        ("other", pytest.approx(0.622, abs=0.001)),
        ("one", pytest.approx(0.378, abs=0.001)),
    ]

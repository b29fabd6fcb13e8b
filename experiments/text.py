"""The text of the character models: Python's language reference, which ships inside Python (``pydoc_data.topics``).

Whole topics are held out, by a hash of their names, so that the rule is the same for every version of Python. Topics
quote one another, whole sections of them; so a paragraph that shares eight words in a row with an earlier one is left
out, and held-out topics come first. No eight words of the test text are in a row in the training text.
"""

import hashlib
import platform
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

__all__ = ["ALPHABET", "UNKNOWN", "Corpus", "decode", "encode", "python_reference", "split"]

UNKNOWN = "\N{REPLACEMENT CHARACTER}"
ALPHABET = (UNKNOWN, "\n", *map(chr, range(ord(" "), ord("~") + 1)))  # 97 characters

_RUN = 8  # words
_PARTS = ("test", "validation", "training")  # in this order, so that what they share is left out of the training
_HELD_OUT = {0: "test", 7: "validation"}  # by the first byte of the hash, modulo 16

_CODES = np.zeros(0x110000, dtype=np.uint8)  # by code point; 0 is UNKNOWN
_CODES[[ord(character) for character in ALPHABET[1:]]] = np.arange(1, len(ALPHABET))


@dataclass(frozen=True)
class Corpus:
    """A text in three parts.

    Parameters
    ----------
    training, validation, test : str
        Choices such as that of a dropout were made by the validation text; figures are those of the test text.
    python : str
        The version of Python that the text came with.
    """

    training: str
    validation: str
    test: str
    python: str

    @property
    def hash(self) -> str:
        """16 hexadecimal digits: figures of two texts belong together only if these agree."""
        parts = "\0".join((self.training, self.validation, self.test))
        return hashlib.sha256(parts.encode()).hexdigest()[:16]


def python_reference() -> Corpus:
    """The reference of the Python that runs, in three parts.

    Raises
    ------
    ModuleNotFoundError
        If this Python was packed without ``pydoc_data``.
    """
    from pydoc_data.topics import topics

    return Corpus(**split(topics), python=platform.python_version())


def split(topics: Mapping[str, str]) -> dict[str, str]:
    r"""The texts ``test``, ``validation`` and ``training``; paragraphs are between empty lines.

    Parameters
    ----------
    topics : mapping of str to str
        Texts by their names. The first byte of the SHA-256 of a name, modulo 16, is 0 for test and 7 for validation.

    Examples
    --------
    >>> split({"for": "Loops.\n\nOver items.", "while": "Tests first.", "compound": "Loops.\n\n\nThese hold others."})
    {'test': 'Loops.\n\nOver items.', 'validation': 'Tests first.', 'training': 'These hold others.'}
    """
    seen: set[tuple[str, ...]] = set()
    texts = {}
    for part in _PARTS:
        paragraphs = []
        for name in sorted(topics):
            if _part(name) == part:
                for paragraph in re.split(r"\n\s*\n", topics[name].strip("\n")):
                    runs = set(_runs(paragraph))
                    if not runs & seen:
                        paragraphs.append(paragraph)
                    seen |= runs
        texts[part] = "\n\n".join(paragraphs)
    return texts


def encode(text: str) -> np.ndarray:
    r"""Indices into :data:`ALPHABET`, uint8 [n]; a character outside it is :data:`UNKNOWN`, number 0.

    Examples
    --------
    >>> encode("a\n é").tolist()
    [67, 1, 2, 0]
    """
    return _CODES[[ord(character) for character in text]]


def decode(indices: np.ndarray) -> str:
    """The text of indices [n], integers.

    Examples
    --------
    >>> decode(encode("for x in y:"))
    'for x in y:'
    """
    return "".join(ALPHABET[index] for index in indices)


def _part(name: str) -> str:
    return _HELD_OUT.get(hashlib.sha256(name.encode()).digest()[0] % 16, "training")


def _runs(paragraph: str) -> Iterator[tuple[str, ...]]:
    """All runs of eight words; a shorter paragraph is one run."""
    words = paragraph.split()
    for i in range(max(1, len(words) - _RUN + 1)):
        yield tuple(words[i : i + _RUN])

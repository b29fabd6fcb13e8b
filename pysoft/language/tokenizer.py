"""Text to tokens and back, by the files of a Hugging Face folder and the package ``tokenizers``."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import tokenizers

__all__ = ["Tokenizer", "read_tokenizer"]

_END = "<|endoftext|>"  # GPT-2's one special token


class Tokenizer:
    """A text as numbers of tokens, without any that are not in the text.

    Parameters
    ----------
    backend : tokenizers.Tokenizer

    Examples
    --------
    >>> import tokenizers
    >>> backend = tokenizers.Tokenizer(tokenizers.models.BPE({"a": 0, "b": 1, "ab": 2}, [("a", "b")]))
    >>> tokenizer = Tokenizer(backend)
    >>> tokenizer.encode("abba"), tokenizer.vocab_size
    (array([2, 1, 0]), 3)
    """

    def __init__(self, backend: "tokenizers.Tokenizer"):
        self._backend = backend

    @property
    def vocab_size(self) -> int:
        """Tokens that there are."""
        return self._backend.get_vocab_size()

    @property
    def end(self) -> int | None:
        """The token ``<|endoftext|>``, or None if there is none."""
        return self._backend.token_to_id(_END)

    def encode(self, text: str) -> np.ndarray:
        """The tokens of a text: int64, shape [n]."""
        return np.array(self._backend.encode(text, add_special_tokens=False).ids, np.int64)

    def unknown(self, tokens: npt.ArrayLike) -> int:
        """How many of these tokens stand for text that the tokenizer does not know."""
        name = getattr(self._backend.model, "unk_token", None)
        return 0 if name is None else int(np.count_nonzero(np.asarray(tokens) == self._backend.token_to_id(name)))

    def decode(self, tokens: npt.ArrayLike) -> str:
        """The text of tokens; bytes that are no UTF-8 are U+FFFD, and numbers without a token are left out."""
        return self._backend.decode([int(token) for token in np.asarray(tokens).reshape(-1)], skip_special_tokens=False)

    def stream(self) -> Callable[[int], str]:
        """Make a function from each token to the text that it adds, "" while a character is not whole."""
        from tokenizers.decoders import DecodeStream

        stream = DecodeStream(skip_special_tokens=False)
        return lambda token: stream.step(self._backend, int(token)) or ""


def read_tokenizer(folder: str | Path) -> Tokenizer:
    """The tokenizer in ``tokenizer.json`` of a folder, or GPT-2's in ``vocab.json`` and ``merges.txt``.

    Raises
    ------
    FileNotFoundError
        If the folder has neither; the message names what is missing.
    ValueError
        If a file is not what its name says; the message names it.
    ModuleNotFoundError
        If ``tokenizers`` (the extra ``models``) is not installed.
    """
    import tokenizers

    place = Path(folder)
    whole, vocabulary, merges = (place / name for name in ("tokenizer.json", "vocab.json", "merges.txt"))
    if whole.is_file():
        with _naming(f"{whole}"):
            return Tokenizer(tokenizers.Tokenizer.from_file(str(whole)))
    missing = [path.name for path in (vocabulary, merges) if not path.is_file()]
    if missing:
        raise FileNotFoundError(f"folder {place} has no tokenizer: no {whole.name}, and no {' and no '.join(missing)}")
    with _naming(f"{vocabulary} and {merges.name}"):
        bpe = tokenizers.models.BPE.from_file(str(vocabulary), str(merges))
    backend = tokenizers.Tokenizer(bpe)
    backend.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    backend.decoder = tokenizers.decoders.ByteLevel()
    if backend.token_to_id(_END) is not None:
        backend.add_special_tokens([_END])
    return Tokenizer(backend)


@contextmanager
def _naming(files: str) -> Iterator[None]:
    try:
        yield
    except Exception as error:  # the package raises nothing more precise
        raise ValueError(f"{files}: no tokenizer can be made of this: {error}") from error

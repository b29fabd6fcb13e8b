"""The sizes of a GPT-2, from the ``config.json`` of a Hugging Face folder."""

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["GPT2Config"]

# The tanh form of GELU has two names there.
_ACTIVATIONS = ("gelu_new", "gelu_pytorch_tanh")
# What would compute something else, by the one value at which it does not.
_FIXED = {"scale_attn_weights": True, "scale_attn_by_inverse_layer_idx": False, "add_cross_attention": False}


@dataclass(frozen=True)
class GPT2Config:
    """Sizes and constants of a model of the GPT-2 architecture, under Hugging Face's names.

    Parameters
    ----------
    vocab_size, n_positions, n_embd, n_layer, n_head : int
        Tokens that there are, the longest context, width, blocks, heads of a block. 1 or more.
    n_inner : int, optional
        Width within the two-layer network of a block; 4 ``n_embd`` if it is None.
    layer_norm_epsilon : float
        Above 0.
    activation_function : str
        ``gelu_new`` or ``gelu_pytorch_tanh``, which are two names of one function.
    tie_word_embeddings : bool
        Whether logits may be products with the embeddings of the tokens, where there is no ``lm_head.weight``.

    Raises
    ------
    TypeError
        If a value is of another type.
    ValueError
        If a size is not 1 or more, ``n_embd`` no multiple of ``n_head``, or the activation another one.

    References
    ----------
    A. Radford et al., "Language models are unsupervised multitask learners", OpenAI 2019.

    Examples
    --------
    >>> GPT2Config(vocab_size=50257, n_positions=1024, n_embd=768, n_layer=12, n_head=12).inner
    3072
    """

    vocab_size: int
    n_positions: int
    n_embd: int
    n_layer: int
    n_head: int
    n_inner: int | None = None
    layer_norm_epsilon: float = 1e-5
    activation_function: str = "gelu_new"
    tie_word_embeddings: bool = True

    def __post_init__(self) -> None:
        for name in ("vocab_size", "n_positions", "n_embd", "n_layer", "n_head", "n_inner"):
            size = getattr(self, name)
            if name == "n_inner" and size is None:
                continue
            if type(size) is not int:
                raise TypeError(f"{name} must be an integer, not {size!r}")
            if size < 1:
                raise ValueError(f"{name} must be 1 or more, not {size}")
        if self.n_embd % self.n_head:
            raise ValueError(f"n_embd must be a multiple of n_head, and {self.n_embd} is none of {self.n_head}")
        epsilon = self.layer_norm_epsilon
        if type(epsilon) not in (int, float):
            raise TypeError(f"layer_norm_epsilon must be a number, not {epsilon!r}")
        if not 0 < epsilon < math.inf:
            raise ValueError(f"layer_norm_epsilon must be above 0 and finite, not {epsilon}")
        if self.activation_function not in _ACTIVATIONS:
            allowed = " or ".join(_ACTIVATIONS)
            raise ValueError(f"activation_function must be {allowed}, not {self.activation_function!r}")
        if type(self.tie_word_embeddings) is not bool:
            raise TypeError(f"tie_word_embeddings must be true or false, not {self.tie_word_embeddings!r}")

    @property
    def inner(self) -> int:
        """Width within the two-layer network of a block."""
        return 4 * self.n_embd if self.n_inner is None else self.n_inner

    @classmethod
    def of(cls, settings: dict[str, Any]) -> "GPT2Config":
        """The configuration in the settings of a ``config.json``; what has no say in the numbers is passed over.

        ``reorder_and_upcast_attn`` only rounds elsewhere in training with mixed precision, and is passed over too.

        Raises
        ------
        TypeError, ValueError
            As of the class; or if the model is of another type, a size is missing, or attention is scaled otherwise.

        Examples
        --------
        >>> GPT2Config.of({"model_type": "llama"})
        Traceback (most recent call last):
        ...
        ValueError: model_type must be 'gpt2', not 'llama'
        """
        if settings.get("model_type") != "gpt2":
            raise ValueError(f"model_type must be 'gpt2', not {settings.get('model_type')!r}")
        for name, value in _FIXED.items():
            if settings.get(name, value) is not value:
                raise ValueError(f"{name} must be {json.dumps(value)}, not {json.dumps(settings[name])}")
        fields = cls.__dataclass_fields__
        missing = [name for name in list(fields)[:5] if name not in settings]
        if missing:
            raise ValueError(f"{', '.join(missing)} must be given")
        return cls(**{name: settings[name] for name in fields if name in settings})

    @classmethod
    def read(cls, folder: str | Path) -> "GPT2Config":
        """The configuration in ``config.json`` of a folder.

        Raises
        ------
        FileNotFoundError
            If there is no such file.
        ValueError
            If it is not JSON, or as of :meth:`of`; the message names the file.
        """
        path = Path(folder) / "config.json"
        if not path.is_file():
            raise FileNotFoundError(f"{path} is missing: a GPT-2 folder has config.json and model.safetensors")
        try:
            settings = json.loads(path.read_bytes())
            if not isinstance(settings, dict):
                raise ValueError("it must hold a JSON object")
            return cls.of(settings)
        except (TypeError, ValueError) as error:  # a JSONDecodeError is a ValueError
            raise ValueError(f"{path}: {error}") from error

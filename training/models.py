"""The networks in torch, with the names and shapes of their weights in the files.

Transformers are those of GPT-2, whose names they have; a projection holds its weight as [in, out], as there. With
``linear_attention`` in the place of softmax they are linear transformers (Katharopoulos et al. 2020).
"""

import math
from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

__all__ = [
    "CharacterGRU",
    "CharacterTransformer",
    "DigitsGRU",
    "DigitsTransformer",
    "Transformer",
    "causal_linear_attention",
    "causal_softmax_attention",
    "linear_attention",
]

Config = Mapping[str, Any]
Attention = Callable[[Tensor, Tensor, Tensor], Tensor]  # [b, heads, n, d] each, to the same


def causal_softmax_attention(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    """sum_{j <= i} softmax_j(q_i . k_j / sqrt d) v_j."""
    return functional.scaled_dot_product_attention(q, k, v, is_causal=True)


def _features(x: Tensor) -> Tensor:
    """elu(x) + 1, which is above 0."""
    return functional.elu(x) + 1


def linear_attention(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    """sum_j w_ij v_j / sum_j w_ij with w_ij = f(q_i) . f(k_j) and f(x) = elu(x) + 1."""
    return _shares(_features(q) @ _features(k).mT) @ v


def causal_linear_attention(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    """The same, j up to i."""
    return _shares((_features(q) @ _features(k).mT).tril()) @ v


def _shares(weights: Tensor) -> Tensor:
    return weights / weights.sum(-1, keepdim=True)


class _Projection(nn.Module):
    """x W + b, W as [in, out]."""

    def __init__(self, inputs: int, outputs: int, *, shrink: float = 1.0):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(inputs, outputs) * shrink / (2 * math.sqrt(inputs)))
        self.bias = nn.Parameter(torch.zeros(outputs))

    def forward(self, x: Tensor) -> Tensor:  # [..., in] -> [..., out]
        return functional.linear(x, self.weight.T, self.bias)


class _SelfAttention(nn.Module):
    """Heads of 1/heads of the features each."""

    def __init__(self, width: int, heads: int, attention: Attention, shrink: float):
        super().__init__()
        self.heads, self.attention = heads, attention
        self.c_attn = _Projection(width, 3 * width)
        self.c_proj = _Projection(width, width, shrink=shrink)

    def forward(self, x: Tensor) -> Tensor:
        b, n, width = x.shape
        heads = self.c_attn(x).view(b, n, 3, self.heads, -1)  # [b, n, 3 width] -> [b, n, 3, heads, d]
        q, k, v = heads.permute(2, 0, 3, 1, 4)  # -> 3 of [b, heads, n, d]
        y = self.attention(q, k, v).transpose(1, 2).reshape(b, n, width)  # [b, heads, n, d] -> [b, n, width]
        return self.c_proj(y)


class _MLP(nn.Module):
    """Four times as wide inside."""

    def __init__(self, width: int, shrink: float):
        super().__init__()
        self.c_fc = _Projection(width, 4 * width)
        self.c_proj = _Projection(4 * width, width, shrink=shrink)

    def forward(self, x: Tensor) -> Tensor:
        return self.c_proj(functional.gelu(self.c_fc(x), approximate="tanh"))


class _Block(nn.Module):
    """A pre-norm block."""

    def __init__(self, width: int, heads: int, attention: Attention, dropout: float, shrink: float):
        super().__init__()
        self.ln_1, self.attn = nn.LayerNorm(width), _SelfAttention(width, heads, attention, shrink)
        self.ln_2, self.mlp = nn.LayerNorm(width), _MLP(width, shrink)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.dropout(self.attn(self.ln_1(x)))
        return x + self.dropout(self.mlp(self.ln_2(x)))


class Transformer(nn.Module):
    """Positions, blocks and a last normalisation: embeddings [b, n, n_embd] to features of the same shape."""

    def __init__(self, config: Config, positions: int, attention: Attention, dropout: float):
        super().__init__()
        width, layers = config["n_embd"], config["n_layer"]
        shrink = (2 * layers) ** -0.5  # what is added to the residual stream, as in GPT-2
        self.wpe = nn.Embedding(positions, width)
        self.h = nn.ModuleList(_Block(width, config["n_head"], attention, dropout, shrink) for _ in range(layers))
        self.ln_f = nn.LayerNorm(width)
        self.dropout = nn.Dropout(dropout)
        nn.init.normal_(self.wpe.weight, std=0.02)

    def forward(self, embeddings: Tensor) -> Tensor:
        """Features of all tokens."""
        x = self.dropout(embeddings + self.wpe.weight[: embeddings.shape[1]])
        for block in self.h:
            x = block(x)
        return self.ln_f(x)


class CharacterTransformer(nn.Module):
    """Characters [b, n] to logits [b, n, vocab_size]; the embedding is the output matrix, too."""

    def __init__(self, config: Config, attention: Attention, dropout: float = 0.0):
        super().__init__()
        self.transformer = Transformer(config, config["n_positions"], attention, dropout)
        self.transformer.wte = nn.Embedding(config["vocab_size"], config["n_embd"])
        nn.init.normal_(self.transformer.wte.weight, std=0.05)

    def forward(self, characters: Tensor) -> Tensor:
        """Logits of the characters behind each."""
        features = self.transformer(self.transformer.wte(characters))  # [b, n] -> [b, n, n_embd]
        return features @ self.transformer.wte.weight.T  # -> [b, n, vocab_size]


class CharacterGRU(nn.Module):
    """Characters [b, n] to logits [b, n, characters], by one recurrent layer."""

    def __init__(self, characters: int, config: Config, dropout: float = 0.0):
        super().__init__()
        self.embedding = nn.Embedding(characters, config["embedding"])
        self.gru = nn.GRU(config["embedding"], config["hidden"], batch_first=True)
        self.head = nn.Linear(config["hidden"], characters)
        self.dropout = nn.Dropout(dropout)

    def forward(self, characters: Tensor) -> Tensor:
        """Logits of the characters behind each."""
        states, _ = self.gru(self.dropout(self.embedding(characters)))  # [b, n] -> [b, n, hidden]
        return self.head(self.dropout(states))  # -> [b, n, characters]


class DigitsGRU(nn.Module):
    """Images as rows [b, 8, 8] to logits [b, 10], by the last state of one recurrent layer."""

    def __init__(self, config: Config, dropout: float = 0.0):
        super().__init__()
        self.gru = nn.GRU(8, config["hidden"], batch_first=True)
        self.head = nn.Linear(config["hidden"], 10)
        self.dropout = nn.Dropout(dropout)

    def forward(self, images: Tensor) -> Tensor:
        """Logits of the digits."""
        _, last = self.gru(images)  # [b, 8, 8] -> [1, b, hidden]
        return self.head(self.dropout(last[0]))  # -> [b, 10]


class DigitsTransformer(nn.Module):
    """Images as rows [b, 8, 8] to logits [b, 10], by the mean of the features of the rows."""

    def __init__(self, config: Config, dropout: float = 0.0):
        super().__init__()
        self.embedding = nn.Linear(8, config["n_embd"])
        self.transformer = Transformer(config, 8, linear_attention, dropout)
        self.head = nn.Linear(config["n_embd"], 10)

    def forward(self, images: Tensor) -> Tensor:
        """Logits of the digits."""
        return self.head(self.transformer(self.embedding(images)).mean(1))  # [b, 8, 8] -> [b, n_embd] -> [b, 10]

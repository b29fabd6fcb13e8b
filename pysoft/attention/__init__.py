"""Attention of transformers on an arithmetic of one's choice: by softmax, by a polynomial, and linear in the length."""

from .dense import DenseLinearAttention
from .elu import EluPlusOne
from .features import FeatureMap, Keys
from .heads import merge_heads, split_heads
from .linear import LinearAttention
from .protocol import Attention, Memory
from .random_features import FavorPlus, TrigonometricFeatures
from .recurrent import RecurrentAttention
from .softmax import SoftmaxAttention
from .taylor import TaylorAttention, TaylorFeatures

__all__ = [
    "Attention",
    "DenseLinearAttention",
    "EluPlusOne",
    "FavorPlus",
    "FeatureMap",
    "Keys",
    "LinearAttention",
    "Memory",
    "RecurrentAttention",
    "SoftmaxAttention",
    "TaylorAttention",
    "TaylorFeatures",
    "TrigonometricFeatures",
    "merge_heads",
    "split_heads",
]

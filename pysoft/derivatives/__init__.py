"""Derivatives of what an arithmetic really computes, and straight-through ones: two objects with the same methods."""

from .exact import ExactDerivative
from .protocol import Derivative
from .slopes import Slopes
from .straight_through import StraightThrough

__all__ = ["Derivative", "ExactDerivative", "Slopes", "StraightThrough"]

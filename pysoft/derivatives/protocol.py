"""What a backward pass asks of a derivative: each method takes operands and g, and gives the gradients of the operands.

g is the gradient of some loss with respect to a result; what is returned is that with respect to each operand, by the
chain rule. Arrays are in the arithmetic's format, and so are gradients, but those of matrix products: as the products
themselves they are sums in the accumulator, which the model rounds where it wants to.

Nothing is summed over dimensions that were broadcast: that is for the caller, who knows which operands are parameters.
So one forward pass may be differentiated in many directions at once, which are leading dimensions of g.
"""

from typing import Protocol

import numpy as np

from ..arithmetic import Arithmetic

__all__ = ["Derivative"]


class Derivative(Protocol):
    """The methods of :class:`ExactDerivative` and :class:`StraightThrough`."""

    @property
    def arithmetic(self) -> Arithmetic:
        """What the forward pass was computed with, and what the backward pass is computed with."""
        ...

    def multiply(self, a: np.ndarray, b: np.ndarray, g: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Gradients of a and of b, of the products a x b: the broadcast shape of all three."""
        ...

    def divide(self, n: np.ndarray, d: np.ndarray, g: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Gradients of n and of d, of the quotients n / d: the broadcast shape of all three."""
        ...

    def matmul(self, a: np.ndarray, b: np.ndarray, g: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Gradients of a and of b: :meth:`matmul_first` and :meth:`matmul_second`."""
        ...

    def matmul_first(self, a: np.ndarray, b: np.ndarray, g: np.ndarray) -> np.ndarray:
        """Gradient of a, of matrix products of a (..., m, k) and b (..., k, n), for g (..., m, n): (..., m, k)."""
        ...

    def matmul_second(self, a: np.ndarray, b: np.ndarray, g: np.ndarray) -> np.ndarray:
        """Gradient of b, of matrix products of a (..., m, k) and b (..., k, n), for g (..., m, n): (..., k, n)."""
        ...

    def exp2(self, x: np.ndarray, y: np.ndarray, g: np.ndarray) -> np.ndarray:
        """Gradient of x, for y = 2^x of the arithmetic."""
        ...

    def exp(self, x: np.ndarray, y: np.ndarray, g: np.ndarray) -> np.ndarray:
        """Gradient of x, for y = e^x of the arithmetic."""
        ...

    def sigmoid(self, x: np.ndarray, y: np.ndarray, g: np.ndarray) -> np.ndarray:
        """Gradient of x, for y = sigmoid(x) of the arithmetic."""
        ...

    def tanh(self, x: np.ndarray, y: np.ndarray, g: np.ndarray) -> np.ndarray:
        """Gradient of x, for y = tanh(x) of the arithmetic."""
        ...

    def relu(self, x: np.ndarray, y: np.ndarray, g: np.ndarray) -> np.ndarray:
        """Gradient of x, for y = max(x, 0): g where x is above 0, and 0."""
        ...

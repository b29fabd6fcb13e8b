"""Mitchell's functions over the reals in torch, for autograd: straight pieces, whose exponents are constants.

Rounding and cutting off are done as in the format, and differentiated as if they were not there.
"""

from fractions import Fraction

import torch

from pysoft.constant_product import LOG2_E, constant_bits
from pysoft.float_formats import FLOAT_FORMATS

__all__ = ["Mitchell"]


def exponent(x):
    return (torch.frexp(x.detach().abs()).exponent - 1).double()


def power(k):
    return torch.ldexp(torch.ones_like(k), k.int())


def logarithm(x):
    k = exponent(x)
    return k + x.abs() * power(-k) - 1


def antilogarithm(L):
    k = torch.floor(L.detach())
    return (1 + L - k) * power(k)


class Mitchell:
    """Of float64 tensors with numbers of a format of this name."""

    def __init__(self, name):
        self.form = FLOAT_FORMATS[name]
        self.dtype = {"f32": torch.float32, "bf16": torch.bfloat16}[name]
        self.c = round(LOG2_E * 2 ** constant_bits(self.form)) / Fraction(2 ** constant_bits(self.form))

    def round(self, x):
        return x + (x.detach().float().to(self.dtype).double() - x.detach())

    def multiply(self, a, b):
        a, b = torch.broadcast_tensors(a, b)
        one = torch.ones_like(a)
        safe = self._product(torch.where(a == 0, one, a), torch.where(b == 0, one, b))
        slope = lambda x: torch.sign(x.detach()) * torch.where(x == 0, 0 * one, power(exponent(x)))  # noqa: E731
        at_zero = a * slope(b) + b * slope(a)
        return torch.where((a == 0) | (b == 0), at_zero, safe)

    @staticmethod
    def _product(a, b):
        return torch.sign(a.detach()) * torch.sign(b.detach()) * antilogarithm(logarithm(a) + logarithm(b))

    def divide(self, n, d):
        one = torch.ones_like(n)
        safe = torch.where(n == 0, one, n)
        sign = torch.sign(n.detach()) * torch.sign(d.detach())
        return torch.where(n == 0, 0 * n, sign * antilogarithm(logarithm(safe) - logarithm(d)))

    def matmul(self, a, b):
        """Summed up in float32, in order."""
        terms = self.multiply(a[..., :, :, None], b[..., None, :, :])  # [..., m, k, n]
        total = torch.zeros_like(terms[..., 0, :])
        for k in range(terms.shape[-2]):
            total = total + terms[..., k, :]
            total = total + (total.detach().float().double() - total.detach())
        return total

    def exp(self, x):
        L = x * float(self.c)
        unit = 2.0**-self.form.fraction_bits
        return antilogarithm(L + (torch.floor(L.detach() / unit) * unit - L.detach()))

    def sigmoid(self, x):
        z = self.exp(torch.where(x < 0, x, -x))
        return self.divide(torch.where(x < 0, z, torch.ones_like(z)), self.round(1 + z))

    def tanh(self, x):
        u = self.exp(-2 * torch.sign(x.detach()) * x)
        quotient = torch.sign(x.detach()) * self.divide(self.round(1 - u), self.round(1 + u))
        return torch.where(x.abs() < 0.5, x, quotient)

    relu = staticmethod(torch.relu)

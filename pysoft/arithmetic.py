"""The arithmetic that a model computes with: every function exact, or by an operator of one's choice."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from . import activation, activation_bound
from .absolute_bound import AbsoluteBound
from .bound import Bound
from .elementwise import Elementwise
from .exponential import EXPONENTIALS, Exponential
from .families import FAMILIES, Implementation
from .float_formats import FLOAT_FORMATS, FloatFormat
from .formats import Format, format_from_name
from .kernels.lines import totals_of
from .matmul import MatrixProduct
from .operation import OPERATIONS
from .operator import Operator
from .scaled_product import ScaledMatrixProduct

__all__ = ["Arithmetic"]

_NAMES = {"mul": "multiply", "div": "divide"}  # of operations that are called otherwise here


class Arithmetic:
    """One object that multiplies, divides, takes powers, exponentials and logarithms, and sums up products.

    Every product and quotient is that of an operator, bit for bit, whatever the machine, the vector unit and the
    number of threads; every sum of floats is rounded once in the accumulator, in increasing order. Swap the object, and
    a whole network computes otherwise.

    Parameters
    ----------
    multiply, divide, square, reciprocal, sqrt, rsqrt : str or Operator, optional
        Operators, all on one format, such as ``"mul-f32-mitchell"``. What is not given is exact, but for two: a square
        is then a number multiplied by itself, and a reciprocal is 1 divided by it.
    exponential : str
        ``"exact"``, or ``"mitchell"`` for exponentials and logarithms by Mitchell's antilogarithm and logarithm, which
        are piecewise linear. See :mod:`pysoft.exponential`.
    format : str, optional
        That of all operators; needed only if none is given, ``f32`` by default.
    products : str or Operator, optional
        A multiplier on another, narrower format for sums of products, such as ``"mul-s8-mitchell"``: operands are
        scaled by powers of two and rounded to it, and sums are float32. See :mod:`pysoft.scaled_product`.
    accumulate : str, optional
        What products are summed up in: ``float32`` (default) or ``float64`` for floats, ``int32`` (default) or
        ``int64`` for integers.
    threads : int, optional
        Threads that share a sum of products. By default what the environment variable ``MITCHELL_NUM_THREADS`` says,
        or one for each CPU.

    Raises
    ------
    TypeError
        If an operator is neither a name nor an operator, or a count of threads no integer.
    ValueError
        If a name is unknown, an operator is of another operation or format than the place it is given for, or another
        parameter is none of those above.

    Notes
    -----
    Arrays of another dtype are not rounded by themselves, but Python numbers are. Sums of products of a narrow format
    are in the accumulator: :meth:`cast` rounds them to the format. Several threads may use an arithmetic at once.
    The methods of floats raise ValueError in an arithmetic of integers.

    Examples
    --------
    >>> arithmetic = Arithmetic(multiply="mul-f32-mitchell", divide="div-f32-mitchell", exponential="mitchell")
    >>> arithmetic.multiply([1.5, 3.0], 3.0)
    array([4., 8.], dtype=float32)
    >>> arithmetic.matmul([[1.5, 3.0]], [[1.5], [3.0]])
    array([[10.]], dtype=float32)
    >>> arithmetic.softmax([0.0, 1.0, 2.0])
    array([0.09912234, 0.2571631 , 0.7356738 ], dtype=float32)
    >>> Arithmetic(multiply="mul-s8-mitchell").matmul([[3, -5]], [[3], [100]])
    array([[-456]], dtype=int32)
    """

    def __init__(
        self,
        multiply: str | Operator | None = None,
        divide: str | Operator | None = None,
        *,
        square: str | Operator | None = None,
        reciprocal: str | Operator | None = None,
        sqrt: str | Operator | None = None,
        rsqrt: str | Operator | None = None,
        exponential: str = "exact",
        format: str | None = None,  # noqa: A002, as in operators
        products: str | Operator | None = None,
        accumulate: str | None = None,
        threads: int | None = None,
    ):
        given = {
            "mul": multiply,
            "div": divide,
            "square": square,
            "reciprocal": reciprocal,
            "sqrt": sqrt,
            "rsqrt": rsqrt,
        }
        operators = {name: _operator(name, which) for name, which in given.items() if which is not None}
        self._form = _common_format(operators, format)
        self._operators = operators
        if exponential not in EXPONENTIALS:
            raise ValueError(f"exponential must be one of {', '.join(EXPONENTIALS)}, not {exponential!r}")
        self._exponential = exponential
        self._products = None if products is None else _operator("mul", products)
        self._options = {"exponential": exponential, "accumulate": accumulate, "threads": threads}
        self._matmul: MatrixProduct | ScaledMatrixProduct
        if self._products is None:
            self._matmul = MatrixProduct(self.operator("mul"), accumulate=accumulate, threads=threads)
        else:
            _ = self._float_format
            self._matmul = ScaledMatrixProduct(self._products, accumulate=accumulate, threads=threads)
        self._functions: dict[str, Elementwise] = {}

    @classmethod
    def of_family(cls, family: str, format: str = "f32", **options: Any) -> "Arithmetic":  # noqa: A002
        """Every operation that a family has in a format by that family; Mitchell's exponential unless it is exact.

        ``Arithmetic.of_family("mitchell")`` has no exact multiplication anywhere. Of integers it has products and
        quotients alone.

        Parameters
        ----------
        family : str
            With its parameters, if it has any, as in the name of an operator: ``"tuned-minimax"``.
        format : str
        **options
            As of the class; they go before.

        Raises
        ------
        ValueError
            If there is no such family, or it has no multiplication in this format.

        Examples
        --------
        >>> Arithmetic.of_family("lmul", "bf16", threads=1)
        Arithmetic(multiply='mul-bf16-lmul', exponential='mitchell', format='bf16', accumulate='float32', threads=1)
        """
        base = Operator.from_name(f"mul-{format}-{family}")
        available = FAMILIES[base.family].operations_on(base.format)
        if not isinstance(base.format, FloatFormat):
            available = {name: available[name] for name in ("mul", "div") if name in available}
        operators = {
            _NAMES.get(name, name): Operator(name, base.format, base.family, _shared(base, implementation))
            for name, implementation in available.items()
        }
        exponential = "exact" if base.is_exact or not isinstance(base.format, FloatFormat) else "mitchell"
        return cls(**{"exponential": exponential, **operators, **options})

    def __repr__(self) -> str:
        options: dict[str, object] = {
            _NAMES.get(name, name): operator.name for name, operator in self._operators.items()
        }
        options |= {"exponential": self._exponential, "format": self._form.name, "accumulate": self._matmul.accumulate}
        if self._products is not None:
            options["products"] = self._products.name
        if self._options["threads"]:
            options["threads"] = self._options["threads"]
        return f"Arithmetic({', '.join(f'{name}={value!r}' for name, value in options.items())})"

    def __reduce__(self) -> Any:
        operators = {_NAMES.get(name, name): which for name, which in self._operators.items()}
        options = {**operators, **self._options, "products": self._products, "format": self._form.name}
        return _remade, (options,)

    @property
    def format(self) -> Format:
        """The number format of all operands, and of all results of floats but sums of products."""
        return self._form

    @property
    def exponential(self) -> str:
        """How exponentials and logarithms are taken: ``exact`` or ``mitchell``."""
        return self._exponential

    @property
    def products(self) -> Operator | None:
        """The multiplier of sums of products if it is on another, narrower format, or None."""
        return self._products

    def cast(self, values: npt.ArrayLike) -> np.ndarray:
        """Numbers of any dtype, rounded to the format of floats; see :meth:`FloatFormat.cast`."""
        return self._float_format.cast(values)

    def operator(self, operation: str) -> Operator:
        """The operator of an operation (``mul``, ``div``, ``square``, ...): that which was given, or the exact one.

        Raises
        ------
        ValueError
            If there is no exact one in this format.
        """
        given = self._operators.get(operation)
        return Operator(operation, self._form, "exact") if given is None else given

    def multiply(self, a: npt.ArrayLike, b: npt.ArrayLike) -> Any:
        """Products, element by element; shapes broadcast. Parameters, result and errors as of the operator."""
        return self._function("mul")(a, b)

    def divide(self, n: npt.ArrayLike, d: npt.ArrayLike) -> Any:
        """Quotients n / d, element by element; shapes broadcast. Parameters, result and errors as of the operator."""
        return self._function("div")(n, d)

    def square(self, a: npt.ArrayLike) -> Any:
        """a^2, element by element: by the operator for squares if one was given, or a times a."""
        return self._function("square")(a) if "square" in self._operators else self.multiply(a, a)

    def reciprocal(self, a: npt.ArrayLike) -> Any:
        """1 / a, element by element: by the operator for reciprocals if one was given, or 1 divided by a."""
        if "reciprocal" in self._operators:
            return self._function("reciprocal")(a)
        return self.divide(self._form.dtype.type(1), a)

    def sqrt(self, a: npt.ArrayLike) -> Any:
        """The square root, element by element; exact if no operator was given."""
        return self._function("sqrt")(a)

    def rsqrt(self, a: npt.ArrayLike) -> Any:
        """1 / sqrt a, element by element; exact if no operator was given."""
        return self._function("rsqrt")(a)

    def exp2(self, x: npt.ArrayLike) -> Any:
        """2^x, element by element; see :func:`pysoft.exponential.exp2`."""
        return self._exponentials.exp2(x, self._float_format)

    def exp(self, x: npt.ArrayLike) -> Any:
        """e^x, element by element; see :func:`pysoft.exponential.exp`."""
        return self._exponentials.exp(x, self._float_format)

    def log2(self, x: npt.ArrayLike) -> Any:
        """log2 x, element by element; see :func:`pysoft.exponential.log2`."""
        return self._exponentials.log2(x, self._float_format)

    def log(self, x: npt.ArrayLike) -> Any:
        """The natural logarithm, element by element; see :func:`pysoft.exponential.log`."""
        return self._exponentials.log(x, self._float_format)

    def sigmoid(self, x: npt.ArrayLike) -> Any:
        """1 / (1 + e^-x), element by element; see :func:`pysoft.activation.sigmoid`."""
        return activation.sigmoid(x, self._float_format, self._exponentials, self._function("div"))

    def tanh(self, x: npt.ArrayLike) -> Any:
        """The hyperbolic tangent, element by element; see :func:`pysoft.activation.tanh`."""
        return activation.tanh(x, self._float_format, self._exponentials, self._function("div"))

    def softmax(self, x: npt.ArrayLike, *, axis: int = -1) -> Any:
        """e^x, divided by its sum along an axis; see :func:`pysoft.activation.softmax`."""
        return activation.softmax(x, self._float_format, self._exponentials, self._function("div"), axis=axis)

    def matmul(self, a: npt.ArrayLike, b: npt.ArrayLike) -> Any:
        """Matrix products.

        Parameters
        ----------
        a, b : array_like
            Shapes (..., m, k) and (..., k, n), the leading ones broadcast. One dimension stands for a row on the left
            and for a column on the right, as in :func:`numpy.matmul`, and is not in the result.

        Returns
        -------
        numpy.ndarray, or a NumPy scalar if both operands have one dimension
            Shape (..., m, n), dtype that of the accumulator.

        Raises
        ------
        TypeError
            If an operand is of a type that the format does not hold exactly.
        ValueError
            If the shapes do not fit, or sums of integers might leave the accumulator.
        """
        x, y = self._form.array(a, "a"), self._form.array(b, "b")
        left, right = x[None] if x.ndim == 1 else x, y[:, None] if y.ndim == 1 else y
        c = self._matmul(left, right)
        if x.ndim == 1:
            c = c[..., 0, :]
        return (c[..., 0] if y.ndim == 1 else c)[()]

    def matvec(self, a: npt.ArrayLike, x: npt.ArrayLike) -> Any:
        """Products of matrices (..., m, k) and vectors (..., k), the leading dimensions broadcast: (..., m)."""
        return self.matmul(a, self._line(x, "x")[..., None])[..., 0][()]

    def outer(self, a: npt.ArrayLike, b: npt.ArrayLike) -> Any:
        """Products of all elements of (..., m) with all of (..., n): (..., m, n), as :meth:`multiply` has them."""
        return self.multiply(self._line(a, "a")[..., None], self._line(b, "b")[..., None, :])

    def sum_of_products(self, a: npt.ArrayLike, b: npt.ArrayLike) -> Any:
        """Products along the last axis, summed up: (..., k) and (..., k), which broadcast, to (...)."""
        x, y = np.broadcast_arrays(self._line(a, "a"), self._line(b, "b"))
        return self.matmul(x[..., None, :], y[..., None])[..., 0, 0][()]

    def sum(self, x: npt.ArrayLike, axis: int = -1, *, keepdims: bool = False) -> Any:
        """The sum of floats along an axis, in increasing order, rounded in the accumulator, of whose dtype it is.

        Raises
        ------
        TypeError
            If ``x`` are not numbers that the format holds exactly.
        numpy.exceptions.AxisError
            If ``x`` has no such axis.
        """
        array = np.moveaxis(self._float_format.array(x, "x").astype(self._matmul.accumulate), axis, -1)
        total = totals_of(array)[..., 0]  # [..., n] -> [...]
        return (np.expand_dims(total, axis) if keepdims else total)[()]

    def bound(self, function: str, **size: int) -> Bound | AbsoluteBound | None:
        """The proved bound of the error of a function, or None where nothing is proved.

        Parameters
        ----------
        function : str
            ``multiply``, ``divide``, ``square``, ``reciprocal``, ``sqrt``, ``rsqrt``, ``exp2``, ``exp``, ``log2``,
            ``log``, ``sigmoid``, ``tanh`` or ``softmax``.
        **size : int
            Of softmax: ``n``, how many elements it has; and ``share``, see
            :func:`pysoft.activation_bound.softmax_bound`.

        Raises
        ------
        ValueError
            If there is no such function, or a size is given to one that does not depend on it.

        Examples
        --------
        >>> arithmetic = Arithmetic.of_family("mitchell")
        >>> arithmetic.bound("multiply").percent, arithmetic.bound("sigmoid").percent
        ('-11.1111 % .. 0.0000 %', '-2.9821 % .. 19.4160 %')
        """
        operations = {_NAMES.get(name, name): name for name in OPERATIONS}
        activations = {name: getattr(activation_bound, f"{name}_bound") for name in ("sigmoid", "tanh", "softmax")}
        exponentials = ("exp2", "exp", "log2", "log")
        if size and function != "softmax":
            raise ValueError(f"the bound of {function} depends on no size, and {', '.join(size)} was given")
        if function == "softmax" and "n" not in size:
            raise ValueError("the bound of softmax depends on n, how many elements it has")
        if function in operations:
            return self._operation_bound(operations[function])
        if function in exponentials:
            return getattr(self._exponentials, f"{function}_bound")(self._float_format)
        if function in activations:
            divide = self._operation_bound("div")
            assert divide is not None
            return activations[function](self._float_format, self._exponentials, divide, **size)
        known = ", ".join((*operations, *exponentials, *activations))
        raise ValueError(f"unknown function {function!r}: there are {known}")

    def _line(self, values: npt.ArrayLike, name: str) -> np.ndarray:
        """An array in the format, or ValueError if it has no dimension."""
        array = self._form.array(values, name)
        if array.ndim == 0:
            raise ValueError(f"{name} must have a dimension or more, not be a scalar")
        return array

    def _operation_bound(self, name: str) -> Bound | None:
        """That of an operation; a square without an operator of its own is a product, a reciprocal a quotient."""
        stands_in = {"square": "mul", "reciprocal": "div"}
        return self.operator(name if name in self._operators else stands_in.get(name, name)).bound

    def _function(self, operation: str) -> Elementwise:
        if operation not in self._functions:
            self._functions[operation] = Elementwise(self.operator(operation))
        return self._functions[operation]

    @property
    def _exponentials(self) -> Exponential:
        return EXPONENTIALS[self._exponential]

    @property
    def _float_format(self) -> FloatFormat:
        if isinstance(self._form, FloatFormat):
            return self._form
        raise ValueError(f"this function is one of floats, and the arithmetic is on {self._form}")


def _operator(operation: str, which: str | Operator) -> Operator:
    if not isinstance(which, str | Operator):
        raise TypeError(f"{_NAMES.get(operation, operation)} must be an operator or its name, not {which!r}")
    operator = Operator.from_name(which) if isinstance(which, str) else which
    if operator.operation != operation:
        raise ValueError(f"{_NAMES.get(operation, operation)} must be a {operation} operator, not {operator}")
    return operator


def _shared(base: Operator, implementation: Implementation) -> dict[str, int | str]:
    """The parameters of an operator that another operation of its family has, too."""
    return {p.name: base.parameters[p.name] for p in implementation.parameters if p.name in base.parameters}


def _remade(options: dict[str, Any]) -> Arithmetic:
    return Arithmetic(**options)


def _common_format(operators: Mapping[str, Operator], name: str | None) -> Format:
    formats = {operator.format for operator in operators.values()} | ({format_from_name(name)} if name else set())
    if len(formats) > 1:
        names = ", ".join(sorted(form.name for form in formats))
        raise ValueError(f"all operators of an arithmetic must be on one format, not on {names}")
    return formats.pop() if formats else FLOAT_FORMATS["f32"]

"""Mitchell's logarithmic arithmetic: operators as bit-exact models, circuits, Verilog and proofs.

Examples
--------
>>> import mitchell
>>> op = mitchell.operator("mul-u16-mitchell")
>>> int(op(1000, 3000)), 1000 * 3000
(2973696, 3000000)
>>> op.bound.statement
'-1/9 <= (r - e)/e <= 0'
"""

import importlib.metadata

from pysoft.arithmetic import Arithmetic
from pysoft.bound import Bound
from pysoft.formats import IntegerFormat
from pysoft.named_arithmetic import named_arithmetic as arithmetic

from . import host
from .operator import Operator, operator, operators

__all__ = [
    "Arithmetic",
    "Bound",
    "IntegerFormat",
    "Operator",
    "__version__",
    "arithmetic",
    "host",
    "operator",
    "operators",
]

__version__ = importlib.metadata.version("mitchell")

"""Datapaths of the catalogue's families; mirrors ``pysoft/families/``."""

from typing import Any

from pysoft.float_formats import FloatFormat
from pysoft.logarithmic import Correction
from pysoft.operator import Operator
from pysoft.power import PowerScheme

from ..float_adder import FloatAdder, FloatCorrectedMultiplier, FloatPower
from ..logarithmic import CorrectedDivider, CorrectedMultiplier, Divider, Multiplier
from ..power import Power
from . import aaxd, babic, drum, exact, exact_float, nearest_power, tosam

__all__ = ["datapath"]

DATAPATHS = {
    ("mul", "exact"): exact.Multiplier,
    ("div", "exact"): exact.Divider,
    ("square", "exact"): exact.Square,
    ("reciprocal", "exact"): exact.Reciprocal,
    ("sqrt", "exact"): exact.SquareRoot,
    ("rsqrt", "exact"): exact.ReciprocalRoot,
    ("mul", "ilm"): nearest_power.IlmMultiplier,
    ("mul", "roba"): nearest_power.RobaMultiplier,
    ("mul", "babic"): babic.Multiplier,
    ("mul", "drum"): drum.Multiplier,
    ("mul", "tosam"): tosam.Multiplier,
    ("div", "aaxd"): aaxd.Divider,
}

FLOAT_DATAPATHS = {
    ("mul", "exact"): exact_float.Multiplier,
    ("div", "exact"): exact_float.Divider,
    ("square", "exact"): exact_float.Square,
    ("reciprocal", "exact"): exact_float.Reciprocal,
    ("sqrt", "exact"): exact_float.SquareRoot,
    ("rsqrt", "exact"): exact_float.ReciprocalRoot,
}


def datapath(operator: Operator) -> tuple[type, dict[str, Any]]:
    """Class of the datapath of ``operator``, which takes magnitudes, and its options besides format and pipeline.

    A family that is data takes a logarithmic datapath; any other has its own, and takes its parameters.
    """
    scheme, operation = operator.scheme, operator.operation
    if isinstance(operator.format, FloatFormat):
        return _float_datapath(operator)
    if scheme is None:
        return DATAPATHS[operation, operator.family], dict(operator.parameters)
    if isinstance(scheme, PowerScheme):
        return Power, {"scheme": scheme, "operation": operation, "f": operator.fraction_bits}
    if operation == "mul":
        return CorrectedMultiplier if scheme.correction else Multiplier, {"scheme": scheme}
    return CorrectedDivider if scheme.correction else Divider, {"scheme": scheme, "f": operator.fraction_bits}


def _float_datapath(operator: Operator) -> tuple[type, dict[str, Any]]:
    scheme, operation = operator.scheme, operator.operation
    if scheme is None:
        return FLOAT_DATAPATHS[operation, operator.family], dict(operator.parameters)
    if isinstance(scheme, PowerScheme):
        return FloatPower, {"scheme": scheme, "operation": operation}
    if isinstance(scheme.correction, Correction) and scheme.correction.domain == "linear":
        return FloatCorrectedMultiplier, {"scheme": scheme}
    return FloatAdder, {"scheme": scheme, "divide": operation == "div"}

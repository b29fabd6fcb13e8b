"""Datapaths of the catalogue's families; mirrors ``pysoft/families/``."""

from typing import Any

from pysoft.operator import Operator

from ..logarithmic import CorrectedDivider, CorrectedMultiplier, Divider, Multiplier
from . import aaxd, babic, drum, exact, nearest_power, tosam

__all__ = ["datapath"]

DATAPATHS = {
    ("mul", "exact"): exact.Multiplier,
    ("div", "exact"): exact.Divider,
    ("mul", "ilm"): nearest_power.IlmMultiplier,
    ("mul", "roba"): nearest_power.RobaMultiplier,
    ("mul", "babic"): babic.Multiplier,
    ("mul", "drum"): drum.Multiplier,
    ("mul", "tosam"): tosam.Multiplier,
    ("div", "aaxd"): aaxd.Divider,
}


def datapath(operator: Operator) -> tuple[type, dict[str, Any]]:
    """Class of the unsigned datapath of ``operator``, and its options besides width and pipeline.

    A family that is data takes the one logarithmic datapath; any other has its own, and takes its parameters.
    """
    scheme = operator.scheme
    if scheme is None:
        return DATAPATHS[operator.operation, operator.family], dict(operator.parameters)
    if operator.operation == "mul":
        return CorrectedMultiplier if scheme.correction else Multiplier, {"scheme": scheme}
    return CorrectedDivider if scheme.correction else Divider, {"scheme": scheme, "f": operator.fraction_bits}

"""Datapaths of the catalogue's families; mirrors ``pysoft/families/``."""

from . import exact, mitchell

__all__ = ["DATAPATHS"]

DATAPATHS = {
    ("mul", "exact"): exact.Multiplier,
    ("div", "exact"): exact.Divider,
    ("mul", "mitchell"): mitchell.Multiplier,
    ("div", "mitchell"): mitchell.Divider,
}

"""REXS, the reusable engineering exchange standard of FVA: models of drives and bearings, versions 1.4 to 2.0.

``read_rexs`` and ``write_rexs`` are the doors; ``converted`` leads from one version to another.
"""

from loadzone.formats.rexs.files import is_rexs, read_rexs, write_rexs
from loadzone.formats.rexs.lookup import quantity, word
from loadzone.formats.rexs.model import (
    Attribute,
    Coded,
    Component,
    LoadCase,
    LoadSpectrum,
    Reference,
    Relation,
    RexsModel,
    Value,
)
from loadzone.formats.rexs.versions import converted

__all__ = [
    "Attribute",
    "Coded",
    "Component",
    "LoadCase",
    "LoadSpectrum",
    "Reference",
    "Relation",
    "RexsModel",
    "Value",
    "converted",
    "is_rexs",
    "quantity",
    "read_rexs",
    "word",
    "write_rexs",
]

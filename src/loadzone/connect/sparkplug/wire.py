"""The protobuf messages of Sparkplug B, described here from the field numbers that its specification publishes.

The description becomes message classes of the protobuf library; no generated code and no file of others is needed.
"""

from functools import cache
from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

PACKAGE = "loadzone.sparkplug"

_SCALARS = {"uint32": 13, "uint64": 4, "float": 2, "double": 1, "bool": 8, "string": 9, "bytes": 12}
_OPTIONAL, _REPEATED, _MESSAGE = 1, 3, 11

_FIELDS: dict[str, str] = {
    "Payload": "1 timestamp uint64, 2 metrics *Metric, 3 seq uint64, 4 uuid string, 5 body bytes",
    "Metric": (
        "1 name string, 2 alias uint64, 3 timestamp uint64, 4 datatype uint32, 5 is_historical bool,"
        " 6 is_transient bool, 7 is_null bool, 8 metadata MetaData, 9 properties PropertySet, 10 int_value uint32|,"
        " 11 long_value uint64|, 12 float_value float|, 13 double_value double|, 14 boolean_value bool|,"
        " 15 string_value string|, 16 bytes_value bytes|, 17 dataset_value DataSet|, 18 template_value Template|"
    ),
    "MetaData": (
        "1 is_multi_part bool, 2 content_type string, 3 size uint64, 4 seq uint64, 5 file_name string,"
        " 6 file_type string, 7 md5 string, 8 description string"
    ),
    "PropertySet": "1 keys *string, 2 values *PropertyValue",
    "PropertyValue": (
        "1 type uint32, 2 is_null bool, 3 int_value uint32|, 4 long_value uint64|, 5 float_value float|,"
        " 6 double_value double|, 7 boolean_value bool|, 8 string_value string|, 9 propertyset_value PropertySet|,"
        " 10 propertysets_value PropertySetList|"
    ),
    "PropertySetList": "1 propertyset *PropertySet",
    "DataSet": "1 num_of_columns uint64, 2 columns *string, 3 types *uint32, 4 rows *Row",
    "Row": "1 elements *DataSetValue",
    "DataSetValue": (
        "1 int_value uint32|, 2 long_value uint64|, 3 float_value float|, 4 double_value double|,"
        " 5 boolean_value bool|, 6 string_value string|"
    ),
    "Template": (
        "1 version string, 2 metrics *Metric, 3 parameters *Parameter, 4 template_ref string, 5 is_definition bool"
    ),
    "Parameter": (
        "1 name string, 2 type uint32, 3 int_value uint32|, 4 long_value uint64|, 5 float_value float|,"
        " 6 double_value double|, 7 boolean_value bool|, 8 string_value string|"
    ),
}
"""Number, name and type of each field: ``*`` repeats, ``|`` is one of the alternatives of the value.

Source: Eclipse Sparkplug 3.0.0 specification, chapter 6.
"""


@cache
def new(name: str) -> Any:
    """The class of a message by its name."""
    return _classes()[f"{PACKAGE}.{name}"]


@cache
def _classes() -> dict[str, Any]:
    file = descriptor_pb2.FileDescriptorProto(name="loadzone_sparkplug.proto", package=PACKAGE, syntax="proto2")
    for name, fields in _FIELDS.items():
        message = file.message_type.add(name=name)
        if "|" in fields:
            message.oneof_decl.add(name="value")
        for told in fields.split(", "):
            number, field, kind = told.split()
            _add(message, int(number), field, kind)
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return {
        f"{PACKAGE}.{name}": message_factory.GetMessageClass(pool.FindMessageTypeByName(f"{PACKAGE}.{name}"))
        for name in _FIELDS
    }


def _add(message: Any, number: int, name: str, kind: str) -> None:
    plain = kind.strip("*|")
    field = message.field.add(name=name, number=number, label=_REPEATED if kind.startswith("*") else _OPTIONAL)
    if plain in _SCALARS:
        field.type = _SCALARS[plain]
    else:
        field.type, field.type_name = _MESSAGE, f".{PACKAGE}.{plain}"
    if kind.endswith("|"):
        field.oneof_index = 0

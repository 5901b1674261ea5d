"""A Sparkplug B payload as values of ours, to and from bytes; what is not well formed is refused with its reason.

A metric of a DATA message has no data type: its value stays `Raw` until `typed` gives it the one of its birth.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from google.protobuf.message import DecodeError, EncodeError

from loadzone.connect.sparkplug.datatypes import BASIC, DataType, datatype, put_scalar, take_scalar
from loadzone.connect.sparkplug.wire import new
from loadzone.words.errors import BadMessage
from loadzone.words.texts import text

MOST_METRICS = 20_000
MOST_DEPTH = 8
MOST_CELLS = 1_000_000
QUALITY = "Quality"
BAD, GOOD, STALE = 0, 192, 500


@dataclass(frozen=True)
class Raw:
    """A value whose data type is not known yet: the field it stands in, and what stands there."""

    field: str
    value: Any


@dataclass(frozen=True)
class DataSet:
    """A table: names and types of the columns, and rows of as many values."""

    columns: tuple[str, ...]
    types: tuple[DataType, ...]
    rows: tuple[tuple[Any, ...], ...] = ()


@dataclass(frozen=True)
class Parameter:
    """A parameter of a template, with its type."""

    name: str
    datatype: DataType
    value: Any = None


@dataclass(frozen=True)
class Template:
    """A definition (``is_definition``, without ``ref``) or an instance, which names its definition in ``ref``."""

    metrics: tuple["Metric", ...] = ()
    parameters: tuple[Parameter, ...] = ()
    is_definition: bool = False
    ref: str | None = None
    version: str | None = None


@dataclass(frozen=True)
class Metric:
    """One metric; ``timestamp`` in ms UTC; ``value`` None is null; ``properties`` are (type, value) by key."""

    name: str | None = None
    datatype: DataType | None = None
    value: Any = None
    timestamp: int | None = None
    alias: int | None = None
    is_historical: bool = False
    is_transient: bool = False
    properties: Mapping[str, tuple[DataType, Any]] = field(default_factory=dict)
    content_type: str | None = None

    @property
    def quality(self) -> int | None:
        """0 bad, 192 good, 500 stale; None where it is not told."""
        told = self.properties.get(QUALITY)
        return told[1] if told and isinstance(told[1], int) else None


@dataclass(frozen=True)
class Payload:
    """A payload; ``timestamp`` in ms UTC; ``seq`` 0 .. 255 or None."""

    metrics: tuple[Metric, ...] = ()
    timestamp: int | None = None
    seq: int | None = None
    uuid: str | None = None
    body: bytes | None = None

    def metric(self, name: str) -> Metric | None:
        """The first metric of that name."""
        return next((each for each in self.metrics if each.name == name), None)


def encode(payload: Payload, *, with_datatypes: bool = True) -> bytes:
    """The bytes of a payload; births carry data types, data and commands leave them out.

    Raises
    ------
    BadMessage : a value does not fit its type, a table or a template contradicts itself
    """
    message = new("Payload")()
    _set(message, timestamp=payload.timestamp, seq=payload.seq, uuid=payload.uuid, body=payload.body)
    try:
        for metric in payload.metrics:
            _put_metric(message.metrics.add(), metric, with_datatypes, 0)
        return bytes(message.SerializeToString())
    except (ValueError, TypeError, EncodeError) as error:
        raise BadMessage(text("the payload cannot be written ({reason})", reason=str(error)[:200])) from error


def _set(message: Any, **fields: Any) -> None:
    for name, value in fields.items():
        if value is not None:
            setattr(message, name, value)


def _put_metric(target: Any, metric: Metric, with_datatypes: bool, depth: int) -> None:
    _check_depth(depth)
    if metric.datatype is None:
        raise BadMessage(text("metric {name} has no data type to be written by", name=repr(metric.name)))
    _set(target, name=metric.name, alias=metric.alias, timestamp=metric.timestamp)
    if with_datatypes:
        target.datatype = int(metric.datatype)
    if metric.is_historical:
        target.is_historical = True
    if metric.is_transient:
        target.is_transient = True
    if metric.content_type is not None:
        target.metadata.content_type = metric.content_type
    for key, (kind, value) in metric.properties.items():
        _put_property(target.properties, key, kind, value)
    if metric.value is None:
        target.is_null = True
    elif metric.datatype is DataType.DATA_SET:
        _put_data_set(target.dataset_value, metric.value)
    elif metric.datatype is DataType.TEMPLATE:
        _put_template(target.template_value, metric.value, depth)
    else:
        put_scalar(target, metric.datatype, metric.value)


def _put_property(target: Any, key: str, kind: DataType, value: Any) -> None:
    if kind not in BASIC:
        raise BadMessage(text("property {key}: type {kind} is no basic one", key=key, kind=kind.name))
    if key == QUALITY and (kind is not DataType.INT32 or value not in {BAD, GOOD, STALE}):
        raise BadMessage(text("property Quality is an Int32 of 0, 192 or 500, not {value}", value=repr(value)[:40]))
    target.keys.append(key)
    told = target.values.add(type=int(kind))
    if value is None:
        told.is_null = True
    else:
        put_scalar(told, kind, value)


def _put_data_set(target: Any, table: DataSet) -> None:
    _check_table(table)
    target.num_of_columns = len(table.columns)
    target.columns.extend(table.columns)
    target.types.extend(int(kind) for kind in table.types)
    for row in table.rows:
        told = target.rows.add()
        for kind, value in zip(table.types, row, strict=True):
            put_scalar(told.elements.add(), kind, value)


def _check_table(table: DataSet) -> None:
    widths = {len(table.columns), len(table.types), *map(len, table.rows)}
    if len(widths) != 1 or not set(table.types) <= BASIC:
        raise BadMessage(
            text(
                "a data set has {columns} names and {types} types: each row has as many values, all of basic types",
                columns=len(table.columns),
                types=len(table.types),
            )
        )


def _put_template(target: Any, template: Template, depth: int) -> None:
    _check_template(template)
    _set(target, version=template.version, template_ref=template.ref)
    target.is_definition = template.is_definition
    for metric in template.metrics:
        _put_metric(target.metrics.add(), metric, with_datatypes=True, depth=depth + 1)
    for parameter in template.parameters:
        told = target.parameters.add(name=parameter.name, type=int(parameter.datatype))
        if parameter.value is not None:
            put_scalar(told, parameter.datatype, parameter.value)


def _check_template(template: Template) -> None:
    if template.is_definition == (template.ref is not None):
        raise BadMessage(text("a template is a definition without reference, or an instance that names its definition"))
    if any(not each.name or each.datatype not in BASIC for each in template.parameters):
        raise BadMessage(text("a parameter of a template has a name and a basic type"))


def _check_depth(depth: int) -> None:
    if depth > MOST_DEPTH:
        raise BadMessage(text("templates are nested {depth} deep: at most {limit}", depth=depth, limit=MOST_DEPTH))


def decode(body: bytes) -> Payload:
    """The payload of a message; nothing but a `BadMessage` comes out of bytes that are anything else.

    Raises
    ------
    BadMessage : no protobuf of this kind, too many metrics, an unknown type, an unequal table, too deep a template
    """
    message = new("Payload")()
    try:
        message.ParseFromString(body)
        return _take_payload(message)
    except (DecodeError, UnicodeDecodeError, RecursionError) as error:  # a text is looked at when it is asked for
        raise BadMessage(text("the message is no Sparkplug B payload ({reason})", reason=str(error)[:200])) from error


def _take_payload(message: Any) -> Payload:
    if len(message.metrics) > MOST_METRICS:
        raise BadMessage(
            text("{count} metrics in one payload: at most {limit}", count=len(message.metrics), limit=MOST_METRICS)
        )
    return Payload(
        metrics=tuple(_take_metric(each, 0) for each in message.metrics),
        timestamp=_optional(message, "timestamp"),
        seq=_optional(message, "seq"),
        uuid=_optional(message, "uuid"),
        body=_optional(message, "body"),
    )


def _optional(message: Any, name: str) -> Any:
    return getattr(message, name) if message.HasField(name) else None


def _take_metric(told: Any, depth: int) -> Metric:
    _check_depth(depth)
    kind = datatype(told.datatype) if told.HasField("datatype") else None
    metric = Metric(
        name=_optional(told, "name"),
        datatype=kind,
        timestamp=_optional(told, "timestamp"),
        alias=_optional(told, "alias"),
        is_historical=told.is_historical,
        is_transient=told.is_transient,
        properties=_take_properties(told.properties) if told.HasField("properties") else {},
        content_type=_optional(told.metadata, "content_type") if told.HasField("metadata") else None,
    )
    which = told.WhichOneof("value")
    if told.is_null or which is None:
        return metric
    value = getattr(told, which)
    if which == "dataset_value":
        raw = Raw(which, _take_data_set(value))
    elif which == "template_value":
        raw = Raw(which, _take_template(value, depth))
    else:
        raw = Raw(which, value)
    return typed(replace(metric, value=raw), kind)


def typed(metric: Metric, kind: DataType | None) -> Metric:
    """The metric with its value of type ``kind`` (of its birth); as it is where the type is not known.

    Raises
    ------
    BadMessage : the value cannot be of that type
    """
    if kind is None or kind is DataType.UNKNOWN or not isinstance(metric.value, Raw):
        return metric
    raw = metric.value
    if isinstance(raw.value, DataSet | Template):
        expected = DataType.DATA_SET if isinstance(raw.value, DataSet) else DataType.TEMPLATE
        if kind is not expected:
            raise BadMessage(text("a value in {field} is none of type {kind}", field=raw.field, kind=kind.name))
        return replace(metric, datatype=kind, value=raw.value)
    return replace(metric, datatype=kind, value=take_scalar(kind, raw.field, raw.value))


def _take_properties(told: Any) -> dict[str, tuple[DataType, Any]]:
    if len(told.keys) != len(told.values):
        raise BadMessage(
            text("{keys} keys and {values} values of properties", keys=len(told.keys), values=len(told.values))
        )
    found: dict[str, tuple[DataType, Any]] = {}
    for key, value in zip(told.keys, told.values, strict=True):
        kind, which = datatype(value.type), value.WhichOneof("value")
        if which in {"propertyset_value", "propertysets_value"}:
            continue  # sets of sets are not used by anything of ours
        is_null = value.is_null or which is None
        found[key] = (kind, None if is_null else take_scalar(kind, which, getattr(value, which)))
    return found


def _take_data_set(told: Any) -> DataSet:
    if len(told.rows) * max(1, len(told.columns)) > MOST_CELLS:
        raise BadMessage(text("a data set of {rows} rows: too many", rows=len(told.rows)))
    types = tuple(datatype(number) for number in told.types)
    rows = []
    for row in told.rows:
        if len(row.elements) != len(types):
            break
        rows.append(tuple(_cell(kind, cell) for kind, cell in zip(types, row.elements, strict=True)))
    table = DataSet(tuple(told.columns), types, tuple(rows))
    _check_table(table)
    if len(rows) != len(told.rows) or (told.HasField("num_of_columns") and told.num_of_columns != len(types)):
        raise BadMessage(
            text(
                "a data set has {columns} names and {types} types: each row has as many values, all of basic types",
                columns=int(told.num_of_columns),
                types=len(types),
            )
        )
    return table


def _cell(kind: DataType, cell: Any) -> Any:
    which = cell.WhichOneof("value")
    return None if which is None else take_scalar(kind, which, getattr(cell, which))


def _take_template(told: Any, depth: int) -> Template:
    parameters = []
    for each in told.parameters:
        kind, which = datatype(each.type), each.WhichOneof("value")
        value = None if which is None else take_scalar(kind, which, getattr(each, which))
        parameters.append(Parameter(each.name, kind, value))
    template = Template(
        metrics=tuple(_take_metric(each, depth + 1) for each in told.metrics),
        parameters=tuple(parameters),
        is_definition=told.is_definition,
        ref=_optional(told, "template_ref") or None,
        version=_optional(told, "version"),
    )
    _check_template(template)
    return template

"""Sensors: what measures at a position, on which channel, in which unit."""

from typing import Annotated, Any

from pydantic import Field

from loadzone.flows.assets import Sensor
from loadzone.web.api.assets import Noun, asset_routes
from loadzone.web.shown import Facts, Identifier, Moment, Name, Shown, Taken

Unit = Annotated[str, Field(max_length=16, pattern=r"^[^\x00-\x1f\x7f]*$", examples=["m/s²"])]


class SensorShown(Shown):
    """A sensor at a position."""

    id: Identifier
    position: Identifier
    name: str
    kind: str
    channel: str | None
    unit: str | None
    facts: dict[str, Any]
    created_at: Moment = Field(validation_alias="created_us")
    retired_at: Moment | None = Field(validation_alias="retired_us")


class NewSensor(Taken):
    """A sensor to be entered."""

    id: Identifier
    position: Identifier
    name: Name
    kind: Name
    channel: Name | None = None
    unit: Unit | None = None
    facts: Facts


class ChangedSensor(Taken):
    """What shall be otherwise."""

    position: Identifier = ""
    name: Name = ""
    kind: Name = ""
    channel: Name | None = None
    unit: Unit | None = None
    facts: Facts
    is_retired: bool = False


def _made(body: NewSensor, organisation: str, at_us: int) -> Sensor:
    return Sensor(
        organisation, body.id, body.position, body.name, body.kind, at_us, body.channel, body.unit, body.facts
    )


routes = asset_routes(Noun("sensor", "sensors", SensorShown, NewSensor, ChangedSensor, _made, within="position"))

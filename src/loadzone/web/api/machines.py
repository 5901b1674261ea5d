"""Machines, which have positions with bearings."""

from typing import Annotated, Any

from pydantic import Field

from loadzone.flows.assets import Machine
from loadzone.web.api.assets import Noun, asset_routes
from loadzone.web.shown import Facts, Identifier, Moment, Name, Shown, Taken

Kind = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$", examples=["wind turbine"])]


class MachineShown(Shown):
    """A machine on a site."""

    id: Identifier
    site: Identifier
    name: str
    kind: str
    facts: dict[str, Any]
    created_at: Moment = Field(validation_alias="created_us")
    retired_at: Moment | None = Field(validation_alias="retired_us")


class NewMachine(Taken):
    """A machine to be entered."""

    id: Identifier
    site: Identifier
    name: Name
    kind: Kind
    facts: Facts


class ChangedMachine(Taken):
    """What shall be otherwise; retired is no longer watched."""

    site: Identifier = ""
    name: Name = ""
    kind: Kind = ""
    facts: Facts
    is_retired: bool = False


def _made(body: NewMachine, organisation: str, at_us: int) -> Machine:
    return Machine(organisation, body.id, body.site, body.name, body.kind, at_us, body.facts)


routes = asset_routes(Noun("machine", "machines", MachineShown, NewMachine, ChangedMachine, _made, within="site"))

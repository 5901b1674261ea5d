"""Sites: places with machines."""

from typing import Annotated, Any

from pydantic import Field

from loadzone.flows.assets import Site
from loadzone.web.api.assets import Noun, asset_routes
from loadzone.web.shown import Facts, Identifier, Name, Shown, Taken

Zone = Annotated[str, Field(min_length=1, max_length=64, description="IANA name", examples=["Asia/Shanghai"])]


class SiteShown(Shown):
    """A place with machines."""

    id: Identifier
    name: str
    time_zone: str
    facts: dict[str, Any]


class NewSite(Taken):
    """A site to be entered."""

    id: Identifier
    name: Name
    time_zone: Zone = "UTC"
    facts: Facts


class ChangedSite(Taken):
    """What shall be otherwise."""

    name: Name = ""
    time_zone: Zone = "UTC"
    facts: Facts


def _made(body: NewSite, organisation: str, at_us: int) -> Site:
    del at_us
    return Site(organisation, body.id, body.name, body.time_zone, body.facts)


routes = asset_routes(Noun("site", "sites", SiteShown, NewSite, ChangedSite, _made))

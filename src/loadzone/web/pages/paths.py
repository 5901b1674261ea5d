"""Where things are found: one address for each page about a thing."""

from urllib.parse import urlencode

from loadzone.flows.assets import Machine, Position, Site


def site_path(site: Site) -> str:
    """The page of a site."""
    return f"/sites/{site.organisation}/{site.id}"


def machine_path(machine: Machine) -> str:
    """The page of a machine."""
    return f"/machines/{machine.organisation}/{machine.id}"


def position_path(position: Position) -> str:
    """The page of a position."""
    return f"/positions/{position.organisation}/{position.id}"


def recording_path(organisation: str, position: str, recording: str) -> str:
    """The page of a recording of a position."""
    return f"/positions/{organisation}/{position}/recordings/{recording}"


def assets_path(organisation: str, *, site: str = "", machine: str = "", position: str = "") -> str:
    """The desk of assets with a site, machine or position chosen."""
    where = {"organisation": organisation, "site": site, "machine": machine, "position": position}
    return "/assets?" + urlencode({name: value for name, value in where.items() if value})

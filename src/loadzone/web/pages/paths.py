"""Where things are found: one address for each page about a thing."""

from urllib.parse import quote

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


def bearing_path(designation: str) -> str:
    """The page of a type of bearing; its slashes stay."""
    return f"/bearings/{quote(designation)}"


def report_path(machine: Machine) -> str:
    """The report of a machine."""
    return f"/reports/machine/{machine.organisation}/{machine.id}"

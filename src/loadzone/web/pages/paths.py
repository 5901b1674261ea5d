"""Where things are found: one address for each page about a thing."""

from urllib.parse import quote, urlencode

from loadzone.flows.assets import Machine, Position, Site


def site_path(site: Site) -> str:
    """The page of a site."""
    return f"/sites/{site.organisation}/{site.id}"


def machine_path(machine: Machine) -> str:
    """The page of a machine."""
    return f"/machines/{machine.organisation}/{machine.id}"


def position_path(position: Position) -> str:
    """The page of a position."""
    return position_at(position.organisation, position.id)


def position_at(organisation: str, identifier: str) -> str:
    """The page of a position of which only the name is known."""
    return f"/positions/{organisation}/{identifier}"


def recording_path(organisation: str, position: str, recording: str) -> str:
    """The page of a recording of a position."""
    return f"{position_at(organisation, position)}/recordings/{recording}"


def advice_path(organisation: str, identifier: str) -> str:
    """The page of an advice on its desk."""
    return f"/advice/{organisation}/{identifier}"


def alarm_path(organisation: str, identifier: str) -> str:
    """The page of alarms with this one chosen."""
    return f"/alarms?alarm={organisation}:{identifier}"


def why_path(organisation: str, identifier: str) -> str:
    """The chain behind a result, a recording, an alarm or an advice, computed again."""
    return f"/why/{organisation}/{identifier}"


def bearing_path(designation: str) -> str:
    """The page of a type of bearing; its slashes stay."""
    return f"/bearings/{quote(designation)}"


def waveform_path(organisation: str, waveform: str) -> str:
    """Samples of a waveform, of the interface: ``/samples`` and ``/pairs`` lie under it."""
    return f"/api/v1/organisations/{organisation}/waveforms/{waveform}"


def report_path(machine: Machine) -> str:
    """The report of a machine."""
    return f"/reports/machine/{machine.organisation}/{machine.id}"


def alarm_moves_path(organisation: str, identifier: str) -> str:
    """What takes the form by which somebody acknowledges, shelves or resets an alarm."""
    return f"/alarms/{organisation}/{identifier}/moves"


def assets_path(organisation: str, *, site: str = "", machine: str = "", position: str = "") -> str:
    """The desk of assets with a site, machine or position chosen."""
    where = {"organisation": organisation, "site": site, "machine": machine, "position": position}
    return "/assets?" + urlencode({name: value for name, value in where.items() if value})

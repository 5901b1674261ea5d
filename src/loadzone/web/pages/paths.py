"""Where things are found: one address for each page about a thing."""

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


def advice_path(organisation: str, identifier: str) -> str:
    """The page of an advice on its desk."""
    return f"/advice/{organisation}/{identifier}"


def alarm_path(organisation: str, identifier: str) -> str:
    """The page of alarms with this one chosen."""
    return f"/alarms?alarm={organisation}:{identifier}"


def alarm_moves_path(organisation: str, identifier: str) -> str:
    """What takes the form by which somebody acknowledges, shelves or resets an alarm."""
    return f"/alarms/{organisation}/{identifier}/moves"


def why_path(organisation: str, identifier: str) -> str:
    """The chain behind a result, a recording, an alarm or an advice, computed again."""
    return f"/why/{organisation}/{identifier}"

"""An open platform of the bearing industry: from a recording to a verdict with its evidence and its error rate.

::

    import loadzone as lz

    recordings = lz.read("fan.wav")
    diagnosis = lz.diagnose(recordings[0], bearing="6205", speed_rpm=1797)
    page = lz.report(diagnosis, recordings[0])

Importing this costs nothing: a function brings what it needs when it is first named.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from loadzone.flows.equilibrium import equilibrium
    from loadzone.flows.interactive import bearing, diagnose, report
    from loadzone.flows.optimise import optimise
    from loadzone.flows.rate import rate
    from loadzone.formats import read, write

    __version__: str

__all__ = ["__version__", "bearing", "diagnose", "equilibrium", "optimise", "rate", "read", "report", "write"]

_HOMES = {
    "bearing": "loadzone.flows.interactive",
    "diagnose": "loadzone.flows.interactive",
    "equilibrium": "loadzone.flows.equilibrium",
    "optimise": "loadzone.flows.optimise",
    "rate": "loadzone.flows.rate",
    "read": "loadzone.formats",
    "report": "loadzone.flows.interactive",
    "write": "loadzone.formats",
}


def __getattr__(name: str) -> object:
    """Load what is named from the room where it lives."""
    from importlib import import_module
    from importlib.metadata import version

    if name == "__version__":
        return version("loadzone")
    if name not in _HOMES:
        message = f"module 'loadzone' has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    """The names that a person may want to complete."""
    return __all__

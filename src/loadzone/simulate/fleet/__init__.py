"""A fleet over months: sites of several trades, machines, bearings that live and fail, and the truth beside all of it.

Everything follows from a seed and from time: the same hour of the same fleet is the same whenever it is asked for.
"""

from loadzone.simulate.fleet.fates import Fate, energy_ratio
from loadzone.simulate.fleet.profiles import Operating, operating
from loadzone.simulate.fleet.roster import Fleet, FleetMachine, FleetPosition, FleetSite, Organisation, roster
from loadzone.simulate.fleet.values import QUANTITIES, Observed, observed
from loadzone.simulate.fleet.waves import samples_at, wave_hours

__all__ = [
    "QUANTITIES",
    "Fate",
    "Fleet",
    "FleetMachine",
    "FleetPosition",
    "FleetSite",
    "Observed",
    "Operating",
    "Organisation",
    "energy_ratio",
    "observed",
    "operating",
    "roster",
    "samples_at",
    "wave_hours",
]

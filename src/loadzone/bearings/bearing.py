"""The noun Bearing: a type with its outline and its inside, each with where it comes from."""

from dataclasses import dataclass

from loadzone.bearings.boundary import Boundary
from loadzone.bearings.designation import Designation
from loadzone.bearings.geometry import Geometry
from loadzone.bearings.orders import DefectOrders, defect_orders
from loadzone.words.texts import Text, text


@dataclass(frozen=True)
class Bearing:
    """A bearing type.

    ``geometry`` is the inside to compute with; ``alternatives`` are other sourced insides of the same designation
    (or, of an estimate, the next likely number of elements). ``notes`` say what limits the answer.
    """

    name: str
    designation: Designation
    geometry: Geometry
    alternatives: tuple[Geometry, ...] = ()
    notes: tuple[Text, ...] = ()

    @property
    def boundary(self) -> Boundary | None:
        """Bore, outside diameter and width; None where no table holds them."""
        return self.designation.boundary

    @property
    def orders(self) -> DefectOrders:
        """Defect orders with the inner ring turning."""
        return defect_orders(self.geometry)

    @property
    def warnings(self) -> tuple[Text, ...]:
        """The notes, and the integer trap where the bearing sits in it."""
        return (*self.notes, *integer_trap(self.geometry))


def integer_trap(geometry: Geometry) -> tuple[Text, ...]:
    """The warning for a bearing whose race lines fall on shaft harmonics after little slip; empty for others."""
    orders = defect_orders(geometry)
    if not orders.is_integer_trap:
        return ()
    return (
        text(
            "integer trap: {slip:.2f} % slip puts BPFO and BPFI on shaft harmonics, where unbalance or looseness "
            "makes lines too",
            slip=100 * abs(orders.integer_distance),
        ),
    )

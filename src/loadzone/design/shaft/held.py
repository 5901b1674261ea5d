"""Whether supports hold a shaft at all: a movement that costs nothing, or a push that meets no stop, is refused."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from loadzone.design.shaft.beam import rigid
from loadzone.design.shaft.contacts import Contact
from loadzone.design.shaft.parts import Shaft, Spring
from loadzone.words.errors import OutOfScope
from loadzone.words.texts import text

Array = NDArray[np.float64]
FREE = 1e-9
"""Share of the greatest resistance below which a movement counts as free."""
MOVEMENTS = (
    text("along x"),
    text("along y"),
    text("along z"),
    text("tilting about x"),
    text("tilting about y"),
)


def refuse_free(shaft: Shaft, contacts: Sequence[Contact], seats: Array, thrust_n: float) -> None:
    """Refuse a shaft, taken as rigid, that some movement leaves unloaded.

    Parameters
    ----------
    contacts : of each support
    seats : (5 n, 5 n) stiffness of all seats, N, mm, rad; rigid seats do not appear in it and have rows of zeros
    thrust_n : sum of the loads along z

    Raises
    ------
    OutOfScope : a free movement; a bearing that cannot float, or not be fixed; no stop against the thrust
    """
    _refuse_misplaced(shaft, contacts)
    scale = max(max(each.outers_mm) for each in shaft.sections) / 2.0
    middle = float(np.mean([each.position_mm for each in shaft.supports]))
    units = np.array((1.0, 1.0, 1.0, scale, scale))
    elastic = [index for index in range(len(contacts)) if np.any(seats[5 * index : 5 * index + 5])]
    size = 5 + 5 * len(elastic)
    resisted = np.zeros((size, size))
    for index, (support, contact) in enumerate(zip(shaft.supports, contacts, strict=True)):
        taken = np.zeros((5, size))
        taken[:, :5] = units[:, None] * rigid(support.position_mm - middle) / units
        if index in elastic:
            place = 5 + 5 * elastic.index(index)
            taken[:, place : place + 5] = -np.eye(5)
        resists = contact.resists.copy()
        if support.location == "floating":
            resists[2], resists[:, 2] = 0.0, 0.0
        resisted += taken.T @ resists @ taken
    chosen = np.concatenate([np.arange(5 * index, 5 * index + 5) for index in elastic] or [np.zeros(0, dtype=int)])
    held = seats[np.ix_(chosen, chosen)]
    weights = np.sqrt(np.maximum(np.diag(held), 1e-300))
    resisted[5:, 5:] += held / np.outer(weights, weights)
    values, vectors = np.linalg.eigh(resisted)
    if values[0] < FREE * values[-1]:
        free = vectors[:, values < FREE * values[-1]]
        raise OutOfScope(
            text(
                "nothing holds the shaft {movement}: add a bearing or a spring that does, or let a floating one be "
                "fixed",
                movement=MOVEMENTS[_named(free)],
            )
        )
    _refuse_thrust(shaft, contacts, thrust_n)


def _refuse_misplaced(shaft: Shaft, contacts: Sequence[Contact]) -> None:
    for support, contact in zip(shaft.supports, contacts, strict=True):
        if support.location == "fixed" and not contact.thrust and not isinstance(support.bearing, Spring):
            raise OutOfScope(
                text(
                    "{name} is fixed, but rollers without a contact angle carry nothing along the axis, and ribs are "
                    "not modelled: let it float and another bearing locate the shaft",
                    name=support.name,
                )
            )
        if support.location == "floating" and len(contact.thrust) == 1:
            raise OutOfScope(
                text(
                    "{name} is floating, but its contact angle needs an axial force: a bearing that takes thrust one "
                    "way only must be fixed, against another one",
                    name=support.name,
                )
            )


def _named(free: Array) -> int:
    """The movement of the shaft that a set of free vectors holds most of; of the housing alone its own."""
    share = (free[:5] ** 2).sum(axis=1)
    if share.max() < FREE:
        share = (free[5:].reshape(-1, 5, free.shape[1]) ** 2).sum(axis=(0, 2))
    return int(share.argmax())


def _refuse_thrust(shaft: Shaft, contacts: Sequence[Contact], thrust_n: float) -> None:
    """A shaft located by bearings of one side must be pressed to that side."""
    fixed = [each for each, support in zip(contacts, shaft.supports, strict=True) if support.location == "fixed"]
    sides = frozenset[int]().union(*(each.thrust for each in fixed))
    for side, sign in ((1, "+"), (-1, "-")):
        if side not in sides and side * thrust_n >= 0.0:
            raise OutOfScope(
                text(
                    "nothing stops the shaft towards {sign}z, where its loads push it with {force:.4g} N: turn a "
                    "bearing round, or add one that takes thrust that way",
                    sign=sign,
                    force=abs(thrust_n),
                )
            )

"""The chain from samples to advice as a drawing: a column a step, a node a thing, a tick where it is the same again."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from loadzone.reports.svg import picture, tag

NODE_WIDTH, NODE_HEIGHT = 188.0, 43.0
GAP_X, PITCH_Y, TOP = 52.0, 54.0, 32.0
STEPS = 6
"""Room for a whole chain; a shorter one is drawn as large."""
NAME_LETTERS, DETAIL_LETTERS, BESIDE_TICK = 24, 25, 20


@dataclass(frozen=True)
class Node:
    """A thing of a step: its name over what is known of it, and whether it is the same again (None: not computed)."""

    name: str
    detail: str
    is_same: bool | None = None


@dataclass(frozen=True)
class Column:
    """A step of the chain; its nodes lead to all of the next one."""

    step: str
    name: str
    nodes: tuple[Node, ...]
    path: str
    is_chosen: bool = False


def chain_picture(columns: Sequence[Column], label: str) -> Markup:
    """The chain; each step is a link to what went into it."""
    steps = max(len(columns), STEPS)
    width = steps * NODE_WIDTH + (steps - 1) * GAP_X
    tallest = max(len(each.nodes) for each in columns)
    height = TOP + tallest * PITCH_Y
    parts: list[Markup] = []
    for number in range(1, len(columns)):
        parts += _edges(columns, number, tallest)
    for number, column in enumerate(columns):
        x = number * (NODE_WIDTH + GAP_X)
        drawn = [tag("text", column.name, x=x, y=14, class_="step")]
        for row, node in enumerate(column.nodes):
            drawn += _node(node, x, _y(row, len(column.nodes), tallest), is_chosen=column.is_chosen)
        parts.append(tag("a", *drawn, href=column.path, class_="chosen" if column.is_chosen else None))
    return picture(width, height, label, *parts, class_="chain")


def _y(row: int, count: int, tallest: int) -> float:
    return TOP + (tallest - count) * PITCH_Y / 2 + row * PITCH_Y


def _edges(columns: Sequence[Column], number: int, tallest: int) -> Iterator[Markup]:
    before, here = columns[number - 1], columns[number]
    left, right = (number - 1) * (NODE_WIDTH + GAP_X) + NODE_WIDTH, number * (NODE_WIDTH + GAP_X)
    middle = (left + right) / 2
    for one in range(len(before.nodes)):
        for other in range(len(here.nodes)):
            y1 = _y(one, len(before.nodes), tallest) + NODE_HEIGHT / 2
            y2 = _y(other, len(here.nodes), tallest) + NODE_HEIGHT / 2
            yield tag(
                "path", d=f"M{left:g} {y1:g}C{middle:g} {y1:g} {middle:g} {y2:g} {right:g} {y2:g}", class_="chain-edge"
            )


def _node(node: Node, x: float, y: float, *, is_chosen: bool) -> Iterator[Markup]:
    kind = "node differs" if node.is_same is False else "node chosen" if is_chosen else "node"
    letters = NAME_LETTERS if node.is_same is None else BESIDE_TICK
    yield tag("rect", x=x + 0.5, y=y, width=NODE_WIDTH - 1, height=NODE_HEIGHT, rx=4, class_=kind)
    yield tag("text", _short(node.name, letters), x=x + 10, y=y + 18, class_="node-name")
    yield tag("text", _short(node.detail, DETAIL_LETTERS), x=x + 10, y=y + 34, class_="axis")
    if node.is_same is not None:
        cx, cy = x + NODE_WIDTH - 16, y + NODE_HEIGHT / 2
        yield tag("circle", cx=cx, cy=cy, r=6, class_="answered" if node.is_same else "state-fill")
        hook = f"M{cx - 2.6:g} {cy + 0.2:g}l1.900 1.900l3.500-4.100" if node.is_same else f"M{cx - 2.5:g} {cy:g}h5"
        yield tag("path", d=hook, class_="hook")


def _short(words: str, letters: int) -> str:
    wide = sum(1 for each in words if ord(each) > 0x2E80)
    most = max(8, letters - wide)
    return words if len(words) <= most else f"{words[: most - 1]}…"

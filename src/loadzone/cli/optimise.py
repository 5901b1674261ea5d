"""``loadzone optimise``: the best deep groove ball bearing in an outline, with the proof that there is no better."""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from loadzone.cli import options
from loadzone.words.columns import TERMINAL_WIDTH, pad, wrap
from loadzone.words.texts import text

if TYPE_CHECKING:
    from loadzone.flows.optimise import Study

SHOWN = 5
SYMBOLS = {"life": "C N", "static": "C_0 N", "benchmark": "C_d"}
WIDTHS = (5, 10, 11, 13, 30)


def optimise(
    envelope: Annotated[
        str, typer.Option("--envelope", metavar="OUTERxBORExWIDTH", help="Outline in mm, as 160x90x30.")
    ],
    objective: Annotated[
        Literal["life", "static", "benchmark"],
        typer.Option("--objective", help="life: C; static: C0; benchmark: the published problem."),
    ] = "life",
    least_static: Annotated[float | None, typer.Option("--min-c0", metavar="N", help="Least C0 with life.")] = None,
    front: Annotated[
        int, typer.Option("--front", metavar="COUNT", help="Designs on the front of C and C0; 0 for none.")
    ] = 0,
    wall: Annotated[float, typer.Option("--wall", help="Ring thickness at the groove over the ball.")] = 0.3,
    gap: Annotated[float, typer.Option("--gap", help="Space between balls over the ball.")] = 0.2,
    filling: Annotated[float, typer.Option("--filling", metavar="DEG", help="Arc that the balls may fill.")] = 195.0,
    as_json: Annotated[bool, typer.Option("--json", help="Print the designs as JSON.")] = False,
    lang: options.Language = "en",
) -> None:
    """Find the best number and size of balls for an outline, with a proven bound."""
    from loadzone.design.envelope import Rules
    from loadzone.flows import optimise as journey

    rules = Rules(wall, gap, filling)
    study = journey.optimise(envelope, objective, rules=rules, least_static_n=least_static, front=front)
    facts = json.dumps(study.to_dict(lang), ensure_ascii=False, indent=2) if as_json else "\n".join(page(study, lang))
    typer.echo(facts)


def page(study: "Study", lang: str) -> Iterator[str]:
    """The best design, those of other numbers of balls, the front and the proof, at most 78 columns wide."""
    found = study.found
    heads = ("Z", "D_w mm", "D_pw mm", SYMBOLS[study.objective], text("conditions met").render(lang))
    yield _row(heads)
    for each in found.by_elements[:SHOWN]:
        cells = (f"{each.n_elements:g}", f"{each.ball_mm:.4f}", f"{each.pitch_mm:.4f}", f"{each.value:.2f}")
        active = ", ".join(name.render(lang) for name in each.active)
        yield from wrap(f"{_row(cells, is_open=True)}{active}", TERMINAL_WIDTH, " " * 42)
    yield ""
    if study.front:
        yield from _front(study, lang)
        yield ""
    proof = text(
        "proven: no other number of balls exceeds {rival:.2f}, the best design reaches {value:.4f} and nothing exceeds "
        "{bound:.4f}; with a fractional number of balls the limit is {relaxed:.2f}",
        rival=found.rival_bound,
        value=found.best.value,
        bound=found.best.bound,
        relaxed=found.relaxed.value,
    )
    for sentence in (*((proof,) if found.is_proven else ()), study.assumed):
        yield from wrap(f"   {sentence.render(lang)}", TERMINAL_WIDTH, "   ")


def _front(study: "Study", lang: str) -> Iterator[str]:
    from loadzone.flows.optimise import ratings_of

    if len(study.front) == 1:
        yield f"   {text('one design is best in both C and C_0: there is no front').render(lang)}"
        return
    yield f"   {text('front of C and C_0: the best C for a rising least C_0').render(lang)}"
    yield _row(("Z", "D_w mm", "D_pw mm", "C N", "C_0 N"))
    for each in study.front:
        dynamic, static = ratings_of(each)
        numbers = (f"{each.n_elements:g}", f"{each.ball_mm:.4f}", f"{each.pitch_mm:.4f}")
        yield _row((*numbers, f"{dynamic:.2f}", f"{static:.2f}"))


def _row(cells: tuple[str, ...], *, is_open: bool = False) -> str:
    row = "   " + "".join(pad(cell, width) for cell, width in zip(cells, WIDTHS, strict=False))
    return row if is_open else row.rstrip()

"""``loadzone optimise``: the best deep groove ball bearing in an outline, with the proof that there is no better."""

import hashlib
import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from loadzone.words.columns import TERMINAL_WIDTH, pad, wrap
from loadzone.words.texts import Text, text

if TYPE_CHECKING:
    from loadzone.design.envelope import Outline
    from loadzone.design.optimise import Answer, Optimum

SHOWN = 5
SYMBOLS = {"life": "C N", "static": "C_0 N", "benchmark": "C_d"}


def optimise(
    envelope: Annotated[
        str, typer.Option("--envelope", metavar="OUTERxBORExWIDTH", help="Outline in mm, as 160x90x30.")
    ],
    objective: Annotated[
        Literal["life", "static", "benchmark"],
        typer.Option("--objective", help="life: C; static: C0; benchmark: the published problem."),
    ] = "life",
    least_static: Annotated[float | None, typer.Option("--min-c0", metavar="N", help="Least C0 with life.")] = None,
    wall: Annotated[float, typer.Option("--wall", help="Ring thickness at the groove over the ball.")] = 0.3,
    gap: Annotated[float, typer.Option("--gap", help="Space between balls over the ball.")] = 0.2,
    filling: Annotated[float, typer.Option("--filling", metavar="DEG", help="Arc that the balls may fill.")] = 195.0,
    as_json: Annotated[bool, typer.Option("--json", help="Print the designs as JSON.")] = False,
    lang: Annotated[str, typer.Option("--lang", help="en or zh.")] = "en",
) -> None:
    """Find the best number and size of balls for an outline, with a proven bound."""
    from loadzone.design.envelope import Rules, deep_groove_study, outline_from_option, published_problem
    from loadzone.design.optimise import optimise as best_of

    outline = outline_from_option(envelope)
    rules = Rules(wall, gap, filling, least={"static": least_static} if least_static else None)
    problem = published_problem(outline) if objective == "benchmark" else deep_groove_study(outline, objective, rules)
    found = best_of(problem)
    asked: dict[str, object] = {
        "envelope": asdict(outline),
        "objective": objective,
        "rules": None if objective == "benchmark" else asdict(rules),
    }
    typer.echo(
        json.dumps(facts(found, asked, outline, lang), ensure_ascii=False, indent=2)
        if as_json
        else page(found, objective, lang)
    )


def facts(found: "Answer", asked: dict[str, object], outline: "Outline", lang: str) -> dict[str, object]:
    """The designs with the names of the JSON interface, the best first."""
    from loadzone.design.rating import EDITION

    return {
        "asked": asked,
        "edition": EDITION,
        "optimum": _design(found.best, lang),
        "bound": found.best.bound,
        "rival_bound": found.rival_bound,
        "is_proven": found.is_proven,
        "relaxed": _design(found.relaxed, lang),
        "designs": [_design(each, lang) for each in found.by_elements],
        "inner_wall_mm": (found.best.pitch_mm - found.best.ball_mm - outline.bore_mm) / 2,
        "outer_wall_mm": (outline.outer_mm - found.best.pitch_mm - found.best.ball_mm) / 2,
        "warnings": [{"code": "assumed_rules", "text": _assumed(str(asked["objective"])).render(lang)}],
        "hash": hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest(),
    }


def page(found: "Answer", objective: str, lang: str) -> str:
    """The best design, those of other numbers of balls, and the proof, at most 78 columns wide."""
    heads = ("Z", "D_w mm", "D_pw mm", SYMBOLS[objective], text("conditions met").render(lang))
    widths = (5, 10, 11, 13, 30)
    lines = ["   " + "".join(pad(head, width) for head, width in zip(heads, widths, strict=True)).rstrip()]
    for each in found.by_elements[:SHOWN]:
        cells = (f"{each.n_elements:g}", f"{each.ball_mm:.4f}", f"{each.pitch_mm:.4f}", f"{each.value:.2f}")
        row = "   " + "".join(pad(cell, width) for cell, width in zip(cells, widths, strict=False))
        lines += wrap(row + ", ".join(name.render(lang) for name in each.active), TERMINAL_WIDTH, " " * 42)
    proof = text(
        "proven: no other number of balls exceeds {rival:.2f}, the best design reaches {value:.4f} and nothing exceeds "
        "{bound:.4f}; with a fractional number of balls the limit is {relaxed:.2f}",
        rival=found.rival_bound,
        value=found.best.value,
        bound=found.best.bound,
        relaxed=found.relaxed.value,
    )
    lines.append("")
    for sentence in (*((proof,) if found.is_proven else ()), _assumed(objective)):
        lines += wrap(f"   {sentence.render(lang)}", TERMINAL_WIDTH, "   ")
    return "\n".join(lines)


def _assumed(objective: str) -> Text:
    if objective == "benchmark":
        return text(
            "conditions of the benchmark from memory, not verified in its paper; the optimum of 160x90x30 was also "
            "found by differential evolution"
        )
    return text("wall, gap, filling arc and grooves are assumptions of the study: replace them by the maker's")


def _design(each: "Optimum", lang: str) -> dict[str, object]:
    import numpy as np

    from loadzone.design.envelope import dynamic_ratings, static_ratings

    ball, pitch = np.array(each.ball_mm), np.array(each.pitch_mm)
    is_whole = each.n_elements == int(each.n_elements)
    return {
        "n_elements": int(each.n_elements) if is_whole else each.n_elements,
        "c_n": float(dynamic_ratings(each.n_elements, ball, pitch)),
        "c0_n": float(static_ratings(each.n_elements, ball, pitch)),
        "ball_mm": each.ball_mm,
        "pitch_mm": each.pitch_mm,
        "value": each.value,
        "bound": each.bound,
        "gap": each.gap,
        "active": [name.render(lang) for name in each.active],
        "boxes": each.boxes,
    }

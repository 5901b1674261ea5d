"""``loadzone infer``: every inside of a ball bearing that explains its C and C_0."""

import hashlib
import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from loadzone.words.columns import TERMINAL_WIDTH, pad, wrap
from loadzone.words.texts import text

if TYPE_CHECKING:
    from loadzone.design.infer import Inference


def infer(
    dynamic: Annotated[float, typer.Option("--c", metavar="N", help="Dynamic load rating C of the catalogue in N.")],
    static: Annotated[float, typer.Option("--c0", metavar="N", help="Static load rating C0 of the catalogue in N.")],
    envelope: Annotated[
        str, typer.Option("--envelope", metavar="OUTERxBORExWIDTH", help="Outline in mm, as 52x25x15.")
    ],
    angle: Annotated[float, typer.Option("--angle", metavar="DEG", help="Contact angle; 0 for deep groove.")] = 0.0,
    pitch: Annotated[float | None, typer.Option("--pitch", metavar="MM", help="Pitch diameter where known.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the solutions as JSON.")] = False,
    lang: Annotated[str, typer.Option("--lang", help="en or zh.")] = "en",
) -> None:
    """Find number, diameter and pitch diameter of the balls from C and C0: all solutions, no guess."""
    from loadzone.design.envelope import outline_from_option
    from loadzone.design.infer import Search
    from loadzone.design.infer import infer as solutions

    outline = outline_from_option(envelope)
    found = solutions(dynamic, static, outline, angle, Search(pitch_mm=pitch))
    asked = {"c_n": dynamic, "c0_n": static, "envelope": asdict(outline), "contact_angle_deg": angle, "pitch_mm": pitch}
    shown = json.dumps(facts(found, asked, lang), ensure_ascii=False, indent=2) if as_json else page(found, lang)
    typer.echo(shown)


def facts(found: "Inference", asked: dict[str, object], lang: str) -> dict[str, object]:
    """The solutions with the names of the JSON interface."""
    from loadzone.design.rating import EDITION

    return {
        "asked": asked,
        "edition": EDITION,
        "explains_both": found.explains_both,
        "solutions": [asdict(solution) for solution in found.solutions],
        "assumptions": found.assumptions,
        "warnings": [{"code": each.code, "text": each.text.render(lang)} for each in found.notices],
        "hash": hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest(),
    }


def page(found: "Inference", lang: str) -> str:
    """The solutions for a terminal, at most 78 columns wide, the nearest first."""
    heads = ("Z", "D_w mm", "", "D_pw mm", "C N", "C_0 N", text("explains").render(lang))
    widths = (4, 9, 12, 18, 10, 10, 10)
    lines = ["   " + "".join(pad(head, width) for head, width in zip(heads, widths, strict=True)).rstrip()]
    names = {"both": text("C and C_0"), "dynamic": text("C alone"), "static": text("C_0 alone")}
    for each in found.solutions:
        low, high = each.pitch_range_mm
        cells = (
            f"{each.n_elements}",
            f"{each.ball_mm:g}",
            each.ball_name,
            f"{low:.2f}" if low == high else f"{low:.2f}–{high:.2f}",
            f"{each.dynamic_n:.0f}",
            f"{each.static_n:.0f}",
            names[each.matched].render(lang),
        )
        lines.append("   " + "".join(pad(cell, width) for cell, width in zip(cells, widths, strict=True)).rstrip())
    lines.append("")
    for notice in found.notices:
        lines += wrap(f"   {notice.text.render(lang)}", TERMINAL_WIDTH, "   ")
    return "\n".join(lines)

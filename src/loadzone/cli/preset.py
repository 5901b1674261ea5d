"""``loadzone preset``: product families with what is known of them, what they ask, and a worked example."""

import json
from typing import TYPE_CHECKING, Annotated

import typer

from loadzone.cli import options
from loadzone.words.errors import MissingInput
from loadzone.words.texts import text

if TYPE_CHECKING:
    from loadzone.design.presets import Preset

INPUT = 2
NO_ANSWER = frozenset({"name", "example", "as_json", "lang"})
"""Options that answer no question of a family."""

Number = float | None
Word = str | None


def preset(
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="Family; without one all are listed.")] = None,
    example: Annotated[
        bool, typer.Option("--example", help="Answer what is open with the example's inputs, which have no source.")
    ] = False,
    bearing: Annotated[Word, typer.Option(metavar="D", help="Designation of the bearing.")] = None,
    geometry: options.Inside = None,
    grooves: Annotated[Word, typer.Option(metavar="FI,FE", help="Groove radii over ball diameter.")] = None,
    length: Annotated[Number, typer.Option(metavar="MM", help="Effective length of the rollers.")] = None,
    clearance: Annotated[Number, typer.Option(metavar="UM", help="Diametral operating clearance in µm.")] = None,
    fit: Annotated[Word, typer.Option(metavar="FIT", help="Seats of shaft and housing, as k5/H7.")] = None,
    c: Annotated[Number, typer.Option(metavar="N", help="The maker's dynamic load rating.")] = None,
    c0: Annotated[Number, typer.Option(metavar="N", help="The maker's static load rating.")] = None,
    cu: Annotated[Number, typer.Option(metavar="N", help="The maker's fatigue load limit.")] = None,
    fr: Annotated[Number, typer.Option(metavar="N", help="Radial load in N.")] = None,
    fa: Annotated[Number, typer.Option(metavar="N", help="Axial load in N.")] = None,
    moment: Annotated[Number, typer.Option(metavar="NMM", help="Tilting moment in N mm.")] = None,
    speed: Annotated[Number, typer.Option(metavar="RPM", help="Speed in r/min.")] = None,
    oil: Annotated[Word, typer.Option(metavar="VG", help="ISO VG of the oil or base oil, or ν40/ν100.")] = None,
    temperature: Annotated[Number, typer.Option(metavar="C", help="Bearing temperature in °C.")] = None,
    cleanliness: Annotated[Word, typer.Option(metavar="CODE", help="e_C, a word or a row, as in rate.")] = None,
    reliability: Annotated[Number, typer.Option(metavar="PERCENT", help="90 to 99.95.")] = None,
    history: Annotated[Word, typer.Option(metavar="FILE", help="Mission as CSV or Parquet, as in rate.")] = None,
    train: Annotated[Number, typer.Option(metavar="KMH", help="Train speed in km/h.")] = None,
    wheel: Annotated[Number, typer.Option(metavar="M", help="Wheel diameter in m.")] = None,
    distance: Annotated[Number, typer.Option(metavar="KM", help="Distance asked in km.")] = None,
    revolution: Annotated[Number, typer.Option(metavar="S", help="Time of a revolution in s.")] = None,
    acceleration: Annotated[Number, typer.Option(metavar="G", help="Acceleration at the tube in g.")] = None,
    torque: Annotated[Number, typer.Option(metavar="NM", help="Average torque at the output in N m.")] = None,
    rated_torque: Annotated[Number, typer.Option(metavar="NM", help="Rated torque of the gear in N m.")] = None,
    rated_speed: Annotated[Number, typer.Option(metavar="RPM", help="Rated speed in r/min.")] = None,
    life_constant: Annotated[Number, typer.Option(metavar="H", help="L_n of the gear's series in h.")] = None,
    swing: Annotated[Number, typer.Option(metavar="DEG", help="Amplitude of the oscillation.")] = None,
    axial_rollers: Annotated[Number, typer.Option(metavar="Z", help="Rollers of the main axial row.")] = None,
    axial_pitch: Annotated[Number, typer.Option(metavar="MM", help="Mean diameter of the main axial row.")] = None,
    radial_rollers: Annotated[Number, typer.Option(metavar="Z", help="Rollers of the radial row.")] = None,
    envelope: Annotated[Word, typer.Option(metavar="OUTERxBORExWIDTH", help="Outline in mm, as 22x8x7.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the facts as JSON.")] = False,
    lang: options.Language = "en",
) -> None:
    """Show a product family: what is known with its source, what must be given; with the answers its rating.

    Exit codes: 0 done, 2 the input, or a load beyond what ISO 281 rates.
    """
    given = {key: value for key, value in locals().items() if value is not None and key not in NO_ANSWER}
    if name is None and (given or example):
        raise MissingInput(text("options need the NAME of a family before them: loadzone preset lists the families"))
    raise typer.Exit(_list(as_json, lang) if name is None else _one(name, given, example, as_json, lang))


def _list(as_json: bool, lang: str) -> int:
    from loadzone.cli.preset_page import list_page
    from loadzone.design.presets import presets

    families = tuple(presets().values())
    _show({each.key: _facts(each) for each in families} if as_json else list_page(families, lang))
    return 0


def _one(name: str, given: dict[str, float | str], example: bool, as_json: bool, lang: str) -> int:
    from loadzone.cli.preset_page import answer_page, known_page
    from loadzone.design.presets import preset as family_of

    family = family_of(name)
    if not given and not example:
        _show(_facts(family) if as_json else known_page(family, lang))
        return 0
    from loadzone.flows.preset import answer

    found = answer(family, given, is_example=example)
    _show(found.to_dict(lang) if as_json else answer_page(found, lang))
    return 0 if found.is_rated else INPUT


def _facts(family: "Preset") -> dict[str, object]:
    import msgspec

    facts: dict[str, object] = msgspec.to_builtins(family)
    return facts


def _show(told: "dict[str, object] | list[str]") -> None:
    typer.echo("\n".join(told) if isinstance(told, list) else json.dumps(told, ensure_ascii=False, indent=2))

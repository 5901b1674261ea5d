"""Several bearings under one duty: order, objective, refusals, the command in both languages."""

import json

import pytest

from loadzone.cli.main import main
from loadzone.flows.compare import compare
from loadzone.flows.rate import RateOptions, rate_bearing
from loadzone.words.columns import width
from loadzone.words.errors import MissingInput, UnknownBearing

DUTY = RateOptions(3000.0, radial_n=3000.0)


def test_the_longest_life_comes_first_and_each_is_that_of_its_own_rating() -> None:
    found = compare(["6205", "6305", "6210"], DUTY)
    assert [each.subject.designation for each in found.answers] == ["6210", "6305", "6205"]
    assert found.objective == "l10_h"
    assert found.is_whole
    assert [each.result.inputs_hash for each in found.answers] == [
        rate_bearing(name, DUTY).result.inputs_hash for name in ("6210", "6305", "6205")
    ]


def test_with_a_film_the_modified_life_orders() -> None:
    found = compare(["6205", "6305"], RateOptions(3000.0, radial_n=3000.0, oil="68", cleanliness="normal"))
    assert found.objective == "lnm_h"
    values = [each["value"] for each in found.to_dict()["results"]]  # type: ignore[attr-defined]  a list of mappings
    assert values == sorted(values, reverse=True)


def test_an_overloaded_bearing_stands_last_and_a_refused_one_apart() -> None:
    found = compare(["6205", "6206", "NU205"], RateOptions(3000.0, radial_n=8000.0))
    assert [each.subject.designation for each in found.answers] == ["6206", "6205"]
    assert [name for name, _ in found.refused] == ["NU205"]
    assert not found.is_whole


def test_one_bearing_is_no_comparison_and_none_known_is_a_refusal() -> None:
    with pytest.raises(MissingInput, match="two"):
        compare(["6205", "6205"], DUTY)
    with pytest.raises(UnknownBearing):
        compare(["62xy", "63xy"], DUTY)


@pytest.mark.parametrize(("lang", "word"), [("en", "ordered by"), ("zh", "排序")])
def test_the_page_is_a_table_of_78_columns(capsys: pytest.CaptureFixture[str], lang: str, word: str) -> None:
    code = main(["compare", "6205", "6305", "62xy", "--fr", "3000", "--speed", "3000", "--lang", lang])
    told = capsys.readouterr().out
    assert code == 2
    assert word in told
    assert told.index("6305") < told.index("6205")
    assert max(width(line) for line in told.splitlines()) <= 78


def test_the_json_holds_the_ratings(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", "6205", "6305", "--fr", "3000", "--speed", "3000", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["refused"] == []
    assert {"designation", "ratings", "life", "steps", "hash", "value"} <= told["results"][0].keys()

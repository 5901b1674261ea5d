"""Why: the chain is computed again on the page, and what differs is said."""

from pathlib import Path
from typing import Any

import pytest
from advised import advise, give
from test_advice_page import read
from world import World


def test_the_chain_is_computed_again_and_what_differs_is_named(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    identifier = advise(world, tmp_path)
    page = read(world, f"/why/acme/{identifier}").text
    assert "Computed again just now: same finding" in page
    assert "chain intact" in page
    for step in ("samples", "settings", "lines", "finding", "alarm", "advice"):
        assert f"?step={step}#went-in" in page
    documents = world.platform.lake.documents

    def changed(table: str, *args: Any, **kwargs: Any) -> list[dict[str, Any]]:
        rows = documents(table, *args, **kwargs)  # type: ignore[arg-type]
        for row in rows if table == "results" else ():
            row["document"] = str(row["document"]).replace('"fault":"outer"', '"fault":"inner"')
        return rows

    monkeypatch.setattr(world.platform.lake, "documents", changed)
    told = read(world, f"/why/acme/{identifier}?values=differ").text
    assert "values differ" in told
    assert "inner ring" in told[told.index("then-now") :]
    assert "个值不同" in read(world, f"/why/acme/{identifier}", lang="zh").text


def test_a_chain_that_ends_before_the_samples_says_so(world: World) -> None:
    give(world)
    page = read(world, "/why/acme/ad-1").text
    assert "no result is kept" in page
    assert read(world, "/why/acme/nothing").status_code == 404
    assert read(world, "/why/acme/ad-1", "admin@bolt").status_code == 404

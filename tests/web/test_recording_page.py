"""A recording's page says what ``loadzone diagnose`` says, follows what a reader corrects, and stores nothing."""

import io
import json
import re
import struct
import wave
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from recorded import ADDRESS, BEARING, ORDERS, SAID, SPEED_RPM, made, path_of, record
from world import World

from loadzone.flows.diagnose import diagnose_files
from loadzone.flows.recording_files import written_formats
from loadzone.formats.reading import read, write
from loadzone.reports.numbers import fixed, probability


@dataclass(frozen=True)
class Told:
    world: World
    ids: dict[str, str]

    def page(self, name: str, query: str = "", lang: str = "en") -> str:
        headers = {"Accept": "text/html", "Cookie": f"loadzone_lang={lang}"}
        self.world.client.cookies.clear()
        answer = self.world.ask("GET", path_of(self.ids[name]) + query, "viewer@acme", headers=headers)
        assert answer.status_code == 200
        text: str = answer.text
        return text

    def file(self, name: str, rest: str) -> Any:
        return self.world.ask("GET", f"{path_of(self.ids[name])}/{rest}", "viewer@acme")


@pytest.fixture(scope="module")
def told(shared_world: World, tmp_path_factory: pytest.TempPathFactory) -> Told:
    return Told(shared_world, record(shared_world, tmp_path_factory.mktemp("recorded")))


def cells(page: str) -> list[list[str]]:
    rows = re.findall(r"<tr>(.*?)</tr>", page.partition("data-lines>")[2].partition("</tbody>")[0])
    return [[re.sub(r"<[^>]+>", "", each) for each in re.findall(r"<td[^>]*>(.*?)</td>", row)] for row in rows]


def results(world: World) -> list[Any]:
    span = {"start_us": 0, "end_us": 4 * 10**15}
    return world.platform.lake.documents("results", ADDRESS.organisation, ADDRESS.position, **span)


def test_the_page_says_the_numbers_that_the_command_prints(told: Told, tmp_path: Path) -> None:
    path = write(tmp_path / "outer.wav", [made("outer")])
    _, found = diagnose_files([str(path)], SAID, jobs=1)
    diagnosis = next(found)[0].diagnosis
    page = told.page("outer")
    assert diagnosis.fault == "outer"
    assert "Outer ring, " in page
    lines = [each for each in diagnosis.exhibits.lines if each.fault == "outer"]
    assert cells(page) == [
        [each.label, fixed(each.nominal_order, 3), fixed(each.found_order, 3), f"{fixed(each.over_floor_db, 1)} dB"]
        for each in lines
    ]
    assert probability(diagnosis.p_value) in page


def test_a_family_is_chosen_by_the_address(told: Told) -> None:
    first = cells(told.page("outer", "?family=inner"))[0]
    assert first[:2] == ["BPFI", fixed(ORDERS.inner, 3)]


def test_a_corrected_speed_moves_the_verdict_and_is_not_stored(told: Told) -> None:
    before = results(told.world)
    page = told.page("none", f"?speed={SPEED_RPM * 1.02}")
    assert "nothing is stored" in page
    assert fixed(SPEED_RPM * 1.02, 1) in page or "1\u202f500" in page
    assert results(told.world) == before


def test_a_corrected_inside_moves_the_nominal_orders(told: Told) -> None:
    page = told.page("outer", "?geometry=8,7.94,39.04,0&family=outer")
    assert cells(page)[0][1] == fixed(4 * (1 - 7.94 / 39.04), 3)


def test_what_is_missing_can_be_said_and_the_answer_comes(told: Told) -> None:
    page = told.page("silent")
    assert "No answer from this record" in page
    assert "The speed is not known: give it here" in page
    told_it = told.page("silent", f"?speed={SPEED_RPM:g}&bearing={BEARING.replace(' ', '+')}")
    assert "Outer ring, " in told_it


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("speed=fast", 'value="fast"'),
        ("geometry=9,7", 'value="9,7"'),
        ("bearing=QQQQ", 'value="QQQQ"'),
        ("rate=lots", 'value="lots"'),
        ("rate=0.9", 'value="0.9"'),
        ("gears=x", 'value="x"'),
        ("speed=-3", 'value="-3"'),
    ],
)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_words_that_are_not_understood_are_refused_and_kept(told: Told, query: str, kept: str, lang: str) -> None:
    page = told.page("outer", f"?{query}", lang)
    assert 'class="refusal"' in page
    assert kept in page
    assert len(cells(page)) == 5


def test_another_recording_stands_beside(told: Told) -> None:
    page = told.page("outer", f"?with={told.ids['none']}")
    assert f'data-other="{path_of(told.ids["none"])}/curves"' in page
    assert "No bearing damage found" in page
    assert 'data-other=""' in told.page("outer", "?with=gone")


def test_previous_and_next_are_those_of_the_channel(told: Told) -> None:
    page = told.page("none")
    assert re.search(rf'href="{path_of(told.ids["inner"])}" data-key="\["', page)
    assert re.search(rf'href="{path_of(told.ids["outer"])}" data-key="\]"', page)
    assert 'data-key="["' not in told.page("silent")


def test_the_curves_give_the_levels_of_the_lines(told: Told) -> None:
    body = told.file("outer", "curves").content
    (length,) = struct.unpack_from("<I", body)
    head = json.loads(body[4 : 4 + length])
    counts = [head[name]["count"] for name in ("envelope", "floor", "spectrum")]
    numbers = np.frombuffer(body, "<f4", sum(counts), 4 + length)
    envelope, floor, spectrum = np.split(numbers, np.cumsum(counts)[:2])
    assert len(body) == 4 + length + 4 * sum(counts) + head["coherence"]["rows"] * head["coherence"]["columns"]
    line = head["lines"][0]
    place = round(line["found"] * head["shaft_hz"] / head["envelope"]["step_hz"])
    decibels = 20 * np.log10(envelope[place] / floor[place])
    assert decibels == pytest.approx(line["over_floor_db"], abs=1e-3)
    assert np.isfinite(spectrum).all()
    assert head["orders"]["outer"] == pytest.approx(ORDERS.outer)


def test_curves_of_a_recording_of_unknown_speed_are_in_hertz(told: Told) -> None:
    body = told.file("silent", "curves").content
    head = json.loads(body[4 : 4 + struct.unpack_from("<I", body)[0]])
    assert (head["shaft_hz"], head["floor"], head["coherence"]) == (None, None, None)
    assert head["envelope"]["count"] * head["envelope"]["step_hz"] == pytest.approx(1000.0, rel=0.01)


@pytest.mark.parametrize("part", ["all", "band"])
def test_a_recording_can_be_heard(told: Told, part: str) -> None:
    answer = told.file("outer", f"sound?part={part}")
    assert answer.headers["content-type"] == "audio/wav"
    with wave.open(io.BytesIO(answer.content)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getnframes()) == (44_100, 1, 6 * 44_100)


def test_a_band_of_a_recording_without_one_is_refused(told: Told) -> None:
    assert told.file("silent", "sound?part=band").status_code == 422


@pytest.mark.parametrize("kind", sorted(written_formats()))
def test_a_recording_can_be_taken_along_in_each_format(told: Told, kind: str, tmp_path: Path) -> None:
    answer = told.file("outer", f"file?as={kind}")
    name = re.search(r"''(.+)$", answer.headers["content-disposition"])
    assert answer.status_code == 200
    assert name
    (tmp_path / name[1]).write_bytes(answer.content)
    again = read(tmp_path / name[1], fs_hz=12_000.0)[0]
    original = made("outer").samples
    np.testing.assert_allclose(again.samples, original, rtol=1e-5, atol=1e-6 * float(np.abs(original).max()))


def test_a_format_that_nobody_writes_is_refused(told: Told) -> None:
    answer = told.file("outer", "file?as=papyrus")
    assert answer.status_code == 422
    assert "papyrus" in answer.text


def test_what_is_not_there_is_not_shown(told: Told) -> None:
    for path in (path_of("nothing"), "/positions/acme/nowhere/recordings/x"):
        assert told.world.ask("GET", path, "viewer@acme", headers={"Accept": "text/html"}).status_code == 404


def test_a_page_without_scripts_shows_its_pictures(told: Told) -> None:
    stills = re.findall(r"<noscript>(.*?)</noscript>", told.page("outer"), re.DOTALL)
    assert [each.strip().startswith("<svg") for each in stills] == [True, True]

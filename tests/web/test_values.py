"""Values and waveforms over the door equal what is kept."""

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from world import WAVE, World

from loadzone.web.shown import moment, rfc3339

P = "/api/v1/organisations/acme/positions/drive"
FIRST_US = 1_790_000_000_000_000
SPAN = {"start": rfc3339(moment(FIRST_US)), "end": rfc3339(moment(FIRST_US + 10**9))}


@pytest.fixture(scope="module")
def filled(shared_world: World) -> World:
    """A thousand values a second apart, with one that is no number, and three recordings of two channels."""
    times = FIRST_US + np.arange(1000) * 10**6
    values = np.sin(np.arange(1000.0))
    values[7] = np.nan
    lake = shared_world.platform.store.lake
    whose = {"organisation": ["acme"] * 1000, "position": ["drive"] * 1000}
    lake.append(
        "descriptors",
        {**whose, "quantity": ["rms"] * 1000, "time": times, "value": values, "unit": ["ms2"] * 1000},
        source="test",
        sequences=1,
    )
    index = [(f"r{n}-{channel}", FIRST_US + n * 10**8) for n in range(3) for channel in "ab"]
    lake.append(
        "recordings",
        {
            "organisation": ["acme"] * 6,
            "position": ["drive"] * 6,
            "time": [at_us for _, at_us in index],
            "id": [name for name, _ in index],
            "object": [shared_world.waveforms["acme"]] * 6,
            "rate": [25_600.0] * 6,
            "samples": [len(WAVE)] * 6,
        },
        source="test",
        sequences=1,
    )
    return shared_world


def get(world: World, path: str, visitor: str = "viewer@acme", **params: Any) -> Any:
    return world.ask("GET", path, visitor, params=params)


def test_a_trend_is_what_is_kept_and_what_is_no_number_is_null(filled: World) -> None:
    told = get(filled, f"{P}/trend", quantity="rms", **SPAN).json()
    expected = np.sin(np.arange(1000.0))
    assert told["times"][:2] == [rfc3339(moment(FIRST_US)), rfc3339(moment(FIRST_US + 10**6))]
    assert told["values"][7] is None
    assert np.allclose(np.delete(np.array(told["values"], dtype=float), 7), np.delete(expected, 7), rtol=0, atol=0)


def test_buckets_hold_the_least_and_greatest_of_their_part(filled: World) -> None:
    told = get(filled, f"{P}/buckets", quantity="rms", count=10, **SPAN).json()
    parts = np.sin(np.arange(1000.0)).reshape(10, 100)
    assert told["width_s"] == 100.0
    assert told["counts"] == [99] + [100] * 9
    assert told["minima"][1:] == parts.min(axis=1)[1:].tolist()
    assert told["maxima"][1:] == parts.max(axis=1)[1:].tolist()


def test_recordings_of_the_same_moment_come_once_each_in_pages_of_one(filled: World) -> None:
    found: list[str] = []
    after = None
    while True:
        more = {"after": after} if after else {}
        told = get(filled, f"{P}/recordings", limit=1, **SPAN, **more).json()
        found += [each["id"] for each in told["items"]]
        after = told["next_cursor"]
        if after is None:
            break
    assert found == ["r2-a", "r2-b", "r1-a", "r1-b", "r0-a", "r0-b"]


@pytest.mark.parametrize(
    ("params", "status"),
    [
        ({"quantity": "rms", "start": "2026-01-02T00:00:00Z", "end": "2026-01-01T00:00:00Z"}, 422),
        ({"quantity": "rms", "source": "results"}, 422),
        ({"quantity": "rms'; DROP TABLE x; --"}, 200),
        ({"quantity": ""}, 422),
        ({}, 422),
    ],
)
def test_a_span_or_quantity_that_cannot_be_is_refused(filled: World, params: dict[str, str], status: int) -> None:
    assert get(filled, f"{P}/trend", **params).status_code == status


def test_an_unknown_position_has_no_trend(filled: World) -> None:
    assert get(filled, "/api/v1/organisations/acme/positions/none/trend", quantity="rms").status_code == 404


def test_more_values_than_an_answer_holds_are_refused_with_the_way_out(
    filled: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("loadzone.flows.reading.MOST_VALUES", 999)
    answer = get(filled, f"{P}/trend", quantity="rms", **SPAN)
    assert answer.status_code == 422
    assert "buckets" in answer.json()["detail"]


# waveforms


def floats(answer: Any) -> Any:
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/octet-stream"
    return np.frombuffer(answer.content, dtype="<f4")


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(start=st.integers(0, len(WAVE) + 10), length=st.integers(1, 5000))
def test_samples_of_any_span_are_those_that_were_put(filled: World, start: int, length: int) -> None:
    path = f"/api/v1/organisations/acme/waveforms/{filled.waveforms['acme']}/samples"
    answer = get(filled, path, start=start, stop=start + length)
    assert np.array_equal(floats(answer), WAVE[start : start + length])
    assert answer.headers["x-start-sample"] == str(min(start, len(WAVE)))


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(start=st.integers(0, len(WAVE) - 2), length=st.integers(1, len(WAVE)), count=st.integers(1, 3000))
def test_pairs_bound_every_sample_of_their_span(filled: World, start: int, length: int, count: int) -> None:
    path = f"/api/v1/organisations/acme/waveforms/{filled.waveforms['acme']}/pairs"
    stop = min(start + length, len(WAVE))
    answer = get(filled, path, start=start, stop=stop, count=count)
    minima, maxima = floats(answer).reshape(2, -1)
    first, step = int(answer.headers["x-start-sample"]), int(answer.headers["x-step-samples"])
    assert len(minima) <= count + 2
    assert first <= start
    for n, (low, high) in enumerate(zip(minima, maxima, strict=True)):
        part = WAVE[max(first + n * step, start) : min(first + (n + 1) * step, stop)]
        assert not len(part) or (low <= part.min() and high >= part.max())


def test_what_is_known_of_a_waveform_is_told_and_may_be_kept_by_the_browser_alone(filled: World) -> None:
    answer = get(filled, f"/api/v1/organisations/acme/waveforms/{filled.waveforms['acme']}")
    assert answer.json()["rate_hz"] == 25_600.0
    assert answer.json()["samples"] == len(WAVE)
    assert "private" in answer.headers["cache-control"]


@pytest.mark.parametrize("tail", ["", "/samples", "/pairs"])
def test_a_waveform_of_another_organisation_is_not_found_even_by_its_name(filled: World, tail: str) -> None:
    foreign = filled.waveforms["bolt"]
    path = f"/api/v1/organisations/acme/waveforms/{foreign}{tail}"
    assert get(filled, path).status_code == 404
    assert get(filled, path.replace("/acme/", "/bolt/")).status_code == 404
    assert get(filled, path.replace("/acme/", "/bolt/"), "admin@bolt").status_code == 200


@pytest.mark.parametrize("params", [{"start": 5, "stop": 5}, {"start": 10**9}, {"start": -1}, {"stop": 0}])
def test_an_empty_span_is_no_fault(filled: World, params: dict[str, int]) -> None:
    path = f"/api/v1/organisations/acme/waveforms/{filled.waveforms['acme']}"
    assert get(filled, f"{path}/samples", **params).status_code in {200, 422}
    assert get(filled, f"{path}/pairs", **params).status_code == 422


def test_counters_are_told_in_the_form_that_prometheus_reads(filled: World) -> None:
    get(filled, "/api/v1/me")
    lines = get(filled, "/metrics", "counter").text.splitlines()
    values = dict(line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
    assert float(values['loadzone_http_requests_total{operation="getMe",status="200"}']) >= 1
    assert values['loadzone_http_request_seconds_bucket{le="+Inf"}'] == values["loadzone_http_request_seconds_count"]
    assert not [line for line in lines if "acme" in line]

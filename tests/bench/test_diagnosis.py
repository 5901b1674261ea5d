from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from loadzone.bench.diagnosis import run
from loadzone.monitor.diagnosis import Diagnosis

ROWS = [
    {"path": "right.npy", "fault": "outer"},
    {"path": "other.npy", "fault": "inner"},
    {"path": "quiet.npy", "fault": "outer"},
    {"path": "sound.npy", "fault": "healthy"},
    {"path": "alarm.npy", "fault": "healthy"},
    {"path": "hint.npy", "fault": "healthy"},
    {"path": "torn.mat", "fault": "ball"},
]


def _answering(made: Callable[..., Diagnosis]) -> Callable[..., Diagnosis]:
    said = {
        "right": ("confirmed", "outer"),
        "other": ("confirmed", "outer"),
        "quiet": ("suspected", "outer"),
        "alarm": ("confirmed", "ball"),
        "hint": ("suspected", "inner"),
    }

    def answer(recording: Any, _geometry: Any, **_: Any) -> Diagnosis:
        verdict, fault = said.get(Path(recording.path).stem, ("healthy", None))
        return made(verdict, fault, 0.001)

    return answer


def test_counts_follow_the_labels_and_an_unreadable_file_is_an_undetermined_item(
    table: Callable[..., Path], answer_with: Callable[..., list[Any]], made: Callable[..., Diagnosis]
) -> None:
    calls = answer_with(_answering(made))

    result = run(table(ROWS), jobs=1)

    counts = ("faults", "ranked_first", "confirmed_right", "confirmed_wrong")
    assert [result[name] for name in counts] == [4, 2, 1, 1]
    assert [result[name] for name in ("healthy", "false_alarms", "suspected_healthy")] == [3, 1, 1]
    assert result["by"]["BENCH outer"]["confirmed_right"] == 1
    assert result["by"]["BENCH healthy"]["false_alarms"] == 1
    assert [item["label"] for item in result["records"]] == [row["fault"] for row in ROWS]
    assert [item["record"] for item in result["records"]] == [row["path"] for row in ROWS]
    torn = result["records"][-1]
    assert torn["verdict"] == "undetermined"
    assert torn["problems"]
    assert len(calls) == 6


def test_the_label_goes_nowhere_near_the_diagnosis(
    table: Callable[..., Path], answer_with: Callable[..., list[Any]], made: Callable[..., Diagnosis]
) -> None:
    calls = answer_with(lambda *_, **__: made())

    first = run(table(ROWS[:2]), jobs=1)
    asked = repr([{**call, "recording": call["recording"].samples.tobytes()} for call in calls])
    calls.clear()
    second = run(table([{**row, "fault": "cage"} for row in ROWS[:2]]), jobs=1)

    assert asked == repr([{**call, "recording": call["recording"].samples.tobytes()} for call in calls])
    unlabelled = [[{**item, "label": None} for item in result["records"]] for result in (first, second)]
    assert unlabelled[0] == unlabelled[1]


def test_several_channels_of_one_file_stay_with_their_labels(
    tmp_path: Path, answer_with: Callable[..., list[Any]], made: Callable[..., Diagnosis]
) -> None:
    rng = np.random.default_rng(1)
    np.savez(tmp_path / "two.npz", a=rng.standard_normal(2400), b=rng.standard_normal(2400))
    np.save(tmp_path / "one.npy", rng.standard_normal(2400))
    rows = ["two.npz,a,,outer", "one.npy,,,healthy", "two.npz,b,,inner"]
    lines = ["path,variable,channel,fault,fs_hz,speed_rpm,bearing,rig"]
    (tmp_path / "l.csv").write_text("\n".join(lines + [f"{row},12000,1500,6205,R" for row in rows]) + "\n")
    said = {"a": "outer", "b": "inner"}
    answer_with(lambda recording, *_, **__: made("confirmed", said.get(recording.channel), 0.001))

    result = run(tmp_path / "l.csv", jobs=1)

    assert [item["label"] for item in result["records"]] == ["outer", "healthy", "inner"]
    assert result["confirmed_right"] == 2
    assert result["false_alarms"] == 0


def test_the_shared_recordings_are_judged_better_than_by_the_plain_method_and_without_a_false_alarm(
    real_data: Path,
) -> None:
    result = run(real_data / "labels.csv")

    # data README, «What a plain method does»: 38 of 47 ranked first; monitoring study 2.6: prototype confirms 33
    assert (result["faults"], result["healthy"]) == (47, 14)
    assert result["ranked_first"] > 38
    assert result["confirmed_right"] >= 33
    assert result["false_alarms"] == 0

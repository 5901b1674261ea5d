import math
import os
import re

import numpy as np
import pytest

from loadzone.bench.runner import LostWorker, made_by, spread, stream


@pytest.mark.parametrize("jobs", [1, 2])
def test_answers_keep_the_order_of_their_tasks_for_any_number_of_processes(jobs: int) -> None:
    tasks = list(range(20, 0, -1))

    assert spread(math.factorial, tasks, jobs) == [math.factorial(task) for task in tasks]


def test_progress_is_told_after_every_task() -> None:
    told: list[tuple[int, int]] = []

    spread(math.sqrt, [1.0, 4.0, 9.0], 1, lambda done, total: told.append((done, total)))

    assert told == [(1, 3), (2, 3), (3, 3)]


def test_no_task_gives_no_answer() -> None:
    assert spread(math.sqrt, []) == []


def test_an_error_of_a_worker_reaches_the_caller() -> None:
    with pytest.raises(ValueError, match=r"negative|domain"):
        spread(math.sqrt, [1.0, -1.0, 4.0], 2)


def test_a_worker_that_dies_ends_the_run_with_a_sentence() -> None:
    with pytest.raises(LostWorker, match="died") as caught:
        spread(os._exit, [3, 3], 2)

    assert caught.value.exit_code == 3


def test_the_chance_of_a_trial_is_the_child_that_spawning_gives() -> None:
    third_of_second = np.random.SeedSequence(7).spawn(2)[1].spawn(3)[2]

    assert stream(7, 1, 2).random() == np.random.default_rng(third_of_second).random()


def test_a_result_names_what_made_it_and_no_place() -> None:
    block = made_by("loadzone bench x --seed 1", seed=1, trials=5)

    assert set(block) == {"command", "version", "machine", "seed", "trials"}
    assert set(block["machine"]) == {"cpus", "architecture", "python", "numpy", "scipy"}
    assert not re.search(r"[/\\]", str(block))
    assert os.uname().nodename not in str(block)
    assert made_by("loadzone bench x", made_on="2026-11-24")["made_on"] == "2026-11-24"

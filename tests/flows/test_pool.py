"""Work spread over processes: order, and a process that dies."""

from loadzone.flows.pool import in_order


def lost(task: str) -> str:
    return f"lost {task}"


def test_answers_come_in_the_order_of_the_tasks() -> None:
    tasks = ["__import__('time').sleep(0.3) or 'a'", "'b'", "'c'"]
    assert list(in_order(eval, tasks, lost, jobs=2)) == ["a", "b", "c"]


def test_a_task_that_kills_its_process_takes_no_other_along() -> None:
    death = "__import__('os')._exit(1)"
    tasks = ["'a'", death, "'c'", "'d'", "'e'", "'f'"]
    assert list(in_order(eval, tasks, lost, jobs=2)) == ["a", f"lost {death}", "c", "d", "e", "f"]


def test_one_task_or_one_job_starts_no_process() -> None:
    pid = "__import__('os').getpid()"
    here = eval(pid)  # noqa: S307  our own expression
    assert list(in_order(eval, [pid], lost)) == [here]
    assert list(in_order(eval, [pid, pid], lost, jobs=1)) == [here, here]

"""What a person says about the machine, as it is typed."""

import pytest

from loadzone.monitor.settings import Gear, Machine
from loadzone.words.errors import BadInput


@pytest.mark.parametrize(
    ("words", "gear"), [("23:0.4", Gear(23, 0.4)), ("1:1", Gear(1, 1.0)), ("101:2.5e0", Gear(101, 2.5))]
)
def test_a_gear_is_teeth_and_shaft_order(words: str, gear: Gear) -> None:
    assert Gear.parse(words) == gear


@pytest.mark.parametrize(
    "words", ["", "23", "23:", ":0.4", "0:0.4", "-5:1", "23:0", "23:-1", "23.5:1", "23:0.4:1", "a:b"]
)
def test_what_is_no_gear_is_refused_with_an_example(words: str) -> None:
    with pytest.raises(BadInput, match=r"23:0\.4") as refused:
        Gear.parse(words)
    assert refused.value.fields == {"words": words}


@pytest.mark.parametrize("words", ["23:nan", "23:inf"])
def test_an_order_that_is_no_finite_number_is_refused(words: str) -> None:
    with pytest.raises(BadInput):
        Gear.parse(words)


@pytest.mark.parametrize("group", [1, 2])
@pytest.mark.parametrize("support", ["rigid", "flexible"])
def test_a_machine_is_group_and_support(group: int, support: str) -> None:
    machine = Machine.parse(f"{group}:{support}")
    assert (machine.group, machine.support) == (group, support)


@pytest.mark.parametrize("words", ["", "2", "3:rigid", "2:soft", "rigid:2", "2:rigid:1", " 2:rigid", "2:Rigid"])
def test_what_is_no_machine_class_is_refused(words: str) -> None:
    with pytest.raises(BadInput, match="rigid or flexible"):
        Machine.parse(words)

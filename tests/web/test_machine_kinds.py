"""Kinds of machines stand on pages in the reader's language."""

from loadzone.simulate.fleet import roster
from loadzone.web.pages.machine_kinds import kind_word


def test_every_machine_of_the_demonstration_has_its_kind_in_chinese() -> None:
    kinds = {
        machine.trade.kind
        for customer in roster().organisations
        for site in customer.sites
        for machine in site.machines
    }
    assert len(kinds) == 7
    assert all(kind_word(kind, "zh-Hans") != kind for kind in kinds)
    assert kind_word("泵", "en") == "泵"

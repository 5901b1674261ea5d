"""Where the parts of a model stand in their file, and whether they fit together."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from loadzone.formats.rexs.model import Component, LoadSpectrum, RexsModel
from loadzone.words.errors import BadInput
from loadzone.words.texts import Text, text


@dataclass
class Places:
    """The place of each part by list ("component", "relation", "spectrum", "case", "said") in the order of the file."""

    lists: dict[str, list[Text]] = field(default_factory=dict)

    def add(self, list_name: str, place: Text) -> None:
        """Keep the place of the next part of a list."""
        self.lists.setdefault(list_name, []).append(place)

    def of(self, list_name: str) -> Sequence[Text]:
        """The places of a list."""
        return self.lists.get(list_name, [])


def check(model: RexsModel, places: Places) -> None:
    """Refuse a model whose parts do not fit together.

    Raises
    ------
    BadInput : an id that is given twice, or a component that is spoken of and does not exist
    """
    known = {each.id for each in model.components}
    _once([each.id for each in model.components], places.of("component"), text("component"))
    _once([each.id for each in model.relations], places.of("relation"), text("relation"))
    _once([each.id for each in model.spectra], places.of("spectrum"), text("load spectrum"))
    for relation, place in zip(model.relations, places.of("relation"), strict=True):
        for each in relation.references:
            if each.id not in known:
                raise BadInput(
                    text(
                        "{place}: relation {id} ({type}) names component {component} as {role}, and there is none",
                        place=place,
                        id=relation.id,
                        type=relation.type,
                        component=each.id,
                        role=each.role,
                    )
                )
    for said, place in zip(_said(model), places.of("said"), strict=True):
        if said.id not in known:
            raise BadInput(
                text(
                    "{place}: a load case speaks of component {component}, and there is none",
                    place=place,
                    component=said.id,
                )
            )
    cases = iter(places.of("case"))
    for spectrum in model.spectra:
        here = [next(cases) for _ in spectrum.cases]
        _once([each.id for each in spectrum.cases], here, text("load case"))


def with_types(model: RexsModel) -> RexsModel:
    """The model whose load cases tell the type of each component, where a file leaves it out."""
    types = {each.id: each.type for each in model.components}

    def typed(parts: Iterable[Component]) -> tuple[Component, ...]:
        return tuple(each if each.type else replace(each, type=types.get(each.id, "")) for each in parts)

    spectra = [
        LoadSpectrum(
            each.id,
            tuple(replace(case, components=typed(case.components)) for case in each.cases),
            None if each.accumulation is None else typed(each.accumulation),
            each.extra,
        )
        for each in model.spectra
    ]
    return replace(model, spectra=tuple(spectra))


def _said(model: RexsModel) -> Iterator[Component]:
    for spectrum in model.spectra:
        for case in spectrum.cases:
            yield from case.components
        yield from spectrum.accumulation or ()


def _once(ids: Sequence[int], places: Sequence[Text], what: Text) -> None:
    seen: dict[int, Text] = {}
    for each, place in zip(ids, places, strict=True):
        if each in seen:
            raise BadInput(
                text(
                    "{place}: {what} {id} is given twice, first at {first}",
                    place=place,
                    what=what,
                    id=each,
                    first=seen[each],
                )
            )
        seen[each] = place

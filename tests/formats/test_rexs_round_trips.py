"""Whatever REXS file is accepted: from JSON to XML and back is the identity, and so is the way from XML to JSON."""

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from loadzone.formats.rexs import (
    Attribute,
    Coded,
    Component,
    LoadCase,
    LoadSpectrum,
    Reference,
    Relation,
    RexsModel,
    converted,
    read_rexs,
    write_rexs,
)
from loadzone.formats.rexs.schema import VERSIONS, definitions, name_in
from loadzone.formats.rexs.values import ARRAYS, CODED, KINDS, MATRICES, OF_INTEGER_ARRAYS, cell_of

WORDS = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff") | st.sampled_from("\t\n\r"),
    max_size=8,
)
LOOKALIKES = st.sampled_from(["", " ", "0", "1", "007", "1.0", "1e5", "true", "False", "nan", "json:1", "\r\n", " x "])
NAMES = st.from_regex(r"own_[a-z]{1,6}", fullmatch=True)
UNITS = st.sampled_from([None, "", "none", "mm", "furlong"])
EXTRA = st.dictionaries(
    NAMES, WORDS | LOOKALIKES | st.integers() | st.booleans() | st.none() | st.lists(st.integers(), max_size=2)
).map(lambda members: tuple(members.items()))


def cells(kind: str) -> st.SearchStrategy[object]:
    found: dict[str, st.SearchStrategy[object]] = {
        "floating_point": st.floats(allow_nan=False, allow_infinity=False),
        "boolean": st.booleans(),
        "string": WORDS | LOOKALIKES,
    }
    if kind in {"integer", "reference_component"}:
        return st.integers()
    return found.get(kind, found["string"])


@st.composite
def values(draw: st.DrawFn, kind: str) -> object:
    """A value of a kind, sometimes none."""
    if draw(st.integers(0, 9)) == 0:
        return None
    cell = cell_of(kind)
    codes = [code for code, packed in CODED.items() if packed == cell]
    if kind in ARRAYS:
        if codes and draw(st.booleans()):
            numbers = draw(st.lists(st.integers(-9, 9), max_size=4))
            return Coded.of(numbers, draw(st.sampled_from(codes)))
        return tuple(draw(st.lists(cells(cell), max_size=4)))
    if kind in MATRICES or kind == OF_INTEGER_ARRAYS:
        rows, columns = draw(st.integers(0, 3)), draw(st.integers(0, 3))
        if kind in MATRICES and codes and draw(st.booleans()):
            numbers = draw(st.lists(st.integers(-9, 9), min_size=rows * columns, max_size=rows * columns))
            packed = Coded.of(numbers, draw(st.sampled_from(codes)), rows)
            return Coded(packed.code, packed.packed, rows, columns)
        row = st.lists(cells(cell), min_size=columns, max_size=columns)
        return tuple(tuple(draw(row)) for _ in range(rows))
    return draw(cells(kind))


@st.composite
def attributes(draw: st.DrawFn) -> Attribute:
    """One that the tables know, with the schema's unit and kind, or one that they do not."""
    if draw(st.booleans()):
        known = draw(st.sampled_from([row for rows in definitions().values() for row in rows if row.holds_in("1.6")]))
        return Attribute(known.id, draw(values(known.kind)), known.unit, known.kind)  # type: ignore[arg-type]
    kind = draw(st.sampled_from(sorted(KINDS)))
    value = draw(values(kind))
    return Attribute(draw(NAMES), value, draw(UNITS), kind, draw(EXTRA))  # type: ignore[arg-type]


ATTRIBUTES = st.lists(attributes(), max_size=4).map(tuple)
ORDERS = st.none() | st.integers(0, 9)


@st.composite
def models(draw: st.DrawFn) -> RexsModel:
    ids = draw(st.lists(st.integers(0, 99), min_size=1, max_size=3, unique=True))
    names = st.none() | WORDS

    def part(each: int) -> Component:
        return Component(each, draw(WORDS.filter(bool)), draw(names), draw(ATTRIBUTES), draw(EXTRA))

    def said() -> tuple[Component, ...]:
        return tuple(part(each) for each in draw(st.lists(st.sampled_from(ids), max_size=2, unique=True)))

    components = tuple(part(each) for each in ids)
    relations = tuple(
        Relation(n, draw(WORDS), (Reference(draw(st.sampled_from(ids)), draw(WORDS), draw(names)),), draw(ORDERS))
        for n in range(draw(st.integers(0, 2)))
    )
    spectra = ()
    if draw(st.booleans()):
        cases = tuple(LoadCase(n, said(), draw(EXTRA)) for n in range(draw(st.integers(0, 2))))
        spectra = (LoadSpectrum(1, cases, draw(st.sampled_from([None, ()])) or (said() or None), draw(EXTRA)),)
    return RexsModel("1.6", draw(WORDS), draw(WORDS), draw(WORDS), relations, components, spectra, draw(names))


def file_of(model: RexsModel, name: str) -> tuple[bytes, RexsModel]:
    """The bytes of a file of the model, and what is read of it."""
    with TemporaryDirectory() as folder:
        path = write_rexs(Path(folder) / name, model)
        return path.read_bytes(), read_rexs(path)


@given(models())
def test_from_json_to_xml_to_json_is_the_identity(model: RexsModel) -> None:
    first, accepted = file_of(model, "x.rexsj")
    _, between = file_of(accepted, "x.rexs")
    last, _ = file_of(between, "x.rexsj")
    assert between == accepted == model
    assert last == first


@given(models())
def test_from_xml_to_json_to_xml_is_the_identity(model: RexsModel) -> None:
    first, accepted = file_of(model, "x.rexs")
    _, between = file_of(accepted, "x.rexsj")
    last, _ = file_of(between, "x.rexs")
    assert between == accepted
    assert last == first


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), max_size=6), st.sampled_from(["float64", "int32"]))
def test_packed_numbers_come_back(numbers: list[float], code: str) -> None:
    whole = [int(each) % 1000 for each in numbers] if code == "int32" else numbers
    assert Coded.of(whole, code).numbers == tuple(whole)


@given(
    st.sampled_from(sorted(definitions())),
    st.sampled_from(VERSIONS),
    st.sampled_from(VERSIONS),
    st.floats(1e-3, 1e3),
)
def test_to_another_version_and_back_is_the_same_attribute(name: str, one: str, other: str, value: float) -> None:
    rows = [row for row in definitions()[name] if row.holds_in(one) and row.kind == "floating_point"]
    there = name_in(name, other)
    if not rows or there is None or name_in(there, one) != name:
        return
    before = Attribute(name, value, rows[0].unit)
    model = RexsModel(one, "", "", "", components=(Component(1, "any", attributes=(before,)),))
    (moved,) = converted(model, other).components[0].attributes
    (back,) = converted(converted(model, other), one).components[0].attributes
    assert moved.id == there
    assert (back.id, back.unit) == (before.id, before.unit)
    assert isinstance(back.value, float)
    assert abs(back.value - value) <= 1e-12 * value

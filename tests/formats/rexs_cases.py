"""The sample models and what the tests of REXS do with them again and again."""

from pathlib import Path

from loadzone.formats.rexs import RexsModel, Value, read_rexs, write_rexs

SAMPLES = Path(__file__).parent / "rexs"
NAMES = ("bearing_1_4.rexs", "bearing_1_5.rexs", "drive_1_6.rexs", "bearing_2_0.rexsj")


def sample(name: str) -> RexsModel:
    return read_rexs(SAMPLES / name)


def value_of(model: RexsModel, component_id: int, attribute_id: str) -> tuple[Value, str | None]:
    component = model.component(component_id)
    found = None if component is None else component.get(attribute_id)
    assert found is not None, attribute_id
    return found.value, found.unit


def through(model: RexsModel, path: Path) -> RexsModel:
    """The model as it comes back from a file."""
    return read_rexs(write_rexs(path, model))

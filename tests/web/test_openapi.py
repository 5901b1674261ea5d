"""The OpenAPI document and the application: whatever a stranger sends, no fault and no answer that is not declared."""

from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from world import World

EXAMPLES = 4
"""A mode of an operation; bounded so that the whole takes less than a minute on two cores."""
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
ENDS_THE_SESSION = "closeSession"
OURS = {"organisation": "acme", "position": "drive", "id": "fan"}


@pytest.fixture(scope="module")
def operations(shared_world: World) -> dict[str, Any]:
    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", shared_world.app)
    found = (each.ok() for each in schema.get_all_operations())
    return {each.definition.raw["operationId"]: each for each in found}


def test_every_operation_has_a_name_of_its_own_and_says_what_it_does_and_needs(operations: dict[str, Any]) -> None:
    assert len(operations) > 60
    for name, operation in operations.items():
        raw = operation.definition.raw
        assert name.isidentifier()
        assert raw["description"]
        assert raw["x-needs"]
        assert ("security" in raw) is (raw["x-needs"] != "public")


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["fitting", "misfitting"])
def test_whatever_is_sent_the_answer_is_declared_and_no_fault(
    shared_world: World, operations: dict[str, Any], mode: Any
) -> None:
    headers = {"Authorization": f"Bearer {shared_world.secrets['admin@acme']}"}
    faults = {}
    for name, operation in operations.items():
        if name != ENDS_THE_SESSION:
            found = explore(operation, mode, headers)
            faults |= {name: found} if found else {}
    assert faults == {}


def explore(operation: Any, mode: Any, headers: dict[str, str]) -> str | None:
    """The first fault of an operation."""
    try:
        strategy = operation.as_strategy(generation_mode=mode)
    except schemathesis.errors.InvalidSchema as error:  # pragma: no cover  a schema of ours that says nothing
        return str(error)

    @given(case=strategy)
    @settings(max_examples=EXAMPLES, phases=[Phase.generate], suppress_health_check=[*HealthCheck], database=None)
    def run(case: Any) -> None:
        if len(str(case.path_parameters)) % 4:  # most of them where there is something
            case.path_parameters.update({name: OURS[name] for name in case.path_parameters if name in OURS})
        case.call_and_validate(checks=CHECKS, headers=headers)

    try:
        run()
    except BaseException as error:  # noqa: BLE001  a group of failures, or a strategy without any misfit
        return None if type(error).__name__ == "Unsatisfiable" else "".join(str(error))[:1500]
    return None


def test_the_page_of_the_interface_lists_every_operation_with_what_it_needs(operations: dict[str, Any]) -> None:
    page = (Path(__file__).parents[2] / "docs" / "platform" / "api.md").read_text(encoding="utf-8")
    for name, operation in operations.items():
        raw = operation.definition.raw
        assert f"| `{name}` | `{operation.method.upper()} {operation.path}` | {raw['x-needs']} |" in page

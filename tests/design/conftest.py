"""Makes the loader of reference cases importable: tests are no package, so it is loaded by path, once."""

import importlib.util
import sys
from pathlib import Path

if "design_cases" not in sys.modules:
    _SPEC = importlib.util.spec_from_file_location("design_cases", Path(__file__).with_name("cases.py"))
    assert _SPEC is not None
    assert _SPEC.loader is not None
    _CASES = importlib.util.module_from_spec(_SPEC)
    sys.modules["design_cases"] = _CASES
    _SPEC.loader.exec_module(_CASES)

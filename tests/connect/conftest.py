"""Makes the servers and devices of these tests importable: tests are no package, so they are loaded by path, once."""

import importlib.util
import sys
from pathlib import Path

collect_ignore_glob = ["peer_*.py"]  # they import what only their own environments have

for _name in ("servers", "monitor"):
    _path = Path(__file__).with_name(f"{_name}.py")
    if f"connect_{_name}" not in sys.modules and _path.is_file():
        _spec = importlib.util.spec_from_file_location(f"connect_{_name}", _path)
        assert _spec is not None
        assert _spec.loader is not None
        _module = importlib.util.module_from_spec(_spec)
        sys.modules[f"connect_{_name}"] = _module
        _spec.loader.exec_module(_module)

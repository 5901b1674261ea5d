"""PostgreSQL and the small disk of the store's tests, for faults of the whole way."""

import importlib.util
from pathlib import Path

_SPEC = importlib.util.spec_from_file_location("store_servers", Path(__file__).parents[1] / "store" / "conftest.py")
assert _SPEC is not None
assert _SPEC.loader is not None
_SERVERS = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(_SERVERS)
postgresql = _SERVERS.postgresql
tiny_disk = _SERVERS.tiny_disk
execute = _SERVERS._execute

"""The same arrivals leave the same on PostgreSQL as in a file."""

import importlib.util
from pathlib import Path

import numpy as np
from watching import NOW_US, SOURCE, arrival, furnished, kept, mixed

from loadzone.connect.messages.values import Values, encode_values
from loadzone.flows.watch import Decoder, Watch, handle

_STORE = Path(__file__).parents[1] / "store" / "conftest.py"
_SPEC = importlib.util.spec_from_file_location("store_servers", _STORE)
assert _SPEC is not None
assert _SPEC.loader is not None
_SERVERS = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(_SERVERS)
postgresql = _SERVERS.postgresql


def test_what_is_kept_is_the_same_on_postgresql_as_in_a_file(postgresql: str, tmp_path: Path) -> None:
    _SERVERS._execute(f"{postgresql}/postgres", "CREATE DATABASE watched TEMPLATE empty_store")
    long = encode_values(Values(np.array([NOW_US]), np.array([1.0]), ("q" * 100,), ("u" * 32,)))
    arrivals = [*mixed(16), arrival(17, long)]
    found = []
    for folder, url in (("server", f"{postgresql}/watched"), ("file", None)):
        platform = furnished(tmp_path / folder, database_url=url)
        watch = Watch(platform, decoder=Decoder(platform.bodies, is_isolated=False))
        for start, end in ((0, 5), (3, 11), (0, 17)):
            handle(watch, SOURCE, arrivals[start:end])
        found.append({name: sorted(map(repr, rows)) for name, rows in kept(platform).items()})  # type: ignore[call-overload]
        platform.close()
    assert found[0] == found[1]

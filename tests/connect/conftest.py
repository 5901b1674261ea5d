"""Makes the servers and devices of these tests importable: tests are no package, so they are loaded by path, once."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

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

COPY = "-copy_extensions copy"


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An authority, a server of the name 127.0.0.1, and a client, all for this test."""
    folder = tmp_path_factory.mktemp("certificates")
    steps = [
        "req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 2 -subj /CN=authority",
        *(
            step
            for name, more in (("server", "subjectAltName=IP:127.0.0.1"), ("client", "subjectAltName=DNS:client"))
            for step in (
                f"req -newkey rsa:2048 -nodes -keyout {name}.key -out {name}.csr -subj /CN={name} -addext {more}",
                f"x509 -req -in {name}.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out {name}.pem -days 2 {COPY}",
            )
        ),
    ]
    for step in steps:
        try:
            subprocess.run(["openssl", *step.split()], cwd=folder, check=True, capture_output=True)  # noqa: S603, S607  written above
        except (FileNotFoundError, subprocess.CalledProcessError) as error:
            pytest.skip(f"openssl makes no certificates here: {error}")
    return folder

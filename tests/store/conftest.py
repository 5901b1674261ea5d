"""Real stores for the contract: a SQLite file and a PostgreSQL server of its own, a folder and an object storage."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from loadzone.store.catalog import Catalog, Work
from loadzone.store.catalog.engine import make_engine
from loadzone.store.catalog.machines import Machine, Site, machines, sites
from loadzone.store.catalog.migrate import upgrade
from loadzone.store.catalog.organisations import Organisation, organisations
from loadzone.store.catalog.positions import Position, positions

sys.path.insert(0, str(Path(__file__).parent))  # tests of this folder share `processes`

DEBIAN = Path("/usr/lib/postgresql")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _postgresql_programs() -> Path:
    """Folder of initdb and postgres: the path first, then where Debian puts them, the newest."""
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    folders = sorted(DEBIAN.glob("*/bin"), key=lambda folder: int(folder.parent.name))
    if not folders:
        pytest.skip("PostgreSQL is not installed (no initdb): install the package postgresql")
    return folders[-1]


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """Address of a PostgreSQL server on loopback, started for these tests, with the tables in its database template."""
    programs = _postgresql_programs()
    folder = Path(tempfile.mkdtemp(prefix="loadzone-pg-"))
    who: dict[str, str] = {}
    if os.getuid() == 0:  # initdb refuses root
        try:
            shutil.chown(folder, "postgres", "postgres")
        except LookupError:
            pytest.skip("PostgreSQL does not run as root, and there is no user postgres")
        who = {"user": "postgres", "group": "postgres"}
    port = _free_port()
    data = folder / "data"
    subprocess.run(  # noqa: S603  the server's own programs
        [programs / "initdb", "-D", data, "-U", "loadzone", "--auth=trust", "--no-sync", "-E", "UTF8", "--locale=C"],
        check=True,
        capture_output=True,
        cwd=folder,
        **who,  # type: ignore[call-overload]
    )
    settings = ("fsync=off", "listen_addresses=127.0.0.1", f"port={port}", f"unix_socket_directories={folder}")
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(  # noqa: S603  as above
            [programs / "postgres", "-D", data, *(part for setting in settings for part in ("-c", setting))],
            stdout=log,
            stderr=log,
            cwd=folder,
            **who,  # type: ignore[call-overload]
        )
    address = f"postgresql://loadzone@127.0.0.1:{port}"
    try:
        _wait_for(programs, port)
        _execute(f"{address}/postgres", "CREATE DATABASE empty_store")
        engine = make_engine(f"{address}/empty_store")
        upgrade(engine)
        engine.dispose()
        yield address
    finally:
        server.terminate()
        server.wait(timeout=30)
        shutil.rmtree(folder, ignore_errors=True)


def _wait_for(programs: Path, port: int) -> None:
    for _ in range(400):
        asked = [programs / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)]
        if not subprocess.run(asked, check=False).returncode:  # noqa: S603  as above
            return
        time.sleep(0.05)
    pytest.fail("PostgreSQL did not start")


def _execute(url: str, statement: str) -> None:
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Address of an empty catalog on each of the two databases."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/catalog.sqlite"
        return
    server = request.getfixturevalue("postgresql")
    name = f"store_{uuid.uuid4().hex}"
    _execute(f"{server}/postgres", f"CREATE DATABASE {name} TEMPLATE empty_store")
    yield f"{server}/{name}"
    _execute(f"{server}/postgres", f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def catalog(database: str) -> Iterator[Catalog]:
    """A catalog in which two customers have a site, a machine and a position of the same names."""
    opened = Catalog.open(database)
    for name in ("acme", "bolt"):
        opened.write(name, lambda work, name=name: _furnish(work, name))
    yield opened
    opened.close()


def _furnish(work: Work, name: str) -> None:
    organisations.add(work, Organisation(name, f"{name} 公司", created_us=1))
    sites.add(work, Site(name, "plant", "Plant"))
    machines.add(work, Machine(name, "fan", "plant", "Fan", "fan", created_us=1))
    positions.add(work, *(Position(name, each, each, created_us=1, machine="fan") for each in ("drive", "free")))

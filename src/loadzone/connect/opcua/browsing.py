"""Looking around in a server: the list from which a person maps nodes, and finding a node by its names."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from loadzone.connect.opcua.peer import Peer, connected
from loadzone.connect.opcua.readings import MappedNode
from loadzone.words.errors import BadInput
from loadzone.words.texts import text

if TYPE_CHECKING:
    from asyncua import Client, Node, ua

MOST_NODES = 10_000
_DEEPEST = 8


@dataclass(frozen=True)
class BrowsedNode:
    """A node as it is shown to choose from; ``node`` is what `MappedNode` takes, and outlives a restart there."""

    path: str
    node: str
    is_variable: bool
    kind: str = ""
    has_history: bool = False


async def browse(peer: Peer, start: str = "", depth: int = 4, most: int = MOST_NODES) -> list[BrowsedNode]:
    """Nodes below ``start`` (names from Objects down; all by default), a level at a time, ``most`` at most.

    Raises
    ------
    Unreachable : as `connected`
    BadInput : ``start`` is not there
    """
    async with connected(peer) as client:
        namespaces = await client.get_namespace_array()
        level: list[tuple[str, Node]] = [(start.strip("/"), await find(client, start, namespaces, {}))]
        found: list[BrowsedNode] = []
        for _ in range(min(depth, _DEEPEST)):
            below: list[tuple[str, Node]] = []
            for path, node in level:
                for each in await node.get_children_descriptions():
                    if len(found) >= most:
                        return found
                    way = f"{path}/{each.BrowseName.Name}".strip("/")
                    child = client.get_node(each.NodeId)
                    found.append(await _described(way, child, each, namespaces))
                    below.append((way, child))
            level = below
    return found


async def _described(path: str, node: "Node", told: "ua.ReferenceDescription", namespaces: list[str]) -> BrowsedNode:
    from asyncua import ua

    is_variable = told.NodeClass == ua.NodeClass.Variable
    kind, has_history = "", False
    if is_variable:
        types, levels = await node.read_attributes([ua.AttributeIds.DataType, ua.AttributeIds.UserAccessLevel])
        kind = _type_name(types.Value.Value if types.Value else None)
        level = levels.Value.Value if levels.Value else 0
        has_history = bool(level & (1 << ua.AccessLevel.HistoryRead.value))
    return BrowsedNode(path, lasting(told.NodeId, namespaces), is_variable, kind, has_history)


def _type_name(told: object) -> str:
    from asyncua import ua

    if isinstance(told, ua.NodeId) and told.NamespaceIndex == 0 and isinstance(told.Identifier, int):
        return ua.ObjectIdNames.get(told.Identifier, str(told.Identifier))
    return str(told) if told is not None else ""


def lasting(node_id: "ua.NodeId", namespaces: list[str]) -> str:
    """The identifier with the address of its namespace: the index may be another after a restart of the server."""
    short = node_id.to_string()
    index = node_id.NamespaceIndex
    if not index or index >= len(namespaces):
        return short
    return f"nsu={namespaces[index]};{short.partition(';')[2]}"


async def find(
    client: "Client", node: str, namespaces: list[str], known: dict[str, list[tuple[str, "Node"]]]
) -> "Node":
    """The node of an identifier or of names from Objects down; ``known`` keeps what was seen on other ways.

    Raises
    ------
    BadInput : it is not there, or no identifier
    """
    from asyncua import ua
    from asyncua.ua.uaerrors import UaError

    try:
        if node.startswith("nsu="):
            address, _, rest = node.removeprefix("nsu=").rpartition(";")
            return client.get_node(f"ns={namespaces.index(address)};{rest}")
        if node.startswith(("ns=", "i=", "s=", "g=", "b=")):
            return client.get_node(ua.NodeId.from_string(node))
    except (ValueError, UaError) as error:
        raise BadInput(text("node {node} is not there: its namespace or identifier is unknown", node=node)) from error
    at = client.nodes.objects
    way = ""
    for name in filter(None, node.split("/")):
        if way not in known:
            known[way] = [
                (each.BrowseName.Name or "", client.get_node(each.NodeId))
                for each in await at.get_children_descriptions()
            ]
        child = next((each for called, each in known[way] if called == name), None)
        if child is None:
            raise BadInput(text("node {node} is not there: «{name}» is not found on the way", node=node, name=name))
        at, way = child, f"{way}/{name}"
    return at


async def find_all(client: "Client", nodes: list[MappedNode]) -> list["Node | BadInput"]:
    """`find` for many: each found, or why not."""
    namespaces = await client.get_namespace_array()
    known: dict[str, list[tuple[str, Node]]] = {}
    found: list[Node | BadInput] = []
    for each in nodes:
        try:
            found.append(await find(client, each.node, namespaces, known))
        except BadInput as error:
            found.append(error)
    return found

"""An independent edge node, run by its own interpreter with a port, or with «bytes» for payloads in hex."""

import sys
import time

import pysparkplug as psp


def metric(name: str, kind: object, value: object, alias: int | None = None) -> psp.Metric:
    return psp.Metric(timestamp=psp.get_current_timestamp(), name=name, datatype=kind, value=value, alias=alias)


def payloads() -> None:
    kinds = psp.DataType
    metrics = (
        metric("i8", kinds.INT8, -1),
        metric("i16", kinds.INT16, -2),
        metric("i32", kinds.INT32, -3),
        metric("i64", kinds.INT64, -4),
        metric("u64", kinds.UINT64, 2**64 - 1),
        metric("f", kinds.FLOAT, 1.5),
        metric("d", kinds.DOUBLE, -2.5),
        metric("b", kinds.BOOLEAN, True),
        metric("s", kinds.STRING, "轴承"),
        metric("bytes", kinds.BYTES, b"\x00\xff"),
        metric("ia", kinds.INT32_ARRAY, (1, -2)),
        metric("ba", kinds.BOOLEAN_ARRAY, (True, False, True)),
        metric("sa", kinds.STRING_ARRAY, ("ab", "c")),
        metric("da", kinds.DOUBLE_ARRAY, (1.5, -1.0)),
    )
    print(psp.NBirth(timestamp=1, seq=0, metrics=metrics).encode(include_dtypes=True).hex())
    ours = bytes.fromhex(sys.stdin.readline())
    for each in psp.NBirth.decode(ours).metrics:
        print(each.name, each.datatype.name, repr(each.value), sep="\t")


def node(port: int) -> None:
    kinds = psp.DataType
    device = psp.Device("motor", metrics=(metric("rms", kinds.DOUBLE, 0.0),))
    edge = psp.EdgeNode("plant", "psp", metrics=(metric("speed", kinds.DOUBLE, 1480.0),))
    edge.register(device)
    edge.connect("127.0.0.1", port=port)
    print("ready", flush=True)
    for line in sys.stdin:
        word, *rest = line.split()
        if word == "node":
            edge.update((metric("speed", kinds.DOUBLE, float(rest[0])),))
        elif word == "device":
            edge.update_device("motor", (metric("rms", kinds.DOUBLE, float(rest[0])),))
        elif word == "leave":
            edge.disconnect()
            break
        time.sleep(0.01)
    print("gone", flush=True)


if sys.argv[1] == "bytes":
    payloads()
else:
    node(int(sys.argv[1]))

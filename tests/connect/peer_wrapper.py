"""Another independent node, run by its own interpreter, with one connection for the node and one for its device."""

import sys

from mqtt_spb_wrapper import MqttSpbEntityDevice, MqttSpbEntityEdgeNode

port = int(sys.argv[1])
node = MqttSpbEntityEdgeNode("plant", "wrapper", False)
node.data.set_value("speed", 1480.0)
device = MqttSpbEntityDevice("plant", "wrapper", "motor", False)
device.data.set_value("rms", 1.0)
for each in (node, device):
    each.connect("127.0.0.1", port)
    each.publish_birth()
print("ready", flush=True)
for line in sys.stdin:
    word, *rest = line.split()
    if word == "node":
        node.data.set_value("speed", float(rest[0]))
        node.publish_data()
    elif word == "device":
        device.data.set_value("rms", float(rest[0]))
        device.publish_data()
    elif word == "leave":
        device.disconnect()
        node.disconnect()
        break
print("gone", flush=True)

"""What arrives and what is told: intake on NATS JetStream, MQTT, Sparkplug; knows no store and no journey."""

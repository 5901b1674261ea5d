"""Ways to customers' systems: what a file declares, the running connectors, and how all doors of a platform stand."""

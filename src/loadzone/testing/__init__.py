"""Contract suites that a plug-in of a third party can run against itself, one module an extension point."""

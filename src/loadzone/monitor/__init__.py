"""ISO 13374, one module a block: acquire, manipulate, detect, assess, advise; pure functions from samples to advice."""

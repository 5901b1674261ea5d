"""``python -m loadzone`` is the command ``loadzone``."""

from loadzone.cli.main import run

if __name__ == "__main__":
    run()

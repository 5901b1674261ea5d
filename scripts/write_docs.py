"""Write docs/cli.md from what the commands say of themselves, and the example of the READMEs from what it prints.

With --check docs/cli.md is only compared; the example is compared in the tests, by its verdict.
"""

import os
import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
EXAMPLE = re.compile(r"(?<=```text\n)(?:\$ loadzone [^\n]+\n)+(?:(?!```).*\n)*?(?=```)")
"""A block of a README that begins with commands and goes on with what the last of them prints."""
HEAD = """# The command line

Made by `scripts/write_docs.py` from the commands' own help. `--json` prints the same facts for programs; `--lang zh`
answers in Chinese, as does a Chinese locale. Exit codes: 0 done, 1 only with `--fail-on`, 2 the input, 3 our fault;
of several files the highest.
"""


def page() -> str:
    """The page as it should be."""
    from loadzone.cli.main import COMMANDS

    parts = [HEAD, section("loadzone")]
    parts += [section(f"loadzone {name}") for name in COMMANDS]
    return "\n".join(parts)


def section(command: str) -> str:
    """One command with its help."""
    lines = [line.rstrip() for line in told([*command.split()[1:], "--help"], ROOT).splitlines()]
    return f"## `{command}`\n\n```text\n" + "\n".join(lines).strip("\n") + "\n```\n"


def with_example(readme: str) -> str:
    """A README whose example shows what its commands print now."""
    return EXAMPLE.sub(lambda found: example(found.group()), readme)


def example(block: str) -> str:
    """The commands of a block and what the last one prints."""
    commands = [line for line in block.splitlines() if line.startswith("$ ")]
    with tempfile.TemporaryDirectory() as folder:
        printed = [told(shlex.split(command)[2:], Path(folder)) for command in commands]
    lines = [line.rstrip() for line in printed[-1].strip("\n").splitlines()]
    return "\n".join([*commands, "", *lines]) + "\n"


def told(words: list[str], folder: Path) -> str:
    """What the command prints for an English reader without a terminal."""
    plain = os.environ | {"LC_ALL": "C.UTF-8", "COLUMNS": "100", "TERMINAL_WIDTH": "100", "NO_COLOR": "1"}
    return subprocess.run(  # noqa: S603  our own command
        [sys.executable, "-m", "loadzone", *words], capture_output=True, check=True, cwd=folder, env=plain
    ).stdout.decode("utf-8")


def main() -> int:
    """Write the pages, or say that one is not up to date."""
    target, wanted = DOCS / "cli.md", page()
    if "--check" not in sys.argv:
        target.write_text(wanted, encoding="utf-8")
        for name in ("README.md", "README.zh.md"):
            readme = ROOT / name
            readme.write_text(with_example(readme.read_text(encoding="utf-8")), encoding="utf-8")
        return 0
    if target.is_file() and target.read_text(encoding="utf-8") == wanted:
        return 0
    print("docs/cli.md differs from the commands' help: run scripts/write_docs.py")
    return 1


if __name__ == "__main__":
    sys.exit(main())

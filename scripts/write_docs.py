"""Write the pages that are made from the program, and the example of the READMEs from what it prints.

docs/cli.md from what the commands say of themselves, docs/presets.md from the families and their examples,
docs/methods/formulas.md from the formulas' data, docs/methods/public-cases.md from the public worked examples.
tests/test_docs.py compares the pages, and of the example the verdict.
"""

import os
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from loadzone.design.presets import Preset

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
PUBLIC_CASES = ROOT / "tests" / "design" / "public_cases.json"
EXAMPLE = re.compile(r"(?<=```text\n)(?:\$ loadzone [^\n]+\n)+(?:(?!```).*\n)*?(?=```)")
"""A block of a README that begins with commands and goes on with what the last of them prints."""
CLI_HEAD = """# The command line

Made by `scripts/write_docs.py` from the commands' own help. `--json` prints the same facts for programs; `--lang zh`
answers in Chinese, as does a Chinese locale. Exit codes: 0 done, 1 only with `--fail-on`, 2 the input, 3 our fault;
of several files the highest.
"""
PRESETS_HEAD = """# Product families

Made by `scripts/write_docs.py` from `design/data/presets/` and from what the program prints; a test compares them.

`loadzone preset` lists the families, `loadzone preset NAME` says what is known of one, each number with its source, and
what must be given. With the answers it goes the way of `loadzone rate` (or of a history, a slewing ring, a gear, an
inference) and prints the same page. **Only figures with a source are defaults; everything else is a question.** The
inputs of the examples below have no source: they make the example run and advise nothing.

```sh
loadzone preset
loadzone preset hsr-axlebox
loadzone preset strain-wave --torque 50 --rated-torque 100 --speed 2000
```
"""
FORMULAS_HEAD = """# Every formula, its clause, range, mark and source

Made by `scripts/write_docs.py` from `design/data/formulas_*.csv`, which the code reads: what stands here is what a
result's steps are drawn from. Marks: **read** in a named public source, **computed** and checked a second way,
**derived** here from a definition, **not verified** (from memory: confirm it against the bought standard before you
rely on it). «Design reference» is the project's own study; standards are not reproduced.
"""
PUBLIC_HEAD = """# Worked examples by other authors

Made by `scripts/write_docs.py` from `tests/design/public_cases.json`; a test judges each. Textbooks, makers, a
monograph, data sets: facts with their source, no text copied. An example is met when every printed value is met within
half its last digit (or what its note justifies). What differs is kept, counted as failed and explained; nothing is
tuned.

```sh
loadzone bench design --cases tests/design/public_cases.json
```
"""
FORMULA_TABLES = {
    "formulas_rating.csv": "Rating, life, lubrication",
    "formulas_mechanics.csv": "Mechanics, fits, film, friction, heat",
    "formulas_families.csv": "Product families",
}


def page() -> str:
    """The page of commands as it should be."""
    from loadzone.cli.main import COMMANDS, GROUPS

    parts = [CLI_HEAD, section("loadzone")]
    for name in COMMANDS:
        parts.append(section(f"loadzone {name}"))
        parts += [section(f"loadzone {name} {each}") for each in GROUPS.get(name, ())]
    return "\n".join(parts)


def section(command: str) -> str:
    """One command with its help."""
    lines = [line.rstrip() for line in told([*command.split()[1:], "--help"], ROOT).splitlines()]
    return f"## `{command}`\n\n```text\n" + "\n".join(lines).strip("\n") + "\n```\n"


def presets_page() -> str:
    """The page of product families: one worked example each, with sources and what is not known."""
    from loadzone.design.presets import presets

    return "\n".join([PRESETS_HEAD, *(family_section(each) for each in presets().values())])


def family_section(family: "Preset") -> str:
    """One family: the command, its output in short, what it means, sources, what is not known."""
    known = [
        f"- {fact.words.en}: {fact.value:.12g} {fact.unit} ({fact.mark}: {fact.source})".replace("  (", " (")
        for fact in family.known
    ]
    known += [f"- {each.words.en} ({each.mark}: {each.source})" for each in family.standards]
    known.append(f"- asked: {family.target.words.en} ({family.target.mark}: {family.target.source})")
    return "\n".join(
        [
            f"## {family.name.en[0].upper()}{family.name.en[1:]}\n",
            f"In use: {family.bearing.en}.\n",
            f"```sh\nloadzone preset {family.key} --example\n```\n",
            f"```text\n{short_example(family)}\n```\n",
            f"{family.example.meaning.en}\n",
            "Known:\n",
            *known,
            "\nNot known:\n",
            *(f"- {each.en}" for each in family.unknown),
            "",
        ]
    )


def short_example(family: "Preset") -> str:
    """What the example prints, without the steps of a rating and its notices."""
    from loadzone.cli.preset_page import answer_page
    from loadzone.flows.preset import answer

    blocks = "\n".join(answer_page(answer(family, {}, is_example=True))).split("\n\n")
    last = next(
        (place for place, block in enumerate(blocks) if block.startswith("   F_r") or "steps, mean" in block), None
    )
    kept = blocks[: last + 1] if last is not None else [each for each in blocks if not each.startswith((" ? ", " ! "))]
    return "\n\n".join(kept)


def formulas_page() -> str:
    """The page of all formulas, one table a data file."""
    from loadzone.design.formulas import formulas

    heads = ("symbol", "unit", "clause", "formula", "valid", "mark", "source")
    parts = [FORMULAS_HEAD]
    for name, title in FORMULA_TABLES.items():
        known = tuple(formulas((name,)).values())
        counts = ", ".join(f"{sum(each.mark == mark for each in known)} {mark}" for mark in MARKS)
        rows = [[getattr(each, head) for head in heads] for each in known]
        parts += [f"## {title}\n\n`design/data/{name}`: {len(known)} formulas; {counts}.\n", table(heads, rows)]
    return "\n".join(parts)


MARKS = ("read", "computed", "derived", "not verified")


def public_cases_page() -> str:
    """The page of public worked examples: what they print, what we compute, and why some differ."""
    from loadzone.bench.design import run

    found = run(cases=PUBLIC_CASES)
    heads = ("example", "source", "printed", "here", "largest difference", "met")
    rows = [
        [
            each["name"],
            each["source"],
            values(each["expected"]),
            values(each["got"], each["expected"]),
            f"{100 * each['rel_error']:.2g} %" if each["rel_error"] > 1e-5 else "below 0.001 %",
            "yes" if each["pass"] else "no",
        ]
        for each in found["cases"]
    ]
    count = f"{found['passed'] + found['failed']} examples: {found['passed']} met, {found['failed']} differ.\n"
    why = [f"- `{each['name']}`: {each['deviation']}." for each in found["cases"] if each["deviation"]]
    return "\n".join([PUBLIC_HEAD, count, table(heads, rows), "## Deviations\n", *why, ""])


def values(numbers: Mapping[str, Any], order: Iterable[str] | None = None) -> str:
    """Names and numbers with five digits, in one cell; of a list the first and the last."""
    cells = []
    for key in order or numbers:
        value = numbers[key]
        several = value if isinstance(value, list) else [value]
        shown = [f"{each:.5g}" for each in several]
        cells.append(f"{key} {shown[0]}" if len(shown) == 1 else f"{key} {shown[0]} … {shown[-1]}")
    return "; ".join(cells)


def table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table of Markdown."""
    names = tuple(heads)
    lines = ["| " + " | ".join(names) + " |", "|" + "---|" * len(names)]
    lines += ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


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


PAGES: dict[str, Callable[[], str]] = {
    "cli.md": page,
    "presets.md": presets_page,
    "methods/formulas.md": formulas_page,
    "methods/public-cases.md": public_cases_page,
}


def main() -> None:
    """Write the pages, and the example into both READMEs."""
    for name, made in PAGES.items():
        (DOCS / name).write_text(made(), encoding="utf-8")
    for name in ("README.md", "README.zh.md"):
        readme = ROOT / name
        readme.write_text(with_example(readme.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()

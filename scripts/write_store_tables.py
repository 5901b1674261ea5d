"""Write the tables of docs/platform/store.md from the code that states them; a test compares."""

import re
from collections.abc import Iterable
from pathlib import Path

from loadzone.store.catalog.schema import metadata
from loadzone.store.lake import TABLES
from loadzone.store.points import POINTS

PAGE = Path(__file__).resolve().parents[1] / "docs" / "platform" / "store.md"
BLOCK = re.compile(r"(<!-- made by scripts/write_store_tables.py: (\w+) -->\n)(.*?)(<!-- end -->)", re.DOTALL)


def catalog() -> Iterable[str]:
    """Every table of the database with its columns."""
    for table in metadata.sorted_tables:
        keys = ", ".join(f"`{column.name}`" for column in table.primary_key)
        grows = " Only grows." if table.info.get("append_only") else ""
        why = f" Belongs to no organisation: {table.info['shared']}." if "shared" in table.info else ""
        yield f"**{table.name}** (key {keys}).{grows}{why}\n"
        yield "| column | holds |\n|---|---|"
        yield from (
            f"| `{column.name}` | {column.doc}{'; may be missing' * bool(column.nullable)} |"
            for column in table.columns
        )
        yield ""


def lake() -> Iterable[str]:
    """Every table of the lake with its columns."""
    for table in TABLES.values():
        yield f"**{table.name}**: {table.meaning}. Compacted in the order {', '.join(table.order)}.\n"
        yield "| column | type | unit | holds |\n|---|---|---|---|"
        yield from (
            f"| `{c.name}` | {c.type} | {c.unit} | {c.meaning}{'; always' * c.is_required} |" for c in table.columns
        )
        yield ""


def points() -> Iterable[str]:
    """The places where the tests kill a worker."""
    yield from (f"- {point}" for point in POINTS)
    yield ""


MAKERS = {"catalog": catalog, "lake": lake, "points": points}


def page(written: str) -> str:
    """The page with its blocks as the code has them."""
    return BLOCK.sub(lambda block: block[1] + "\n" + "\n".join(MAKERS[block[2]]()) + "\n" + block[4], written)


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")

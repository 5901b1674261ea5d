"""Tables of Apache Arrow: Parquet files, IPC files (Feather 2) and IPC streams, through pyarrow."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from loadzone.formats.format import ReadOptions, check_claim, torn
from loadzone.formats.table import Column, check_equal, recordings_of_table, remarks_about, remarks_of
from loadzone.signals.recording import Recording
from loadzone.words.texts import text

PARQUET_MAGIC = b"PAR1"
IPC_MAGIC = b"ARROW1"
STREAM_MAGIC = b"\xff\xff\xff\xff"
SCHEMA_MESSAGE_LIMIT = 1 << 24
"""A stream begins with the length of its schema; more than this is no schema but another file."""


class Parquet:
    """Numeric columns; metadata of the table and of each column say rate, unit and speed."""

    name = "parquet"
    suffixes = (".parquet", ".pq")

    def sniff(self, head: bytes, name: str) -> bool:  # noqa: ARG002  the magic bytes are enough
        """Whether it begins with the magic bytes."""
        return head.startswith(PARQUET_MAGIC)

    def read(self, path: Path, options: ReadOptions) -> list[Recording]:
        """Every numeric column but the times."""
        import pyarrow.parquet as pq

        _check_end(path, PARQUET_MAGIC)
        with pq.ParquetFile(path, page_checksum_verification=True) as file:
            content = file.metadata
            groups = [content.row_group(place) for place in range(content.num_row_groups)]
            claimed = max(8 * content.num_rows * content.num_columns, sum(each.total_byte_size for each in groups))
            check_claim(path, claimed, claimed, options)
            return _recordings(file.read())

    def write(self, path: Path, recordings: Sequence[Recording]) -> None:
        """One column a recording, what is known about it in the column's metadata."""
        import pyarrow.parquet as pq

        pq.write_table(_table(path, recordings), path, compression="zstd", write_page_checksum=True)


class ArrowIpc:
    """Numeric columns of an IPC file or stream."""

    name = "arrow"
    suffixes = (".arrow", ".feather", ".arrows", ".ipc")

    def sniff(self, head: bytes, name: str) -> bool:  # noqa: ARG002  the magic bytes are enough
        """Whether it begins like a file (ARROW1) or like a stream (continuation mark and a schema)."""
        is_stream = head.startswith(STREAM_MAGIC) and 0 < int.from_bytes(head[4:8], "little") < SCHEMA_MESSAGE_LIMIT
        return head.startswith(IPC_MAGIC) or is_stream

    def read(self, path: Path, options: ReadOptions) -> list[Recording]:
        """Every numeric column but the times; an uncompressed file is mapped, not copied."""
        import pyarrow as pa

        size = path.stat().st_size
        check_claim(path, size, size, options)
        with pa.memory_map(str(path)) as source:
            if source.read(len(IPC_MAGIC)) == IPC_MAGIC:
                _check_end(path, IPC_MAGIC)
                source.seek(0)
                return _recordings(pa.ipc.open_file(source).read_all())
            source.seek(0)
            return _recordings(pa.ipc.open_stream(source).read_all())

    def write(self, path: Path, recordings: Sequence[Recording]) -> None:
        """One column a recording, what is known about it in the column's metadata."""
        import pyarrow as pa

        table = _table(path, recordings)
        with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
            writer.write_table(table)


FORMAT = Parquet()
IPC = ArrowIpc()


def _recordings(table: Any) -> list[Recording]:  # noqa: ANN401  pyarrow ships no types
    import pyarrow as pa

    columns = []
    for place, part in enumerate(table.schema, start=1):
        kind = part.type
        if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_timestamp(kind):
            values = table.column(place - 1).to_numpy()
            columns.append(Column(part.name, place, values, remarks_of(_decoded(part.metadata))))
    return recordings_of_table(columns, remarks_of(_decoded(table.schema.metadata)))


def _decoded(metadata: dict[bytes, bytes] | None) -> dict[str, str]:
    pairs = (metadata or {}).items()
    return {key.decode(errors="replace"): value.decode(errors="replace") for key, value in pairs}


def _table(path: Path, recordings: Sequence[Recording]) -> Any:  # noqa: ANN401  pyarrow ships no types
    import pyarrow as pa

    check_equal(path, recordings)
    arrays = [pa.array(each.samples) for each in recordings]
    fields = [
        pa.field(each.channel, array.type, metadata=remarks_about(each))
        for each, array in zip(recordings, arrays, strict=True)
    ]
    return pa.Table.from_arrays(arrays, schema=pa.schema(fields))


def _check_end(path: Path, magic: bytes) -> None:
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(size - len(magic), 0))
        if size < 2 * len(magic) or file.read() != magic:
            raise torn(path, text("its end mark {mark} is missing", mark=magic.decode()))

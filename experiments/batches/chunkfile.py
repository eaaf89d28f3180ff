"""A chunk as the bytes of a Parquet file: every number exactly, the same bytes each time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .contract import Arrays, Column, Job, checked, shape_of

if TYPE_CHECKING:
    import pyarrow

LEVEL = 3
"""Of zstd: higher levels take several times as long and save a few percent."""
SHAPE, CHUNK, UNIT, ROLE = b"tumbuh.shape", b"tumbuh.chunk", b"unit", b"role"


def encode(job: Job, chunk: int, arrays: Arrays) -> bytes:
    """Return the file of a chunk.

    Inputs repeat over strategies and structures and are stored once with references; outcomes
    are split into planes of bytes, in which the exponents, which resemble each other, lie
    together. Both are without loss.

    Parameters
    ----------
    job
        To which the chunk belongs.
    chunk
        Number, from 0.
    arrays
        (run,) by column.

    Raises
    ------
    ValueError
        If the arrays are not what the job promised.
    """
    import pyarrow
    from pyarrow import parquet

    checked(job, chunk, arrays)
    table = _table(job, chunk, arrays)
    outcomes = [c.name for c in job.columns if c.role == "outcome" and c.kind == "float"]
    buffer = pyarrow.BufferOutputStream()
    parquet.write_table(
        table,
        buffer,
        row_group_size=max(1, table.num_rows),
        compression="zstd",
        compression_level=LEVEL,
        use_dictionary=[c.name for c in job.columns if c.name not in outcomes],  # pyright: ignore[reportArgumentType]
        column_encoding=dict.fromkeys(outcomes, "BYTE_STREAM_SPLIT"),
    )
    return buffer.getvalue().to_pybytes()


def _table(job: Job, chunk: int, arrays: Arrays) -> pyarrow.Table:
    import pyarrow

    fields = [_field(column) for column in job.columns]
    metadata = {SHAPE: shape_of(job).encode(), CHUNK: str(chunk).encode()}
    values = [_values(column, arrays) for column in job.columns]
    return pyarrow.table(values, schema=pyarrow.schema(fields, metadata))


def _field(column: Column) -> pyarrow.Field:
    import pyarrow

    kinds = {
        "int": pyarrow.int64(),
        "float": pyarrow.float64(),
        "text": pyarrow.dictionary(pyarrow.int32(), pyarrow.string()),
    }
    about = {UNIT: column.unit.encode(), ROLE: column.role.encode()}
    return pyarrow.field(column.name, kinds[column.kind], False, about)


def _values(column: Column, arrays: Arrays) -> pyarrow.Array:
    import pyarrow

    values = arrays[column.name]
    if column.kind == "text":
        codes = pyarrow.array(np.ascontiguousarray(values, dtype=np.int32))
        words = pyarrow.array(list(column.categories), pyarrow.string())
        return pyarrow.DictionaryArray.from_arrays(codes, words)
    kind = np.int64 if column.kind == "int" else np.float64
    # from_pandas=False keeps a number that is not one as it is, and not as a missing value.
    return pyarrow.array(np.ascontiguousarray(values, dtype=kind), from_pandas=False)


def belongs(data: bytes, shape: str, chunk: int) -> bool:
    """Return whether bytes are a whole Parquet file that says it is this chunk of this job.

    Parameters
    ----------
    data
        Of a file.
    shape
        As `shape_of` gives it.
    chunk
        Number, from 0.
    """
    import pyarrow
    from pyarrow import parquet

    try:
        about = parquet.read_metadata(pyarrow.BufferReader(data)).metadata or {}
    except (pyarrow.ArrowException, OSError):
        return False
    return about.get(SHAPE) == shape.encode() and about.get(CHUNK) == str(chunk).encode()


def writer() -> str:
    """Return name and version of what writes the files; another one may choose other bytes."""
    import pyarrow

    return f"pyarrow {pyarrow.__version__}"

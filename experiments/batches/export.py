"""A store as one file for other programs: CSV, Parquet or netCDF, written one chunk at a time."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from ...model.errors import InputError, Problem
from ...model.files import staged, write_atomic
from ..output import check_file
from ..written import intend
from .chunkfile import LEVEL
from .read import about_columns, batches, dataset_of
from .store import Store, stored

if TYPE_CHECKING:
    import pyarrow

Form = Literal["csv", "parquet", "netcdf"]
Progress = Callable[[int, int], None]


def wanted(files: Mapping[Form, Path | None]) -> dict[Form, Path]:
    """Return the files that were asked for, each of them checked before any is written.

    Raises
    ------
    InputError
        If none was asked for, or two have one name.
    UnusablePlace
        If one cannot be written.
    """
    chosen: dict[Form, Path] = {form: path for form, path in files.items() if path is not None}
    if not chosen or len(set(chosen.values())) < len(chosen):
        expected = "--csv, --parquet or --netcdf, each with a file of its own"
        found = "one file twice" if chosen else "none of them"
        remedy = "Write for example --csv runs.csv"
        raise InputError([Problem("export", expected, found, remedy)])
    for path in chosen.values():
        check_file(path)
    return chosen


def export(
    store: Store, form: Form, path: Path, progress: Progress = lambda done, total: None
) -> None:
    """Write all stored runs into one file, which is there whole or not at all.

    Parameters
    ----------
    store
        The store.
    form
        ``csv`` (numbers in as many digits as they need, a table of the columns beside it),
        ``parquet``, or ``netcdf`` with the dimension ``run``.
    path
        The file.
    progress
        Called with chunks written and chunks in all.

    Raises
    ------
    UnusablePlace
        If nothing can be written there.
    DataError
        If nothing is stored, or a chunk is damaged.
    OutputError
        If the disk is full. Nothing is left behind.
    """
    check_file(path)
    dataset_of(store)  # refuses an empty store before a file is begun
    if form == "netcdf":
        from .export_netcdf import write_netcdf as write
    else:
        write = _write_csv if form == "csv" else _write_parquet
    with staged(intend(path)) as temporary:
        write(store, temporary, progress)
    if form == "csv":
        write_atomic(intend(path.with_suffix(".columns.csv")), _table_of_columns(store))


def _write_csv(store: Store, path: Path, progress: Progress) -> None:
    import pyarrow.csv

    total = len(stored(store))
    with ExitStack() as stack:
        writer = None
        for done, table in enumerate(map(as_text, batches(store))):
            progress(done, total)
            if writer is None:
                opened = pyarrow.csv.CSVWriter(str(path), table.schema)
                writer = stack.enter_context(opened)
            writer.write_table(table)


def _write_parquet(store: Store, path: Path, progress: Progress) -> None:
    from pyarrow import parquet

    total = len(stored(store))
    outcomes = [c["name"] for c in about_columns(store) if c["role"] == "outcome"]
    with ExitStack() as stack:
        writer = None
        for done, table in enumerate(batches(store)):
            progress(done, total)
            table = table.replace_schema_metadata({"title": "runs of tumbuh"})
            if writer is None:
                others = [name for name in table.column_names if name not in outcomes]
                opened = parquet.ParquetWriter(
                    path,
                    table.schema,
                    compression="zstd",
                    compression_level=LEVEL,
                    use_dictionary=others,  # pyright: ignore[reportArgumentType] - a list is documented
                )
                writer = stack.enter_context(opened)
            writer.write_table(table, row_group_size=max(1, table.num_rows))


def as_text(table: pyarrow.Table) -> pyarrow.Table:
    """Return a table with its text written out, and not as references."""
    import pyarrow

    fields = [
        field.with_type(pyarrow.string()) if pyarrow.types.is_dictionary(field.type) else field
        for field in table.schema
    ]
    return table.cast(pyarrow.schema(fields))


def _table_of_columns(store: Store) -> str:
    """Return name, kind, unit and role of each column as CSV, for what CSV itself cannot say."""
    buffer = io.StringIO()
    rows = about_columns(store)
    writer = csv.DictWriter(buffer, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return buffer.getvalue()

"""The runs of a store, to compute with: a table too large for memory, or some of its columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...model.errors import DataError, InputError, Problem
from ...model.report import did_you_mean
from .store import Store, chunk_path, open_store, stored
from .whole import REPAIR, check_chunks

if TYPE_CHECKING:
    import pandas
    import pyarrow
    import pyarrow.dataset


def dataset(folder: Path | str) -> pyarrow.dataset.Dataset:
    """Return the runs of a store without reading them.

    Parameters
    ----------
    folder
        The store, whole or begun.

    Returns
    -------
    pyarrow.dataset.Dataset
        One row a run, in the order of the runs; units and roles in the metadata of the fields.

    Raises
    ------
    DataError
        If the folder is no store, or nothing is stored yet.
    """
    store = open_store(Path(folder))
    return dataset_of(store)


def dataset_of(store: Store) -> pyarrow.dataset.Dataset:
    """Return the runs of an open store without reading them.

    Raises
    ------
    DataError
        If nothing is stored yet, or a file cannot be read.
    """
    import pyarrow
    import pyarrow.dataset

    there = sorted(stored(store))
    if not there:
        remedy = "Run tumbuh experiment resume on this folder"
        problem = Problem(str(store.folder), "runs", "none stored yet", remedy)
        raise DataError([problem])
    paths = [str(chunk_path(store.folder, chunk)) for chunk in there]
    try:
        return pyarrow.dataset.dataset(paths, format="parquet")
    except (pyarrow.ArrowException, OSError) as error:
        raise unreadable(store.folder, error) from error


def frame(folder: Path | str, columns: Sequence[str] | None = None) -> pandas.DataFrame:
    """Return the runs of a store, or some of their columns, in memory.

    Parameters
    ----------
    folder
        The store.
    columns
        Names; all when absent. A million runs with all inputs of the packaged model take about
        1 GB, three columns 20 MB.

    Raises
    ------
    DataError
        If the folder is no store, nothing is stored yet, or a chunk is damaged.
    InputError
        If a name is unknown.

    Examples
    --------
    >>> runs = frame("results/strategies", ["scenario", "gain"])  # doctest: +SKIP
    >>> runs.groupby("scenario", observed=True).gain.mean()  # doctest: +SKIP
    """
    store = open_store(Path(folder))
    check_chunks(store)
    return columns_of(store, columns).to_pandas()


def columns_of(store: Store, columns: Sequence[str] | None = None) -> pyarrow.Table:
    """Return columns of all stored runs, in the order of the runs."""
    import pyarrow

    names = None if columns is None else _known(store, columns)
    try:
        return dataset_of(store).to_table(columns=names)
    except (pyarrow.ArrowException, OSError) as error:
        raise unreadable(store.folder, error) from error


def batches(store: Store) -> Iterator[pyarrow.Table]:
    """Yield one chunk after the other, in order, so that memory stays flat.

    Raises
    ------
    DataError
        If a chunk is damaged; told before the first.
    """
    import pyarrow
    from pyarrow import parquet

    check_chunks(store)
    for chunk in sorted(stored(store)):
        path = chunk_path(store.folder, chunk)
        try:
            yield parquet.ParquetFile(path).read()
        except (pyarrow.ArrowException, OSError) as error:
            raise unreadable(path, error) from error


def stored_runs(store: Store) -> int:
    """Return how many runs are stored."""
    about = store.manifest
    last = about.runs - (about.chunks - 1) * about.chunk_runs
    chunks = stored(store)
    whole = about.chunk_runs * len(chunks)
    return whole - (about.chunk_runs - last if about.chunks - 1 in chunks else 0)


def unreadable(path: Path, error: Exception) -> DataError:
    """Return the error for a chunk that is damaged."""
    # pyarrow names the file and what is wrong, and then guesses at the reasons.
    found = str(error).split("\n")[0].partition(". Either")[0].rstrip(".")
    return DataError([Problem(str(path), "whole chunks", found, REPAIR)])


def _known(store: Store, columns: Sequence[str]) -> list[str]:
    """Refuse names that are no columns, all at once."""
    names = [column["name"] for column in store.manifest.columns]
    problems = [
        Problem(
            name, "a column", "none of this name", did_you_mean(name, names, "See manifest.json")
        )
        for name in columns
        if name not in names
    ]
    if problems:
        raise InputError(problems)
    return list(columns)


def about_columns(store: Store) -> list[dict[str, Any]]:
    """Return name, kind, unit and role of each column."""
    keys = ("name", "kind", "unit", "role")
    return [{key: column[key] for key in keys} for column in store.manifest.columns]

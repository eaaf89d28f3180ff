"""The state of a fit on disk: a run that was cut off goes on and ends with the same numbers."""

from __future__ import annotations

import io
import json
import tempfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..model.errors import DataError, Problem
from ..model.files import write_atomic
from ..model.randomness import stream
from .hierarchy import Coordinates
from .state import State

Floats = NDArray[np.float64]

EVERY = 20
"""Sweeps from one writing to the next."""


@dataclass(frozen=True)
class Chains:
    """One run of chains on its way.

    Attributes
    ----------
    sweeps
        Sweeps done.
    state
        Where the chains are.
    kept
        By name: (sweep, chain), what was watched so far.
    rng
        Generator of the sweeps to come.
    """

    sweeps: int
    state: State
    kept: dict[str, Floats]
    rng: np.random.Generator


@dataclass(frozen=True)
class Checkpoint:
    """A folder with one file for each run of chains.

    Attributes
    ----------
    folder
        Where the files lie.
    identity
        Names everything that the result depends on; files of another fit are refused.
    """

    folder: Path
    identity: str

    def check(self) -> None:
        """Refuse a folder that cannot be used, before anything is computed.

        Raises
        ------
        DataError
            If it cannot be made, or a file in it is damaged or belongs to another fit.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            tempfile.TemporaryFile(dir=self.folder).close()
        except OSError as error:
            found = (error.strerror or type(error).__name__).lower()
            expected, remedy = "a folder that can be written", "Choose another folder"
            raise DataError([Problem(str(self.folder), expected, found, remedy)]) from error
        for path in sorted(self.folder.glob("run-*.npz")):
            self.load(int(path.stem.removeprefix("run-")))

    def save(self, run: int, chains: Chains) -> None:
        """Write one run; a file is whole or not there."""
        arrays = {f"at/{f.name}": getattr(chains.state.at, f.name) for f in fields(Coordinates)}
        arrays |= {"prevalence": chains.state.prevalence, "cells": chains.state.cells}
        arrays |= {f"kept/{name}": values for name, values in chains.kept.items()}
        state = json.dumps(chains.rng.bit_generator.state, default=lambda x: x.tolist())
        arrays["sweeps"] = np.array(chains.sweeps)
        arrays["generator"], arrays["identity"] = np.array(state), np.array(self.identity)
        buffer = io.BytesIO()
        np.savez(buffer, allow_pickle=False, **arrays)
        self.folder.mkdir(parents=True, exist_ok=True)
        write_atomic(self._path(run), buffer.getvalue())

    def load(self, run: int) -> Chains | None:
        """Return one run, or nothing where none was kept.

        Raises
        ------
        DataError
            If the file is damaged or belongs to another fit.
        """
        path = self._path(run)
        if not path.exists():
            return None
        try:
            with np.load(path, allow_pickle=False) as file:
                found = {name: file[name] for name in file.files}
            same = str(found["identity"]) == self.identity
            chains = _chains(found) if same else None
        except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
            raise _refused(path, "a whole file", "a damaged one") from error
        if chains is None:
            raise _refused(path, "the fit that was asked for", "another one")
        return chains

    def _path(self, run: int) -> Path:
        return self.folder / f"run-{run}.npz"


def _chains(found: Mapping[str, NDArray[np.generic]]) -> Chains:
    at = Coordinates(*(np.asarray(found[f"at/{f.name}"], float) for f in fields(Coordinates)))
    kept = {
        name.removeprefix("kept/"): np.asarray(values, float)
        for name, values in found.items()
        if name.startswith("kept/")
    }
    rng = stream(0, "overwritten")
    rng.bit_generator.state = json.loads(str(found["generator"]))
    prevalence, cells = (np.asarray(found[name], float) for name in ("prevalence", "cells"))
    return Chains(int(found["sweeps"]), State(at, prevalence, cells), kept, rng)


def _refused(path: Path, expected: str, found: str) -> DataError:
    remedy = "Delete the folder or name another one"
    return DataError([Problem(str(path), expected, found, remedy)])

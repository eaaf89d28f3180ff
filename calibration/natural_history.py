"""Tier 0: the stored natural history, read for the ensemble and rebuilt by command.

``python -m tumbuh.calibration.natural_history`` draws it anew, checks it and writes it.
"""

from __future__ import annotations

import hashlib
import json
import sys
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..model.errors import DataError, Problem
from ..model.files import sha256, write_atomic
from ..model.parameters import ParameterTable, load_parameters
from .cohort import stage_weights
from .columns import read_columns
from .growth_tables import BELIEFS_PATH, PROFILE_PATH, load_growth_tables
from .natural_history_checks import check, summary
from .natural_history_draws import CONSTANTS, DRAWS, PROPOSALS, SEED, NaturalHistory, infer
from .observations import DATA_FOLDER
from .profile_errors import ErrorPrior
from .profile_fit import central_scores

Floats = NDArray[np.float64]
DATA_PATH = DATA_FOLDER / "natural_history.csv"
META_PATH = DATA_FOLDER / "natural_history.json"
COMMAND = "Run `python -m tumbuh.calibration.natural_history`"


def load_natural_history(draws: int = DRAWS) -> dict[str, Floats]:
    """Return the stored draws by the names of the model's constants.

    Parameters
    ----------
    draws
        How many, the first ones.

    Returns
    -------
    dict
        The 21 probits of the age profile and `CONSTANTS`, each (draw,); rows belong together.

    Raises
    ------
    DataError
        If fewer are stored, or a table that they were made from was changed since.
    """
    return {name: column[:draws] for name, column in read_stored(draws).constants().items()}


def read_stored(draws: int = DRAWS) -> NaturalHistory:
    """Return the stored natural history, checked to hold at least ``draws``."""
    load_growth_tables()
    absent = [path for path in (META_PATH, DATA_PATH) if not path.exists()]
    if absent:
        raise DataError(Problem(str(path), "a file of draws", "none", COMMAND) for path in absent)
    meta = json.loads(META_PATH.read_text(encoding="utf-8"))
    now = _hashes(load_parameters()) | {"draws_sha256": sha256(DATA_PATH)}
    problems = [
        Problem(f"{META_PATH.name} {key}", "the content it was made from", "another", COMMAND)
        for key, digest in now.items()
        if meta.get(key) != digest
    ]
    if not 1 <= draws <= meta["draws"]:
        wanted = f"1 to {meta['draws']} draws"
        problems.append(Problem("draws", wanted, str(draws), "Ask for a number within these"))
    if problems:
        raise DataError(problems)
    values = read_columns(DATA_PATH)
    centre, modes = np.array(meta["centre"]), np.array(meta["modes"])
    return NaturalHistory(centre, modes, values, meta["effective"])


def store(found: NaturalHistory, table: ParameterTable, report: dict[str, Any]) -> None:
    """Write the draws and what they were made from."""
    lines = [",".join(found.values)]
    rows = np.column_stack(list(found.values.values()))
    lines += [",".join(f"{cell:.7g}" for cell in row) for row in rows]
    text = "\n".join(lines) + "\n"
    meta = {
        "seed": SEED,
        "draws": len(rows),
        "proposals": PROPOSALS,
        "draws_sha256": hashlib.sha256(text.encode()).hexdigest(),
        **_hashes(table),
        "centre": found.centre.tolist(),
        "modes": found.modes.tolist(),
        "effective": found.effective,
        **report,
    }
    write_atomic(DATA_PATH, text)
    write_atomic(META_PATH, json.dumps(meta, indent=1, sort_keys=True) + "\n")


def _hashes(table: ParameterTable) -> dict[str, str]:
    """Return hashes of all inputs: both tables, and the rows of the parameter table used."""
    names = (*CONSTANTS, "stage residence", "child death rate")
    rows = repr([(row.name, row.prior) for row in table.select(names)])
    return {
        "growth_by_age": sha256(PROFILE_PATH),
        "growth_beliefs": sha256(BELIEFS_PATH),
        "priors": hashlib.sha256(rows.encode()).hexdigest(),
        "errors": hashlib.sha256(repr(ErrorPrior()).encode()).hexdigest(),
    }


def main() -> int:
    """Rebuild, check and write; return 1 without writing where a check fails."""
    tables, table = load_growth_tables(), load_parameters()
    found = infer(tables, table)
    central = central_scores(tables, stage_weights(table), ErrorPrior())
    gates = check(found, tables, table)
    report = summary(found, central, gates, tables, table)
    print(json.dumps(report, indent=1))
    failed = [gate for gate in gates if not gate.passed]
    for gate in failed:
        print(f"failed: {gate}", file=sys.stderr)
    if not failed:
        store(found, table, report)
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())

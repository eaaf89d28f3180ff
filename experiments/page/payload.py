"""What the page's engine needs: the model as WebAssembly, and the draws with their stored states.

The page restarts every draw from its state at the decision date. A second kernel runs the history
again where a reader changes a parameter, because that acts from the beginning, as a scenario's
settings do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...calibration.ensemble import Ensemble
from ...model.calendar import DECISION_DATE, DECISION_MONTH, LAST_YEAR
from ...model.engine.integrate import simulate
from ...model.engine.job import Job, make_job
from ...model.engine.portable import Portable, even_machine, portable
from ...model.engine.trajectories import Snapshot
from ...model.language.ir import Program
from ...scenarios.compile import Plan
from ...scenarios.levers import catalogue
from ..batch import case_of
from ..limits import BOTTLENECK_DRAWS, FOOD, LINKS, SPEED_LIMIT, evened
from ..outcomes import GAINS, NO_EFFECT, OUTPUTS, TIE
from ..runs.evaluate import year_end
from .packing import pack
from .plans import lever_rows, no_effect, parameter_bounds

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Kernels:
    """The model as the page runs it.

    Attributes
    ----------
    history, future
        From the start to the decision date, and from there on.
    start
        State of every draw at the decision date.
    inputs
        (draw,) by constant: what the page may change, drawn or not.
    """

    history: Portable
    future: Portable
    start: Snapshot = field(repr=False)
    inputs: Mapping[str, Floats] = field(repr=False)


def kernels(program: Program, ensemble: Ensemble, plans: Sequence[Plan], until: int) -> Kernels:
    """Return the kernels of the page, and the state that its draws start from.

    Parameters
    ----------
    program
        The model.
    ensemble
        Draws that the page carries.
    plans
        Scenarios of the page, no extra action first; what one of them sets becomes an input.
    until
        Last year that the page can show.
    """
    settings = (*catalogue().settings, *no_effect())
    cases = evened(program, [*map(case_of, plans), SPEED_LIMIT], ensemble.constants, settings)
    baseline = {name: np.full(ensemble.size, v) for name, v in cases[0].constants.items()}
    inputs = dict(ensemble.constants) | baseline
    # Compiled here for a unit whose bits every machine has, so that a page does not tell its maker.
    before = simulate(
        program, inputs, [], [], until=DECISION_MONTH, engine="llvm", machine=even_machine()
    )
    history = _job(program, inputs, [], [], None)
    # Asked for at every step, results go along with the steps: that is faster for monthly ones too.
    steps = np.arange(DECISION_MONTH, year_end(until) + 1e-9, before.snapshot.time_step)
    future = _job(program, inputs, OUTPUTS, steps, before.snapshot)
    return Kernels(portable(history), portable(future), before.snapshot, inputs)


def _job(
    program: Program,
    inputs: Mapping[str, Floats],
    outputs: Sequence[str],
    times: Sequence[float] | Floats,
    start: Snapshot | None,
) -> Job:
    until = DECISION_MONTH if start is None else None
    return make_job(
        program, inputs, outputs, (), times, "euler", start, until, None, snapshot=start is None
    )


def engine_payload(
    program: Program, ensemble: Ensemble, plans: Sequence[Plan], until: int = LAST_YEAR
) -> dict[str, Any]:
    """Return all that ``createEngine`` takes, as plain values.

    Parameters
    ----------
    program, ensemble, plans, until
        As for `kernels`.
    """
    made = kernels(program, ensemble, plans, until)
    names = made.future.constants
    drawn = [name for name in names if name in ensemble.constants]
    same = {name: float(made.inputs[name][0]) for name in names if name not in drawn}
    tables = {
        "history module": made.history.module,
        "future module": made.future.module,
        "drawn": np.array([made.inputs[name] for name in drawn]),
        "states": np.array([made.start.states[k] for k in made.future.states]),
        **_same_for_all("history", made.history),
        **_same_for_all("future", made.future),
    }
    return {
        "draws": ensemble.size,
        "seed": ensemble.seed,
        "decision": DECISION_DATE,
        "until": until,
        "origin": made.start.origin,
        "time_step": made.start.time_step,
        "restart_step": made.start.steps,
        "inputs": list(names),
        "drawn": drawn,
        "same": same,
        "outputs": list(made.future.outputs),
        "kernels": {
            # Rows of what the history leaves, in the order in which the future reads them.
            "history": _sizes(made.history)
            | {"rows": [made.history.states.index(k) for k in made.future.states]},
            "future": _sizes(made.future),
        },
        "parameters": parameter_bounds(program, ensemble, [*drawn, *catalogue().settings]),
        "no_effect": no_effect(),
        "links": list(LINKS),
        "food": FOOD,
        "speed_limit": dict(SPEED_LIMIT.constants),
        "bottleneck_draws": BOTTLENECK_DRAWS,
        "rules": {"tie": TIE, "no_effect_points": NO_EFFECT, "gains": list(GAINS)},
        "levers": {row["id"]: row for row in lever_rows()},
        "packed": pack(tables),
    }


def _same_for_all(name: str, kernel: Portable) -> dict[str, Floats]:
    return {
        f"{name} at_start": kernel.at_start,
        f"{name} fixed": kernel.fixed,
        f"{name} changing": kernel.changing,
    }


def _sizes(kernel: Portable) -> dict[str, int]:
    return {
        "lanes": kernel.lanes,
        "size": kernel.size,
        "states": len(kernel.states),
        "changing": kernel.changing.shape[1],
    }

"""Random programs of the language that engines run: every operation, leaf and kind of table."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st

from tumbuh.model.language.ir import SIGNATURES, TRUTH, Builder, Program, State, Variable
from tumbuh.model.language.syntax import Table

CONTROLS = {"INITIAL TIME": 0.5, "FINAL TIME": 2.0, "TIME STEP": 0.25}
# Constants that are given for each member, and those that all members share.
OWN, SHARED = ("a", "b", "c"), ("p", "q")
OPS = sorted(set(SIGNATURES) - {"lookup"})
KINDS = ("clip", "extrapolate", "backward", "forward")
SPECIAL = [0.0, -0.0, 1.0, -1.0, 0.5, 2.0, -3.0, 1e-6, 700.0, -745.0, 1e150, -1e150, 1e-150]
SPECIAL += [5e-324, -5e-324, 2.0**-1022, 1e-310, np.finfo(float).max, np.inf, -np.inf, np.nan]

tame = st.floats(-8.0, 8.0).map(lambda value: round(value, 3))
literals = st.one_of(tame, st.sampled_from([0.0, 1.0, 2.0, 3.0, -1.0, 0.5, 1e-300, 1e300]))
seeds = st.integers(0, 2**32 - 1)


@dataclass(frozen=True)
class Case:
    program: Program
    # By node: the name of the variable that shows it.
    names: dict[int, str]


def _leaves(builder: Builder, numbers: list[float]) -> list[int]:
    count = len(CONTROLS)
    leaves = [builder.leaf("constant", count + k) for k in range(len(OWN) + len(SHARED))]
    leaves += [builder.leaf("time"), builder.leaf("state", 0), builder.leaf("state", 1)]
    leaves.append(builder.leaf("frozen", 2))
    return leaves + [builder.number(value) for value in numbers]


@st.composite
def tables(draw):
    x = sorted(draw(st.lists(tame, min_size=1, max_size=5, unique=True)))
    y = draw(st.lists(tame, min_size=len(x), max_size=len(x)))
    return Table(tuple(x), tuple(y), draw(st.sampled_from(KINDS)))


@st.composite
def cases(draw, least=10, most=40):
    """Return a program that shows every operation; two stocks follow some, one value is frozen."""
    builder = Builder()
    nodes = _leaves(builder, draw(st.lists(literals, min_size=1, max_size=3)))
    truths: list[int] = []
    choices = st.tuples(st.sampled_from([*OPS, "lookup", "square"]), seeds)
    for op, seed in draw(st.lists(choices, min_size=least, max_size=most)):
        picked = np.random.default_rng(seed).integers(0, 2**31, 3).tolist()
        if op == "lookup":
            made = builder.lookup(draw(tables()), _late(nodes, picked[0]))
        elif op == "square":
            made = builder.make("pow", _late(nodes, picked[0]), builder.number(2.0))
        else:
            kinds = SIGNATURES[op][0]
            pools = [truths if kind == TRUTH and truths else nodes for kind in kinds]
            args = [_late(pool, pick) for pool, pick in zip(pools, picked, strict=False)]
            made = builder.make(op, *args)
        (truths if builder.nodes[made].truth else nodes).append(made)
    rates = [_late(nodes, pick) for pick in draw(st.tuples(seeds, seeds))]
    return _program(builder, rates)


def _late(pool: list[int], pick: int) -> int:
    """Return one of some nodes, the later ones more often, so that trees become deep."""
    back = min(pick % len(pool), pick // 7 % len(pool))
    return pool[len(pool) - 1 - back]


def _program(builder: Builder, rates: list[int]) -> Case:
    shown = {index: builder.real(index) for index in range(len(builder.nodes))}
    names = {index: f"n{index}" for index in shown}
    constants = (*CONTROLS, *OWN, *SHARED)
    start = len(CONTROLS)
    own = builder.leaf("constant", start)
    shared = builder.leaf("constant", start + len(OWN))
    states = (
        State("s0", "stock", own, builder.real(rates[0])),
        State("s1", "stock", shared, builder.real(rates[1])),
        State("s2", "initial", own, -1),
    )
    variables = {name: _variable(name, "auxiliary", shown[k]) for k, name in names.items()}
    for place, name in enumerate(constants):
        kind = "control" if name in CONTROLS else "constant"
        variables[name] = _variable(name, kind, builder.leaf("constant", place))
    defaults = (*CONTROLS.values(), *[1.0] * (len(OWN) + len(SHARED)))
    nodes, known = tuple(builder.nodes), tuple(builder.tables)
    program = Program(
        "random.mdl", "digest", nodes, states, constants, defaults, known, (), variables
    )
    return Case(program, names)


def _variable(name: str, kind: str, node: int) -> Variable:
    return Variable(name, name, (), kind, "", "", 1, "", (), node)


def constants_of(seed: int, members: int, wild: float) -> dict[str, np.ndarray]:
    """Return constants for each member; a share of them is wild: no number, infinite, tiny."""
    generator = np.random.default_rng(seed)
    found = {}
    for name in OWN:
        values = generator.uniform(-4.0, 4.0, members)
        values[generator.random(members) < wild] = generator.choice(SPECIAL)
        sizes = np.exp2(generator.uniform(-1074, 1023, members))
        found[name] = np.where(generator.random(members) < wild / 2, sizes, values)
    for name in SHARED:
        usual = generator.uniform(-4.0, 4.0)
        found[name] = np.float64(generator.choice(SPECIAL) if generator.random() < wild else usual)
    return found

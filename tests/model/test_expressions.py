"""Random expressions: the engine against a plain Python evaluator, for many draws at once.

Conditions and roundings stand only on arithmetic that is exact to the last bit in both, so that
the two sides take the same branch.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tumbuh.model.engine.integrate import simulate
from tumbuh.model.language.cache import translate_text

NAMES = ("alpha", "beta", "gamma")
DRAWS = 11
HEAD = (
    "alpha = 1.0~~|beta = 1.0~~|gamma = 1.0~~|INITIAL TIME = 0.0~~|FINAL TIME = 1.0~~|"
    "TIME STEP = 1.0~~|\n"
)


@dataclass(frozen=True)
class Tree:
    text: str
    source: str  # the same in Python


def number(value: float) -> Tree:
    text = f"{abs(value):.3f}"
    return Tree(f"(-{text})", f"(-{text})") if value < 0 else Tree(text, text)


LEAVES = st.one_of(
    st.sampled_from([Tree(name, name) for name in (*NAMES, "Time")]),
    st.floats(-9, 9).map(lambda value: number(round(value, 3))),
)


def binary(operator: str):
    def combine(pair):
        left, right = pair
        source = f"div({left.source}, {right.source})" if operator == "/" else None
        source = source or f"({left.source} {operator} {right.source})"
        return Tree(f"({left.text} {operator} {right.text})", source)

    return combine


def call(name: str, python: str):
    def combine(parts):
        texts = ", ".join(part.text for part in parts)
        sources = ", ".join(part.source for part in parts)
        return Tree(f"{name}({texts})", f"{python}({sources})")

    return combine


def exact_children(children):
    pairs = st.tuples(children, children)
    return st.one_of(
        *(pairs.map(binary(operator)) for operator in "+-*/"),
        pairs.map(call("MIN", "least")),
        pairs.map(call("MAX", "most")),
        st.tuples(children).map(call("ABS", "abs")),
        st.tuples(children).map(lambda parts: Tree(f"(-{parts[0].text})", f"(-{parts[0].source})")),
    )


EXACT = st.recursive(LEAVES, exact_children, max_leaves=6)


def conditions():
    pairs = st.tuples(EXACT, EXACT)
    simple = st.sampled_from(["<", "<=", ">", ">=", "=", "<>"]).flatmap(
        lambda op: pairs.map(
            lambda pair: Tree(
                f"({pair[0].text} {op} {pair[1].text})",
                f"({pair[0].source} {({'=': '==', '<>': '!='}).get(op, op)} {pair[1].source})",
            )
        )
    )
    return st.recursive(
        simple,
        lambda inner: st.one_of(
            st.tuples(inner, inner).map(
                lambda p: Tree(
                    f"({p[0].text} :AND: {p[1].text})", f"({p[0].source} and {p[1].source})"
                )
            ),
            st.tuples(inner, inner).map(
                lambda p: Tree(
                    f"({p[0].text} :OR: {p[1].text})", f"({p[0].source} or {p[1].source})"
                )
            ),
            inner.map(lambda p: Tree(f"(:NOT: {p.text})", f"(not {p.source})")),
        ),
        max_leaves=3,
    )


def children(inner):
    pairs = st.tuples(inner, inner)
    unary = [("EXP", "exp"), ("LN", "ln"), ("SQRT", "root"), ("SIN", "sine"), ("TANH", "math.tanh")]
    return st.one_of(
        exact_children(inner),
        *(st.tuples(inner).map(call(*names)) for names in unary),
        pairs.map(
            lambda p: Tree(
                f"(ABS({p[0].text})^({p[1].text}))", f"power({p[0].source}, {p[1].source})"
            )
        ),
        st.tuples(conditions(), inner, inner).map(call("IF THEN ELSE", "choose")),
        st.tuples(EXACT).map(call("INTEGER", "whole")),
        st.tuples(inner, EXACT).map(call("ZIDZ", "zidz")),
    )


TREES = st.recursive(LEAVES, children, max_leaves=10)


class Evaluator:
    """Plain Python with the model language's meaning; remembers how large numbers became."""

    def __init__(self):
        self.scale = 1.0

    def note(self, value: float) -> float:
        if math.isfinite(value):
            self.scale = max(self.scale, abs(value))
        return value

    def value(self, tree: Tree, names: dict[str, float]) -> float:
        space = {
            name.removeprefix("f_"): getattr(self, name) for name in dir(self) if name[:2] == "f_"
        }
        try:
            return float(eval(tree.source, {"math": math, **space, **names}))
        except (OverflowError, ValueError):
            return math.nan

    def f_div(self, a, b):
        return (
            self.note(a / b)
            if b
            else math.nan
            if a == 0 or math.isnan(a)
            else math.inf * math.copysign(1, a) * math.copysign(1, b)
        )

    def f_least(self, a, b):
        return math.nan if math.isnan(a) or math.isnan(b) else min(a, b)

    def f_most(self, a, b):
        return math.nan if math.isnan(a) or math.isnan(b) else max(a, b)

    def f_exp(self, a):
        return self.note(math.exp(a)) if a < 709 or math.isnan(a) else math.inf

    def f_ln(self, a):
        return math.log(a) if a > 0 or math.isnan(a) else -math.inf if a == 0 else math.nan

    def f_root(self, a):
        return math.sqrt(a) if a >= 0 else math.nan

    def f_sine(self, a):
        return math.sin(self.note(a)) if math.isfinite(a) else math.nan

    def f_power(self, a, b):
        if a == 0 and b < 0:
            return math.inf
        try:
            return self.note(abs(a) ** b)
        except OverflowError:
            return math.inf

    def f_choose(self, condition, a, b):
        return a if condition else b

    def f_whole(self, a):
        return math.trunc(a) if math.isfinite(a) else a

    def f_zidz(self, a, b):
        return 0.0 if abs(b) < 1e-6 else a / b


@settings(max_examples=60)
@given(st.lists(TREES, min_size=1, max_size=5), st.integers(0, 2**32 - 1))
def test_engine_equals_python(trees, seed):
    equations = "".join(f"y{k} = {tree.text} + 0.0*alpha ~~|\n" for k, tree in enumerate(trees))
    program = translate_text(HEAD + equations, "random.mdl")
    values = np.random.default_rng(seed).uniform(-3, 3, (3, DRAWS)).round(3)
    draws = dict(zip(NAMES, values, strict=True))
    run = simulate(program, draws, [f"y{k}" for k in range(len(trees))], times=[1.0])
    for k, tree in enumerate(trees):
        for draw in range(DRAWS):
            evaluator = Evaluator()
            names = {name: float(draws[name][draw]) for name in NAMES} | {"Time": 1.0}
            expected = evaluator.value(tree, names)
            found = run[f"y{k}"][draw, 0]
            if not math.isfinite(expected) or evaluator.scale > 1e8:
                continue
            assert math.isclose(found, expected, rel_tol=1e-9, abs_tol=1e-9 * evaluator.scale), tree


def test_the_evaluator_would_notice():
    """The comparison above can fail: a wrong tree does not agree."""
    program = translate_text(HEAD + "y = alpha - beta ~~|", "wrong.mdl")
    run = simulate(program, {"alpha": 3.0, "beta": 1.0}, ["y"], times=[1.0])
    wrong = Evaluator().value(Tree("", "alpha + beta"), {"alpha": 3.0, "beta": 1.0})
    assert not math.isclose(run["y"][0, 0], wrong)

"""One semantic point per model: a closed form where there is one, and what PySD and simlin say.

A reason instead of ``True`` names a defect of an engine; such a case must fail there, so that an
excuse is noticed when it no longer holds.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest
from engines import ENGINES

from tumbuh.model.language.cache import translate_text

CONTROL = """
INITIAL TIME = 0.0 ~ month ~ |
FINAL TIME = 8.0 ~ month ~ |
TIME STEP = 0.25 ~ month ~ |
SAVEPER = TIME STEP ~ month ~ |
"""
DT = 0.25


@dataclass(frozen=True)
class Case:
    name: str
    text: str
    # By variable: its value at a time and step, or nothing where only the engines are compared.
    expected: dict[str, Callable[[float, int], float] | None]
    pysd: bool | str = True
    simlin: bool | str = True


def asked(cases: list[Case], engine: str) -> list:
    """Return the cases for an engine; those that it is known to get wrong must fail."""
    params = []
    for case in cases:
        reason = getattr(case, engine)
        marks = [] if reason is True else [pytest.mark.xfail(reason=reason, strict=True)]
        params.append(pytest.param(case, id=case.name, marks=marks))
    return params


def written(case: Case, tmp_path):
    path = tmp_path / "micro.mdl"
    text = "{UTF-8}\n" + case.text.replace("~~|", "~ dmnl ~ |\n") + CONTROL
    path.write_text(text)
    return path, translate_text(text, path.name)


def check_closed_form(case: Case, engine, tmp_path):
    _, program = written(case, tmp_path)
    run = engine(program, {}, list(case.expected), snapshot=False)
    for name, form in case.expected.items():
        if form is not None:
            expected = [form(t, k) for k, t in enumerate(run.times)]
            found = run[program.find(name).name][0]
            np.testing.assert_allclose(found, expected, 1e-12, 1e-12, err_msg=name)


def check_pysd(case: Case, tmp_path):
    import pysd

    path, program = written(case, tmp_path)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        table = pysd.read_vensim(str(path)).run()
    _compare(case, program, table)


def check_simlin(case: Case, tmp_path):
    import simlin

    path, program = written(case, tmp_path)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        table = simlin.load(path).run().results
    _compare(case, program, table)


def _compare(case: Case, program, table):
    columns = {name.lower().replace("_", " ").replace(", ", ","): name for name in table.columns}
    for engine in ENGINES:
        run = engine(program, {}, list(case.expected), snapshot=False)
        for name in case.expected:
            found = table[columns[name.lower()]].to_numpy(float)
            ours = run[program.find(name).name][0]
            np.testing.assert_allclose(ours, found, 1e-9, 1e-12, err_msg=name)

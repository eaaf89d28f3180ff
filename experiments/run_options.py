"""Options of a run as text, taken apart: names, settings, times and reductions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ..model.engine.reductions import KINDS, Reduction
from ..model.errors import InputError, ModelError, Problem
from ..model.language.ir import Program, Variable
from ..model.report import did_you_mean
from .draw_spec import Bounds
from .model_names import constant_of, variables_of
from .written_numbers import number_of, percent, remedy_for

_SHORT = {"min": "minimum", "max": "maximum"}


def split_names(text: str) -> list[str]:
    """Split at commas outside of brackets and quotes.

    Examples
    --------
    >>> split_names('a, b[x,y], "c, d"')
    ['a', 'b[x,y]', '"c, d"']
    """
    parts, depth, quoted = [""], 0, False
    for letter in text:
        quoted ^= letter == '"'
        depth += 0 if quoted else {"[": 1, "]": -1}.get(letter, 0)
        if letter == "," and depth <= 0 and not quoted:
            parts.append("")
        else:
            parts[-1] += letter
    return [part.strip() for part in parts if part.strip()]


def find_outputs(program: Program, names: Sequence[str], problems: list[Problem]) -> list[str]:
    """Return variables by name; an array without subscripts stands for all its elements."""
    found: list[str] = []
    for name in names:
        try:
            found += [item.name for item in variables_of(program, name)]
        except ModelError as error:
            problems += _under("--outputs", error)
    return list(dict.fromkeys(found))


def read_settings(
    program: Program, texts: Sequence[str], bounds: Bounds, problems: list[Problem]
) -> dict[str, float]:
    """Return the value of each constant of ``--set``, which may hold several between commas."""
    found: dict[str, float] = {}
    for text in texts:
        for part in _settings(text, problems):
            name, _, number = part.rpartition("=")
            where = f"--set {name.strip()[:80]}"
            value = number_of(number)
            if value is None:
                expected, shown = "NAME=VALUE with a number", repr(number.strip()[:40])
                problems.append(Problem(where, expected, shown, remedy_for(number)))
            variable = _constant(program, name.strip(), problems)
            if value is None or variable is None:
                continue
            if variable.name in found:
                problems.append(Problem(where, "one value", "two", "Give it once"))
            elif percent([value], bounds(variable)) is not None:
                remedy = f"Write {value / 100.0:g} for {value:g} percent"
                problems.append(Problem(where, "a share from 0 to 1", f"{value:g}", remedy))
            found[variable.name] = value
    return found


def _settings(text: str, problems: list[Problem]) -> list[str]:
    """Return the parts of one ``--set``; a piece without = is most often a decimal comma."""
    parts: list[str] = []
    for part in split_names(text) or [text]:
        if part.rpartition("=")[0].strip():
            parts.append(part)
            continue
        remedy = 'Write for example --set "rate=0.5"'
        if parts and re.fullmatch(r"\d+", part) and parts[-1][-1:].isdigit():
            remedy = f"Use a decimal point: {parts.pop()}.{part}"
        problems.append(Problem("--set", "NAME=VALUE", repr(text[:80]), remedy))
    return parts


def _constant(program: Program, name: str, problems: list[Problem]) -> Variable | None:
    try:
        return constant_of(program, name)
    except ModelError as error:
        problems += _under("--set", error)
    return None


def read_reductions(
    program: Program, texts: Sequence[str], problems: list[Problem]
) -> list[Reduction]:
    """Return what ``--reduce KIND:VARIABLE[:THRESHOLD]`` asks for, elements of arrays apart."""
    found: list[Reduction] = []
    for text in texts:
        kind, _, name = (part.strip() for part in text.partition(":"))
        kind = kind.replace("-", "_").lower()
        kind = _SHORT.get(kind, kind)
        threshold = 0.0
        if kind not in KINDS:
            remedy = did_you_mean(kind, KINDS, f"Choose one of {', '.join(KINDS)}")
            expected = f"KIND:VARIABLE with a kind of {', '.join(KINDS)}"
            problems.append(Problem("--reduce", expected, repr(text[:80]), remedy))
            continue
        if kind.startswith("first"):
            name, _, last = (part.strip() for part in name.rpartition(":"))
            number = number_of(last)
            if number is None or not name:
                expected, remedy = f"{kind}:VARIABLE:THRESHOLD", remedy_for(last)
                problems.append(Problem("--reduce", expected, repr(text[:80]), remedy))
                continue
            threshold = number
        try:
            names = [item.name for item in variables_of(program, name)]
        except ModelError as error:
            problems += _under("--reduce", error)
            continue
        found += [Reduction(item, kind, threshold) for item in names]  # type: ignore[arg-type]
    return list(dict.fromkeys(found))


def read_times(text: str, problems: list[Problem]) -> list[float]:
    """Return the times of ``--times``, increasing."""
    found: list[float] = []
    for part in text.split(","):
        value = number_of(part)
        if value is None:
            remedy = "Separate times with commas and write decimal points"
            problems.append(Problem("--times", "numbers", repr(part.strip()[:40]), remedy))
        else:
            found.append(value)
    return sorted(set(found))


def _under(option: str, error: InputError) -> list[Problem]:
    return [replace(problem, where=f"{option} {problem.where}") for problem in error.problems]


def no_bounds(variable: Variable) -> tuple[float, float] | None:
    """Return nothing: the file of another model does not tell the range of a constant."""
    return None


def bounds_in_table(variable: Variable) -> tuple[float, float] | None:
    """Return the range of a constant of the packaged model, from its prior."""
    from ..model.distributions import support
    from ..model.parameters import load_parameters, plain_name

    rows = {plain_name(row.name): row for row in load_parameters().rows}
    row = rows.get(plain_name(variable.name))
    return None if row is None or not row.uncertain else support(row.prior)

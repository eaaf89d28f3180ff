"""A draws file: how many draws, and what each constant of a model is in them."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ..model.distributions import Array, Prior
from ..model.errors import InputError, ModelError, Problem
from ..model.language.ir import Program, Variable
from ..model.report import Report, did_you_mean
from ..model.yamlfile import load_yaml
from .draw_entries import At, Entry, read_entry
from .draw_points import read_points
from .model_names import constant_of
from .runs.points import SAMPLERS, Sampler
from .written_numbers import percent

KEYS = ("draws", "seed", "sampler", "constants", "file")
MOST_DRAWS = 100_000_000
MOST_SEED = 2**63 - 1
LARGEST_HYPERCUBE = 50_000_000
"""Numbers of a latin hypercube, which cannot be made in parts: 400 MB."""

Bounds = Callable[[Variable], tuple[float, float] | None]


@dataclass(frozen=True)
class DrawSpec:
    """What is drawn.

    Attributes
    ----------
    draws
        Number of draws, at least 1.
    seed
        Of all random numbers.
    sampler
        How the points of the distributions are spread.
    priors
        Distribution by name of the constant in the model.
    values
        (draw,) by name of the constant: given, not drawn.
    """

    draws: int
    seed: int
    sampler: Sampler
    priors: Mapping[str, Prior] = field(repr=False)
    values: Mapping[str, Array] = field(repr=False)

    @property
    def drawn(self) -> tuple[str, ...]:
        """Names of the constants that need random numbers."""
        return tuple(name for name, prior in self.priors.items() if prior.family != "fixed")

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all constants of the file."""
        return (*self.priors, *self.values)


def load_draw_spec(
    path: Path,
    program: Program,
    bounds: Bounds = lambda variable: None,
    seed: int | None = None,
) -> DrawSpec:
    """Read and check a draws file.

    Parameters
    ----------
    path
        YAML; docs/foreign-models.md describes it.
    program
        The model whose constants are named.
    bounds
        Lowest and highest value of a constant where the model says so.
    seed
        Instead of the file's.

    Raises
    ------
    InputError
        With every problem of the file and of the table that it names.
    """
    data, line_of = load_yaml(path)
    report = Report(path, line_of)
    if not isinstance(data, Mapping):
        found = f"a {type(data).__name__}"
        report.add((), "named entries", found, "Start the file with `draws: 1000`")
        raise InputError(report.in_order())
    return _Reader(path, program, bounds, report).read(data, seed)


@dataclass
class _Reader:
    path: Path
    program: Program
    bounds: Bounds
    report: Report
    apart: list[Problem] = field(default_factory=list)
    # Where each constant and each number of draws was given.
    places: dict[str, At] = field(default_factory=dict)
    sizes: list[tuple[At, int, str]] = field(default_factory=list)
    priors: dict[str, Prior] = field(default_factory=dict)
    values: dict[str, Array] = field(default_factory=dict)

    def read(self, data: Mapping[Hashable, object], seed: int | None) -> DrawSpec:
        for key in data:
            if key not in KEYS:
                remedy = did_you_mean(key, KEYS, "Remove it")
                self.report.add((key,), f"one of {', '.join(KEYS)}", repr(key)[:60], remedy)
        written = self._whole(data, "draws", 1, MOST_DRAWS)
        if written is not None:
            self.sizes.append((("draws",), written, "draws"))
        own = self._whole(data, "seed", 0, MOST_SEED)
        sampler = data.get("sampler", "random")
        if not isinstance(sampler, str) or sampler not in SAMPLERS:
            remedy = did_you_mean(sampler, SAMPLERS, f"Choose one of {', '.join(SAMPLERS)}")
            expected = f"one of {', '.join(SAMPLERS)}"
            self.report.add(("sampler",), expected, repr(sampler)[:60], remedy)
        self._constants(data)
        self._points(data)
        draws = self._draws(data)
        self._check_drawn(sampler, draws)
        if self.report or self.apart:
            raise InputError([*self.report.in_order(), *self.apart])
        seed = seed if seed is not None else own if own is not None else 1
        return DrawSpec(draws, seed, sampler, self.priors, self.values)  # type: ignore[arg-type]

    def _whole(self, data: Mapping[Hashable, object], key: str, low: int, high: int) -> int | None:
        """Return a whole number, or nothing after noting what stands there instead."""
        if key not in data:
            return None
        value = data[key]
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
            return value
        expected = f"a whole number from {low} to {high}"
        self.report.add((key,), expected, repr(value)[:60], f"Write `{key}: {max(low, 1)}` or more")
        return None

    def _constants(self, data: Mapping[Hashable, object]) -> None:
        entries = data.get("constants", {})
        if not isinstance(entries, Mapping):
            remedy = "Write a name, a colon and a distribution or a list on each line"
            self.report.add(("constants",), "constants by name", repr(entries)[:60], remedy)
            return
        for name, item in entries.items():
            at = ("constants", name)
            variable = self._constant(at, str(name))
            entry = read_entry(at, item, self.report)
            if variable is not None and entry is not None:
                self._keep(at, variable, entry)

    def _constant(self, at: At, name: str) -> Variable | None:
        """Return the constant of a name, or nothing after noting that there is none."""
        try:
            variable = constant_of(self.program, name)
        except ModelError as error:
            for problem in error.problems:
                found = f"{name[:60]!r}: {problem.found}"
                self.report.add(at, problem.expected, found, problem.remedy)
            return None
        if variable.name in self.places:
            line = self.report.line_of(self.places[variable.name])
            found = f"it again (first in line {line})"
            self.report.add(at, f"{variable.name!r} once", found, "Keep one of the two")
            return None
        self.places[variable.name] = at
        return variable

    def _keep(self, at: At, variable: Variable, entry: Entry, source: str = "") -> None:
        name = variable.name
        if entry.prior is not None:
            self.priors[name] = entry.prior
        if entry.values is not None:
            self.values[name] = entry.values
            size = (at, len(entry.values), source or repr(name))
            self.sizes += [size] if size not in self.sizes else []
        wrong = percent(entry.centres(), self.bounds(variable))
        if wrong is not None:
            remedy = f"Write {wrong / 100.0:g} for {wrong:g} percent"
            self.report.add(at, f"a share from 0 to 1 for {name!r}", f"{wrong:g}", remedy)

    def _points(self, data: Mapping[Hashable, object]) -> None:
        """Add the table that the file names, if any."""
        if "file" not in data:
            return
        given = data["file"]
        if not isinstance(given, str) or not given.strip():
            self.report.add(("file",), "the name of a CSV table", repr(given)[:60], "Name it")
            return
        try:
            table = read_points(self.path.parent / given)
        except InputError as error:
            self.apart += error.problems
            return
        for name, column in table.items():
            variable = self._constant(("file",), name)
            if variable is not None:
                self._keep(("file",), variable, Entry(values=column), given)

    def _draws(self, data: Mapping[Hashable, object]) -> int:
        """Return the number of draws that everything agrees on."""
        counts = {size for _, size, _ in self.sizes}
        if len(counts) > 1:
            at, first, name = self.sizes[0]
            for place, size, other in self.sizes[1:]:
                if size != first:
                    expected = f"{first} values, as in {name} (line {self.report.line_of(at)})"
                    remedy = "Give one number of draws everywhere"
                    self.report.add(place, expected, f"{size} in {other}", remedy)
        if not counts and not data.keys() & {"draws", "file"}:
            remedy = "Write `draws: 1000` into the file"
            self.report.add((), "the number of draws", "nothing", remedy)
        return max(counts, default=1)

    def _check_drawn(self, sampler: object, draws: int) -> None:
        """Note draws that would all be the same, and a latin hypercube that is too large."""
        if self.report or self.apart:
            return
        drawn = sum(prior.family != "fixed" for prior in self.priors.values())
        if draws > 1 and not drawn and not self.values:
            expected = "a constant that differs between the draws"
            remedy = "Give a constant a distribution or a list, or write `draws: 1`"
            self.report.add(("constants",), expected, "none", remedy)
        if sampler == "latin_hypercube" and draws * drawn > LARGEST_HYPERCUBE:
            expected = f"at most {LARGEST_HYPERCUBE} numbers in a latin hypercube"
            found = f"{draws} draws of {drawn} constants"
            self.report.add(("sampler",), expected, found, "Use sobol or random")

"""The small language that every engine runs: typed scalar nodes, each written once.

A program is a list of nodes; the arguments of a node stand before it. Subscripts are gone: every
element of a subscripted variable is a scalar of its own. The types are ``real`` and ``truth``;
:class:`Builder` converts between them where the model mixes them. Leaves are

``number v``      a literal
``constant k``    constant ``k`` of the program, settable for each member
``time``          the current time
``step_time``     the time at the first stage of the step: a ``time`` node with the value 1
``state k``       stock, smooth stage, delay stage or sampled value ``k`` of the program
``frozen k``      value of state ``k`` at the start (``INITIAL``), constant during a run
``ring k``        input of ring ``k`` as it was some steps ago (``DELAY FIXED``)

and ``lookup k`` applies table ``k`` to its argument. ``docs/ir.md`` documents the whole.
"""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple

from ..errors import ModelError, Problem
from .syntax import Equation, Range, Table, key_of

IR_VERSION = 3

REAL, TRUTH = "real", "truth"

# Operation: (types of the arguments, type of the result).
SIGNATURES: dict[str, tuple[tuple[str, ...], str]] = {
    **dict.fromkeys(("add", "sub", "mul", "div", "pow", "min", "max"), ((REAL, REAL), REAL)),
    **dict.fromkeys(("neg", "abs", "exp", "ln", "sqrt", "trunc", "lookup"), ((REAL,), REAL)),
    **dict.fromkeys(("sin", "cos", "tan", "arcsin", "arccos", "arctan"), ((REAL,), REAL)),
    **dict.fromkeys(("sinh", "cosh", "tanh"), ((REAL,), REAL)),
    **dict.fromkeys(("lt", "le", "gt", "ge", "eq", "ne"), ((REAL, REAL), TRUTH)),
    **dict.fromkeys(("and", "or"), ((TRUTH, TRUTH), TRUTH)),
    "not": ((TRUTH,), TRUTH),
    "select": ((TRUTH, REAL, REAL), REAL),
}
LEAVES = ("number", "constant", "time", "state", "frozen", "ring")


# Value of the ``time`` node that is held through a step.
OF_STEP = 1.0


class Node(NamedTuple):
    """One operation.

    Attributes
    ----------
    op
        Name of a leaf or a key of :data:`SIGNATURES`.
    args
        Indices of earlier nodes.
    value
        Literal of ``number``; index of ``constant``, ``state``, ``frozen``, ``ring`` and
        ``lookup``; 1 for the ``time`` at which a step began, which is held through its stages.
    """

    op: str
    args: tuple[int, ...] = ()
    value: float = 0.0

    @property
    def truth(self) -> bool:
        """Whether the result is a truth value."""
        return self.op in SIGNATURES and SIGNATURES[self.op][1] == TRUTH


@dataclass(frozen=True)
class Variable:
    """One scalar of the flattened model.

    Attributes
    ----------
    name
        Name with its elements, for example ``mean HAZ[s3]``.
    element
        Name without them.
    subscripts
        The elements.
    kind
        ``stock``, ``flow``, ``auxiliary``, ``constant``, ``lookup`` or ``control``.
    unit, doc, group
        As in the model file.
    line
        Line of its equation.
    evidence
        Ids in the square brackets that end the doc.
    node
        Index of its node; -1 for a lookup.
    """

    name: str
    element: str
    subscripts: tuple[str, ...]
    kind: str
    unit: str
    doc: str
    line: int
    group: str
    evidence: tuple[str, ...]
    node: int


@dataclass(frozen=True)
class State:
    """Something that the integrator carries from step to step.

    Attributes
    ----------
    name
        Name of the stock, or of the variable with the stage of its smooth or delay.
    kind
        ``stock``, ``smooth``, ``delay``, ``sample`` or ``initial``.
    initial
        Node of the value at the start.
    rate
        Node of the change per unit of time; -1 for a state that is not integrated.
    next
        Node whose value at the first stage of a step the state takes at the end of the step; -1
        for a state that is integrated, and for ``initial``, which never changes.
    floor
        Whether the state is clipped at 0 after each step, as PySD does: that makes material out
        of nothing, unlike Stella's limit on the outflows.
    """

    name: str
    kind: str
    initial: int
    rate: int
    next: int = -1
    floor: bool = False


@dataclass(frozen=True)
class Ring:
    """A delay of whole steps: the input as it was some steps ago, before that the initial value.

    The number of steps is ``max(1, round(delay / time step))``, found once at the start of the
    run, for each member. The input is sampled at the first stage of a step, and the output holds
    over the step.

    Attributes
    ----------
    variable, line
        Where it stands in the model file.
    input, initial, delay
        Nodes; ``delay`` is in units of time.
    """

    variable: str
    line: int
    input: int
    initial: int
    delay: int


@dataclass(frozen=True)
class Guard:
    """A smooth or delay time that must not be shorter than its order times the time step."""

    variable: str
    line: int
    node: int
    order: int


@dataclass(frozen=True)
class Program:
    """A flattened model.

    Attributes
    ----------
    label
        Name of the model file, for messages.
    digest
        SHA-256 of the model file.
    nodes
        Every node, arguments first.
    states
        In the order of their indices.
    constants, defaults
        Names and values of the constants, in the order of their indices.
    tables
        Points of the lookups.
    guards
        Checked while running.
    variables
        By flattened name, in file order.
    ranges, equations
        What the file said, for checks of units and for graphs.
    rings
        In the order of their indices.
    """

    label: str
    digest: str
    nodes: tuple[Node, ...]
    states: tuple[State, ...]
    constants: tuple[str, ...]
    defaults: tuple[float, ...]
    tables: tuple[Table, ...]
    guards: tuple[Guard, ...]
    variables: dict[str, Variable] = field(repr=False)
    ranges: tuple[Range, ...] = field(repr=False, default=())
    equations: tuple[Equation, ...] = field(repr=False, default=())
    rings: tuple[Ring, ...] = ()

    @cached_property
    def fingerprint(self) -> str:
        """Hash of all that decides about results; labels and docs do not."""
        parts = (self.nodes, self.states, self.constants, self.tables, self.guards, self.rings)
        return hashlib.sha256(repr(parts).encode()).hexdigest()

    @cached_property
    def one_clock(self) -> Program:
        """The same program where a step has one stage: the time of the step is the time.

        Nodes keep their places; of the two clocks the later has no readers then.
        """
        if Node("time", (), OF_STEP) not in self.nodes:
            return self
        clocks = [index for index, node in enumerate(self.nodes) if node.op == "time"]
        nodes = list(self.nodes)
        for index, node in enumerate(nodes):
            args = tuple(clocks[0] if arg in clocks else arg for arg in node.args)
            nodes[index] = Node("time") if index in clocks else node._replace(args=args)
        return replace(self, nodes=tuple(nodes))

    @cached_property
    def _keys(self) -> dict[str, str]:
        return {flat_key(name): name for name in self.variables}

    def find(self, name: str) -> Variable:
        """Return a variable by name, whatever its case, spaces and underscores.

        Raises
        ------
        ModelError
            If there is none; the message suggests near names.
        """
        return self.find_all([name])[0]

    def find_all(self, names: Iterable[str], where: str = "variable") -> list[Variable]:
        """Return variables by name, or report every unknown name at once."""
        found, problems = [], []
        for name in names:
            variable = self._keys.get(flat_key(name))
            if variable is None:
                expected = f"a {where} of {self.label}"
                problems.append(Problem(name, expected, "no such name", self._suggest(name)))
            else:
                found.append(self.variables[variable])
        if problems:
            raise ModelError(problems)
        return found

    def _suggest(self, name: str) -> str:
        keys = {key.partition("[")[0]: shown for key, shown in reversed(self._keys.items())}
        near = difflib.get_close_matches(flat_key(name), {**keys, **self._keys}, 3, 0.6)
        shown = dict.fromkeys(self._keys.get(key) or keys[key] for key in near)
        if shown:
            return "Did you mean " + " or ".join(f"'{name}'" for name in shown)
        return "List the names with 'tumbuh model vars'"


def flat_key(name: str) -> str:
    """Return the key of a flattened name, element by element."""
    base, bracket, rest = name.strip().partition("[")
    if not bracket:
        return key_of(base)
    elements = ",".join(key_of(part) for part in rest.rstrip("] ").split(","))
    return f"{key_of(base)}[{elements}]"


class Builder:
    """Makes nodes; the same operation on the same arguments is the same node."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self.tables: list[Table] = []
        self._known: dict[tuple[str, tuple[int, ...], str], int] = {}
        self._places: dict[Table, int] = {}

    def leaf(self, op: str, value: float = 0.0) -> int:
        """Return the node of a leaf."""
        return self._intern(Node(op, (), value))

    def number(self, value: float) -> int:
        """Return the node of a literal."""
        return self.leaf("number", float(value))

    def make(self, op: str, *args: int) -> int:
        """Return the node of an operation; truth values and numbers are converted as needed."""
        wanted = SIGNATURES[op][0]
        typed = tuple(
            self._as_truth(arg) if kind == TRUTH else self._as_real(arg)
            for arg, kind in zip(args, wanted, strict=True)
        )
        folded = self._fold(op, typed)
        return self._intern(Node(op, typed)) if folded is None else folded

    def lookup(self, table: Table, argument: int) -> int:
        """Return the node of a table applied to an argument."""
        place = self._places.get(table)
        if place is None:
            place = self._places[table] = len(self.tables)
            self.tables.append(table)
        return self._intern(Node("lookup", (self._as_real(argument),), float(place)))

    def real(self, node: int) -> int:
        """Return the node as a number: 1 for true, 0 for false."""
        return self._as_real(node)

    def _as_real(self, node: int) -> int:
        if not self.nodes[node].truth:
            return node
        return self._intern(Node("select", (node, self.number(1.0), self.number(0.0))))

    def _as_truth(self, node: int) -> int:
        if self.nodes[node].truth:
            return node
        return self._intern(Node("ne", (node, self.number(0.0))))

    def _fold(self, op: str, args: tuple[int, ...]) -> int | None:
        """Fold arithmetic on literals that is exact to the last bit in any engine."""
        if any(self.nodes[arg].op != "number" for arg in args):
            return None
        values = [self.nodes[arg].value for arg in args]
        if op == "neg":
            return self.number(-values[0])
        if op == "add":
            return self.number(values[0] + values[1])
        if op == "sub":
            return self.number(values[0] - values[1])
        if op == "mul":
            return self.number(values[0] * values[1])
        if op == "div" and values[1] != 0.0:
            return self.number(values[0] / values[1])
        return None

    def _intern(self, node: Node) -> int:
        # repr keeps -0.0 and 0.0 apart.
        identity = (node.op, node.args, repr(node.value))
        index = self._known.get(identity)
        if index is None:
            index = self._known[identity] = len(self.nodes)
            self.nodes.append(node)
        return index


def dump(program: Program, phases: Mapping[int, str] | None = None) -> Iterator[str]:
    """Yield the program as readable lines: tables, states, rings and guards, then the nodes.

    Parameters
    ----------
    program
        The program.
    phases
        When each node is computed, from :func:`.phases.phases_of`: printed before the type, and
        what is not in it is left out.
    """
    shown = set(range(len(program.nodes))) if phases is None else set(phases)
    yield from _dump_parts(program, shown)
    names: dict[int, list[str]] = {}
    for variable in program.variables.values():
        names.setdefault(variable.node, []).append(f"{variable.name} (line {variable.line})")
    for index, node in enumerate(program.nodes):
        if index in shown:
            kind = TRUTH if node.truth else REAL
            phase = f"{phases[index]} " if phases else ""
            comment = "  ; " + ", ".join(names[index]) if index in names else ""
            yield f"%{index}: {phase}{kind} = {_describe(program, node)}{comment}"


def _dump_parts(program: Program, shown: set[int]) -> Iterator[str]:
    nodes = [program.nodes[index] for index in shown]
    used = {op: {int(node.value) for node in nodes if node.op == op} for op in (*LEAVES, "lookup")}
    for index, table in enumerate(program.tables):
        if index in used["lookup"]:
            points = " ".join(f"({x!r},{y!r})" for x, y in zip(table.x, table.y, strict=True))
            yield f"table {index} {table.kind} {points}"
    for index, state in enumerate(program.states):
        if index in used["state"] | used["frozen"]:
            then = f" rate %{state.rate}" if state.rate >= 0 else ""
            then += f" next %{state.next}" if state.next >= 0 else ""
            then += " floor 0" if state.floor else ""
            yield f"state {index} {state.kind} '{state.name}' initial %{state.initial}{then}"
    for index, ring in enumerate(program.rings):
        if index in used["ring"]:
            nodes_of = f"input %{ring.input} initial %{ring.initial} delay %{ring.delay}"
            yield f"ring {index} '{ring.variable}' (line {ring.line}) {nodes_of}"
    for guard in program.guards:
        if guard.node in shown:
            limit = f"%{guard.node} >= {guard.order} x time step"
            yield f"guard '{guard.variable}' (line {guard.line}) {limit}"


def _describe(program: Program, node: Node) -> str:
    args = " ".join(f"%{arg}" for arg in node.args)
    index = int(node.value) if node.op != "number" else 0
    if node.op == "number":
        return f"number {node.value!r}"
    if node.op == "constant":
        return f"constant '{program.constants[index]}' = {program.defaults[index]!r}"
    if node.op == "time":
        return "step_time" if node.value == OF_STEP else "time"
    if node.op in ("state", "frozen"):
        return f"{node.op} '{program.states[index].name}'"
    if node.op == "ring":
        return f"ring {index} '{program.rings[index].variable}'"
    return f"lookup {index} {args}" if node.op == "lookup" else f"{node.op} {args}".strip()

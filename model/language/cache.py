"""Programs from model files, translated once: PySD is not imported when a translation exists."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ..errors import ModelError, OutputError, Problem
from ..files import cache_directory, sha256, write_atomic
from .ir import IR_VERSION, Guard, Node, Program, Ring, State, Variable
from .source import read_text
from .syntax import Equation, Range, Table, from_json, to_json

PACKAGED = Path(__file__).parents[1] / "stunting.mdl"
SHIPPED = Path(__file__).parents[1] / "stunting.ir.json"

XMILE_SUFFIXES = (".stmx", ".itmx", ".xmile", ".xml")


def load_program(path: Path | str | None = None, trust: bool = False) -> Program:
    """Return the program of a model file.

    Parameters
    ----------
    path
        A Vensim or XMILE model; by default the packaged one.
    trust
        Whether a file other than the packaged one may be translated.

    Raises
    ------
    ModelError
        If the file cannot be read or translated, or is foreign and not trusted. XMILE is read
        without running any of it, so it needs no trust.
    """
    file = PACKAGED if path is None else Path(path)
    if file.suffix.lower() in XMILE_SUFFIXES:
        return _load_xmile(file)
    text = read_text(file)
    if not (trust or file.resolve() == PACKAGED.resolve()):
        raise ModelError([_untrusted(file)])
    digest = sha256(file)
    program = _read(SHIPPED, digest, file.name)
    if program is not None:
        return program
    stored = cache_directory() / f"{digest}-{IR_VERSION}-{_translator()}.json"
    program = _read(stored, digest, file.name)
    if program is not None:
        return program
    program = translate_text(text, file.name, digest)
    try:
        write_atomic(stored, encode(program))
    except OutputError:
        # A cache that cannot be written costs time, not the answer.
        return program
    return program


def _load_xmile(file: Path) -> Program:
    from .flatten import flatten
    from .xmile import parse_xmile
    from .xmile_tree import read_bytes

    raw = read_bytes(file)
    return flatten(parse_xmile(raw, file.name), hashlib.sha256(raw).hexdigest())


def _translator() -> str:
    """Return a short digest of the translator: another version does not read its translations."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _untrusted(file: Path) -> Problem:
    return Problem(
        str(file),
        "the packaged model, or a file that you trust as you trust a program",
        "another file: the model parser evaluates parts of it as Python code",
        "Look at the file, then add --trust-model (trust=True in Python)",
    )


def translate_text(text: str, label: str, digest: str | None = None) -> Program:
    """Translate model text with PySD's parser, whatever is cached.

    Parameters
    ----------
    text
        Text of a trusted Vensim model.
    label
        Name of the file in messages.
    digest
        SHA-256 of the file; by default that of the text.
    """
    from .flatten import flatten
    from .translate import parse_model

    digest = digest or hashlib.sha256(text.encode()).hexdigest()
    return flatten(parse_model(text, label), digest)


def ship() -> Path:
    """Write the translation that is packaged beside the model, and return its path."""
    program = translate_text(read_text(PACKAGED), PACKAGED.name, sha256(PACKAGED))
    write_atomic(SHIPPED, encode(program))
    return SHIPPED


def encode(program: Program) -> str:
    """Return a program as JSON text with a checksum, so that a damaged file is noticed."""
    body = {
        "label": program.label,
        "digest": program.digest,
        "nodes": [[node.op, list(node.args), node.value] for node in program.nodes],
        "states": [list(asdict(item).values()) for item in program.states],
        "constants": list(program.constants),
        "defaults": list(program.defaults),
        "tables": [[list(table.x), list(table.y), table.kind] for table in program.tables],
        "guards": [[g.variable, g.line, g.node, g.order] for g in program.guards],
        "rings": [list(asdict(item).values()) for item in program.rings],
        "variables": [list(asdict(item).values()) for item in program.variables.values()],
        "ranges": [list(asdict(item).values()) for item in program.ranges],
        "equations": [_encode_equation(item) for item in program.equations],
    }
    text = json.dumps(body, separators=(",", ":"), ensure_ascii=False)
    checksum = hashlib.sha256(text.encode()).hexdigest()
    return f'{{"version": {IR_VERSION}, "checksum": "{checksum}", "program":\n{text}\n}}\n'


def _encode_equation(equation: Equation) -> list[Any]:
    fields = dict(equation.__dict__)
    fields["expression"] = to_json(equation.expression)
    return list(fields.values())


def _read(path: Path, digest: str, label: str) -> Program | None:
    """Return the program of a cache file, or nothing if it is missing, damaged or another's."""
    try:
        head, text, *_ = path.read_text("utf-8").split("\n", 2)
        checked = json.loads(head + "0}")
        if checked["version"] != IR_VERSION:
            return None
        if checked["checksum"] != hashlib.sha256(text.encode()).hexdigest():
            return None
        program = decode(json.loads(text), label)
    except (OSError, ValueError, TypeError, KeyError, IndexError):
        return None
    return program if program.digest == digest else None


def decode(body: dict[str, Any], label: str) -> Program:
    """Undo the JSON body of :func:`encode`.

    Parameters
    ----------
    body
        Parsed JSON.
    label
        Name of the file in messages: the same content may have another name now.
    """
    variables = [_decode_variable(row) for row in body["variables"]]
    return Program(
        label=label,
        digest=body["digest"],
        nodes=tuple(Node(op, tuple(args), value) for op, args, value in body["nodes"]),
        states=tuple(State(*row) for row in body["states"]),
        constants=tuple(body["constants"]),
        defaults=tuple(body["defaults"]),
        tables=tuple(Table(tuple(x), tuple(y), kind) for x, y, kind in body["tables"]),
        guards=tuple(Guard(*row) for row in body["guards"]),
        variables={variable.name: variable for variable in variables},
        ranges=tuple(_decode_range(row) for row in body["ranges"]),
        equations=tuple(_decode_equation(row) for row in body["equations"]),
        rings=tuple(Ring(*row) for row in body["rings"]),
    )


def _decode_range(row: list[Any]) -> Range:
    name, elements, maps_to, line, listed = row
    pairs = tuple((other, tuple(tuple(item) for item in items)) for other, items in listed)
    return Range(name, tuple(elements), tuple(maps_to), line, pairs)


def _decode_equation(row: list[Any]) -> Equation:
    name, subscripts, exceptions, expression, *rest = row
    groups = tuple(tuple(group) for group in exceptions)
    return Equation(name, tuple(subscripts), groups, from_json(expression), *rest)


def _decode_variable(row: list[Any]) -> Variable:
    name, element, subscripts, kind, unit, doc, line, group, evidence, node = row
    return Variable(
        name, element, tuple(subscripts), kind, unit, doc, line, group, tuple(evidence), node
    )

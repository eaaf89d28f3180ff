"""Read YAML that a stranger wrote: safe, bounded, and with a line number for every entry.

The parser is imported only where a file is parsed: those of the package are kept once they were.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from io import StringIO
from pathlib import Path
from typing import Any

from .errors import InputError, Problem
from .kept_yaml import kept_yaml


class LineMap:
    """Line numbers of the entries of one file.

    Parameters
    ----------
    lines
        Line, counted from 1, by path: keys and list positions from the top down.
    """

    def __init__(self, lines: Mapping[tuple[Hashable, ...], int]) -> None:
        self.lines = dict(lines)

    def __call__(self, path: Iterable[Hashable] = ()) -> int:
        """Return the line of an entry, or of its nearest ancestor that is in the file."""
        key = tuple(path)
        while key and key not in self.lines:
            key = key[:-1]
        return self.lines.get(key, 1)


def load_yaml(path: Path | str, max_bytes: int = 1_000_000) -> tuple[Any, LineMap]:
    """Read one YAML document as plain dicts, lists, text, numbers, bools and None.

    Parameters
    ----------
    path
        The file, in UTF-8. Dates stay text; merge keys and tags of objects are refused.
    max_bytes
        Largest file that is read.

    Returns
    -------
    data, line_of
        The data, and a function from a path such as ``("levers", "food coverage", "level")`` to
        its line in the file, counted from 1.

    Raises
    ------
    InputError
        If the file cannot be read, is empty, too large, not UTF-8 text or not YAML, holds a name
        twice, or would expand beyond the limits of this module.
    """
    text = _read_text(Path(path), max_bytes)
    data, lines = kept_yaml(Path(path), text, lambda: _parse(text, str(path)))
    return data, LineMap(lines)


def parse_yaml(text: str, where: str) -> tuple[Any, LineMap]:
    """Like `load_yaml`, for text that is already in memory.

    Parameters
    ----------
    text
        The YAML text.
    where
        Name used in the messages.
    """
    data, lines = _parse(text, where)
    return data, LineMap(lines)


def _parse(text: str, where: str) -> tuple[Any, Mapping[tuple[Hashable, ...], int]]:
    """Return the data and the line of each path."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    from .yamlbuild import Builder

    yaml = YAML(typ="safe", pure=True)
    builder = Builder(where, yaml)
    try:
        for event in yaml.parse(text):
            builder.take(event)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        found = error.problem or error.context or "something else"
        remedy = "Correct the line; look at indentation, colons and quotes"
        raise InputError([builder.problem(line, "YAML", str(found), remedy)]) from error
    except YAMLError as error:
        found = str(error).splitlines()[0]
        raise InputError([builder.problem(1, "YAML text", found, "Save it as text")]) from error
    if builder.problems:
        raise InputError(builder.problems)
    if builder.root is None:
        remedy = "Write its content, or delete the file"
        raise InputError([builder.problem(1, "content", "an empty file", remedy)])
    return builder.root, builder.lines


def dump_yaml(data: object) -> str:
    """Return plain data as YAML text in UTF-8, in the order given.

    Parameters
    ----------
    data
        Dicts, lists, text, numbers, bools and None.
    """
    from ruamel.yaml import YAML

    yaml = YAML(typ="rt", pure=True)
    yaml.default_flow_style = False
    yaml.allow_unicode = True
    yaml.width = 100
    yaml.indent(mapping=2, sequence=4, offset=2)
    out = StringIO()
    yaml.dump(data, out)
    return out.getvalue()


def _read_text(path: Path, max_bytes: int) -> str:
    def refuse(expected: str, found: str, remedy: str) -> InputError:
        return InputError([Problem(str(path), expected, found, remedy)])

    try:
        with path.open("rb") as file:
            raw = file.read(max_bytes + 1)
    except OSError as error:
        found = (error.strerror or type(error).__name__).lower()
        raise refuse("a readable file", found, "Check the path and its permissions") from error
    if len(raw) > max_bytes:
        raise refuse(
            f"at most {max_bytes} bytes", "a larger file", "Check that it is the right file"
        )
    if not raw.strip():
        raise refuse("content", "an empty file", "Write its content, or delete the file")
    if b"\0" in raw:
        raise refuse("text", "a binary file", "Give the YAML file, saved as text")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        found = f"bytes in line {line} that are not UTF-8"
        raise refuse("text in UTF-8", found, "Save the file as UTF-8") from error

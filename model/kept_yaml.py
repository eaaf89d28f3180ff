"""What the YAML files of the package hold, parsed once: the parser alone takes a tenth of a second.

Only files without mistakes are kept, and only those of the package: whatever a stranger wrote is
read by the parser and held to its limits each time.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Hashable, Mapping
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from .kept import Kind, keep, key_of, read_kept

PACKAGE = Path(__file__).resolve().parents[1]
FOLDERS = tuple(PACKAGE / name for name in ("model", "scenarios", "calibration", "experiments"))
"""Where the files of the package lie; a checkout may hold files of others beside them."""
KIND = Kind(".entries", b"tumbuh yaml 1\n", 100)
"""Small files; a comparison needs some twenty."""
_MODULES = ("yamlfile.py", "yamlbuild.py", "kept_yaml.py")

Lines = Mapping[tuple[Hashable, ...], int]


def kept_yaml(path: Path, text: str, parse: Callable[[], tuple[Any, Lines]]) -> tuple[Any, Lines]:
    """Return data and lines of a file, from the cache if it is one of the package.

    Parameters
    ----------
    path
        The file.
    text
        What it holds.
    parse
        Reads the text; raises where it has a mistake.
    """
    place = path.resolve()
    if not any(place.is_relative_to(folder) for folder in FOLDERS):
        return parse()
    key = key_of(("yaml", hashlib.sha256(text.encode()).hexdigest(), _reader()))
    body = read_kept(KIND, key)
    if body is not None:
        return _decode(body)
    data, lines = parse()
    if _survives(data):
        keep(KIND, key, _encode(data, lines))
    return data, lines


@cache
def _reader() -> str:
    """Return what decides about the data beside the text."""
    folder = Path(__file__).parent
    code = [hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in _MODULES]
    return repr((version("ruamel.yaml"), code))


def _survives(data: object) -> bool:
    """Tell whether JSON gives the same back: names are text, and values are plain."""
    if type(data) is dict:
        return all(type(name) is str and _survives(value) for name, value in data.items())
    if type(data) is list:
        return all(_survives(value) for value in data)
    return data is None or type(data) in (str, int, float, bool)


def _encode(data: object, lines: Lines) -> bytes:
    return json.dumps([data, [[list(path), line] for path, line in lines.items()]]).encode()


def _decode(body: bytes) -> tuple[Any, Lines]:
    data, lines = json.loads(body)
    return data, {tuple(path): line for path, line in lines}

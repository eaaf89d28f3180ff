"""From a WebAssembly object file, as the compiler writes it, to a module that browsers run.

The compiler leaves functions with their final numbers, so that nothing has to be moved: what is
missing is the export of ``run``. Everything that a linker would have to place (memory contents,
tables, functions from elsewhere) is refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ...errors import ModelError, Problem

MAGIC = b"\0asm\1\0\0\0"
_CUSTOM, _IMPORT, _EXPORT, _CODE, _DATA = 0, 2, 7, 10, 11
_FUNCTION, _MEMORY = 0, 2
# Fields of the custom sections that the compiler writes for linkers.
_SYMBOL_TABLE, _SYMBOL_FUNCTION, _SYMBOL_DATA, _SYMBOL_SECTION = 8, 0, 1, 3
_UNDEFINED, _EXPLICIT_NAME = 0x10, 0x40
_RELOCATED_FUNCTION, _WITH_ADDEND = 0, {3, 4, 5, 8, 9, 11, 14, 15, 16, 17, 22, 23}


class _Reader:
    """Bytes read from the front."""

    def __init__(self, data: bytes, place: int = 0) -> None:
        self.data, self.place = data, place

    @property
    def more(self) -> bool:
        """Whether anything is left."""
        return self.place < len(self.data)

    def take(self, count: int) -> bytes:
        """Return the next bytes."""
        found = self.data[self.place : self.place + count]
        if len(found) != count:
            raise _broken(f"an end after {len(self.data)} bytes")
        self.place += count
        return found

    def number(self) -> int:
        """Return an unsigned LEB128 number."""
        value = shift = 0
        while True:
            byte = self.take(1)[0]
            value |= (byte & 127) << shift
            if byte < 128:
                return value
            shift += 7

    def skip(self, count: int) -> None:
        """Read over some numbers."""
        for _ in range(count):
            self.number()

    def text(self) -> str:
        """Return a string with its length before it."""
        return self.take(self.number()).decode()

    def limits(self) -> None:
        """Skip the limits of a memory or table."""
        if self.number() & 1:
            self.number()
        self.number()


@dataclass(frozen=True)
class _Section:
    """One section; ``body`` is without the name that custom sections begin with."""

    kind: int
    name: str
    body: bytes


def module_of(code: bytes) -> bytes:
    """Return the module of an object file: the same functions, and ``run`` exported.

    It imports one memory, ``env.__linear_memory``.

    Parameters
    ----------
    code
        Object file with a function ``run``.

    Raises
    ------
    ModelError
        If it is no such file, or needs a linker.
    """
    sections = list(_sections(code))
    kinds = {section.kind for section in sections}
    if _DATA in kinds:
        raise _broken("memory contents that a linker would have to place")
    problems = [problem for s in sections if s.kind == _IMPORT for problem in _foreign(s.body)]
    if problems:
        raise ModelError(problems)
    custom = {section.name: section.body for section in sections if section.kind == _CUSTOM}
    _check_relocations(custom.get("reloc.CODE", b"\0\0"))
    index = _function(custom.get("linking", b""), "run")
    name = b"run"
    export = bytes([1, len(name)]) + name + bytes([_FUNCTION]) + _number(index)
    kept = [section for section in sections if section.kind != _CUSTOM]
    before = [s for s in kept if s.kind < _EXPORT]
    after = [s for s in kept if s.kind > _EXPORT]
    ordered = [*before, _Section(_EXPORT, "", export), *after]
    return MAGIC + b"".join(_section(s) for s in ordered)


def _sections(code: bytes) -> Iterator[_Section]:
    if not code.startswith(MAGIC):
        raise _broken(f"a file that begins with {code[:8]!r}")
    reader = _Reader(code, len(MAGIC))
    while reader.more:
        kind = reader.take(1)[0]
        body = _Reader(reader.take(reader.number()))
        name = body.text() if kind == _CUSTOM else ""
        yield _Section(kind, name, body.data[body.place :])


def _foreign(body: bytes) -> Iterator[Problem]:
    """Yield a problem for each import that is not the memory."""
    reader = _Reader(body)
    for _ in range(reader.number()):
        module, name, kind = reader.text(), reader.text(), reader.take(1)[0]
        if (module, name, kind) != ("env", "__linear_memory", _MEMORY):
            found = f"{name!r} from elsewhere"
            remedy = "Write the model without this function"
            yield Problem("kernel", "a module that imports its memory only", found, remedy)
        if kind == _FUNCTION:
            reader.number()
        elif kind == _MEMORY:
            reader.limits()
        else:
            return


def _check_relocations(body: bytes) -> None:
    reader = _Reader(body)
    reader.number()
    for _ in range(reader.number()):
        kind = reader.take(1)[0]
        reader.skip(3 if kind in _WITH_ADDEND else 2)
        if kind != _RELOCATED_FUNCTION:
            raise _broken(f"a place for a linker, of kind {kind}")


def _function(linking: bytes, wanted: str) -> int:
    """Return the number of a function, from the symbols for linkers."""
    reader = _Reader(linking)
    version = reader.number() if linking else 0
    if version != 2:
        raise _broken(f"symbols of version {version}")
    while reader.more:
        kind, part = reader.take(1)[0], _Reader(reader.take(reader.number()))
        if kind == _SYMBOL_TABLE:
            for _ in range(part.number()):
                name, index = _symbol(part)
                if name == wanted:
                    return index
    raise _broken(f"no function {wanted!r}")


def _symbol(reader: _Reader) -> tuple[str, int]:
    """Return name and number of the next symbol; only functions have a name here."""
    kind, flags = reader.take(1)[0], reader.number()
    if kind == _SYMBOL_DATA:
        reader.text()
        if not flags & _UNDEFINED:
            reader.skip(3)
        return "", -1
    index = reader.number()
    named = kind != _SYMBOL_SECTION and (not flags & _UNDEFINED or flags & _EXPLICIT_NAME)
    name = reader.text() if named else ""
    return (name, index) if kind == _SYMBOL_FUNCTION else ("", -1)


def _section(section: _Section) -> bytes:
    return bytes([section.kind]) + _number(len(section.body)) + section.body


def _number(value: int) -> bytes:
    """Return a number in as few bytes as it takes."""
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes([*out, value])


def _broken(found: str) -> ModelError:
    expected = "an object file that needs no linker, with a function 'run'"
    remedy = "This is a mistake of tumbuh or of its compiler: report it"
    return ModelError([Problem("kernel", expected, found, remedy)])

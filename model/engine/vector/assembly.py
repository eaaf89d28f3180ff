"""LLVM assembly for vectors of members, written one instruction at a time.

No fast-math flag is ever printed: the compiler may not reorder, fuse or drop anything. Products
and sums are fused here, where it is asked for, so that the result does not depend on the
optimiser.
"""

from __future__ import annotations

import struct

from ..machine import Machine

SCALAR = "double"
# Text of the module's numbers, and of a place that holds their address.
_TABLE = "literals"
# Whole numbers from here on do not fit into an instruction.
_LONG = 2**31
# What a load of a number is marked with that nobody writes.
_SETTLED = "!0"


class Module:
    """What the functions of a module share.

    Attributes
    ----------
    declared
        Declarations of functions of the compiler's own.
    apart
        By name: functions that hold what is rarely done.
    literals
        Place of each number, by its bits, in the table of the module.
    tabled
        Whether some function reads the table.
    """

    def __init__(self) -> None:
        self.declared: set[str] = set()
        self.apart: dict[str, str] = {}
        self.literals: dict[int, int] = {}
        self.tabled = False

    def place(self, bits: int) -> int:
        """Return the place of a number in the table."""
        return self.literals.setdefault(bits, len(self.literals))

    def text(self) -> list[str]:
        """Return what stands in the module beside its own functions."""
        parts = [*sorted(self.declared), *self.apart.values(), f"{_SETTLED} = !{{}}"]
        if self.tabled:
            numbers = ", ".join(f"i64 {bits}" for bits in self.literals)
            kind = f"[{len(self.literals)} x i64]"
            parts.append(f"@{_TABLE} = internal constant {kind} [{numbers}], align 64")
            parts.append(f"@{_TABLE}.at = internal global ptr @{_TABLE}")
        return parts


class Assembly:
    """The body of one function for vectors of one width.

    Parameters
    ----------
    machine
        The vector unit; its width is that of the vectors.
    lanes
        Another width: 1 for what is the same for all members.
    module
        Collects what the functions share.
    tabled
        Whether numbers come from the module's table. Where code and data may be anywhere, the
        compiler writes the whole address of a number before each use; a load from a table whose
        address it cannot know is one instruction with its use.
    """

    def __init__(self, machine: Machine, lanes: int, module: Module, tabled: bool = False) -> None:
        self.machine, self.lanes, self.module, self.tabled = machine, lanes, module, tabled
        self.lines: list[str] = []
        # Values with two parts, so that who asks for one part after the other computes once.
        self.known: dict[tuple[str, str], tuple[str, str]] = {}
        if tabled:
            module.tabled = True
            self.lines.append(f"  %{_TABLE} = load ptr, ptr @{_TABLE}.at, align 8")
        self._count = 0
        wide = lanes > 1
        self.real = f"<{lanes} x double>" if wide else "double"
        self.whole = f"<{lanes} x i64>" if wide else "i64"
        self.truth = f"<{lanes} x i1>" if wide else "i1"

    # -- values ---------------------------------------------------------------------------------

    def number(self, value: float) -> str:
        """Return a literal in every lane."""
        bits = struct.unpack("<Q", struct.pack("<d", float(value)))[0]
        if self.tabled and bits:
            return self._listed(bits)
        return self._splat("double", f"0x{bits:016X}")

    def integer(self, value: int) -> str:
        """Return a whole number in every lane."""
        if self.tabled and value >= _LONG:
            return self.bits(self._listed(value))
        return self._splat("i64", str(value))

    def _listed(self, bits: int) -> str:
        """Return a number of the table in every lane."""
        address = self.address(f"%{_TABLE}", self.module.place(bits))
        value = self.put(f"load double, ptr {address}, align 8, !invariant.load {_SETTLED}")
        return self.spread(value)

    def boolean(self, value: bool) -> str:
        """Return a truth value in every lane."""
        return self._splat("i1", "true" if value else "false")

    def _splat(self, kind: str, value: str) -> str:
        return f"splat ({kind} {value})" if self.lanes > 1 else value

    # -- instructions ---------------------------------------------------------------------------

    def put(self, text: str) -> str:
        """Write an instruction and return the name of its result."""
        self._count += 1
        name = f"%v{self._count}"
        self.lines.append(f"  {name} = {text}")
        return name

    def do(self, text: str) -> None:
        """Write an instruction without a result."""
        self.lines.append(f"  {text}")

    def fresh(self, stem: str) -> str:
        """Return a label that no other has."""
        self._count += 1
        return f"{stem}{self._count}"

    def begin(self, label: str) -> None:
        """Begin a block of instructions; what stands before must have ended its own."""
        self.lines.append(f"{label}:")

    def binary(self, op: str, a: str, b: str) -> str:
        """Return ``fadd``, ``fsub``, ``fmul`` or ``fdiv`` of two values."""
        return self.put(f"{op} {self.real} {a}, {b}")

    def add(self, a: str, b: str) -> str:
        """Return the sum."""
        return self.binary("fadd", a, b)

    def sub(self, a: str, b: str) -> str:
        """Return the difference."""
        return self.binary("fsub", a, b)

    def mul(self, a: str, b: str) -> str:
        """Return the product."""
        return self.binary("fmul", a, b)

    def div(self, a: str, b: str) -> str:
        """Return the quotient."""
        return self.binary("fdiv", a, b)

    def neg(self, a: str) -> str:
        """Return the opposite."""
        return self.put(f"fneg {self.real} {a}")

    def fma(self, a: str, b: str, c: str) -> str:
        """Return ``a * b + c``, rounded once where the machine can."""
        if not self.machine.fused:
            return self.add(self.mul(a, b), c)
        return self.intrinsic("fma", a, b, c)

    def intrinsic(self, name: str, *args: str) -> str:
        """Return a function of LLVM's own, lane by lane."""
        suffix = f"v{self.lanes}f64" if self.lanes > 1 else "f64"
        kinds = ", ".join([self.real] * len(args))
        self.module.declared.add(f"declare {self.real} @llvm.{name}.{suffix}({kinds})")
        given = ", ".join(f"{self.real} {arg}" for arg in args)
        return self.put(f"call {self.real} @llvm.{name}.{suffix}({given})")

    def compare(self, relation: str, a: str, b: str) -> str:
        """Return the truth of a relation such as ``olt``."""
        return self.put(f"fcmp {relation} {self.real} {a}, {b}")

    def select(self, condition: str, a: str, b: str) -> str:
        """Return ``a`` where the condition holds, else ``b``."""
        return self.put(f"select {self.truth} {condition}, {self.real} {a}, {self.real} {b}")

    def logic(self, op: str, a: str, b: str) -> str:
        """Return ``and``, ``or`` or ``xor`` of two truth values."""
        return self.put(f"{op} {self.truth} {a}, {b}")

    def bits(self, a: str) -> str:
        """Return the bits of a number as whole numbers."""
        return self.put(f"bitcast {self.real} {a} to {self.whole}")

    def from_bits(self, a: str) -> str:
        """Return the number with these bits."""
        return self.put(f"bitcast {self.whole} {a} to {self.real}")

    def integers(self, op: str, a: str, b: str) -> str:
        """Return an operation on whole numbers, such as ``shl``."""
        return self.put(f"{op} {self.whole} {a}, {b}")

    # -- memory ---------------------------------------------------------------------------------

    def address(self, base: str, index: str | int) -> str:
        """Return the address of a number counted from another."""
        return self.put(f"getelementptr double, ptr {base}, i64 {index}")

    def load(self, address: str) -> str:
        """Return one number per lane."""
        return self.put(f"load {self.real}, ptr {address}, align 8")

    def load_same(self, address: str) -> str:
        """Return one number, in every lane."""
        value = self.put(f"load double, ptr {address}, align 8")
        return self.spread(value)

    def spread(self, value: str) -> str:
        """Return a scalar in every lane."""
        if self.lanes == 1:
            return value
        first = self.put(f"insertelement {self.real} poison, double {value}, i64 0")
        mask = f"<{self.lanes} x i32> zeroinitializer"
        return self.put(f"shufflevector {self.real} {first}, {self.real} poison, {mask}")

    def store(self, value: str, address: str) -> None:
        """Write one number per lane."""
        self.do(f"store {self.real} {value}, ptr {address}, align 8")

"""XMILE 1.0 to a parsed model. Nothing in the file is run: a foreign file needs no trust.

What is read, what is refused and where tools differ stands in docs/xmile.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ..errors import ModelError, Problem
from .syntax import Equation, Number, ParsedModel, Range, Reference, key_of
from .xmile_expression import ExpressionError, unescape
from .xmile_modules import one_model
from .xmile_tree import Element, read_tree
from .xmile_variables import Variables

_REFUSED = {
    "macro": ("a macro", "Write its equations out"),
    "includes": ("an include of another file", "Paste the included text into the file"),
    "import": ("data imported from a file", "Write the numbers into a graphical function"),
    "conveyor": ("a conveyor", "Use DELAYN, or a chain of stocks"),
    "queue": ("a queue", "Use a stock and flows"),
    "oven": ("an oven", "Use a stock and flows"),
    "multiplier": ("a unit multiplier of a flow", "Write the factor into the equation"),
    "overflow": ("an overflow of a queue", "Use a stock and flows"),
    "leak": ("a leak of a conveyor", "Use a stock and flows"),
    "leak_integers": ("a leak of a conveyor", "Use a stock and flows"),
    "spreadflow": ("a spread flow", "Write a flow for each element"),
}


def parse_xmile(raw: bytes, label: str) -> ParsedModel:
    """Read the bytes of an XMILE file.

    Parameters
    ----------
    raw
        The whole file.
    label
        Name of the file in messages.

    Raises
    ------
    ModelError
        With everything that cannot be read or is not supported, each with its line.
    """
    return _Reader(read_tree(raw, label), label).run()


def method_of(raw: bytes, label: str) -> str:
    """Return the integration method that the file asks for, in lower case: ``euler``, ``rk4``."""
    specs = read_tree(raw, label).first("sim_specs")
    return (specs.attributes.get("method", "euler") if specs else "euler").lower()


class _Reader:
    def __init__(self, root: Element, label: str) -> None:
        self.root, self.label = root, label
        self.problems: list[tuple[int, Problem]] = []

    def run(self) -> ParsedModel:
        if self.root.tag != "xmile":
            found = f"the root element <{self.root.tag}>"
            self._refuse(self.root.line, found, "Give a file whose root is <xmile>")
            self._raise()
        self._refuse_constructs()
        model = one_model(self.root, self._refuse)
        self._raise()
        ranges = tuple(self._ranges())
        variables = Variables(self.root, model, {key_of(item.name): item for item in ranges})
        controls = list(self._controls(variables))
        equations = [*controls, *variables.equations(self.guarded)]
        self._check_controls(controls, variables)
        self._raise()
        return ParsedModel(self.label, ranges, tuple(equations))

    def guarded(self, element: Element, action: Callable[[], None]) -> None:
        """Run an action; what it cannot read becomes a problem at the element's line."""
        try:
            action()
        except ExpressionError as error:
            name = unescape(element.attributes.get("name", element.tag))
            self._refuse(element.line, f"{error.found} in '{name}'", error.remedy)

    def _refuse(self, line: int, found: str, remedy: str) -> None:
        where = f"{self.label}:{line}"
        self.problems.append(
            (line, Problem(where, "an XMILE model that is supported", found, remedy))
        )

    def _raise(self) -> None:
        if self.problems:
            ordered = sorted(self.problems, key=lambda item: item[0])
            raise ModelError(dict.fromkeys(problem for _, problem in ordered))

    def _refuse_constructs(self) -> None:
        for element in _outside_views(self.root):
            if element.tag in _REFUSED and not element.vendor:
                what, remedy = _REFUSED[element.tag]
                name = unescape(element.attributes.get("name", ""))
                self._refuse(element.line, f"{what} '{name}'" if name else what, remedy)

    def _ranges(self) -> Iterator[Range]:
        dimensions = self.root.first("dimensions")
        for dim in dimensions.all("dim") if dimensions else ():
            name = unescape(dim.attributes.get("name", ""))
            elements = [unescape(item.attributes.get("name", "")) for item in dim.all("elem")]
            size = dim.attributes.get("size", "")
            if not elements and size.isdigit() and int(size) <= 10_000:
                elements = [str(place + 1) for place in range(int(size))]
            if not name or not elements or not all(elements):
                remedy = "Give the dimension a name, and elements or a size"
                self._refuse(dim.line, f"the dimension '{name}' without elements", remedy)
            yield Range(name, tuple(elements), (), dim.line)

    def _controls(self, variables: Variables) -> Iterator[Equation]:
        specs = self.root.first("sim_specs")
        if specs is None:
            self._refuse(self.root.line, "no <sim_specs>", "State start, stop and dt")
            return
        if specs.attributes.get("instantaneous_flows", "false").lower() == "true":
            remedy = "Save the model with instantaneous flows off"
            self._refuse(specs.line, "flows that act at once (instantaneous_flows)", remedy)
        unit = specs.attributes.get("time_units", "")
        for tag, name in (("start", "INITIAL TIME"), ("stop", "FINAL TIME"), ("dt", "TIME STEP")):
            child = specs.first(tag)
            value = self._number(specs, child, 1.0 if tag == "dt" else None)
            if tag == "dt" and child and child.attributes.get("reciprocal", "").lower() == "true":
                value = 1.0 / value
            yield _control(name, Number(value), unit, (child or specs).line)
        save = specs.attributes.get("save_interval") or specs.attributes.get("save_step")
        save = save or specs.text_of("save_step") or specs.text_of("savestep")
        written = variables.control("saveper")
        if not save and written and _is_number(written[1]):
            save = written[1]
        expression = Number(self._text(specs, save)) if save else Reference("time_step")
        yield _control("SAVEPER", expression, unit, specs.line)

    def _check_controls(self, controls: list[Equation], variables: Variables) -> None:
        """Refuse a variable that says something else than the run settings."""
        for equation in controls:
            written = variables.control(key_of(equation.name))
            if written is None or not isinstance(equation.expression, Number):
                continue
            element, text = written
            if _is_number(text) and float(text) != equation.expression.value:
                found = (
                    f"{equation.name} = {text} beside {equation.expression.value:g} in sim_specs"
                )
                self._refuse(element.line, found, "Make both the same, or remove the variable")

    def _number(self, specs: Element, child: Element | None, default: float | None) -> float:
        if child is None and default is not None:
            return default
        return self._text(child or specs, child.text.strip() if child else "")

    def _text(self, element: Element, text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = float("nan")
        if not abs(value) < float("inf") or (element.tag == "dt" and value <= 0.0):
            remedy = "Give start, stop and dt as numbers"
            self._refuse(element.line, f"'{text}' as <{element.tag}>", remedy)
            return 1.0
        return value


def _is_number(text: str) -> bool:
    try:
        return abs(float(text)) < float("inf")
    except ValueError:
        return False


def _control(name: str, value: Number | Reference, unit: str, line: int) -> Equation:
    shown = f"{value.value:g}" if isinstance(value, Number) else "TIME STEP"
    return Equation(name, (), (), value, unit, "from sim_specs", line, "", f"{name}= {shown}")


def _outside_views(root: Element) -> Iterator[Element]:
    """Yield every element but those of the drawings and of the header."""
    stack = [root]
    while stack:
        current = stack.pop()
        if current.tag in ("views", "header", "style", "behavior"):
            continue
        yield current
        stack.extend(reversed(current.children))

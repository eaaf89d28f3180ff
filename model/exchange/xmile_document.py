"""The text of an XMILE file: elements, escaped and indented, the same bytes each time."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from xml.sax.saxutils import escape, quoteattr

from ..language.ir import Program
from ..language.syntax import Table
from ..language.xmile_gf import KINDS
from .xmile_text import identifier, number
from .xmile_views import views
from .xmile_write import Part, Sheet, Written, make_sheet

_HEAD = """<?xml version="1.0" encoding="utf-8"?>
<xmile version="1.0" xmlns="http://docs.oasis-open.org/xmile/ns/XMILE/v1.0"\
 xmlns:isee="http://iseesystems.com/XMILE">"""


def to_xmile(program: Program, method: str = "euler") -> str:
    """Return a program as the text of an XMILE file.

    Parameters
    ----------
    program
        A model with its equations.
    method
        Of integration, as the file shall ask for it: ``euler``, ``rk4``.

    Raises
    ------
    ModelError
        With everything that XMILE has no words for, each with its line.
    """
    sheet = make_sheet(program)
    lines = [_HEAD, *_header(sheet), *_specs(sheet, method), *_dimensions(sheet), "  <model>"]
    lines += ["    <variables>"]
    for variable in sheet.variables:
        lines += _variable(variable)
    lines += _groups(sheet)
    lines += ["    </variables>", *views(program, sheet), "  </model>", "</xmile>", ""]
    return "\n".join(lines)


def _header(sheet: Sheet) -> Iterator[str]:
    try:
        number_of_version = version("tumbuh")
    except PackageNotFoundError:
        number_of_version = "0"
    yield "  <header>"
    yield "    <vendor>tumbuh</vendor>"
    yield f'    <product version="{number_of_version}" lang="en">tumbuh</product>'
    yield f"    <name>{escape(sheet.label)}</name>"
    if sheet.dimensions:
        most = max(len(variable.axes) for variable in sheet.variables)
        yield f'    <options><uses_arrays maximum_dimensions="{most}"/></options>'
    yield "  </header>"


def _specs(sheet: Sheet, method: str) -> Iterator[str]:
    controls = {key: number(value) for key, value in sheet.controls.items()}
    unit, save = quoteattr(sheet.time_unit), controls["saveper"]
    kept = f'time_units={unit} isee:save_interval="{save}"'
    yield f"  <sim_specs method={quoteattr(method)} {kept}>"
    yield f"    <start>{controls['initial_time']}</start>"
    yield f"    <stop>{controls['final_time']}</stop>"
    yield f"    <dt>{controls['time_step']}</dt>"
    yield "  </sim_specs>"


def _dimensions(sheet: Sheet) -> Iterator[str]:
    if not sheet.dimensions:
        return
    yield "  <dimensions>"
    for name, elements in sheet.dimensions.items():
        yield f'    <dim name={quoteattr(name)} size="{len(elements)}">'
        yield from (f"      <elem name={quoteattr(element)}/>" for element in elements)
        yield "    </dim>"
    yield "  </dimensions>"


def _variable(variable: Written) -> Iterator[str]:
    yield f"      <{variable.kind} name={quoteattr(variable.name)}>"
    if variable.doc:
        yield f"        <doc>{escape(variable.doc)}</doc>"
    if variable.axes:
        dims = "".join(f"<dim name={quoteattr(axis)}/>" for axis in variable.axes)
        yield f"        <dimensions>{dims}</dimensions>"
    for part in variable.parts:
        yield from _part(part)
    flows = variable.flows
    if flows is not None:
        yield from (f"        <inflow>{escape(identifier(n))}</inflow>" for n in flows.inflows)
        yield from (f"        <outflow>{escape(identifier(n))}</outflow>" for n in flows.outflows)
    if variable.non_negative:
        yield "        <non_negative/>"
    if variable.unit:
        yield f"        <units>{escape(variable.unit)}</units>"
    yield f"      </{variable.kind}>"


def _part(part: Part) -> Iterator[str]:
    inner = [f"<eqn>{escape(part.text)}</eqn>"] if part.text else []
    inner += _curve(part.table) if part.table else []
    if part.elements:
        subscript = quoteattr(", ".join(part.elements))
        yield f"        <element subscript={subscript}>{''.join(inner)}</element>"
    else:
        yield from (f"        {line}" for line in inner)


def _curve(table: Table) -> Iterator[str]:
    xs, ys = (",".join(map(number, axis)) for axis in (table.x, table.y))
    low, high = number(min(table.y)), number(max(table.y))
    kind = next(name for name, ours in KINDS.items() if ours == table.kind)
    shown = "" if kind == "continuous" else f' type="{kind}"'
    yield f'<gf{shown}><yscale min="{low}" max="{high}"/><xpts>{xs}</xpts><ypts>{ys}</ypts></gf>'


def _groups(sheet: Sheet) -> Iterator[str]:
    groups: dict[str, list[str]] = {}
    for variable in sheet.variables:
        if variable.group:
            groups.setdefault(variable.group, []).append(variable.name)
    for group, members in groups.items():
        yield f"      <group name={quoteattr(group)}>"
        yield from (f"        <entity name={quoteattr(member)}/>" for member in members)
        yield "      </group>"

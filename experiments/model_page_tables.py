"""The tables of the model page: equations with their links, and the evidence they rest on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import escape
from urllib.parse import quote

from ..model.evidence_rows import Assumption, Effect, Source
from ..model.language.graph import elements_of
from ..model.language.ir import Program, Variable
from ..model.language.syntax import Equation, Reference, key_of, walk
from ..model.parameters import Parameter, ParameterTable
from .evidence_view import prior_text
from .text import Words

_COLUMNS = ("name", "kind", "equation", "unit", "doc", "evidence", "line")
_WEB = ("http://", "https://")


def anchor(name: str) -> str:
    """Return the id of a variable in the page, safe in an attribute and in a link."""
    return quote(key_of(name), safe="").replace("%", ".").replace("~", ".7E")


def link(name: str) -> str:
    """Return a link to a variable's row."""
    return f'<a href="#v-{anchor(name)}">{escape(name)}</a>'


class Tables:
    """Prints the tables of a model.

    Parameters
    ----------
    program
        A model with its equations.
    words
        Texts of the language.
    evidence
        Parameters with sources; absent for a foreign model.
    """

    def __init__(self, program: Program, words: Words, evidence: ParameterTable | None) -> None:
        self.words, self.evidence = words, evidence
        self.variables = elements_of(program)
        self.names = {key: variable.element for key, variable in self.variables.items()}
        self.written: dict[str, list[Equation]] = {}
        for equation in program.equations:
            self.written.setdefault(key_of(equation.name), []).append(equation)
        self.uses = {key: self._causes(items) for key, items in self.written.items()}
        self.used: dict[str, list[str]] = {key: [] for key in self.written}
        for key, causes in self.uses.items():
            for cause in causes:
                self.used[cause].append(key)
        rows = evidence.rows if evidence else ()
        self.parameters: dict[str, list[Parameter]] = {}
        for row in rows:
            self.parameters.setdefault(key_of(row.name.partition("[")[0]), []).append(row)
        self.cited: dict[str, None] = {}

    @property
    def has_evidence(self) -> bool:
        """Whether the page has a section of sources."""
        return self.evidence is not None

    def say(self, key: str) -> str:
        """Return an escaped text of the page's language."""
        return escape(self.words.get(f"document.{key}"))

    def _causes(self, equations: Sequence[Equation]) -> list[str]:
        keys = (
            item.name
            for equation in equations
            for item in walk(equation.expression)
            if isinstance(item, Reference) and item.name in self.variables
        )
        return list(dict.fromkeys(keys))

    # -- equations --------------------------------------------------------------------------------

    def equations(self, group: str) -> Iterator[str]:
        """Yield the table of a sector."""
        columns = "".join(f'<col class="{key}">' for key in _COLUMNS)
        heads = "".join(f'<th scope="col">{self.say(key)}</th>' for key in _COLUMNS)
        yield f"<table><colgroup>{columns}</colgroup><thead><tr>{heads}</tr></thead><tbody>"
        for key, variable in self.variables.items():
            if variable.group == group:
                yield self._row(key, variable)
        yield "</tbody></table>"

    def _row(self, key: str, variable: Variable) -> str:
        equations = self.written[key]
        texts = "<br>".join(_shown(equation.text) for equation in equations)
        docs = dict.fromkeys(_without_ids(equation.doc) for equation in equations if equation.doc)
        ids = dict.fromkeys(i for equation in equations for i in _ids(equation.doc))
        cells = (
            f'<th scope="row">{escape(variable.element)}</th>',
            f'<td><span class="tag">{self.say(variable.kind)}</span></td>',
            f'<td><code class="equation">{texts}</code>{self._priors(key)}{self._relations(key)}</td>',
            f"<td>{escape(variable.unit)}</td>",
            f"<td>{'<br>'.join(map(escape, docs))}</td>",
            f"<td>{' '.join(map(self._cite, ids))}</td>",
            f"<td>{', '.join(str(equation.line) for equation in equations[:4])}</td>",
        )
        return f'<tr id="v-{anchor(variable.element)}">{"".join(cells)}</tr>'

    def _priors(self, key: str) -> str:
        """Return prior, grade and source of a constant; elements that share them on one line."""
        lines: dict[str, list[str]] = {}
        for row in self.parameters.get(key, ()):
            element = row.name.partition("[")[2].rstrip("]")
            lines.setdefault(self._support(row), []).append(element)
        shown = []
        for text, elements in lines.items():
            named = ", ".join(elements) if len(elements) < 5 else f"{elements[0]} … {elements[-1]}"
            prefix = f"{escape(named)}: " if named and len(lines) > 1 else ""
            shown.append(f'<div class="uses">{prefix}{text}</div>')
        return "".join(shown)

    def _support(self, row: Parameter) -> str:
        prior = f"{self.say('prior')} {escape(prior_text(row.prior))}, " if row.uncertain else ""
        judged = f", {self.say('judged')}" if row.judged else ""
        sources = ", ".join(self._source(name) for name in row.source)
        return f"{prior}{self.say('grade')} {escape(row.grade)}{judged}; {sources}"

    def _relations(self, key: str) -> str:
        parts = []
        for word, keys in (("uses", self.uses[key]), ("used_by", self.used[key])):
            if keys:
                links = ", ".join(link(self.names[other]) for other in keys)
                parts.append(f'<div class="uses">{self.say(word)}: {links}</div>')
        return "".join(parts)

    def _cite(self, evidence_id: str) -> str:
        if self.evidence is None:
            return escape(evidence_id)
        self.cited.setdefault(evidence_id)
        return f'<a href="#e-{anchor(evidence_id)}">{escape(evidence_id)}</a>'

    # -- sources ----------------------------------------------------------------------------------

    def sources(self) -> Iterator[str]:
        """Yield the section of the evidence that the equations cite."""
        if self.evidence is None:
            return
        tables = self.evidence.evidence
        yield f'<section id="sources"><h2>{self.say("sources")}</h2>'
        yield f'<p class="note">{self.say("sources_note")}</p>'
        heads = ("evidence", "statement", "value", "grade", "source")
        cells = "".join(f'<th scope="col">{self.say(key)}</th>' for key in heads)
        yield f"<table><thead><tr>{cells}</tr></thead><tbody>"
        for evidence_id in sorted(self.cited):
            row = tables.effects.get(evidence_id) or tables.structure.get(evidence_id)
            yield self._evidence_row(evidence_id, row)
        yield "</tbody></table></section>"

    def _evidence_row(self, evidence_id: str, row: Effect | Assumption | None) -> str:
        head = f'<tr id="e-{anchor(evidence_id)}"><th scope="row">{escape(evidence_id)}</th>'
        if row is None:
            return f'{head}<td colspan="4">{self.say("unknown_id")}</td></tr>'
        if isinstance(row, Effect):
            statement, value = f"{row.cause} → {row.outcome} ({row.population})", _interval(row)
        else:
            statement, value = row.statement, ""
        judged = f" ({self.say('judged')})" if row.judged else ""
        sources = "<br>".join(self._source(name) for name in row.source)
        return (
            f"{head}<td>{escape(statement)}</td><td>{escape(value)}</td>"
            f"<td>{escape(row.grade)}{judged}</td><td>{sources}</td></tr>"
        )

    def _source(self, name: str) -> str:
        source: Source | None = self.evidence.evidence.sources.get(name) if self.evidence else None
        if source is None:
            return escape(name)
        year = f" ({source.year})" if source.year else ""
        text = escape(f"{source.title}{year}")
        if source.url.startswith(_WEB):
            return f'<a href="{escape(source.url)}" rel="noreferrer">{text}</a>'
        return text


def _interval(row: Effect) -> str:
    if row.value is None:
        return ""
    bounds = (
        f" ({row.low:g} to {row.high:g})" if row.low is not None and row.high is not None else ""
    )
    return f"{row.value:g}{bounds} {row.unit}"


_IDS = re.compile(r"\s*\[([^\[\]]*)\]\s*\.?\s*$")


def _ids(doc: str) -> list[str]:
    match = _IDS.search(doc)
    return re.findall(r"[^\s;,]+", match.group(1)) if match else []


def _without_ids(doc: str) -> str:
    return _IDS.sub("", doc)


def _shown(text: str) -> str:
    """Return an equation with room around its operators, so that it can break across lines."""
    spaced = re.sub(r'("[^"]*")|\s*(<=|>=|<>|[*/+=<>-]|:[A-Z]+:|,)\s*', _roomy, text)
    return escape(" ".join(spaced.split()))


def _roomy(match: re.Match[str]) -> str:
    quoted, sign = match.groups()
    if quoted:
        return quoted
    before = match.string[: match.start()].rstrip()
    after_sign = not before or before[-1] in "(*/+-=<>,^"
    exponent = re.search(r"\d\.?\d*[eE]$", before)
    if sign == ",":
        return ", "
    if sign in ("-", "+") and (after_sign or exponent):
        return sign
    return f" {sign} "

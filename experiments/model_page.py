"""The model as one HTML page: pictures, loops, equations and sources, with nothing from outside."""

from __future__ import annotations

import math
from collections.abc import Iterator
from html import escape
from pathlib import Path

from ..model.document.anatomy import Anatomy, read_anatomy
from ..model.document.causal import loop_picture, sector_map
from ..model.document.loops import Feedback, Loop, Switch, find_feedback
from ..model.document.picture import Picture
from ..model.document.stockflow import sector_picture
from ..model.document.svg import to_svg
from ..model.language.ir import Program
from ..model.language.syntax import key_of
from ..model.parameters import ParameterTable
from .model_page_tables import Tables, anchor, link
from .text import Words

_STYLE = Path(__file__).with_name("model_page.css")
# Styles stand in the page; nothing is loaded, nothing runs.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def model_page(
    program: Program, words: Words, evidence: ParameterTable | None, version: str
) -> str:
    """Return the page of a model.

    Parameters
    ----------
    program
        A model with its equations.
    words
        Texts of the language.
    evidence
        Parameters with sources; absent for a foreign model.
    version
        Of the program that makes it.
    """
    return "\n".join([*_Page(program, words, evidence, version).lines(), ""])


class _Page:
    def __init__(
        self, program: Program, words: Words, evidence: ParameterTable | None, version: str
    ) -> None:
        self.program, self.words, self.version = program, words, version
        self.anatomy: Anatomy = read_anatomy(program)
        self.feedback: Feedback = find_feedback(program)
        self.tables = Tables(program, words, evidence)
        self.signs = {(item.cause, item.effect): item.sign for item in self.feedback.links}
        self.groups = list(dict.fromkeys(v.group for v in program.variables.values()))

    def say(self, key: str, **values: object) -> str:
        """Return an escaped text of the page's language."""
        return escape(self.words.get(f"document.{key}", **values))

    def lines(self) -> Iterator[str]:
        title = self.say("heading", model=self.program.label)
        yield f'<!doctype html>\n<html lang="{self.words.language}">\n<head>'
        yield '<meta charset="utf-8">'
        yield f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
        yield '<meta name="referrer" content="no-referrer">'
        yield f"<title>{title}</title>"
        yield f"<style>\n{_STYLE.read_text(encoding='utf-8')}</style>\n</head>\n<body>"
        yield f"<header><h1>{title}</h1>"
        yield from self._introduction()
        yield "</header>"
        yield from self._contents()
        yield "<main>"
        yield from self._overview()
        yield from self._loops()
        for number, group in enumerate(self.groups):
            yield from self._sector(number, group)
        yield from self.tables.sources()
        yield "</main>\n</body>\n</html>"

    def _introduction(self) -> Iterator[str]:
        program = self.program
        control = dict(zip(program.constants, program.defaults, strict=True))
        start, end, step = (
            f"{control[program.find(name).name]:g}"
            for name in ("INITIAL TIME", "FINAL TIME", "TIME STEP")
        )
        counts = {
            "variables": len({key_of(v.element) for v in program.variables.values()}),
            "sectors": len(self.groups),
            "equations": len(program.equations),
            "unit": program.find("TIME STEP").unit or "-",
        }
        yield f"<p>{self.say('intro', start=start, end=end, step=step, **counts)}</p>"
        made = self.say("made", digest=program.digest[:16], version=self.version)
        yield f'<p class="note">{made}</p>'

    def _contents(self) -> Iterator[str]:
        yield f'<nav aria-label="{self.say("contents")}"><h2>{self.say("contents")}</h2><ul>'
        yield f'<li><a href="#overview">{self.say("overview")}</a></li>'
        yield f'<li><a href="#loops">{self.say("loops")}</a></li>'
        for number, group in enumerate(self.groups):
            yield f'<li><a href="#sector-{number}">{self._title(group)}</a></li>'
        if self.tables.has_evidence:
            yield f'<li><a href="#sources">{self.say("sources")}</a></li>'
        yield "</ul></nav>"

    def _title(self, group: str) -> str:
        return escape(group) or self.say("other_sector")

    def _overview(self) -> Iterator[str]:
        yield f'<section id="overview"><h2>{self.say("overview")}</h2>'
        if len({part.group for part in self.anatomy.parts.values()}) > 1:
            picture = sector_map(self.anatomy, self.words.get("document.sectors"))
            yield f"<h3>{self.say('sectors')}</h3>"
            yield from self._figure(picture, "map", "sectors_note")
        picture = loop_picture(self.anatomy, self.feedback, self.words.get("document.loop_picture"))
        if picture.nodes:
            yield f"<h3>{self.say('loop_picture')}</h3>"
            yield from self._figure(picture, "causal", "loop_note")
        yield "</section>"

    def _figure(self, picture: Picture, prefix: str, note: str) -> Iterator[str]:
        yield "<figure>"
        yield to_svg(picture, prefix, picture.title)
        yield f"<figcaption>{self.say(note)}</figcaption></figure>"

    # -- loops ------------------------------------------------------------------------------------

    def _loops(self) -> Iterator[str]:
        yield f'<section id="loops"><h2>{self.say("loops")}</h2>'
        if not self.feedback.switches:
            yield f"<p>{self.say('no_loops')}</p>"
            yield f"<ul>{''.join(map(self._loop_item, self.feedback.others))}</ul></section>"
            return
        yield f'<p class="note">{self.say("loop_method")}</p>'
        yield '<table><colgroup><col class="switch"><col class="cuts"><col></colgroup><thead><tr>'
        for key in ("switch", "cuts", "through"):
            yield f'<th scope="col">{self.say(key)}</th>'
        yield "</tr></thead><tbody>"
        for switch in self.feedback.switches:
            yield from self._switch_row(switch)
        yield "</tbody></table></section>"

    def _switch_row(self, switch: Switch) -> Iterator[str]:
        yield f'<tr id="switch-{anchor(switch.name)}">'
        yield f"<td>{link(switch.name)}<br>{escape(switch.doc)}</td><td>"
        names = self.tables.names
        cuts = [
            f"{link(names[item.cause])} <b>{item.sign}</b> → {link(names[item.effect])}"
            for item in switch.cut
        ]
        yield "<br>".join(cuts) or self.say("no_cut")
        yield "</td><td>"
        if switch.loops:
            yield "<ul>" + "".join(self._loop_item(loop) for loop in switch.loops) + "</ul>"
        else:
            yield self.say("none_through")
        yield "</td></tr>"

    def _loop_item(self, loop: Loop) -> str:
        kind = loop.polarity if loop.polarity in "RB" else "open"
        steps = [
            f"{link(name)} <b>{sign}</b> →"
            for name, sign in zip(loop.names, loop.signs, strict=True)
        ]
        badge = f'<span class="badge-text {kind}">{loop.polarity}</span>'
        return f"<li>{badge} {' '.join(steps)} {escape(loop.names[0])}</li>"

    # -- sectors ----------------------------------------------------------------------------------

    def _sector(self, number: int, group: str) -> Iterator[str]:
        yield f'<section id="sector-{number}"><h2>{self._title(group)}</h2>'
        if any(part.group == group for part in self.anatomy.parts.values()):
            picture = sector_picture(self.anatomy, group, self.signs)
            if math.isfinite(picture.height) and picture.nodes:
                yield from self._figure(picture, f"sector{number}", "picture_note")
        yield from self.tables.equations(group)
        yield "</section>"

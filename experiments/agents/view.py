"""The page of the browser view: Mesa's SolaraViz around a district.

It needs the extra ``view``, and settings that solara reads when it is imported: `cli_view` sees to
both.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import solara
from mesa.visualization import SolaraViz
from mesa.visualization.utils import force_update, update_counter
from reacton import component, use_memo

from ...model.agents.actors import ACTORS
from ...model.agents.facts import load_agent_parameters
from ...model.agents.settings import SHOCKS, ShockKind
from ...model.calendar import FIRST_YEAR
from ...model.distributions import support
from ...scenarios.loader import BASELINE, EQUAL_BUDGET_IDS, LIBRARY_IDS, load_scenario
from ...scenarios.text import Language
from ..text import Words
from ..text import words as load_words
from . import view_figures
from .view_model import FIRST_SHOWN, LAST_YEAR, OF_STOCKS, OUTCOMES, ShownDistrict

DPI = 90
SMALL, GAP = {"font-size": "small"}, "2px"


@dataclass
class Asked:
    """What the command asked for, the same for every page that is opened.

    Attributes
    ----------
    scenario, district
        What the view opens with.
    language
        Of the view's own texts; Mesa's controls are in English.
    """

    scenario: str = BASELINE
    district: str = "paser"
    language: Language = "en"


ASKED = Asked()


@component
def Page() -> None:
    """Show a district; every page that is opened has its own."""
    words = load_words(ASKED.language)
    district = use_memo(_district, [])
    pictures = (view_figures.course, view_figures.tiles, view_figures.network)
    first, *others = (_drawn(picture, words) for picture in pictures)
    parts: list[Any] = [_numbers(words), first, _shocks(words), *others]
    SolaraViz(
        district,
        components=parts,
        model_params=_choices(words),
        name=words.get("view.title"),
    )


def _district() -> ShownDistrict:
    return ShownDistrict(scenario=ASKED.scenario, district=ASKED.district)


def _choices(words: Words) -> dict[str, Any]:
    """Return what Mesa's controls let a reader choose; a choice holds from Reset on."""
    own = [name for name in LIBRARY_IDS if name not in EQUAL_BUDGET_IDS]
    ids = list(dict.fromkeys([*own, ASKED.scenario]))
    label = words.get("view.scenario")
    return {
        "scenario": {"type": "Select", "label": label, "value": ASKED.scenario, "values": ids},
        "year": _slider(words, "year", FIRST_SHOWN, (FIRST_YEAR, LAST_YEAR), 1),
        "joint": _of_prior(words, "joint", "joint action exponent"),
        "outreach": _of_prior(words, "outreach", "outreach share"),
        "replicate": _slider(words, "replicate", 0, (0, 99), 1),
        "district": ASKED.district,
    }


def _of_prior(words: Words, key: str, name: str) -> dict[str, Any]:
    prior = load_agent_parameters().get(name).prior
    return _slider(words, key, prior.value, support(prior), 0.05)


def _slider(
    words: Words, key: str, value: float, ends: tuple[float, float], step: float
) -> dict[str, Any]:
    kind = "SliderInt" if isinstance(value, int) else "SliderFloat"
    label, (low, high) = words.get(f"view.{key}"), ends
    return {"type": kind, "label": label, "value": value, "min": low, "max": high, "step": step}


def _drawn(
    picture: Callable[[ShownDistrict, Words], Any], words: Words
) -> Callable[[ShownDistrict], None]:
    """Return a component that draws a picture anew whenever the district has moved."""

    def part(model: ShownDistrict) -> None:
        solara.FigureMatplotlib(picture(model, words), format="png", dpi=DPI)

    return part


def _numbers(words: Words) -> Callable[[ShownDistrict], None]:
    """Return a component that tells in words where the district stands."""

    def part(model: ShownDistrict) -> None:
        with solara.Card(words.month(model.month)), solara.Column(gap=GAP):
            solara.Text(words.title(load_scenario(model.scenario).title))
            for measure in OUTCOMES:
                solara.Text(_told(model, measure, words))
            solara.Text(words.get("view.index", value=words.number(model.index, 2)))
            for note in ("dashed", "luck", "place", "reset"):
                solara.Text(words.get(f"view.note_{note}"), style=SMALL)

    return part


def _told(model: ShownDistrict, measure: str, words: Words) -> str:
    """Return a measure of the agents, and that of the stocks where they have it."""
    name = words.get(f"view.{measure.replace(' ', '_')}")
    text = f"{name}: {words.number(100.0 * model.record.district[measure][-1])} %"
    if measure not in OF_STOCKS:
        return text
    value = words.number(100.0 * model.of_stocks(measure))
    return f"{text} ({words.get('view.stocks', value=value)})"


def _shocks(words: Words) -> Callable[[ShownDistrict], None]:
    """Return a component with a button for each shock, and whom it strikes."""

    def part(model: ShownDistrict) -> None:
        Shocks(model, words)

    return part


@component
def Shocks(model: ShownDistrict, words: Words) -> None:
    """Let a reader choose whom a shock strikes, and strike."""
    update_counter.get()
    everyone = words.get("view.all")
    actor, area = solara.use_reactive(everyone), solara.use_reactive(everyone)
    targets = {"rotation": actor, "cadres leave": area}

    def strike(kind: ShockKind) -> None:
        chosen = targets[kind].value if kind in targets else everyone
        model.shock(kind, "" if chosen == everyone else chosen)
        force_update()

    with solara.Card(words.get("view.shocks")), solara.Column(gap=GAP):
        with solara.Row():
            solara.Select(words.get("view.actor"), values=[everyone, *ACTORS], value=actor)
            names = [everyone, *model.record.kecamatan]
            solara.Select(words.get("view.kecamatan"), values=names, value=area)
        for kind in SHOCKS:
            label = words.get(f"view.{kind.replace(' ', '_')}")
            solara.Button(label, on_click=lambda kind=kind: strike(kind))
        for shock in model.settings.shocks:
            label = words.get(f"view.{shock.kind.replace(' ', '_')}")
            told = f"{words.month(shock.month)}: {label} ({shock.target or everyone})"
            solara.Text(told, style=SMALL)

"""How long the built page takes, drawing and all: until it can be used, and from slider to figure."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from ...model.errors import InputError, Problem

# Moves a slider step by step; each time ends with the frame after the figures were drawn.
MOVE = """async (runs) => {
  const frame = () => new Promise((resolve) => { requestAnimationFrame(resolve); });
  const slider = document.getElementById("all-food");
  const times = [];
  for (let k = 0; k < runs; k++) {
    performance.clearMarks("tumbuh-redrawn");
    slider.value = 5 * (k % 20);
    const asked = performance.now();
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    while (performance.getEntriesByName("tumbuh-redrawn").length === 0) await frame();
    await frame();
    times.push(performance.now() - asked);
  }
  return times;
}"""
DRAWN = "() => performance.getEntriesByName('tumbuh-redrawn').length > 0"
PAINT = """() => ({
  usable: performance.getEntriesByName("tumbuh-usable")[0].startTime,
  paint: performance.getEntriesByName("first-contentful-paint")[0].startTime,
  engine: performance.getEntriesByName("tumbuh-engine")[0].startTime,
})"""


@dataclass(frozen=True)
class Drawn:
    """Milliseconds of a page from disk in a browser without a window, a laptop's size.

    Attributes
    ----------
    bytes
        Size of the file.
    paint, usable, engine
        From the start of loading: first paint with content, first view there, engine ready; the
        median of the loads.
    draws
        Draws behind each figure.
    runs
        Moves of a slider.
    times
        (runs,), from the move to the frame after both figures, the sentences and the table.
    """

    bytes: int
    paint: float
    usable: float
    engine: float
    draws: int
    runs: int
    times: tuple[float, ...]


def measure_page(path: Path, command: str, runs: int, loads: int = 5) -> Drawn:
    """Open a built page again and again, then move a slider of its strategies.

    Parameters
    ----------
    path
        The page.
    command
        Command of Chromium, Chrome or Edge.
    runs, loads
        Moves of the slider, and how often the page is loaded.

    Raises
    ------
    InputError
        If there is no such file, no such command or no Playwright.
    """
    found = _browser(path, command)
    from playwright.sync_api import sync_playwright

    address = path.resolve().as_uri()
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=found)
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        starts = []
        for _ in range(loads):
            page.goto("about:blank")
            page.goto(f"{address}#v=strategies")
            page.wait_for_function(DRAWN)
            starts.append(page.evaluate(PAINT))
        # The comparison at equal money runs once after the first figure.
        page.wait_for_selector("#same-money figure svg")
        draws = int(page.input_value("#draws"))
        times = page.evaluate(MOVE, runs)
        browser.close()
    middle = {key: _median([start[key] for start in starts]) for key in starts[0]}
    return Drawn(path.stat().st_size, draws=draws, runs=runs, times=tuple(times), **middle)


def _browser(path: Path, command: str) -> str:
    problems: list[Problem] = []
    if not path.is_file():
        problems.append(Problem("--file", "a page", "no such file", "Make it with `tumbuh page`"))
    found = shutil.which(command)
    if found is None or find_spec("playwright") is None:
        expected = "a command on this machine, and Playwright"
        remedy = "Install Chromium and the development tools"
        problems.append(Problem("--browser", expected, repr(command), remedy))
    if problems or found is None:
        raise InputError(problems)
    return found


def _median(values: list[Any]) -> float:
    return sorted(values)[len(values) // 2]

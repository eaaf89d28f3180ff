"""The built page in Debian's Chromium: one browser for all tests of a module."""

from __future__ import annotations

import json
import re
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from chromium import CHROMIUM

from tumbuh.experiments.page.build import Sizes, locale, page_data
from tumbuh.experiments.page.join import document, script, style

DRAWS = 100
SIZES = Sizes(page=DRAWS, compared=DRAWS, stated=0, valued=0)
VIEWS = ("standing", "strategies", "target", "unknown", "equity", "evidence", "assessment")
AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
_KEPT = "\N{NO-BREAK SPACE}"
PHONE, LAPTOP = {"width": 360, "height": 740}, {"width": 1280, "height": 800}


@lru_cache(maxsize=1)
def small_data():
    """The data of a page with few draws."""
    return page_data(SIZES)


def written(folder, data=None, name="paser.html"):
    """Write a page and return its path."""
    text = json.dumps(small_data() if data is None else data, ensure_ascii=False)
    path = Path(folder) / name
    path.write_text(document(text, script(), style()), encoding="utf-8")
    return path


@contextmanager
def browser():
    """Yield a browser without a window."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        assert CHROMIUM is not None, "install Debian's package chromium"
        running = play.chromium.launch(executable_path=CHROMIUM)
        yield running
        running.close()


@contextmanager
def shown(running, address, viewport=LAPTOP, before=""):
    """Yield the page at an address; it must say nothing on the console and ask the network nothing."""
    said, asked = [], []
    context = running.new_context(viewport=viewport, accept_downloads=True)
    page = context.new_page()
    page.set_default_timeout(30_000)
    page.on("console", lambda message: said.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    if before:
        page.add_init_script(before)
    page.goto(address)
    yield page
    context.close()
    assert not said, said
    outside = [url for url in asked if not url.startswith(("file:", "blob:", "data:"))]
    assert [url for url in outside if url.partition("#")[0] != address.partition("#")[0]] == []


def seen(place, *selector):
    """Return the text that a page or a part of it shows; what keeps a line together is a space."""
    return place.inner_text(*selector).replace(_KEPT, " ")


def all_seen(locator):
    """Return the texts of several parts."""
    return [text.replace(_KEPT, " ") for text in locator.all_inner_texts()]


def settled(page):
    """Wait until nothing is being computed."""
    page.wait_for_function(
        """(words) => !document.querySelector("[aria-busy]")
          && !words.some((word) => document.getElementById("main").textContent.includes(word))""",
        arg=[locale()[language]["common"]["computing"] for language in ("id", "en")],
    )


def says(language, key, **blanks):
    """Return a text of the page with its blanks filled."""
    section, _, name = key.partition(".")
    return locale()[language][section][name].format(**blanks)


def violations(page):
    """Return what axe-core finds, as rule and place."""
    page.evaluate(AXE)
    found = page.evaluate("async () => (await axe.run()).violations")
    return [(one["id"], node["target"]) for one in found for node in one["nodes"]]


def unfinished(page):
    """Return what looks like a text that nobody wrote: open blanks, keys, no numbers."""
    return re.findall(r"\{\w+\}|undefined|NaN|\[object|null\b", page.inner_text("body"))


def foreign(page):
    """Return English words outside what is marked as English, for a page in Indonesian."""
    told = """() => {
      const copy = document.body.cloneNode(true);
      copy.querySelectorAll("[lang=en], script, style, noscript").forEach((one) => one.remove());
      const labels = [...copy.querySelectorAll("[aria-label]")].map((one) => one.ariaLabel);
      return [copy.textContent, ...labels].join(" ");
    }"""
    return re.findall(
        r"\b(?:the|of|and|with|for|is|are|from|children|draws)\b", page.evaluate(told)
    )

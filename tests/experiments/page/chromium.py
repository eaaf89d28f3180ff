"""Debian's Chromium without a window, for pages opened from disk."""

from __future__ import annotations

import base64
import hashlib
import os
import shutil
from contextlib import contextmanager
from importlib.util import find_spec

import pytest

CHROMIUM = shutil.which("chromium")
# In CI nothing is skipped: there the tests fail.
needs_chromium = pytest.mark.skipif(
    (CHROMIUM is None or find_spec("playwright") is None) and "CI" not in os.environ,
    reason="no Chromium or no Playwright here: pages are not tried in a browser",
)


def page_of(script):
    """Return a page with one inline script, under the policy of the built page."""
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; script-src 'sha256-{digest}' 'wasm-unsafe-eval'; worker-src blob:"
    )
    meta = f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    return f'<!doctype html><meta charset="utf-8">{meta}<script>{script}</script>'


@contextmanager
def opened(path):
    """Yield a page from disk; that it asked the network for nothing and said nothing is checked."""
    from playwright.sync_api import sync_playwright

    assert CHROMIUM is not None, "install Debian's package chromium"
    said, asked = [], []
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM)
        page = browser.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(path.as_uri())
        yield page
        browser.close()
    assert said == []
    assert [url for url in asked if not url.startswith(("file:", "blob:", "data:"))] == []

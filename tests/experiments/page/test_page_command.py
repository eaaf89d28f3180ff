"""``tumbuh page`` and ``tumbuh serve``: what they refuse, and the whole page."""

import json
import re
import subprocess
import sys

import pytest
from chromium import needs_chromium
from page_browser import SIZES, browser, says, seen, settled, shown

from tumbuh.experiments.page import equity as page_equity
from tumbuh.experiments.page.build import Sizes, page

LARGEST = 3_000_000


def tumbuh(*arguments, folder):
    return subprocess.run(
        [sys.executable, "-m", "tumbuh", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("draws", ["5", "5000"])
def test_too_few_and_too_many_draws_are_refused_in_the_readers_language(tmp_path, draws):
    done = tumbuh("page", "--draws", draws, "--lang", "id", folder=tmp_path)
    assert done.returncode == 2
    assert f"seharusnya 100 sampai 2000, ditemukan {draws}" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_folder_is_no_file_to_write(tmp_path):
    done = tumbuh("page", "--out", str(tmp_path), folder=tmp_path)
    assert done.returncode == 2
    assert "a folder" in done.stderr


def test_a_port_beyond_all_ports_is_refused(tmp_path):
    done = tumbuh("serve", "--port", "70000", folder=tmp_path)
    assert done.returncode == 2
    assert "0 to 65535" in done.stderr


def test_the_page_is_the_same_each_time():
    assert page(SIZES) == page(SIZES)


@pytest.mark.slow
@needs_chromium
def test_the_whole_page_is_small_and_says_how_it_scored_and_what_to_measure(tmp_path):
    text = page(Sizes())
    assert len(text.encode()) < LARGEST
    path = tmp_path / "paser.html"
    path.write_text(text, encoding="utf-8")
    data = json.loads(re.search(r'id="tumbuh-data">(.*?)</script>', text, re.DOTALL)[1])
    with browser() as running:
        with shown(running, f"{path.as_uri()}#l=en") as opened:
            assert data["planners"]["en"][-1] in seen(opened, ".key")
            assert says("en", "standing.score_missing") not in seen(opened, "main")
        with shown(running, f"{path.as_uri()}#v=unknown&l=en") as opened:
            settled(opened)
            rows = opened.locator("section:nth-of-type(3) tbody tr")
            assert rows.count() == len(data["measuring"]["rows"])


def test_results_of_agents_made_from_other_inputs_are_not_shown(tmp_path, monkeypatch):
    own = {"posterior": "a", "scenario hr": "b"}
    stored = {"scenarios": ["hr"], "made_from": own | {"posterior": "older"}}
    monkeypatch.setattr(page_equity, "STORED", tmp_path / "equity.json")
    monkeypatch.setattr(page_equity, "stored_equity", lambda: stored)
    monkeypatch.setattr(page_equity, "inputs_of", lambda scenarios: own)
    monkeypatch.setattr(page_equity, "equity_payload", lambda result: {"shown": True})
    assert page_equity.equity() is None
    (tmp_path / "equity.json").write_text("{}", encoding="utf-8")
    assert page_equity.equity() is None
    stored["made_from"] = own
    assert page_equity.equity() == {"shown": True}

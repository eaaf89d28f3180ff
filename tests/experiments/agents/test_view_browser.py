"""The view in a real browser: it loads, moves, and asks nothing of the world outside."""

import http.client
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tumbuh.experiments.agents.cli_view import NEEDED, _installed

MISSING = [name for name in (*NEEDED, "playwright") if not _installed(name)]
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
if MISSING or CHROMIUM is None:
    lacks = ", ".join([*MISSING, *([] if CHROMIUM else ["Chromium"])])
    pytest.skip(f"the browser view is not tested here: no {lacks}", allow_module_level=True)

from playwright.sync_api import expect, sync_playwright

PATIENCE = 120_000
"""Milliseconds until a test gives up on a slow machine."""

# Runs the command and notes every name or address outside of the loopback that it asks for.
WATCHED = """
import sys
log = open(sys.argv.pop(1), "a", buffering=1)
def watch(event, args):
    if event == "socket.connect" and isinstance(args[1], tuple) and args[1][0] != "127.0.0.1":
        log.write(f"connect {args[1]}\\n")
    if event == "socket.getaddrinfo" and args[0] not in (None, "127.0.0.1", "localhost"):
        log.write(f"look up {args[0]}\\n")
sys.addaudithook(watch)
from tumbuh.experiments.cli import main
main()
"""


class Served:
    def __init__(self, process, address, log):
        self.process, self.address, self.log = process, address, log


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    folder = tmp_path_factory.mktemp("view")
    log, errors = folder / "outside", folder / "errors"
    command = [sys.executable, "-u", "-c", WATCHED, str(log), "agents", "view", "--port", "0"]
    with errors.open("w") as told:
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=told, text=True, cwd=folder
        )
    try:
        line = process.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:\d+/", line)
        assert found, errors.read_text()
        yield Served(process, found.group(), log)
    finally:
        process.terminate()
        process.wait(timeout=60)
        process.stdout.close()
    assert "Traceback" not in errors.read_text(), errors.read_text()


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def page(served, browser):
    opened = browser.new_page(viewport={"width": 1500, "height": 1400})
    opened.asked, opened.faults = [], []
    opened.on("request", lambda request: opened.asked.append(request.url))
    opened.on("websocket", lambda socket: opened.asked.append(socket.url))
    opened.on("pageerror", lambda error: opened.faults.append(str(error)))
    opened.on("requestfailed", lambda request: opened.faults.append(request.url))
    opened.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)
    opened.goto(served.address)
    expect(opened.get_by_text("Step: 96")).to_be_visible()
    expect(opened.locator("img")).to_have_count(3)
    return opened


def pictures(page):
    """Return the bytes of the pictures that are shown."""
    return page.evaluate(
        """async () => Promise.all([...document.querySelectorAll("img")].map(async (img) => {
            const data = await (await fetch(img.src)).arrayBuffer();
            return img.naturalWidth + " " + Array.from(new Uint8Array(data)).join();
        }))"""
    )


def step(page):
    """Click once and wait until the pictures are those of the next month."""
    now = int(page.get_by_text(re.compile(r"^Step: \d+$")).inner_text().split()[1])
    page.get_by_role("button", name="Step", exact=True).click()
    expect(page.get_by_text(f"Step: {now + 1}", exact=True)).to_be_visible()
    page.wait_for_load_state("networkidle")


def test_the_page_shows_numbers_and_pictures(page):
    expect(page.get_by_text("January 2026")).to_be_visible()
    expect(page.get_by_text(re.compile(r"All services at once: \d+\.\d % \(stock"))).to_be_visible()
    assert all(int(shown.split()[0]) > 300 for shown in pictures(page))


def test_a_step_changes_the_plot_and_the_month(page):
    before = pictures(page)
    step(page)
    expect(page.get_by_text("February 2026")).to_be_visible()
    page.wait_for_function("() => [...document.images].every((img) => img.complete)")
    assert pictures(page)[0] != before[0]


def test_play_goes_on_until_pause(page):
    page.get_by_role("button", name="▶").click()
    expect(page.get_by_text("May 2026")).to_be_visible()
    page.get_by_role("button", name="❚❚").click()
    expect(page.get_by_role("button", name="▶")).to_be_visible()


def test_a_shock_is_listed(page):
    page.get_by_role("button", name="Official rotates").click()
    expect(page.get_by_text(re.compile(r"2026: Official rotates \(all\)"))).to_be_visible()
    step(page)


def test_a_choice_holds_from_reset_on(page):
    page.get_by_text("no_extra_action").click()
    page.get_by_role("option", name="coordination", exact=True).click()
    page.get_by_role("button", name="Reset").click()
    expect(page.get_by_text("Step: 96", exact=True)).to_be_visible()
    expect(page.get_by_text("Coordination", exact=True)).to_be_visible()
    expect(page.get_by_text("Official rotates (all)")).to_have_count(0)


def test_nothing_outside_is_asked_for(page, served):
    own = served.address, served.address.replace("http", "ws"), f"blob:{served.address}", "data:"
    assert [url for url in page.asked if not url.startswith(own)] == []
    assert len(page.asked) > 10
    assert page.faults == []
    assert served.log.read_text() == ""


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_only_the_loopback_is_listened_to(page, served):
    folder = Path("/proc") / str(served.process.pid)
    held = {str(link.readlink()) for link in (folder / "fd").iterdir()}
    rows = [line.split() for line in (folder / "net" / "tcp").read_text().splitlines()[1:]]
    rows += [line.split() for line in (folder / "net" / "tcp6").read_text().splitlines()[1:]]
    mine = [row for row in rows if f"socket:[{row[9]}]" in held]
    listening = [row[1] for row in mine if row[3] == "0A"]
    port = int(served.address.rstrip("/").rsplit(":", 1)[1])
    assert listening == [f"0100007F:{port:04X}"]
    assert [row[1] for row in mine if not row[1].startswith("0100007F:")] == []


UPGRADE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
}


def status(served, path="", **headers):
    """Return the status that the server answers with."""
    host = served.address.split("/")[2]
    asked = http.client.HTTPConnection(host, timeout=60)
    try:
        asked.request("GET", f"/{path}", headers={"Host": host, **headers})
        return asked.getresponse().status
    finally:
        asked.close()


@pytest.mark.parametrize(
    "foreign",
    [{"Host": "another.example"}, {"Origin": "http://another.example"}, {"Origin": "null"}],
)
def test_a_page_of_another_site_is_refused(served, foreign):
    """It could reach the loopback under a name of its own, or from its own origin."""
    own, socket = served.address.rstrip("/"), "jupyter/api/kernels/other/channels?session_id=other"
    assert status(served, Origin=own) == 200
    assert status(served, **foreign) == 403
    assert status(served, socket, **UPGRADE, **foreign) == 403

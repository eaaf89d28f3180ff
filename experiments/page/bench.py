"""How long the page's engine takes from a slider to an answer, in a browser or in node."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from ...model.errors import InputError, Problem
from ...model.language.cache import load_program
from ...scenarios.loader import LIBRARY_IDS
from ..inputs import read_inputs, read_plans
from .join import ENGINE, WEB
from .payload import engine_payload
from .plans import scenario_rows

PLAN = "all_three_food"
PATIENCE = 300.0
"""Seconds after which the browser is given up."""


@dataclass(frozen=True)
class Timing:
    """Milliseconds of many questions, each with its fan and outcomes; drawing is not among them.

    Attributes
    ----------
    runner
        What ran the page.
    draws, runs, workers
        Draws of each question, questions, and threads beside the page's own.
    start
        Until the engine was ready.
    first
        The first question, which also runs no extra action.
    median, high95, most
        Of the questions after the first.
    bytes
        Size of what the engine needs, as JSON.
    """

    runner: str
    draws: int
    runs: int
    workers: int
    start: float
    first: float
    median: float
    high95: float
    most: float
    bytes: int


def measure(runner: str, draws: int, runs: int, workers: int | None) -> Timing:
    """Ask the page's engine for one plan after the other.

    Parameters
    ----------
    runner
        Command of a browser (Chromium, Chrome or Edge), or ``node``.
    draws, runs
        Draws of each question, and questions.
    workers
        Threads; nothing for the page's own choice. In node there is one.

    Raises
    ------
    InputError
        If the command is not there, or nothing came back.
    """
    found = shutil.which(runner)
    if found is None:
        remedy = "Install it, or name another with --browser"
        raise InputError([Problem("--browser", "a command on this machine", repr(runner), remedy)])
    program, plans = load_program(), read_plans(list(LIBRARY_IDS))
    ensemble = read_inputs(program, "paser", "district", draws).ensemble
    payload = json.dumps(engine_payload(program, ensemble, plans))
    plan = next(row["plan"] for row in scenario_rows(plans) if row["id"] == PLAN)
    options = {"draws": draws, "runs": runs, "workers": workers}
    texts = [(WEB / name).read_text(encoding="utf-8") for name in (*ENGINE, "measure.js")]
    arguments = ", ".join([payload, json.dumps(plan), json.dumps(options)])
    script = f'"use strict";\n{"".join(texts)}\nconst told = measure({arguments});\n'
    run = _in_node if Path(found).stem == "node" else _in_browser
    answer = run(found, script)
    return Timing(runner=runner, draws=draws, runs=runs, bytes=len(payload), **answer)


def _in_node(command: str, script: str) -> dict[str, Any]:
    script += "told.then((found) => console.log(JSON.stringify(found)));"
    done = subprocess.run([command, "-"], check=False, input=script, capture_output=True, text=True)
    if done.returncode:
        raise _silent(command, done.stderr.strip().splitlines()[-1:])
    return json.loads(done.stdout)


def _in_browser(command: str, script: str) -> dict[str, Any]:
    """Open a page on loopback that sends its answer back, in a profile that is thrown away."""
    script += 'told.then((found) => fetch("/", {method: "POST", body: JSON.stringify(found)}));'
    page = f'<!doctype html><meta charset="utf-8"><script>(() => {{{script}}})();</script>'
    answers: list[dict[str, Any]] = []
    arrived = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = page.encode() if self.path == "/" else b""
            self.send_response(200 if body else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            answers.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()
            arrived.set()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing of requests."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
            browser = _open(command, f"http://127.0.0.1:{server.server_port}/", profile)
            end = time.monotonic() + PATIENCE
            while not (arrived.wait(0.1) or browser.poll() or time.monotonic() > end):
                pass
            code = browser.poll()
            if code is None:
                # Its own group: browsers are many processes.
                os.killpg(browser.pid, signal.SIGKILL)
                browser.wait()
        server.shutdown()
    if not answers:
        raise _silent(
            command, [f"an end with code {code}" if code else f"nothing in {PATIENCE:.0f} s"]
        )
    return answers[0]


def _open(command: str, address: str, profile: str) -> subprocess.Popen[bytes]:
    options = ["--headless=new", "--disable-gpu", "--no-first-run", f"--user-data-dir={profile}"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        options.append("--no-sandbox")
    nowhere = subprocess.DEVNULL
    whole = [command, *options, address]
    return subprocess.Popen(whole, stdout=nowhere, stderr=nowhere, start_new_session=True)


def _silent(command: str, found: list[str]) -> InputError:
    remedy = "Try another browser, or `--browser node`"
    return InputError([Problem(command, "an answer", " ".join(found) or "nothing", remedy)])

"""``tumbuh agents view``: the agents in a browser, on this machine alone."""

from __future__ import annotations

import os
import tempfile
import warnings
from importlib.metadata import PackageNotFoundError, version
from typing import Annotated

import typer

from ...model.errors import InputError, Problem
from ..cli_common import Lang, exit_codes

EXAMPLES = """**Examples**

`tumbuh agents view`

`tumbuh agents view --scenario coordination --lang id --port 8765`
"""
NEEDED = ("solara", "solara-assets", "altair")
OFFLINE = {
    "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "False",
    "SOLARA_ASSETS_CDN": "offline:///",
    "SOLARA_ASSETS_PROXY": "True",
    "SOLARA_MODE": "production",
    "SOLARA_THEME_SHOW_BANNER": "False",
    "SOLARA_CHECK_HOOKS": "off",
}
"""Solara would else report its start to a statistics service, and fetch what is not installed.

The last two silence a link to its makers, and remarks on Mesa's code.
"""


def view_command(
    scenario: Annotated[
        str, typer.Option(help="Library id that the view opens with.")
    ] = "no_extra_action",
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port of this machine; 0 for a free one.")
    ] = 8765,
    district: Annotated[
        str, typer.Option(help="Id of a district, or the path of a district file.")
    ] = "paser",
    lang: Lang = "en",
) -> None:
    """Watch families, kecamatan and actors in a browser; nothing leaves this machine.

    Needs the extra: `pip install "tumbuh[view]"`. Ends with Ctrl-C.
    """
    with exit_codes(lang):
        check_installed()
        with tempfile.TemporaryDirectory(prefix="tumbuh-view-") as home:
            os.environ |= {**OFFLINE, "SOLARA_HOME": home, "IPYTHONDIR": home}
            _serve(scenario, port, district, lang)


def check_installed() -> None:
    """Refuse to go on without the extra.

    Raises
    ------
    InputError
        Naming what is missing, and how to install it.
    """
    missing = [name for name in NEEDED if not _installed(name)]
    if missing:
        remedy = 'Install it: pip install "tumbuh[view]"'
        expected, found = "the extra for the browser view", f"{', '.join(missing)}, not installed"
        raise InputError([Problem("tumbuh agents view", expected, found, remedy)])


def _installed(name: str) -> bool:
    try:
        return bool(version(name))
    except PackageNotFoundError:
        return False


def _serve(scenario: str, port: int, district: str, lang: Lang) -> None:
    from ...scenarios.loader import load_scenario
    from ..inputs import read_district
    from ..text import words

    load_scenario(scenario)
    read_district(district)
    from . import view, view_model, view_server

    warnings.filterwarnings("ignore", module=r"solara\.")  # a cookie over plain http, as here
    view_model.stocks(scenario)
    own = view_server.listen(port)
    view.ASKED.scenario, view.ASKED.district, view.ASKED.language = scenario, district, lang
    address = f"http://{view_server.HOST}:{own.getsockname()[1]}/"
    typer.echo(words(lang).get("view.address", address=address))
    view_server.serve(own, view.__name__)

"""Join the page's sources into one script and one document, the same bytes from the same sources.

The sources are plain scripts without import or export: every name declared at the start of a line
is seen by all of them, so that each may be declared once only.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable, Sequence
from hashlib import sha256
from pathlib import Path

from ...model.errors import DataError, Problem

WEB = Path(__file__).with_name("web")
LIBRARIES = ("vendor/d3-array.js", "vendor/d3-path.js", "vendor/d3-shape.js")
ENGINE = (
    *("statistics.js", "worker.js", "engine_pool.js", "engine_plan.js", "engine_answer.js"),
    "engine.js",
)
"""Scripts that run the model, with nothing of the views."""
SCRIPTS = (
    *ENGINE,
    *("dom.js", "wording.js", "plans.js", "address.js"),
    *("marks.js", "charts.js", "figures.js", "answers.js"),
    *("views/standing.js", "views/controls.js", "views/results.js", "views/money.js"),
    *("views/bottleneck.js", "views/keep.js", "views/strategies.js", "views/target.js"),
    *("views/unknown.js", "views/equity.js", "views/evidence.js", "views/assessment.js"),
    "app.js",
)
"""In the order in which they are joined; what runs at once, and not in a function, comes last."""

_DECLARED = re.compile(r"^(?:async )?(?:function\*?|const|let|class) (\w+)", re.MULTILINE)


def script(names: Sequence[str] = SCRIPTS, folder: Path = WEB) -> str:
    """Return the libraries as they are, then all sources in one closed function.

    Raises
    ------
    DataError
        Listing every name that two sources declare.
    """
    texts = {name: (folder / name).read_text(encoding="utf-8") for name in names}
    problems = list(_twice(texts.items()))
    if problems:
        raise DataError(problems)
    libraries = [_library(name) for name in LIBRARIES]
    own = [_titled(name, text) for name, text in texts.items()]
    return "\n".join([*libraries, "(() => {", '"use strict";', *own, "})();", ""])


def _library(name: str) -> str:
    """Return a library under its licence, which goes with every copy."""
    path = WEB / name
    licence = path.with_suffix(".LICENSE").read_text(encoding="utf-8").strip()
    return _titled(name, f"/*\n{licence}\n*/\n{path.read_text(encoding='utf-8')}")


def _titled(name: str, text: str) -> str:
    return f"// ---- {name}\n{text.rstrip()}\n"


def _twice(texts: Iterable[tuple[str, str]]) -> Iterable[Problem]:
    seen: dict[str, str] = {}
    for name, text in texts:
        for declared in _DECLARED.findall(text):
            if declared in seen:
                found = f"{declared}, which {seen[declared]} declares too"
                yield Problem(name, "a name of its own", found, "Rename one of them")
            seen[declared] = name


def style(folder: Path = WEB) -> str:
    """Return the style sheet."""
    return (folder / "style.css").read_text(encoding="utf-8")


def document(data: str, code: str, look: str) -> str:
    """Return the page: data as text that nothing runs, one script and one style, each by its hash.

    Parameters
    ----------
    data
        JSON.
    code, look
        Script and style sheet.
    """
    blanks = {
        "policy": policy(code, look),
        "style": look,
        # No end of an element, and no start of a comment, can stand in a text of the data.
        "data": data.replace("<", "\\u003c"),
        "script": code,
    }
    shell = (WEB / "index.html").read_text(encoding="utf-8")
    return re.sub(r"%\((\w+)\)%", lambda found: blanks[found[1]], shell)


def policy(code: str, look: str) -> str:
    """Return the content security policy: what is in the page, and nothing from anywhere else."""
    return "; ".join(
        (
            "default-src 'none'",
            # WebAssembly is the model; no text is ever turned into a script.
            f"script-src '{digest(code)}' 'wasm-unsafe-eval'",
            f"style-src '{digest(look)}'",
            "worker-src blob:",
            "img-src blob: data:",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )


def digest(text: str) -> str:
    """Return the SHA-256 of a text as a policy names it."""
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"

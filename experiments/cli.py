"""``tumbuh``: from the shell to an exit code; the codes stand in model/errors.py.

Nothing heavy is imported before the signals are in hand, so that an interruption is answered in
words from the first moment on.
"""

from __future__ import annotations

import os
import signal
import sys
from types import FrameType
from typing import NoReturn

INTERRUPTED, TERMINATED = 130, 143
ONE_THREAD = ("OPENBLAS_NUM_THREADS", "1")
"""One thread for matrices, unless the caller wants more: the engine has threads of its own, small
matrices only wait for each other, and the last bits of a sum must not depend on the cores."""


class Terminated(SystemExit):
    """The system asked the process to end; unfinished files are removed as for Ctrl-C."""


def main() -> None:
    """Run the command line and turn errors into a message and an exit code."""
    try:
        signal.signal(signal.SIGTERM, _terminate)
        os.environ.setdefault(*ONE_THREAD)
        from .app import run

        code = run()
    except Terminated:
        code = TERMINATED
    except KeyboardInterrupt:
        code = INTERRUPTED
    if code in (TERMINATED, INTERRUPTED):
        _tell(code)
        # An interruption inside exec(), as when a dataclass is made, is remembered by the
        # interpreter, which would then end by the signal and not with the documented code.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    sys.exit(code)


def _terminate(number: int, frame: FrameType | None) -> NoReturn:
    raise Terminated


def _tell(code: int) -> None:
    """Say what the run left behind: whole files only, or nothing."""
    for kind in (signal.SIGINT, signal.SIGTERM):
        signal.signal(kind, signal.SIG_IGN)
    from .written import written

    word = "Interrupted" if code == INTERRUPTED else "Terminated"
    done = ", ".join(str(path) for path in written())
    left = f"written before: {done}" if done else "nothing was written"
    print(f"{word}; {left}.", file=sys.stderr)

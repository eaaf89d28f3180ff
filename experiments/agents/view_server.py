"""Serve the view to this machine alone: one port of the loopback, and no request to the outside."""

from __future__ import annotations

import errno
import socket

import uvicorn
from solara.server import app as solara_apps
from solara.server.starlette import app as pages
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from ...model.errors import InputError, Problem

HOST = "127.0.0.1"
GRACE = 2
"""Seconds that open pages get when the server is told to stop."""


def listen(port: int) -> socket.socket:
    """Return a socket of the loopback.

    Parameters
    ----------
    port
        0 for one that is free.

    Raises
    ------
    InputError
        If another program has the port.
    """
    own = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    own.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        own.bind((HOST, port))
    except OSError as error:
        own.close()
        if error.errno not in (errno.EADDRINUSE, errno.EACCES):
            raise
        remedy = "Choose another port, or 0 for one that is free"
        problem = Problem("--port", "a free port", f"{port}, which is taken", remedy)
        raise InputError([problem]) from error
    return own


def serve(own: socket.socket, module: str) -> None:
    """Serve a page until the process is interrupted.

    Parameters
    ----------
    own
        From `listen`.
    module
        Where solara finds ``Page``.
    """
    solara_apps.apps["__default__"] = solara_apps.AppScript(module)
    port = own.getsockname()[1]
    config = uvicorn.Config(
        same_machine(pages, port), log_level="warning", timeout_graceful_shutdown=GRACE
    )
    uvicorn.Server(config).run(sockets=[own])


def same_machine(application: ASGIApp, port: int) -> ASGIApp:
    """Return the application closed to other sites.

    A page of another site, open in the same browser, can send requests to the loopback, under a
    name of its own that leads there or from an origin of its own. Both are refused.
    """
    hosts = {f"{name}:{port}" for name in (HOST, "localhost")}
    origins = {f"http://{host}" for host in hosts}

    async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket"):
            headers = Headers(scope=scope)
            origin = headers.get("origin")
            if headers.get("host") not in hosts or (origin is not None and origin not in origins):
                await PlainTextResponse("Forbidden", 403)(scope, receive, send)
                return
        await application(scope, receive, send)

    return guarded

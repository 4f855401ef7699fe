"""The dashboard served on an address of this machine: who may ask, and what a page may load."""

import errno
import ipaddress
import logging
import socket
import webbrowser
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from dash import Dash
from flask import Flask, Response, request
from werkzeug.serving import make_server

from evo.core.errors import UserError
from evo.dashboard.app import make_app
from evo.dashboard.run_folder import RunFolder

LOOPBACK = ("127.0.0.1", "localhost", "::1")


def guarded(app: Dash, host: str) -> Dash:
    """Make every answer of an app carry what browsers may do with it, and refuse strange names of the server."""
    server: Flask = app.server
    policy = content_policy(app.csp_hashes())

    @server.before_request
    def refuse_strangers() -> Response | None:
        return None if is_ours(request.host, host) else Response("Unknown host.\n", 403, mimetype="text/plain")

    @server.after_request
    def add_headers(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = policy
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        return response

    return app


def content_policy(hashes: Sequence[str]) -> str:
    """Return what a page may load; `hashes` are those of Dash's own inline scripts."""
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' {' '.join(hashes)}",
            "style-src 'self' 'unsafe-inline'",  # React, plotly and cytoscape set styles on elements
            "img-src 'self' data: blob:",  # plotly's download of a figure
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )


def is_ours(requested: str, bound: str) -> bool:
    """Whether a Host header names this server: a page of the web that had its own name rebound to us does not.

    Bound to every address (`0.0.0.0`, `::`), any address and the machine's own name are ours: no foreign page has them.
    """
    name = urlsplit(f"//{requested}").hostname or ""
    if bound in LOOPBACK:
        return name in LOOPBACK
    if bound in ("0.0.0.0", "::"):
        return _is_address(name) or name in ("localhost", socket.gethostname().lower())
    return name in (bound.lower(), *LOOPBACK)


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def serve(runs: Path, host: str, port: int, browser: bool) -> None:
    """Serve the runs of a folder until Ctrl-C; `port` 0 takes a free one. The address is printed once it answers.

    Raises:
        UserError: the address cannot be had.
    """
    with _bound(host, port) as listening:
        app = guarded(make_app(RunFolder(runs)), host)
        logging.getLogger("werkzeug").setLevel(logging.ERROR)  # no line for each request
        taken = listening.getsockname()[1]
        server = make_server(host, taken, app.server, threaded=True, fd=listening.fileno())
        shown = f"[{host}]" if ":" in host else host
        address = f"http://{shown}:{taken}/"
        print(f"dashboard of {runs}: {address}   (Ctrl-C ends it)", flush=True)
        if browser:
            webbrowser.open(address)
        server.serve_forever()


def _bound(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise UserError(f"Port {port} of {host} is in use; take another one: --port {port + 1}.") from error
        raise UserError(f"Cannot listen on {host}, port {port}: {error.strerror}.") from error

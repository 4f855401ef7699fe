"""The dashboard served on an address of this machine until Ctrl-C."""

import errno
import logging
import socket
import webbrowser
from pathlib import Path

from werkzeug.serving import make_server

from evo.core.validation import ConfigError
from evo.dashboard.app import make_app
from evo.dashboard.guard import guarded
from evo.dashboard.source import Source


def serve(runs: Path, host: str, port: int, browser: bool) -> None:
    """Serve the runs of a folder until Ctrl-C; `port` 0 takes a free one. The address is printed once it answers.

    Raises:
        ConfigError: the address cannot be had.
    """
    with _bound(host, port) as listening:
        app = guarded(make_app(Source(runs)), host)
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
            raise ConfigError(f"Port {port} of {host} is in use; take another one: --port {port + 1}.") from error
        raise ConfigError(f"Cannot listen on {host}, port {port}: {error.strerror}.") from error

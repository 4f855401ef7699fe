"""The HTTP client under OpenAI's protocol: it reads no endless body, and uses no proxy for a server of this machine."""

import ipaddress
import logging
import os
from collections.abc import AsyncIterator, Mapping
from urllib.parse import parse_qsl, urlsplit, urlunsplit

import httpx
import openai

from evo.authors.llm.contract import ErrorKind, LLMError
from evo.authors.llm.errors import malformed
from evo.authors.llm.redaction import one_line
from evo.authors.llm.settings import LLMConfigError

MOST_BYTES = 16 * 2**20
MOST_PACKED_BYTES = 2**18
"""A packed body may unfold to a thousand times its length."""
CALL_PATH = "/chat/completions"
PROXIES = ("ALL_PROXY", "HTTPS_PROXY", "HTTP_PROXY")
CERTIFICATES = ("SSL_CERT_FILE", "SSL_CERT_DIR")
BECOMES_GET = (301, 302, 303)
"""Redirects after which a client sends GET, without the question."""


def make_client(base_url: str, timeout: openai.Timeout, secrets: tuple[str, ...]) -> httpx.AsyncClient:
    """Return a client whose errors are `LLMError`s where a server's answer cannot be read; nothing is sent.

    Raises:
        LLMConfigError: a variable of the environment names a proxy or certificates that cannot be used.
    """

    async def check(response: httpx.Response) -> None:
        place = response.headers.get("location", "")
        if response.status_code in BECOMES_GET and response.request.method == "POST" and place:
            there = str(response.request.url.join(place)).removesuffix(CALL_PATH)
            moved = one_line(f"moved to {there}: set llm.base_url to where it is", secrets)
            raise LLMError(ErrorKind.OTHER, moved)
        assert isinstance(response.stream, httpx.AsyncByteStream)
        packed = "content-encoding" in response.headers
        response.stream = BoundedStream(response.stream, MOST_PACKED_BYTES if packed else MOST_BYTES)

    logging.getLogger("httpx").setLevel(logging.WARNING)  # it quotes how a server words its status: a key, perhaps
    local = is_loopback(base_url)
    try:
        return openai.DefaultAsyncHttpxClient(
            timeout=timeout,
            trust_env=not (local and base_url.startswith("http:")),
            mounts={f"all://{urlsplit(base_url).hostname}": None} if local else None,
            event_hooks={"response": [check]},
        )
    except (ImportError, OSError, ValueError, httpx.InvalidURL) as error:
        raise LLMConfigError(_fault(error)) from None  # the original may quote a password


class BoundedStream(httpx.AsyncByteStream):
    """The bytes of a body up to `most`; a longer one is an error."""

    def __init__(self, stream: httpx.AsyncByteStream, most: int) -> None:
        self._stream = stream
        self._left = most

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for part in self._stream:
            self._left -= len(part)
            if self._left < 0:
                raise malformed("its body is too long to be read", ())
            yield part

    async def aclose(self) -> None:
        """Hang up."""
        await self._stream.aclose()


def endpoint(base_url: str) -> tuple[str, Mapping[str, str]]:
    """Return an address without the path of a call at its end, and what its query holds."""
    parts = urlsplit(base_url)
    path = parts.path.rstrip("/").removesuffix(CALL_PATH)
    return urlunsplit(parts._replace(path=path, query="", fragment="")), dict(parse_qsl(parts.query))


def is_loopback(base_url: str) -> bool:
    """Say whether an address is one of this machine."""
    host = urlsplit(base_url).hostname or ""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
    return address.is_loopback or address.is_unspecified


def spare_loopback(base_url: str) -> None:
    """Let libraries that look for proxies in the environment use none for a server of this machine."""
    host = urlsplit(base_url).hostname or ""
    spared = os.environ.get("no_proxy") or os.environ.get("NO_PROXY") or ""
    if is_loopback(base_url) and host not in spared.split(","):
        os.environ["no_proxy"] = os.environ["NO_PROXY"] = ",".join(filter(None, (spared, host)))


def proxy_variables() -> list[str]:
    """Return the variables of the environment that name a proxy."""
    return [name for each in PROXIES for name in (each, each.lower()) if os.environ.get(name)]


def _fault(error: Exception) -> str:
    """Name the variable on account of which a client could not be built; its value may hold a password."""
    if isinstance(error, OSError):  # of ssl, too
        name = next((name for name in CERTIFICATES if os.environ.get(name)), CERTIFICATES[0])
        return f"The environment variable {name} names no usable certificates: set it to a PEM file, or unset it."
    names = proxy_variables()
    odd = [name for name in names if urlsplit(os.environ[name]).scheme not in ("http", "https")]
    name = next(iter([*odd, *names]), PROXIES[0])
    install = ", install socksio (`pip install 'httpx[socks]'`)" if isinstance(error, ImportError) else ""
    return f"The environment variable {name} names no usable proxy: set it to http://host:port{install}, or unset it."

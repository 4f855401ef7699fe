"""Addresses of pages: all that a page shows is in its URL, so that it can be bookmarked and sent."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from urllib.parse import parse_qsl, urlencode


def href(path: str, **query: str | int | Sequence[str] | None) -> str:
    """Return the address of a page; what is None or empty is left out, several values stand under one name."""
    given = {name: value for name, value in query.items() if value not in (None, "", (), [])}
    return f"{path}?{urlencode(given, doseq=True)}" if given else path


def query_of(search: str | None) -> Mapping[str, str]:
    """Return what an address asks for; several values of one name are the lines of one text.

    Lines end with a line feed alone, also where a form sent them with a carriage return.
    """
    found: defaultdict[str, list[str]] = defaultdict(list)
    for name, value in parse_qsl((search or "").removeprefix("?")):
        found[name].append(value.replace("\r\n", "\n"))
    return {name: "\n".join(values) for name, values in found.items()}

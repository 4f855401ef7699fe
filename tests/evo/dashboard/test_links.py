"""Addresses of pages."""

from evo.dashboard.links import href, query_of


def test_an_address_holds_what_was_asked_whatever_letters_it_has() -> None:
    address = href("/run", run='a&b="<é', id=7, over="")
    assert address.startswith("/run?")
    assert "<" not in address
    assert query_of(address.partition("?")[2]) == {"run": 'a&b="<é', "id": "7"}


def test_several_values_of_a_name_are_the_lines_of_one_text() -> None:
    address = href("/", compare=["one", "two"])
    assert address == "/?compare=one&compare=two"
    assert query_of(address.partition("?")[2]) == {"compare": "one\ntwo"}


def test_the_lines_of_a_form_are_as_those_of_a_link() -> None:
    assert query_of("?q=a%0D%0Ab") == query_of(href("", q="a\nb")) == {"q": "a\nb"}


def test_ten_thousand_values_of_a_name_are_as_many_lines() -> None:
    assert query_of("?" + "&".join(["q=a"] * 10_000)) == {"q": "\n".join(["a"] * 10_000)}


def test_an_address_that_asks_for_nothing_is_the_path() -> None:
    assert href("/", run=None, compare=[]) == "/"
    assert query_of(None) == {}

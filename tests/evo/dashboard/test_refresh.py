"""What changed on a page since the last look."""

from dash import dcc, html

from evo.dashboard.refresh import take_apart


def page(title: str = "title", words: str = "words", height: float = 1.0) -> list[html.Div]:
    figure = {"data": [{"y": [height]}]}
    return [html.Div([html.H2(title), html.P(words, id="told"), html.Figure(dcc.Graph(id="drawn", figure=figure))])]


def test_nothing_has_changed_on_an_equal_page() -> None:
    assert take_apart(page()).changed(take_apart(page()).digests) == ()


def test_of_elements_with_an_id_only_those_that_changed_are_given_anew() -> None:
    known = take_apart(page()).digests
    (piece,) = take_apart(page(height=2.0)).changed(known) or ()
    assert (piece.identity, piece.name, piece.value) == ("drawn", "figure", {"data": [{"y": [2.0]}]})
    (piece,) = take_apart(page(words="others")).changed(known) or ()
    assert (piece.identity, piece.name, piece.value) == ("told", "children", "others")


def test_a_change_of_what_has_no_id_needs_the_whole_page() -> None:
    assert take_apart(page(title="other")).changed(take_apart(page()).digests) is None


def test_a_page_with_more_pieces_is_another_page() -> None:
    more = [*page(), html.P("more", id="more")]
    assert take_apart(more).changed(take_apart(page()).digests) is None

"""Drawings of solutions, and what one must be to be shown or kept: an SVG by itself, without scripts, not large."""

import re
from xml.etree import ElementTree

from problems import Drawable, Instance, Problem, Solution

MOST_BYTES = 2**20
"""Of one drawing: pages hold several."""
SVG = "{http://www.w3.org/2000/svg}svg"
ACTIVE = ("script", "foreignobject", "iframe", "object", "embed", "image", "feimage", "animate", "set", "handler", "a")
"""Elements that run something, show something from elsewhere or lead away."""
FOREIGN = ("{http://www.w3.org/1999/xhtml}", "{http://www.w3.org/1999/XSL/Transform}")
"""Elements of a page and of a style sheet that makes one: a browser that opens the file would obey them."""
OUTWARD = re.compile(r"url\(\s*['\"]?(?!#)|image-set\(|\\[^(]*\(|@import|javascript:|data:", re.IGNORECASE)
"""What reaches out of the drawing in an attribute or a style; a backslash may spell `url` in other letters."""
DECLARATION = re.compile(r"<\?xml\s[^?]*\?>")


class UnfitDrawing(Exception):  # noqa: N818 - a fault of the problem's code, said in one line
    """A text is no drawing that may be shown; the message says why."""


def draw_solution(problem: Problem, instance: Instance, solution: Solution) -> str:
    """Return a feasible solution as the problem draws it, checked.

    Raises:
        UnfitDrawing: the problem draws nothing, its code fails, or what it returns may not be shown.
    """
    if not isinstance(problem, Drawable):
        raise UnfitDrawing(f"{problem.name} draws no solutions: it has no method draw(instance, solution)")
    try:
        text = problem.draw(instance, solution)
    except (Exception, SystemExit) as error:  # the user's own code: a picture is no reason to lose what was computed
        message = " ".join(str(error).split())
        raise UnfitDrawing(
            f"draw of {problem.name} failed on {instance.name}: {type(error).__name__}: {message}"
        ) from error
    return check_drawing(text)


def check_drawing(text: str) -> str:
    """Return the text of a drawing that may be shown.

    Raises:
        UnfitDrawing: it is no text or too long, no well-formed SVG, or it holds or refers to what it may not.
    """
    if not isinstance(text, str):
        raise UnfitDrawing(f"expected the text of an SVG, got {type(text).__name__}")
    try:
        size = len(text.encode())
    except UnicodeEncodeError as error:
        raise UnfitDrawing("the SVG holds half a character") from error
    if size > MOST_BYTES:
        raise UnfitDrawing(f"the SVG has {size:,} bytes, at most {MOST_BYTES:,} are shown: draw a summary")
    if "<!ENTITY" in text:
        raise UnfitDrawing("the SVG defines entities")
    if "<?" in DECLARATION.sub("", text, count=1):  # such as xml-stylesheet: the tree has no trace of them
        raise UnfitDrawing("the SVG holds an instruction to the program that shows it")
    try:
        root = ElementTree.fromstring(text)
    except (ElementTree.ParseError, ValueError) as error:
        raise UnfitDrawing(f"no well-formed SVG: {error}") from error
    if root.tag != SVG:
        raise UnfitDrawing(f"expected the element svg of http://www.w3.org/2000/svg, got {root.tag}")
    for element in root.iter():
        _check_element(element)
    return text


def _check_element(element: ElementTree.Element) -> None:
    name = str(element.tag).rpartition("}")[2].lower()
    if name in ACTIVE or name.startswith("animate") or str(element.tag).startswith(FOREIGN):
        raise UnfitDrawing(f"the SVG holds an element {name}")
    for key, value in element.attrib.items():
        attribute = key.rpartition("}")[2].lower()
        if attribute.startswith("on"):
            raise UnfitDrawing(f"the SVG holds a script in {attribute}")
        if attribute in ("href", "src") and not value.startswith("#"):
            raise UnfitDrawing(f"the SVG refers to {value[:60]!r}")
        if attribute != "aria-label" and OUTWARD.search(value):
            raise UnfitDrawing(f"the SVG refers to something outside in {attribute}")
    style = "".join(element.itertext()) if name == "style" else ""
    if "\\" in style or OUTWARD.search(style):
        raise UnfitDrawing("the SVG refers to something outside in its style")

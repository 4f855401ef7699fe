"""A drawing is shown only if it is an SVG that runs nothing, asks nobody and is not too large."""

import pytest

from evo.core.svg import MOST_BYTES, UnfitDrawing, check_drawing, draw_solution
from problems import Split
from problems.toy import Toy

BEGIN = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">'


@pytest.mark.parametrize(
    "inside",
    [
        "<rect width='1' height='1'/><text>a &lt; b</text>",
        "<defs><linearGradient id='g'/></defs><rect fill='url(#g)'/><use xlink:href='#g'/>",
        "<style>rect { fill: red }</style>",
    ],
)
def test_a_plain_drawing_is_returned_as_it_is(inside: str) -> None:
    text = f"{BEGIN}{inside}</svg>"
    assert check_drawing(text) == text


def test_a_drawing_may_say_which_xml_it_is() -> None:
    text = f'<?xml version="1.0" encoding="utf-8" standalone="no"?>\n{BEGIN}</svg>'
    assert check_drawing(text) == text


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (f"{BEGIN}<script>1</script></svg>", "element script"),
        (f"{BEGIN}<ScRiPt/></svg>", "element script"),
        (f"{BEGIN}<foreignObject/></svg>", "element foreignobject"),
        (f"{BEGIN}<image xlink:href='http://a/b.png'/></svg>", "element image"),
        (f"{BEGIN}<animateTransform/></svg>", "element animatetransform"),
        (f"{BEGIN}<rect onclick='1'/></svg>", "script in onclick"),
        (f"{BEGIN}<use href='http://a/b.svg#c'/></svg>", "refers to 'http://a/b.svg#c'"),
        (f"{BEGIN}<rect fill=\"url( 'http://a' )\"/></svg>", "outside in fill"),
        (f"{BEGIN}<style>@import 'a.css';</style></svg>", "outside in its style"),
        (f"{BEGIN}<rect style='fill:URL(http://a)'/></svg>", "outside in style"),
        (f"{BEGIN}<rect style='fill:u\\72l(http://a)'/></svg>", "outside in style"),
        (f"{BEGIN}<rect style='fill:image-set(\"//a\" 1x)'/></svg>", "outside in style"),
        (f"{BEGIN}<style>@im\\70ort 'a.css';</style></svg>", "outside in its style"),
        (f"{BEGIN}<style>a {{ fill: u<g/>rl(//a) }}</style></svg>", "outside in its style"),
        (f"{BEGIN}<h:img xmlns:h='http://www.w3.org/1999/xhtml' srcset='//a 1x'/></svg>", "element img"),
        (f"{BEGIN}<x:template xmlns:x='http://www.w3.org/1999/XSL/Transform'/></svg>", "element template"),
        (f"<?xml-stylesheet type='text/xsl' href='#x'?>{BEGIN}</svg>", "an instruction"),
        (f"<?xml version='1.0'?><?xml-stylesheet href='//a'?>{BEGIN}</svg>", "an instruction"),
        (f"{BEGIN}<?x ><img src=x onerror=alert(1)> ?></svg>", "an instruction"),
        (f"<!DOCTYPE svg [<!ENTITY a 'b'>]>{BEGIN}&a;</svg>", "defines entities"),
        (f"{BEGIN}<rect></svg>", "no well-formed SVG"),
        ("<html/>", "expected the element svg"),
        ("", "no well-formed SVG"),
        (f"{BEGIN}<text>\ud800</text></svg>", "half a character"),
        (f"{BEGIN}<text>{'a' * MOST_BYTES}</text></svg>", "at most 1,048,576 are shown"),
    ],
)
def test_anything_else_is_refused_and_named(text: str, why: str) -> None:
    with pytest.raises(UnfitDrawing, match=why.replace("(", r"\(")):
        check_drawing(text)


class Broken(Toy):
    def draw(self, instance, solution) -> str:
        raise KeyError(f"{instance.name} {solution.size}")


def test_a_problem_whose_code_fails_is_named() -> None:
    instance = Broken().instances(Split.TRAIN)[0]
    with pytest.raises(UnfitDrawing, match="draw of toy failed on toy-1-train-0: KeyError: 'toy-1-train-0 10'"):
        draw_solution(Broken(), instance, instance.arrays[0])

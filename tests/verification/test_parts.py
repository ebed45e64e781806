"""The walk's parts that need no browser: sheets, evidence, login scripts, scope."""

import json

import pytest

from milkglass.errors import Invalid
from milkglass.verification import evidence, sheets
from milkglass.verification.login import Step, read_login
from milkglass.verification.scope import scope_of


def test_addresses_are_told_whole_and_imports_and_inline_bytes_are_none() -> None:
    text = (
        '@import url("base.css") screen;.a{background:url(../i/a.png#x)}.b{src:url("https://cdn.example/f.woff2?v=1")}'
    )
    text += ".c{background:url(data:image/png;base64,AA)}/* url(no.png) */"
    assert list(sheets.addresses(text, "http://h/css/main.css")) == [
        "http://h/i/a.png",
        "https://cdn.example/f.woff2?v=1",
    ]


def test_names_are_read_from_selectors_and_not_from_colours_or_strings() -> None:
    found = set(
        sheets.names('.card:hover>#main{--gap:1px;color:#fade00;content:".no"}[data-state="open"] .x{}', {"href"})
    )
    assert found == {("c", "card"), ("i", "main"), ("p", "--gap"), ("a", "data-state"), ("v", "open"), ("c", "x")}


def test_literals_of_a_script_and_values_of_an_answer_are_told_line_by_line() -> None:
    assert {"Save changes", "Ä b"} <= set(evidence.literals(r"""a("Save changes",'\u00c4 b',`x`)"""))
    assert set(evidence.values(b'{"name":"Jane","n":[1,{"said":"a 12\\nb"}]}')) == {"Jane", "a #", "b"}
    assert list(evidence.values(b"no json")) == []


def test_an_api_description_tells_its_texts_and_keys_but_no_examples() -> None:
    said = b"""{"openapi":"3.1.0","info":{"title":"School roster"},"paths":{"/pupils":{"get":{"summary":"List pupils",
        "example":"Jane Doe","responses":{"200":{"examples":{"one":{"value":{"name":"Omar"}}}}}}}}}"""
    told = set(evidence.described(said))
    assert {"School roster", "/pupils", "get", "List pupils"} <= told
    assert not {"Jane Doe", "Omar"} & told
    assert list(evidence.described(b'{"paths":{"/pupils":{}}}')) == list(evidence.described(b"no json")) == []


def test_a_login_script_is_ours_or_the_recorders() -> None:
    ours = """
        - goto: /login
        - fill: {selector: '#user', value: demo}
        - fill: {selector: '#pass', value_from: PASS}
        - press: Enter
    """
    assert read_login(ours, "l.yaml", {"PASS": "x"})[1:3] == [Step("fill", "#user", "demo"), Step("fill", "#pass", "x")]
    recorded = {
        "title": "t",
        "steps": [
            {"type": "setViewport"},
            {"type": "navigate", "url": "http://h/login"},
            {"type": "change", "value": "demo", "selectors": [["aria/User"], ["#user"]]},
            {"type": "click", "selectors": [["aria/Go"], ["button.go"]]},
        ],
    }
    assert read_login(json.dumps(recorded), "l.json", {}) == [
        Step("goto", "http://h/login"),
        Step("fill", "#user", "demo"),
        Step("click", "button.go"),
    ]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("- jump: /a", "step 1: a step has one of"),
        ("- fill: {selector: a, value_from: NOT_SET}", "the variable NOT_SET is not set"),
        ("{", "neither YAML nor JSON"),
        ("a: 1", "is a list of steps"),
    ],
)
def test_a_wrong_login_script_says_what_to_do(text: str, why: str) -> None:
    with pytest.raises(Invalid, match=why):
        read_login(text, "l.yaml", {})


def test_the_scope_names_places_by_route_and_never_enters_what_is_excluded() -> None:
    scope = scope_of(
        {
            "journeys": [
                {"name": "chat", "level": "labelled", "routes": ["/demo/chat", "/demo/chat/:room"]},
                {"name": "app", "level": "labelled", "routes": ["#/list/:id"]},
                {"name": "students", "level": "off", "routes": ["/demo/students"]},
            ],
            "exclusions": {"selectors": [".x"], "routes": ["/demo/students"]},
        }
    )
    assert scope.where("http://h/demo/chat/jane?tab=x") == "/demo/chat/:room"
    assert scope.where("http://h/#/list/9") == "#/list/:id"
    assert scope.where("http://h/users/1234/edit") == "/users/:id/edit"
    assert scope.shape("http://h/a?b=1&a=2") == "/a?a&b"
    assert not scope.may_enter("http://h/demo/students")
    assert scope.may_enter("http://h/elsewhere")
    assert scope.records == ("^/demo/chat/[^/]+/?$",)

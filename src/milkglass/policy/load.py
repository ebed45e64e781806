"""Turn the text of a policy file into a PolicyDocument, or say which line is wrong and what to do.

Source: docs/policy.md holds every key with its meaning.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import cssselect2
import tinycss2
from ruamel.yaml.comments import CommentedMap

from milkglass.policy.document import Exclusions, Journey, PolicyDocument
from milkglass.policy.opting import institutions_of
from milkglass.policy.reading import Node, read
from milkglass.policy.routes import REGEX_LETTERS, ROUTE, Pair, half_covered, tidy
from milkglass.policy.terms import LEVELS, SLUG, access_of, consent_of, contacts_of, quorum_of, retention_of, review_of
from milkglass.wire.values import ApplicationId, Level

if TYPE_CHECKING:
    from collections.abc import Iterable

RISKS = ("low", "medium", "high")
ORIGIN = re.compile(r"https?://[a-z0-9.-]+(?::[0-9]{1,5})?|http://\[::1\](?::[0-9]{1,5})?")
TOP_KEYS = (
    "milkglass",
    "application",
    "vocabulary",
    "retention_days",
    "retention",
    "people_floor",
    "viewers_max",
    "query_keys",
    "institutions",
    "journeys",
    "exclusions",
    "contacts",
    "consent",
    "access",
    "review",
    "approval",
    "public_page",
)


def load(text: str, file: str = "policy.yaml") -> PolicyDocument:
    """Read one policy. Raises Invalid, whose message names file, line, what is wrong and the remedy."""
    top = read(text, file)
    top.only(TOP_KEYS)
    top.number("milkglass", least=1, most=1)
    application = top.node("application")
    application.only(("id", "name", "origins", "level"))
    journeys = tuple(_journeys(top))
    retention_days, heatmap_days = retention_of(top)
    return PolicyDocument(
        application=ApplicationId(application.said("id", SLUG)),
        name=application.said("name"),
        origins=_origins(application),
        vocabulary=top.said("vocabulary", r"[A-Za-z0-9._-]+\.ya?ml"),
        retention_days=retention_days,
        heatmap_days=heatmap_days,
        # 3 is where a group stops hiding its members at all; the guidance calls 5 or 10 safer.
        people_floor=top.number("people_floor", least=5, most=1000),
        viewers_max=top.number("viewers_max", least=1, most=100),
        query_keys=frozenset(top.words("query_keys")),
        institutions=tuple(institutions_of(top)),
        journeys=journeys,
        exclusions=_exclusions(top, journeys),
        contacts=contacts_of(top),
        level=Level.of(application.choice("level", LEVELS)) if "level" in application.tree else Level.LABELLED,
        consent=consent_of(top),
        access=access_of(top),
        review=review_of(top),
        quorum=quorum_of(top),
        is_page_public=top.truth("public_page") if "public_page" in top.tree else False,
    )


def _origins(application: Node) -> tuple[str, ...]:
    origins = application.words("origins")
    for origin in origins:
        if not ORIGIN.fullmatch(origin):
            application.wrong("origins", f"origin '{origin}' must be scheme and host, as https://app.example")
    return origins


def _journeys(top: Node) -> Iterable[Journey]:
    owner: dict[tuple[str, str], str] = {}
    for node in top.nodes("journeys"):
        node.only(("name", "routes", "level", "student_interaction", "risk", "owner"))
        name = node.said("name", SLUG)
        if name in owner.values():  # each names a route
            node.wrong("name", f"journey '{name}' is named twice; give each its own name")
        matchers = _matchers(node)
        if not matchers:
            node.wrong("routes", f"journey '{name}' names no route; add one, as /chat/:room")
        for place, (route, selector) in enumerate(matchers.items()):
            taken = owner.get((route, selector))
            if taken is not None:
                what = f"'{route}' with '{selector}'" if selector else f"route '{route}'"
                hint = "keep it in one, or tell the two apart by a selector"
                node.wrong_item("routes", place, f"{what} already belongs to journey '{taken}'; {hint}")
            owner[route, selector] = name
        yield Journey(
            name=name,
            routes=tuple(matchers),
            selectors={route: selector for route, selector in matchers.items() if selector},
            level=Level.of(node.choice("level", LEVELS)),
            has_students=node.truth("student_interaction"),
            risk=node.choice("risk", RISKS),
            owner=node.said("owner") if "owner" in node.tree else "",
        )


def _matchers(node: Node) -> dict[str, str]:
    """Read a journey's routes, each with the selector that a page must show, or with none."""
    value = node.tree.get("routes")
    if not isinstance(value, list):
        node.wrong("routes", "'routes' must be a list of routes, or of entries with route and selector")
    found: dict[str, str] = {}
    for place, item in enumerate(value):
        said, selector = item, ""
        if isinstance(item, CommentedMap):
            inner = Node(item, node.file)
            inner.only(("route", "selector"))
            said, selector = inner.said("route"), inner.said("selector")
            problem = selector_problem(selector)
            if problem:
                inner.wrong("selector", f"selector '{selector}' is not CSS; {problem}")
        if not isinstance(said, str) or not said:
            node.wrong_item("routes", place, "a route is a text, or an entry with route and selector")
        route = _route(node, "routes", str(said))
        if route in found:
            node.wrong_item("routes", place, f"'{route}' stands twice; name its selectors in one, with commas between")
        found[route] = selector
    return found


def _route(node: Node, key: str, route: str) -> str:
    if not ROUTE.fullmatch(route):
        # A template is compared segment by segment: there is no pattern that an address could make slow.
        is_regex = REGEX_LETTERS & set(route)
        what = "is a regular expression; write" if is_regex else "must be"
        node.wrong(key, f"route '{route}' {what} path segments or :names, as /courses/:id; a hash route starts with #/")
    return tidy(route)


def _exclusions(top: Node, journeys: Iterable[Journey]) -> Exclusions:
    if "exclusions" not in top.tree:
        return Exclusions()
    node = top.node("exclusions")
    node.only(("selectors", "routes"))
    selectors, routes = _owned(node, "selectors", "selector"), _owned(node, "routes", "route")
    for place, (selector, _) in enumerate(selectors):
        problem = selector_problem(selector)
        if problem:
            node.wrong_item("selectors", place, f"selector '{selector}' is not CSS; {problem}")
    known = tuple(_route(node, "routes", route) for route, _ in routes)
    for route in known:
        for pair in half_covered(route, (named for journey in journeys for named in journey.routes)):
            node.wrong("routes", _unclear(pair))
    owners = {said: owner for said, owner in (*selectors, *((tidy(route), owner) for route, owner in routes)) if owner}
    return Exclusions(selectors=tuple(said for said, _ in selectors), routes=known, owners=owners)


def _unclear(pair: Pair) -> str:
    return (
        f"'{pair.exclusion}' leaves out some addresses of the journey's route '{pair.route}', and others not; "
        f"leave out '{pair.route}' as well, or write both so that one holds all of the other"
    )


def _owned(node: Node, key: str, name: str) -> list[tuple[str, str]]:
    """Read a list of rules, each a text or `{selector or route, owner}`."""
    value = node.tree.get(key, [])
    if not isinstance(value, list):
        node.wrong(key, f"'{key}' must be a list of texts, or of entries with {name} and owner")
    rules: list[tuple[str, str]] = []
    for place, item in enumerate(value):
        if isinstance(item, str) and item:
            rules.append((item, ""))
        elif isinstance(item, CommentedMap):
            inner = Node(item, node.file)
            inner.only((name, "owner"))
            rules.append((inner.said(name), inner.said("owner")))
        else:
            node.wrong_item(key, place, f"a rule of '{key}' is a text, or an entry with {name} and owner")
    return rules


def selector_problem(selector: str) -> str | None:
    """Say what to mend in a CSS selector, or None where it is one."""
    for opening, closing, name in (("[", "]", "bracket"), ("(", ")", "parenthesis")):
        if selector.count(opening) != selector.count(closing):
            return f"close the {name}"
    if any(token.type in ("{} block", "error") for token in tinycss2.parse_component_value_list(selector)):
        return "write one selector without braces"
    try:
        cssselect2.compile_selector_list(selector)
    except cssselect2.SelectorError as problem:
        return str(problem.args[-1])
    return None

"""Turn the text of a policy file into a PolicyDocument, or say which line is wrong and what to do.

Source: docs/policy.md holds every key with its meaning.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import cssselect2
import tinycss2

from milkglass.policy.document import Exclusions, Journey, OptIn, PolicyDocument
from milkglass.policy.reading import Node, read
from milkglass.wire.values import ApplicationId, InstitutionId, Level, Purpose

if TYPE_CHECKING:
    from collections.abc import Iterable

SLUG = r"[a-z][a-z0-9-]{2,39}"
LEVELS = ("off", "clicks", "wireframe", "labelled")
RISKS = ("low", "medium", "high")
TYPES = ("k12", "postsecondary", "other")
# A route: literal segments and `:names`; a hash route stands behind `#`.
ROUTE = re.compile(r"#?/(?:(?::[a-z][a-z0-9_]*|[A-Za-z0-9._~-]+)(?:/(?::[a-z][a-z0-9_]*|[A-Za-z0-9._~-]+))*)?/?")
ORIGIN = re.compile(r"https?://[a-z0-9.-]+(?::[0-9]{1,5})?|http://\[::1\](?::[0-9]{1,5})?")
# The institution under which `milkglass demo` walks: nobody may opt it in or out.
BUILT_IN_INSTITUTION = InstitutionId("demo-account")
TOP_KEYS = (
    "milkglass",
    "application",
    "vocabulary",
    "retention_days",
    "people_floor",
    "viewers_max",
    "query_keys",
    "institutions",
    "journeys",
    "exclusions",
    "contacts",
)


def load(text: str, file: str = "policy.yaml") -> PolicyDocument:
    """Read one policy. Raises Invalid, whose message names file, line, what is wrong and the remedy."""
    top = read(text, file)
    top.only(TOP_KEYS)
    top.number("milkglass", least=1, most=1)
    application = top.node("application")
    application.only(("id", "name", "origins"))
    journeys = tuple(_journeys(top))
    return PolicyDocument(
        application=ApplicationId(application.said("id", SLUG)),
        name=application.said("name"),
        origins=_origins(application),
        vocabulary=top.said("vocabulary", r"[A-Za-z0-9._-]+\.ya?ml"),
        retention_days=top.number("retention_days", least=1, most=365),
        # 3 is where a group stops hiding its members at all; the guidance calls 5 or 10 safer.
        people_floor=top.number("people_floor", least=5, most=1000),
        viewers_max=top.number("viewers_max", least=1, most=100),
        query_keys=frozenset(top.words("query_keys")),
        institutions=tuple(_institutions(top)),
        journeys=journeys,
        exclusions=_exclusions(top),
        contacts=_contacts(top),
    )


def _origins(application: Node) -> tuple[str, ...]:
    origins = application.words("origins")
    for origin in origins:
        if not ORIGIN.fullmatch(origin):
            application.wrong("origins", f"origin '{origin}' must be scheme and host, as https://app.example")
    return origins


def _institutions(top: Node) -> Iterable[OptIn]:
    seen: set[str] = set()
    for node in top.nodes("institutions"):
        node.only(("id", "name", "type", "opted_in", "level"))
        slug = node.said("id", SLUG)
        if slug in seen or slug == BUILT_IN_INSTITUTION:
            node.wrong("id", f"institution '{slug}' is named twice or is built in; choose another id")
        seen.add(slug)
        purposes = node.words("opted_in")
        for purpose in purposes:
            if purpose not in set(Purpose):
                node.wrong("opted_in", f"purpose '{purpose}' is unknown; use replay and heatmap")
        yield OptIn(
            id=InstitutionId(slug),
            name=node.said("name"),
            type=node.choice("type", TYPES),
            purposes=frozenset(Purpose(purpose) for purpose in purposes),
            level=Level.of(node.choice("level", LEVELS)),
        )


def _journeys(top: Node) -> Iterable[Journey]:
    owner: dict[str, str] = {}
    for node in top.nodes("journeys"):
        node.only(("name", "routes", "level", "student_interaction", "risk"))
        name = node.said("name", SLUG)
        if name in owner.values():
            node.wrong("name", f"journey '{name}' is named twice; give each its own name")
        routes = tuple(_route(node, "routes", route) for route in node.words("routes"))
        if not routes:
            node.wrong("routes", f"journey '{name}' names no route; add one, as /chat/:room")
        for route in routes:
            if route in owner:
                node.wrong("routes", f"route '{route}' already belongs to journey '{owner[route]}'; keep it in one")
            owner[route] = name
        yield Journey(
            name=name,
            routes=routes,
            level=Level.of(node.choice("level", LEVELS)),
            has_students=node.truth("student_interaction"),
            risk=node.choice("risk", RISKS),
        )


def _route(node: Node, key: str, route: str) -> str:
    if not ROUTE.fullmatch(route):
        node.wrong(
            key, f"route '{route}' must be path segments or :names, as /courses/:id; a hash route starts with #/"
        )
    return route if route in ("/", "#/") else route.rstrip("/")


def _exclusions(top: Node) -> Exclusions:
    if "exclusions" not in top.tree:
        return Exclusions()
    node = top.node("exclusions")
    node.only(("selectors", "routes"))
    for place, selector in enumerate(node.words("selectors")):
        problem = selector_problem(selector)
        if problem:
            node.wrong_item("selectors", place, f"selector '{selector}' is not CSS; {problem}")
    routes = tuple(_route(node, "routes", route) for route in node.words("routes"))
    return Exclusions(selectors=node.words("selectors"), routes=routes)


def _contacts(top: Node) -> tuple[tuple[str, str], ...]:
    if "contacts" not in top.tree:
        return ()
    node = top.node("contacts")
    return tuple((str(key), node.said(str(key))) for key in node.tree)


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

"""Login: a short list of steps by which the walk's demo account gets in.

Two forms, both files of data: our own list in YAML or JSON, and what the Recorder of Chromium's DevTools saves. A
secret stands in the environment and its name in the file.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urljoin

import msgspec
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from milkglass.errors import Invalid, Unavailable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from milkglass.verification.product import Product

VERBS = ("goto", "fill", "click", "press", "wait")
_KEYS = {"Enter": 13, "Tab": 9, "Escape": 27}
# Types as a person does, for frameworks that listen to `input`; what was in the field goes.
_CLEAR = "(selector) => { document.querySelector(selector).select?.(); return true; }"
_CHOOSE = """(selector, value) => {
  const field = document.querySelector(selector);
  if (field.localName !== "select") return false;
  field.value = value;
  for (const name of ["input", "change"]) field.dispatchEvent(new Event(name, { bubbles: true }));
  return true;
}"""


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `target` is an address, a selector, a key or seconds; `value` is what is typed."""

    verb: str
    target: str
    value: str = ""


def read_login(text: str, file: str, environment: Mapping[str, str] = os.environ) -> list[Step]:
    """Read a login script. Raises Invalid with the step and the remedy."""
    try:
        said = YAML(typ="safe", pure=True).load(text)
    except YAMLError:
        raise Invalid(f"{file}: neither YAML nor JSON; docs/vocabulary.md shows the form") from None
    if isinstance(said, dict) and isinstance(said.get("steps"), list):
        steps = said["steps"]
        if steps and all(isinstance(one, dict) and "type" in one for one in steps):
            return [step for one in steps for step in _recorded(one)]
        said = steps
    if not isinstance(said, list):
        raise Invalid(f"{file}: a login script is a list of steps; docs/vocabulary.md shows the form")
    return [_step(one, f"{file} step {number}", environment) for number, one in enumerate(said, 1)]


def _step(one: object, where: str, environment: Mapping[str, str]) -> Step:
    if not isinstance(one, dict) or len(one) != 1 or next(iter(one)) not in VERBS:
        raise Invalid(f"{where}: a step has one of {', '.join(VERBS)}")
    [(verb, what)] = one.items()
    if verb != "fill":
        return Step(verb, str(what))
    if not isinstance(what, dict) or "selector" not in what or not {"value", "value_from"} & what.keys():
        raise Invalid(f"{where}: fill needs 'selector' and 'value', or 'value_from' with a variable's name")
    if "value_from" in what:
        name = str(what["value_from"])
        if name not in environment:
            raise Invalid(f"{where}: the variable {name} is not set")
        return Step(verb, str(what["selector"]), environment[name])
    return Step(verb, str(what["selector"]), str(what["value"]))


def _recorded(one: Mapping[str, object]) -> list[Step]:
    """Read a step of DevTools' Recorder; what it records beside navigation, clicks, changes and keys is not needed."""
    match one.get("type"):
        case "navigate":
            return [Step("goto", str(one.get("url", "")))]
        case "click" | "change":
            selector = _selector(one.get("selectors"))
            verb = "click" if one["type"] == "click" else "fill"
            return [Step(verb, selector, str(one.get("value", "")))] if selector else []
        case "keyDown" if one.get("key") in _KEYS:
            return [Step("press", str(one["key"]))]
        case _:
            return []


def _selector(listed: object) -> str:
    chains: Sequence[object] = listed if isinstance(listed, list) else []
    plain = [chain[0] if isinstance(chain, list) and len(chain) == 1 else chain for chain in chains]
    return next(
        (one for one in plain if isinstance(one, str) and not one.startswith(("aria/", "xpath/", "text/", "pierce/"))),
        "",
    )


def log_in(product: Product, steps: Sequence[Step], base: str) -> None:
    """Walk the steps. Raises Unavailable with the number of the one that failed."""
    for number, step in enumerate(steps, 1):
        try:
            _do(product, step, base)
        except Unavailable as problem:
            raise Unavailable(f"the login script's step {number} ({step.verb}) failed: {problem}") from problem


def _do(product: Product, step: Step, base: str) -> None:
    page = product.tab
    match step.verb:
        case "goto":
            product.go(urljoin(base, step.target))
        case "fill":
            page.click(step.target)
            if not msgspec.json.decode(page.ask(_CHOOSE, step.target, step.value), type=bool):
                page.ask(_CLEAR, step.target)
                page.write(step.value)
        case "click":
            page.click(step.target)
            product.settle()
        case "press":
            page.press(step.target, _KEYS.get(step.target, 0))
            product.settle()
        case _ if step.target.replace(".", "", 1).isdecimal():
            product.wait(min(float(step.target), 60.0))
        case _:
            page.place(step.target)

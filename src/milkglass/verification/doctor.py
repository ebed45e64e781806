"""Doctor: opens a page in headless Chromium as a visitor does, and gathers what tells why it is or is not recorded.

The page asks the server for a ticket as it always would. Batches are taken in the page and never sent, so that nothing
of the visit is stored.
"""

from __future__ import annotations

import time
from base64 import b64decode
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.resources import files
from random import Random
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import msgspec

from milkglass.errors import Unavailable
from milkglass.verification.chromium import running
from milkglass.verification.diagnosis import CANARY, Answer, Failed, Looked, Violation, is_recorder
from milkglass.verification.tab import plain_tab

if TYPE_CHECKING:
    from collections.abc import Iterator

    from milkglass.verification.chromium import Message
    from milkglass.verification.tab import Tab

SCRIPT = files("milkglass.verification").joinpath("doctor.js").read_text("utf-8")
NAME = "milkglass-doctor.js"
BINDING = "milkglassDoctor"
DIALOG = "milkglass-consent"  # how the file of our own dialog begins
SIZE = (1280, 800)
WAIT_SECONDS = 8.0  # for the page to ask, after it stands
BATCH_SECONDS = 12.0  # for a first batch, after the ticket
_ASKS = "/v1/tickets"  # a string that every form of the recorder holds
_SHEETS = """() => [...document.styleSheets].filter((sheet) => {
  try { return !sheet.cssRules; } catch { return true; }
}).map((sheet) => sheet.href ?? "").filter((href) => href)"""


class _Request(msgspec.Struct):
    url: str = ""


class _Cors(msgspec.Struct, rename="camel"):
    cors_error: str = ""


class _Csp(msgspec.Struct):
    blocked_url: str = msgspec.field(default="", name="blockedURL")
    violated_directive: str = msgspec.field(default="", name="violatedDirective")
    is_report_only: bool = msgspec.field(default=False, name="isReportOnly")  # it blocks nothing


class _Details(msgspec.Struct, rename="camel"):
    content_security_policy_issue_details: _Csp | None = None


class _Issue(msgspec.Struct):
    details: _Details


class _Event(msgspec.Struct, rename="camel"):
    """What the events that are heard here may hold."""

    request_id: str = ""
    request: _Request | None = None
    status_code: int = 0
    error_text: str = ""
    blocked_reason: str = ""
    cors_error_status: _Cors | None = None
    issue: _Issue | None = None
    payload: str = ""
    script_id: str = ""
    url: str = ""


class _Told(msgspec.Struct):
    what: str
    url: str = ""
    visit: str | None = None
    token: str = ""
    status: int = 0
    answer: str = ""
    body: str = ""


class _Match(msgspec.Struct, rename="camel"):
    line_number: int = 0


class _Matches(msgspec.Struct):
    result: list[_Match]


@dataclass(slots=True)
class _Ear:
    """Hears a tab and writes down what it tells."""

    tab: Tab
    looked: Looked
    asked: dict[str, str] = field(default_factory=dict)
    scripts: list[str] = field(default_factory=list)

    def hear(self, method: str, message: Message) -> None:
        """Take one event of the browser."""
        if message.session_id != self.tab.session:
            return
        match method:
            case "Network.requestWillBeSent" | "Network.responseReceivedExtraInfo" | "Network.loadingFailed":
                self._request(method, msgspec.json.decode(message.params, type=_Event))
            case "Audits.issueAdded":
                self._issue(msgspec.json.decode(message.params, type=_Event))
            case "Debugger.scriptParsed":
                event = msgspec.json.decode(message.params, type=_Event)
                if not event.url.endswith(NAME):
                    self.scripts.append(event.script_id)
            case "Runtime.bindingCalled":
                self._told(msgspec.json.decode(message.params, type=_Event).payload)
            case _:
                pass

    def _request(self, method: str, event: _Event) -> None:
        if method == "Network.requestWillBeSent" and event.request is not None:
            self.asked[event.request_id] = event.request.url
            self.looked.has_dialog |= urlsplit(event.request.url).path.rpartition("/")[2].startswith(DIALOG)
        elif method == "Network.responseReceivedExtraInfo":
            # Told also of an answer that the page may not read, as a script that is an error of another origin.
            url = self.asked.get(event.request_id, "")
            if event.status_code >= 400 and is_recorder(url) and "/v1/" not in url:  # noqa: PLR2004 - HTTP's own border
                self.looked.missing.append((url, event.status_code))
        elif method == "Network.loadingFailed":
            cors = event.cors_error_status is not None
            url = self.asked.get(event.request_id, "")
            failed = Failed(url=url, error=event.error_text, blocked=event.blocked_reason, is_cors=cors)
            self.looked.failed.append(failed)

    def _issue(self, event: _Event) -> None:
        found = event.issue.details.content_security_policy_issue_details if event.issue else None
        if found is not None and not found.is_report_only:
            self.looked.violations.append(Violation(directive=found.violated_directive, url=found.blocked_url))

    def _told(self, payload: str) -> None:
        told, looked = msgspec.json.decode(payload, type=_Told), self.looked
        match told.what:
            case "token":
                looked.tokens.append(told.token)
            case "ticket":
                looked.endpoint = looked.endpoint or told.url.partition("?")[0]
                looked.asked_at = looked.asked_at or time.time()
                looked.tokens += [told.visit] if told.visit else []
                looked.answers.append((told.status, _answer(told.answer)))
            case "batch":
                looked.batches.append(b64decode(told.body))
            case _:
                pass


def look(address: str, chromium: str = "") -> Looked:
    """Open a page and gather what it does.

    Args:
        address: of the page.
        chromium: the browser's command, empty for the usual places.
    Raises: NotFound without Chromium; Unavailable if nothing answers at the address.
    """
    with running(chromium or None) as browser, plain_tab(browser, address, SIZE, Random(1)) as opened:  # noqa: S311 - a pointer's way, not a secret
        looked = Looked(address=address)
        ear = _Ear(opened, looked)
        browser.listeners.append(ear.hear)
        try:
            _prepare(opened)
            opened.go(address)
            opened.quiet()
            looked.address = msgspec.json.decode(opened.ask("() => location.href"), type=str)
            _wait(opened, ear)
            looked.sheets = msgspec.json.decode(opened.ask(_SHEETS), type=list[str])
        finally:
            browser.listeners.remove(ear.hear)
        return looked


def _prepare(opened: Tab) -> None:
    for domain in ("Runtime", "Debugger", "Audits"):
        opened.call(f"{domain}.enable")
    opened.call("Debugger.setSkipAllPauses", skip=True)  # a page may hold a breakpoint of its own
    opened.call("Runtime.addBinding", name=BINDING)
    body = SCRIPT[SCRIPT.index("(canary) =>") :].rstrip()
    source = f"({body})({msgspec.json.encode(CANARY).decode()});\n//# sourceURL={NAME}"
    opened.call("Page.addScriptToEvaluateOnNewDocument", source=source)


def _wait(opened: Tab, ear: _Ear) -> None:
    """Listen until the page did what it does, or for as long as a page may take."""
    looked = ear.looked
    with _patience():
        looked.has_recorder = any(_holds(opened, script) for script in ear.scripts)
        if looked.has_recorder and not any(is_recorder(one.url) for one in looked.violations):
            opened.until(lambda: bool(looked.endpoint), WAIT_SECONDS, "the recorder to ask")
    looked.has_recorder = looked.has_recorder or bool(looked.endpoint)
    with _patience():
        if looked.ticket is not None:
            opened.until(lambda: bool(looked.batches), BATCH_SECONDS, "a batch")


@contextmanager
def _patience() -> Iterator[None]:
    """What did not happen in time is a finding, not an error."""
    try:
        yield
    except Unavailable as late:
        if "waited" not in str(late):
            raise


def _holds(opened: Tab, script: str) -> bool:
    raw = opened.call("Debugger.searchInContent", scriptId=script, query=_ASKS)
    return bool(msgspec.json.decode(raw, type=_Matches).result)


def _answer(text: str) -> Answer:
    try:
        return msgspec.json.decode(text, type=Answer)
    except (ValueError, RecursionError):
        return Answer()

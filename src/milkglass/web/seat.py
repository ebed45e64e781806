"""Seat: one request of somebody who is signed in, and the frame that every screen is set in.

A screen is a plain function from a seat to an answer. Whether the account may see it at all is asked before it runs,
so that no screen can forget to ask.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from milkglass.errors import MilkglassError, NotFound, Unavailable
from milkglass.web.bodies import MOST_FORM_BYTES, read_form
from milkglass.web.problems import problem, status_of, title_of
from milkglass.web.protection import Csp, protect, refuse_other_sites

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from starlette.requests import Request

    from milkglass.access.accounts import Account
    from milkglass.access.values import Act
    from milkglass.app.app import Milkglass
    from milkglass.policy.compile import CompiledPolicy
    from milkglass.web.pages import Pages


PROOF_RULES = ("forbid-stale-mfa", "forbid-stale-change")


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """What the console's routes share."""

    house: Milkglass
    pages: Pages

    @property
    def cookie(self) -> str:
        """The session cookie's name: bound to the host where https allows it."""
        return "__Host-milkglass" if self.is_secure else "milkglass"

    @property
    def is_secure(self) -> bool:
        """Whether browsers reach the console by https."""
        return self.house.settings.url.startswith("https:")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """A signed-in person's request. `form` is empty for a GET."""

    door: Door
    request: Request
    account: Account
    now: datetime
    form: Mapping[str, str] = field(default_factory=dict)

    @property
    def house(self) -> Milkglass:
        """The rooms."""
        return self.door.house

    @property
    def policy(self) -> CompiledPolicy:
        """The policy that stands. Raises Unavailable before the first was published."""
        standing = self.house.policies.current(self.house.application)
        if standing is None:
            raise Unavailable("no policy stands; publish one")
        return standing

    @property
    def application_name(self) -> str:
        """The recorded product's name."""
        return self.policy.document.name

    @property
    def has_factor(self) -> bool:
        """Whether the account can prove who it is, by a passkey or an app."""
        return self.house.access.logins.has_factor(self.account.id)

    def may(self, act: Act) -> bool:
        """Say whether the account may do an act that concerns no recording."""
        return self.house.access.may(self.account, act, self.now).allowed

    def render(
        self, template: str, section: str, *, csp: Csp = Csp.PAGE, status: int = 200, **said: object
    ) -> Response:
        """Render a screen in its frame; `section` is the navigation entry it belongs to."""
        frame = {"seat": self, "account": self.account, "section": section, "now": self.now}
        return self.door.pages.render(template, {**frame, **said}, csp=csp, status=status)

    def asked(self, name: str) -> str:
        """Return a value of the address's query, empty if it is absent."""
        return self.request.query_params.get(name, "").strip()[:200]

    def named(self, name: str) -> str:
        """Return a part of the address's path."""
        return str(self.request.path_params[name])


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """A route of the console: what it answers, and which act an account must be allowed for it."""

    path: str
    act: Act
    answer: Callable[[Seat], Response]
    method: str = "GET"
    most_bytes: int = MOST_FORM_BYTES  # of a form
    is_page: bool = True  # an error is shown as a page, else as problem+json


def endpoint(door: Door, screen: Screen) -> Callable[[Request], Awaitable[Response]]:
    """Return a screen as Starlette calls it: signed in, allowed, in a thread, with its headers."""

    async def respond(request: Request) -> Response:
        try:
            refuse_other_sites(request)
            form = await read_form(request, screen.most_bytes) if request.method == "POST" else {}
            return protect(await run_in_threadpool(_answer, door, screen, request, form), Csp.NONE)
        except MilkglassError as error:
            return refusal(door, error, is_page=screen.is_page)

    return respond


def signed_in(door: Door, request: Request, now: datetime) -> Account | None:
    """Return whose request this is; None if nobody is signed in."""
    cookie = request.cookies.get(door.cookie, "")
    return door.house.access.session(cookie, now) if cookie else None


def refusal(door: Door, error: MilkglassError, *, is_page: bool) -> Response:
    """Answer an error: a page that says what to do, or problem+json for a program."""
    status = status_of(error)
    if not is_page:
        return protect(problem(status, error.code, str(error)), Csp.NONE)
    said = {"status": status, "title": title_of(status), "code": error.code, "detail": str(error)}
    return door.pages.render("error.html", said, csp=Csp.PAGE, status=status)


def _answer(door: Door, screen: Screen, request: Request, form: Mapping[str, str]) -> Response:
    now = datetime.now(UTC)
    account = signed_in(door, request, now)
    if account is None:
        if screen.is_page and request.method == "GET":
            return RedirectResponse("/login", 303)
        return problem(401, "signed_out", "your login is over; open the console and log in again")
    try:
        door.house.access.require(account, screen.act, now)
        return screen.answer(Seat(door=door, request=request, account=account, now=now, form=form))
    except MilkglassError as error:
        if not screen.is_page:
            raise
        return _refused(door, request, account, error)


def _refused(door: Door, request: Request, account: Account, error: MilkglassError) -> Response:
    seat = Seat(door=door, request=request, account=account, now=datetime.now(UTC))
    status = status_of(error)
    title = "There is nothing here" if isinstance(error, NotFound) else title_of(status)
    detail = str(error)
    return seat.render(
        "refused.html",
        "",
        status=status,
        title=title,
        code=error.code,
        detail=detail,
        shown_status=status,
        may_prove=error.code in PROOF_RULES,
    )

"""Sign in: passkeys, one-time links, passwords with a code, and logging out."""

from __future__ import annotations

import ipaddress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, RedirectResponse, Response

from milkglass.access.sessions import LONGEST
from milkglass.errors import MilkglassError
from milkglass.web.bodies import read_form
from milkglass.web.problems import status_of
from milkglass.web.protection import Csp, protect, refuse_other_sites
from milkglass.web.seat import Door, refusal

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request

    from milkglass.access.sessions import Session

OWN = "/console/sign-in"
HOME = "/console/"


def show_login(door: Door) -> Callable[[Request], Awaitable[Response]]:
    """Return the page that asks for a passkey or a password, or for a click on a link's button.

    Opening a link uses nothing up: previews and prefetches open links too.
    """

    async def respond(request: Request) -> Response:
        return _login_page(door, str(request.path_params.get("link", "")))

    return respond


def do_login(door: Door) -> Callable[[Request], Awaitable[Response]]:
    """Return what logs in by a link, or by a password and a code."""

    async def respond(request: Request) -> Response:
        link = str(request.path_params.get("link", ""))
        try:
            refuse_other_sites(request)
            form = await read_form(request)
            session = await run_in_threadpool(_begin, door, request, link, dict(form))
        except MilkglassError as error:
            return _login_page(door, link, str(error), status_of(error))
        to = f"{OWN}#add" if link and form.get("then") == "passkey" else HOME
        return seated(door, protect(RedirectResponse(to, 303), Csp.NONE), session)

    return respond


def ask_passkey(door: Door) -> Callable[[Request], Awaitable[Response]]:
    """Return what gives a browser the challenge that whoever logs in has their passkey sign."""

    async def respond(request: Request) -> Response:
        try:
            refuse_other_sites(request)
            logins, now = door.house.access.logins, datetime.now(UTC)
            asked = logins.passkey_asked(network(request), now)
        except MilkglassError as error:
            return refusal(door, error, is_page=False)
        return protect(Response(asked, media_type="application/json"), Csp.NONE)

    return respond


def do_passkey(door: Door) -> Callable[[Request], Awaitable[Response]]:
    """Return what logs in by a passkey's answer, for the page's script."""

    async def respond(request: Request) -> Response:
        try:
            refuse_other_sites(request)
            answer = (await read_form(request)).get("answer", "")
            session = await run_in_threadpool(_begin_by_passkey, door, request, answer)
        except MilkglassError as error:
            return refusal(door, error, is_page=False)
        return seated(door, protect(JSONResponse({"next": HOME}), Csp.NONE), session)

    return respond


def do_logout(door: Door) -> Callable[[Request], Awaitable[Response]]:
    """Return what ends a login session and clears what the browser kept."""

    async def respond(request: Request) -> Response:
        try:
            refuse_other_sites(request)
            await run_in_threadpool(door.house.access.logout, request.cookies.get(door.cookie, ""))
        except MilkglassError as error:
            return refusal(door, error, is_page=True)
        answer = protect(RedirectResponse("/login", 303), Csp.NONE)
        answer.delete_cookie(door.cookie, path="/", secure=door.is_secure, httponly=True, samesite="lax")
        answer.headers["Clear-Site-Data"] = '"cache", "storage"'
        return answer

    return respond


def seated(door: Door, answer: Response, session: Session) -> Response:
    """Give an answer the cookie of a session that began or was drawn anew."""
    answer.set_cookie(
        door.cookie,
        session.cookie,
        max_age=int(LONGEST.total_seconds()),
        path="/",
        secure=door.is_secure,
        httponly=True,
        samesite="lax",
    )
    return answer


def network(request: Request) -> str:
    """Return the network that a request comes from: /24, or /64 of IPv6. A forwarded header changes nothing."""
    host = request.client.host if request.client else ""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return "unknown"
    return str(ipaddress.ip_network((address, 24 if address.version == 4 else 64), strict=False))  # noqa: PLR2004


def _begin(door: Door, request: Request, link: str, form: dict[str, str]) -> Session:
    now, access = datetime.now(UTC), door.house.access
    if link:
        session = access.redeem(link, now)
    else:
        said = form.get("email", ""), form.get("password", ""), form.get("code", "")
        session = access.logins.login(*said, network(request), now)
    access.logout(request.cookies.get(door.cookie, ""))
    return session


def _begin_by_passkey(door: Door, request: Request, answer: str) -> Session:
    session = door.house.access.logins.login_by_passkey(answer, network(request), datetime.now(UTC))
    door.house.access.logout(request.cookies.get(door.cookie, ""))
    return session


def _login_page(door: Door, link: str, notice: str = "", status: int = 200) -> Response:
    said = {"link": link, "notice": notice, "host": door.house.access.logins.passkeys.site.host}
    return door.pages.render("login.html", said, csp=Csp.PAGE, status=status)

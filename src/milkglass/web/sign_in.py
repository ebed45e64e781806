"""Sign in: one-time links, passwords and logging out."""

from __future__ import annotations

import ipaddress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from milkglass.access.logins import LONGEST
from milkglass.errors import MilkglassError
from milkglass.web.bodies import read_form
from milkglass.web.problems import status_of
from milkglass.web.protection import Csp, protect, refuse_other_sites
from milkglass.web.seat import Door, refusal

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request

    from milkglass.access.logins import Session


def show_login(door: Door) -> Callable[[Request], Awaitable[Response]]:
    """Return the page that asks for a password, or for a click on a link's button.

    Opening a link uses nothing up: previews and prefetches open links too.
    """

    async def respond(request: Request) -> Response:
        return _login_page(door, str(request.path_params.get("link", "")))

    return respond


def do_login(door: Door) -> Callable[[Request], Awaitable[Response]]:
    """Return what logs in by a link or by a password."""

    async def respond(request: Request) -> Response:
        link = str(request.path_params.get("link", ""))
        try:
            refuse_other_sites(request)
            form = await read_form(request)
            session = await run_in_threadpool(_begin, door, link, dict(form), network(request))
        except MilkglassError as error:
            return _login_page(door, link, str(error), status_of(error))
        answer = protect(RedirectResponse("/console/", 303), Csp.NONE)
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


def network(request: Request) -> str:
    """Return the network that a request comes from: /24, or /64 of IPv6. A forwarded header changes nothing."""
    host = request.client.host if request.client else ""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return "unknown"
    return str(ipaddress.ip_network((address, 24 if address.version == 4 else 64), strict=False))  # noqa: PLR2004


def _begin(door: Door, link: str, form: dict[str, str], from_network: str) -> Session:
    now = datetime.now(UTC)
    if link:
        return door.house.access.redeem(link, form.get("password") or None, now)
    return door.house.access.login(form.get("email", ""), form.get("password", ""), from_network, now)


def _login_page(door: Door, link: str, notice: str = "", status: int = 200) -> Response:
    return door.pages.render("login.html", {"link": link, "notice": notice}, csp=Csp.PAGE, status=status)

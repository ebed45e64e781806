"""Own sign-in: a person's passkeys, app and login sessions, and the proof that a look asks for.

What a script asks for comes as JSON, and goes by the same forms as everything else.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import segno
from markupsafe import Markup
from starlette.responses import JSONResponse, RedirectResponse, Response

from milkglass.access.conditions import CHANGE_WITHIN, PROOF_LASTS
from milkglass.access.passkeys import LONGEST_LABEL
from milkglass.access.passwords import LONGEST, SHORTEST
from milkglass.access.totp import address, spelled
from milkglass.web.sign_in import OWN, seated

if TYPE_CHECKING:
    from milkglass.access.logins import Logins
    from milkglass.access.sessions import Session
    from milkglass.web.seat import Seat

_NEXT = re.compile(r"/console/[a-z0-9/-]{0,80}")


def own_sign_in(seat: Seat) -> Response:
    """Show an account's ways in, and what proves who sits there."""
    logins, account = _logins(seat), seat.account
    passkeys, has_app = logins.passkeys.list(account.id), logins.authenticators.has(account.id)
    proved_at = account.proved_at
    has_factor = bool(passkeys) or has_app
    may_change = not has_factor or (proved_at is not None and seat.now < proved_at + CHANGE_WITHIN)
    # Another login of the account may have drawn it: one that proved nothing must not see it.
    secret = logins.authenticators.shown(account.id, seat.now) if may_change else None
    app_address = "" if secret is None else address(secret, "Milkglass", account.name)
    return seat.render(
        "sign_in.html",
        "sign-in",
        passkeys=passkeys,
        has_app=has_app,
        has_factor=has_factor,
        may_change=may_change,
        is_proved=proved_at is not None and seat.now < proved_at + PROOF_LASTS,
        host=logins.passkeys.site.host,
        secret="" if secret is None else spelled(secret),
        app_address=app_address,
        app_code=_pictured(app_address) if app_address else "",
        next=_next(seat.asked("next")),
        longest_label=LONGEST_LABEL,
        shortest_password=SHORTEST,
        longest_password=LONGEST,
        change_minutes=int(CHANGE_WITHIN.total_seconds()) // 60,
    )


def ask_new_passkey(seat: Seat) -> Response:
    """Give a browser what it needs to make a passkey."""
    return Response(_logins(seat).passkeys.asked_to_add(seat.account, seat.now), media_type="application/json")


def add_passkey(seat: Seat) -> Response:
    """Keep a passkey that a browser made. Raises NotAllowed, Invalid, Conflict."""
    answer, label = seat.form.get("answer", ""), seat.form.get("label", "")
    return _seated(seat, _logins(seat).add_passkey(_cookie(seat), seat.account, answer, label, seat.now), OWN)


def ask_proof(seat: Seat) -> Response:
    """Give a browser the challenge that one of the account's passkeys signs."""
    return Response(_logins(seat).passkeys.asked_to_prove(seat.account, seat.now), media_type="application/json")


def prove_by_passkey(seat: Seat) -> Response:
    """Take the proof of a passkey. Raises NotAllowed, TooMany."""
    answer = seat.form.get("answer", "")
    session = _logins(seat).prove_by_passkey(_cookie(seat), seat.account, answer, seat.now)
    return _seated(seat, session, _next(seat.form.get("next", "")) or OWN)


def prove_by_code(seat: Seat) -> Response:
    """Take the proof of an app's code. Raises NotAllowed, TooMany."""
    session = _logins(seat).prove_by_code(_cookie(seat), seat.account, seat.form.get("code", ""), seat.now)
    to = _next(seat.form.get("next", "")) or OWN
    return seated(seat.door, RedirectResponse(to, 303), session)


def remove_passkey(seat: Seat) -> Response:
    """Remove one of the account's passkeys. Raises NotAllowed, NotFound, Conflict."""
    _logins(seat).remove_passkey(seat.account, seat.named("passkey"), seat.now)
    return RedirectResponse(OWN, 303)


def show_app(seat: Seat) -> Response:
    """Draw a secret for an authenticator app; the page shows it. Raises NotAllowed."""
    _logins(seat).show_app(seat.account, seat.now)
    return RedirectResponse(f"{OWN}#app", 303)


def add_app(seat: Seat) -> Response:
    """Set a password with an app's first code. Raises NotAllowed, Invalid."""
    password, code = seat.form.get("password", ""), seat.form.get("code", "")
    session = _logins(seat).add_app(_cookie(seat), seat.account, password, code, seat.now)
    return seated(seat.door, RedirectResponse(OWN, 303), session)


def end_others(seat: Seat) -> Response:
    """End the account's login sessions on other devices."""
    _logins(seat).end_others(_cookie(seat), seat.account, seat.now)
    return RedirectResponse(OWN, 303)


def _logins(seat: Seat) -> Logins:
    return seat.house.access.logins


def _cookie(seat: Seat) -> str:
    return seat.request.cookies.get(seat.door.cookie, "")


def _pictured(app_address: str) -> Markup:
    """Draw an address as a QR code, dark on light in every theme: a camera reads no other."""
    drawn = segno.make(app_address, micro=False).svg_inline(
        scale=4, light="#fff", omitsize=True, svgclass="qr", lineclass=None
    )
    # The library writes numbers and fixed words alone; the address is in the picture, not in its text.
    return Markup(drawn)  # noqa: S704


def _next(said: str) -> str:
    """Return a page of the console to go back to; empty for anything else, so that no link leads out."""
    return said if _NEXT.fullmatch(said) else ""


def _seated(seat: Seat, session: Session, to: str) -> Response:
    return seated(seat.door, JSONResponse({"next": to}), session)

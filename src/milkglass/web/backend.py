"""Backend routes: what a customer's own server writes with its backend key. A key reads no recording and no screen.

Source: docs/consent.md, "From your own server".
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, TypeVar

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response
from starlette.routing import Route

from milkglass import facts
from milkglass.access.keys import BackendKey, BadKey, Scope
from milkglass.consent.values import ACTORS, DEMO_ACTOR, Agreed, Channel, Kind
from milkglass.database.moments import to_ms
from milkglass.errors import Invalid, MilkglassError, NotAllowed
from milkglass.institutions import DEMO_ACCOUNT, Reach
from milkglass.tickets.visit_tokens import SKEW_SECONDS
from milkglass.web.bodies import TooSlow, read_body
from milkglass.web.ingest_routes import purposes_of
from milkglass.web.problems import problem, status_of
from milkglass.wire.values import InstitutionId  # noqa: TC001 - msgspec reads the structs' types

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request

    from milkglass.app.app import Milkglass
    from milkglass.consent.values import Who

_MOST_BYTES = 16 * 1024
_FORMS = "`person` is 64 lower-case hex, `purposes` a list, `at` whole seconds, `may_consent` and `erase` true or false"
Asked = TypeVar("Asked")
Person = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}$")]
NoticeName = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9._-]{1,64}$")]


class _Of(msgspec.Struct, forbid_unknown_fields=True):
    institution: InstitutionId
    person: Person


class _Yes(msgspec.Struct, forbid_unknown_fields=True):
    institution: InstitutionId
    person: Person
    purposes: tuple[str, ...]
    notice: NoticeName
    actor: str
    at: int
    may_consent: bool = False


class _No(msgspec.Struct, forbid_unknown_fields=True):
    institution: InstitutionId
    person: Person
    erase: bool = False


class _Where(msgspec.Struct, forbid_unknown_fields=True):
    institution: InstitutionId


def backend_routes(house: Milkglass) -> list[Route]:
    """Return the addresses that take a backend key."""

    def route(path: str, step: Callable[[Milkglass, BackendKey, bytes, datetime], Response]) -> Route:
        return Route(f"/v1/backend/{path}", _keyed(house, step), methods=["POST"])

    return [
        route("consents", _give),
        route("refusals", _refuse),
        route("withdrawals", _withdraw),
        route("state", _state),
        route("stop", _stop),
    ]


def _keyed(
    house: Milkglass, step: Callable[[Milkglass, BackendKey, bytes, datetime], Response]
) -> Callable[[Request], Awaitable[Response]]:
    def act(said: str, body: bytes) -> Response:
        now = datetime.now(UTC)
        key = house.backend_keys.check(said, Scope.CONSENT_WRITE, now)
        return step(house, key, body, now)

    async def respond(request: Request) -> Response:
        try:
            answer = await run_in_threadpool(act, _said(request), await read_body(request, _MOST_BYTES))
        except TooSlow as error:
            answer = problem(408, error.code, str(error))
        except BadKey as error:
            answer = problem(401, error.code, str(error))
        except MilkglassError as error:
            answer = problem(status_of(error), error.code, str(error))
        answer.headers["Cache-Control"] = "no-store"
        answer.headers["X-Content-Type-Options"] = "nosniff"
        return answer

    return respond


def _said(request: Request) -> str:
    scheme, _, said = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        raise BadKey("send the key as `Authorization: Bearer mg_…`", code="key_missing")
    return said.strip()


def _give(house: Milkglass, key: BackendKey, body: bytes, now: datetime) -> Response:
    said = _read(body, _Yes)
    if said.actor not in ACTORS - {DEMO_ACTOR}:
        raise Invalid("an actor is student, parent, guardian, adult or institution", code="actor_unknown")
    if said.at * 1000 > to_ms(now) + SKEW_SECONDS * 1000:
        raise Invalid("`at` lies ahead of this server's clock; set both clocks by NTP", code="clock_skew")
    who = _who(house, key, said.institution, said.person)
    wrong = house.consents.wrong_actor(who, said.actor, may_consent=said.may_consent)
    if wrong is not None:
        raise NotAllowed(wrong, code="wrong_actor")
    agreed = Agreed(
        purposes=purposes_of(said.purposes), notice=said.notice, actor=said.actor, at=said.at, channel=Channel.KEY
    )
    house.consents.require(who, agreed, now)
    consent = house.consents.record(who, agreed, now, key.actor)
    return _json({"purposes": sorted(consent.purposes) if consent else []})


def _refuse(house: Milkglass, key: BackendKey, body: bytes, now: datetime) -> Response:
    said = _read(body, _Of)
    again = house.consents.refuse(_who(house, key, said.institution, said.person), Kind.REFUSED, now, key.actor)
    return _json({"ask_again_at": to_ms(again)})


def _withdraw(house: Milkglass, key: BackendKey, body: bytes, now: datetime) -> Response:
    said = _read(body, _No)
    who = _who(house, key, said.institution, said.person)
    house.consents.withdraw(who, now, erase=said.erase, by=key.actor)
    return _json({"erase": said.erase})


def _state(house: Milkglass, key: BackendKey, body: bytes, now: datetime) -> Response:
    said = _read(body, _Of)
    who = _who(house, key, said.institution, said.person)
    again = house.consents.ask_again_at(who)
    states = {purpose.value: state.value for purpose, state in house.consents.states(who, now).items()}
    return _json({"states": states, "ask_again_at": None if again is None else to_ms(again)}, 200)


def _stop(house: Milkglass, key: BackendKey, body: bytes, now: datetime) -> Response:
    institution = _mine(key, _read(body, _Where).institution)
    scope = house.scope(Reach.INSTITUTION.value, institution)
    house.institutions.stops.stop(scope, facts.By(at=now, actor=key.actor))
    return _json({"stopped": institution})


def _who(house: Milkglass, key: BackendKey, institution: InstitutionId, person: str) -> Who:
    return house.consents.who(key.application, _known(house, _mine(key, institution)), person)


def _mine(key: BackendKey, institution: InstitutionId) -> InstitutionId:
    if institution == DEMO_ACCOUNT or key.institution not in (None, institution):
        raise NotAllowed("this key does not write for this institution", code="key_institution")
    return institution


def _known(house: Milkglass, institution: InstitutionId) -> InstitutionId:
    house.scope(Reach.INSTITUTION.value, institution)  # raises Invalid for one that the policy does not name
    return institution


def _read(body: bytes, kind: type[Asked]) -> Asked:
    try:
        return msgspec.json.decode(body, type=kind)
    except (ValueError, RecursionError):
        fields = ", ".join(kind.__struct_fields__)  # type: ignore[attr-defined]  # each is a Struct
        raise Invalid(f"send JSON with {fields}: {_FORMS}", code="backend_form") from None


def _json(body: dict[str, object], status: int = 202) -> Response:
    return Response(msgspec.json.encode(body), status, media_type="application/json")

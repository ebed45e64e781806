"""Ingest routes: what the recorder speaks. No cookies, no preflight; an error can be read cross-origin too.

Source: docs/architecture.md section 3.
"""

from __future__ import annotations

import gzip
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from milkglass.consent.asking import Answer
from milkglass.consent.values import Signal
from milkglass.database.moments import to_ms
from milkglass.errors import Invalid, MilkglassError, NotAllowed, NotFound
from milkglass.install import NOBODY
from milkglass.tickets.tickets import BadTicket, Exchange
from milkglass.tickets.visit_tokens import REMEDIES, BadVisitToken, VisitFault
from milkglass.web.bodies import TooSlow, read_body
from milkglass.web.problems import problem, status_of
from milkglass.wire.values import ApplicationId, InstitutionId, Next, Purpose, Refusal

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

    from starlette.requests import Request

    from milkglass.app.app import Milkglass

CODE_SECONDS = 14 * 24 * 3600
_SMALL = 16 * 1024
_LONGEST_TICKET = 4096
_WORTH_PACKING = 1400  # bytes, what one packet holds
Asked = TypeVar("Asked")


class _TicketAsked(msgspec.Struct):
    visit: str
    ticket: str | None = None
    release: str = ""


class _Withdrawn(msgspec.Struct):
    visit: str
    ticket: str | None = None
    erase: bool = False


class _Answered(msgspec.Struct):
    visit: str
    serving: str
    answer: Answer
    purposes: tuple[str, ...] = ()


class _ReceiptAsked(msgspec.Struct):
    visit: str


class _CodeAsked(msgspec.Struct):
    ticket: str


@dataclass(frozen=True, slots=True)
class IngestRoutes:
    """The recorder's addresses, over the rooms of a house."""

    house: Milkglass

    async def tickets(self, request: Request) -> Response:
        """Give a recording ticket for a visit token, with the capture rules unless the caller has them."""
        signal = _signal(request)

        def step(body: bytes, known: str) -> Response:
            self._check_origin(request)
            return self._ticket(body, known, signal)

        return await self._answer(request, _SMALL, step)

    async def batches(self, request: Request) -> Response:
        """Take a batch; the answer is sent after it is durable."""

        def step(body: bytes, _known: str) -> Response:
            self._check_origin(request)
            return self._batch(body)

        return await self._answer(request, None, step)

    async def withdraw(self, request: Request) -> Response:
        """Take consent back."""
        return await self._answer(request, _SMALL, self._withdrawn)

    async def notice(self, request: Request) -> Response:
        """Serve the notice of our dialog: asked for before anybody agreed, so that nothing here says who asks."""
        asked = {name: request.query_params.get(name, "")[:40] for name in ("application", "institution", "language")}

        def step(_body: bytes, _known: str) -> Response:
            self._check_origin(request)
            return self._notice(asked)

        return await self._answer(request, 0, step)

    async def answers(self, request: Request) -> Response:
        """Take a person's answer to the notice."""

        def step(body: bytes, _known: str) -> Response:
            self._check_origin(request)
            return self._answered(body)

        return await self._answer(request, _SMALL, step)

    async def receipts(self, request: Request) -> Response:
        """Give a person the receipt of their consent."""
        return await self._answer(request, _SMALL, self._receipt)

    async def support_codes(self, request: Request) -> Response:
        """Draw a support code for the visit of a ticket."""
        return await self._answer(request, _SMALL, self._code)

    async def _answer(self, request: Request, most: int | None, step: Callable[[bytes, str], Response]) -> Response:
        known = request.query_params.get("policy", "")[:64]
        try:
            body = await (read_body(request) if most is None else read_body(request, most))
            answer = await run_in_threadpool(step, body, known)
        except TooSlow as error:
            answer = problem(408, error.code, str(error))
            self.house.install.refuse(NOBODY, error.code, datetime.now(UTC))
        except (BadTicket, BadVisitToken) as error:
            answer = problem(401, error.code, str(error), Next.RENEW)
        except MilkglassError as error:
            following = Next.SNAPSHOT if status_of(error) in (400, 409, 413) else None
            following = Next.STOP if status_of(error) == 403 else following  # noqa: PLR2004
            answer = problem(status_of(error), error.code, str(error), following)
        return self._readable(request, _packed(request, answer))

    def _readable(self, request: Request, answer: Response) -> Response:
        answer.headers["Vary"] = "Origin"
        answer.headers["Cache-Control"] = "no-store"
        answer.headers["X-Content-Type-Options"] = "nosniff"
        answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        origin = request.headers.get("origin")
        if origin is not None and self._is_listed(origin):
            answer.headers["Access-Control-Allow-Origin"] = origin
            answer.headers["Access-Control-Expose-Headers"] = "Retry-After"
        return answer

    def _is_listed(self, origin: str) -> bool:
        return any(origin in policy.origins for policy in self.house.policies.all())

    def _check_origin(self, request: Request) -> None:
        """Refuse a page of an origin that no policy lists: it could not read the answer, and nobody would hear why.

        A program that sends no `Origin` is no page. Whoever withdraws consent is never asked where from.
        """
        origin = request.headers.get("origin")
        if origin is not None and not self._is_listed(origin):
            self.house.install.refuse(NOBODY, "origin_not_listed", datetime.now(UTC))
            raise NotAllowed("the policy does not list the origin of this page", code="origin_not_listed")

    def _ticket(self, body: bytes, known: str, signal: Signal | None) -> Response:
        asked = _read(body, _TicketAsked)
        given = self.house.ingest.exchange(asked.visit, asked.ticket, asked.release[:40], datetime.now(UTC), signal)
        return _refused(given) if isinstance(given, Refusal) else self._given(given, known)

    def _given(self, given: Exchange, known: str) -> Response:
        body: dict[str, object] = {
            "ticket": given.ticket,
            "recording": given.fields.recording,
            "elapsed": given.elapsed,
            "renew_in": given.renew_in,
        }
        rules = self.house.ingest.rules(given.fields, known or None)
        if rules is not None:
            body["rules"] = msgspec.Raw(rules)
        return _json(200, body)

    def _batch(self, body: bytes) -> Response:
        head, separator, batch = body.partition(b"\n")
        if not separator or len(head) > _LONGEST_TICKET:
            self.house.install.refuse(NOBODY, BadTicket.code, datetime.now(UTC))
            raise BadTicket("a batch begins with its recording ticket and a line feed")
        receipt = self.house.ingest.receive(head, batch, datetime.now(UTC))
        if receipt.refusal is not None:
            return _refused(receipt.refusal, receipt.next)
        return _json(202, {"number": receipt.number, "next": receipt.next})

    def _withdrawn(self, body: bytes, _known: str) -> Response:
        asked = _read(body, _Withdrawn)
        self.house.ingest.withdraw(asked.visit, asked.ticket, datetime.now(UTC), erase=asked.erase)
        return _json(202, {"next": Next.STOP})

    def _notice(self, asked: dict[str, str]) -> Response:
        served = self.house.asking.serve(
            ApplicationId(asked["application"]),
            InstitutionId(asked["institution"]),
            asked["language"],
            datetime.now(UTC),
        )
        return _json(200, asdict(served))

    def _answered(self, body: bytes) -> Response:
        asked, now = _read(body, _Answered), datetime.now(UTC)
        claims = self.house.tickets.claims(asked.visit, now)
        if asked.answer is Answer.GIVEN and not claims.may_consent:
            raise NotAllowed(REMEDIES[VisitFault.ACTOR], code=VisitFault.ACTOR.value)
        who = self.house.consents.who(claims.application, claims.institution, claims.person)
        told = self.house.asking.answer(who, asked.serving, (asked.answer, purposes_of(asked.purposes)), now)
        return _json(
            202,
            {
                "purposes": sorted(told.consent.purposes) if told.consent else [],
                "until": to_ms(told.until) if told.until else None,
                "ask_again_at": to_ms(told.ask_again_at) if told.ask_again_at else None,
            },
        )

    def _receipt(self, body: bytes, _known: str) -> Response:
        now = datetime.now(UTC)
        claims = self.house.tickets.claims(_read(body, _ReceiptAsked).visit, now)
        who = self.house.consents.known(claims.application, claims.institution, claims.person)
        if who is None:
            raise NotFound("nothing was ever agreed to", code="no_receipt")
        return _json(200, dict(self.house.ledger.receipt(who, self.house.settings.url, now)))

    def _code(self, body: bytes, _known: str) -> Response:
        now = datetime.now(UTC)
        ticket = self.house.tickets.check(_read(body, _CodeAsked).ticket.encode(), now)
        return _json(200, {"code": self.house.tickets.support_code(ticket, now), "expires_in": CODE_SECONDS})


def health(house: Milkglass) -> Callable[[Request], Response]:
    """Return what says that the process answers, and whether the request named the host that people open."""
    host = urlsplit(house.settings.url).netloc

    def respond(request: Request) -> Response:
        return _json(200, {"status": "alive", "is_public_host": request.headers.get("host") == host})

    return respond


def ready(house: Milkglass) -> Callable[[Request], Awaitable[Response]]:
    """Return what says whether the rooms answer: a policy stands, the log can be read, and its entries are signed."""

    def look() -> bool:
        return bool(house.policies.all()) and not house.logs.is_late(datetime.now(UTC))

    async def respond(_request: Request) -> Response:
        try:
            is_ready = await run_in_threadpool(look)
        except MilkglassError:
            is_ready = False
        return _json(200 if is_ready else 503, {"status": "ready" if is_ready else "not ready"})

    return respond


def _signal(request: Request) -> Signal | None:
    """Read what the browser says for its person; only exactly `1` counts."""
    if request.headers.get("sec-gpc") == "1":
        return Signal.GPC
    return Signal.DNT if request.headers.get("dnt") == "1" else None


def purposes_of(words: Iterable[str]) -> frozenset[Purpose]:
    """Read purposes. Raises Invalid for one that is none."""
    known = frozenset(words) & frozenset(Purpose)
    if len(known) != len(frozenset(words)):
        raise Invalid("a purpose is replay or heatmap", code="purpose_unknown")
    return frozenset(Purpose(word) for word in known)


def _read(body: bytes, kind: type[Asked]) -> Asked:
    try:
        return msgspec.json.decode(body, type=kind)
    except (ValueError, RecursionError) as error:
        raise Invalid("the body is not the JSON that this address takes") from error


def _refused(refusal: Refusal, following: Next | None = None) -> Response:
    return problem(
        refusal.status, refusal.value, f"not kept: {refusal.value.replace('_', ' ')}", following or refusal.next
    )


def _packed(request: Request, answer: Response) -> Response:
    """Compress an answer with capture rules: it holds nothing that the asker chose, so its size tells nothing."""
    body = bytes(answer.body)
    if len(body) < _WORTH_PACKING or "gzip" not in request.headers.get("accept-encoding", ""):
        return answer
    packed = Response(gzip.compress(body, 6, mtime=0), answer.status_code, media_type=answer.media_type)
    packed.headers["Content-Encoding"] = "gzip"
    return packed


def _json(status: int, body: dict[str, object]) -> Response:
    return Response(msgspec.json.encode(body), status, media_type="application/json")

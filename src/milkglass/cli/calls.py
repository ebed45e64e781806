"""Calls: what each command does in the process that owns the data directory. Thin: one method of a room each."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from milkglass import facts
from milkglass.access.accounts import NewAccount
from milkglass.access.roles import Role
from milkglass.app.app import VERSION, Milkglass
from milkglass.cli.consent_calls import CONSENT_CALLS
from milkglass.cli.log_calls import LOG_CALLS
from milkglass.cli.policy_calls import POLICY_CALLS
from milkglass.cli.pseudonym_calls import PSEUDONYM_CALLS
from milkglass.cli.review_calls import REVIEW_CALLS
from milkglass.cli.socket import ask
from milkglass.cli.vocabulary_calls import VOCABULARY_CALLS
from milkglass.demo.files import POLICY_FILE
from milkglass.errors import Invalid, NotFound
from milkglass.interactions.heatmap import HeatmapQuery
from milkglass.masking.rates import by_path, by_release
from milkglass.masking.values import Kind
from milkglass.replay.values import Filters
from milkglass.settings import read_settings
from milkglass.tickets.visit_tokens import Claims, sign_visit
from milkglass.wire.values import InstitutionId, RecordingId

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    Arguments = Mapping[str, Any]
    Say = Callable[[str], None]

TOKEN_SECONDS = 900
NOTICE = "local-try"
VETTING = (
    "before they look: training and agreement, which they find under Training; "
    "then the owner or legal confirms them under Access"
)


def run(data: Path | None, name: str, arguments: Arguments, say: Say) -> dict[str, object]:
    """Run a call in the server of the data directory, else open the directory for it."""
    with connected(data, say) as call:
        return call(name, arguments)


@contextmanager
def connected(data: Path | None, say: Say) -> Iterator[Callable[[str, Arguments], dict[str, object]]]:
    """Yield what runs calls in the server of the data directory, else in a house that is open as long as this is."""
    settings = read_settings({"data": data} if data else {})
    house: Milkglass | None = None

    def call(name: str, arguments: Arguments) -> dict[str, object]:
        nonlocal house
        try:
            told = answer(house, name, arguments, say) if house else ask(settings.data, name, arguments, say)
        except NotFound as problem:
            if problem.code != "not_running":
                raise
            house = Milkglass.open(settings, settings.policy or POLICY_FILE, datetime.now(UTC))
            told = answer(house, name, arguments, say)
        if not isinstance(told, dict):
            raise Invalid("the server answered in another form; is it of the same version?")
        return told

    try:
        yield call
    finally:
        if house:
            house.close()


def answer(house: Milkglass, name: str, arguments: Arguments, say: Say) -> dict[str, object]:
    """Do one call on an open house. Raises Invalid for a name that is none."""
    call = CALLS.get(name)
    if call is None:
        raise Invalid("the server does not know this command; is it of the same version?")
    return call(house, arguments, say)


def _demo(house: Milkglass, arguments: Arguments, say: Say) -> dict[str, object]:
    from milkglass.demo.drive import drive

    return drive(house, int(arguments["people"]), say)


def _token(house: Milkglass, arguments: Arguments, _say: Say) -> dict[str, object]:
    now = int(datetime.now(UTC).timestamp())
    policy = house.policies.current(house.application)
    known = [opted.id for opted in policy.document.institutions] if policy else []
    if arguments["institution"] not in known:
        raise Invalid(f"this institution is not in the policy; it names {', '.join(known)}")
    notices = policy.document.consent.notices if policy else ()
    notice = notices[-1].version if notices else NOTICE
    consent = {"purposes": arguments["purposes"], "notice": notice, "actor": "adult", "at": now}
    claims = {
        "application": house.application,
        "institution": arguments["institution"],
        "person": sha256(f"milkglass token|{arguments['person']}".encode()).hexdigest(),
        "may_consent": True,
        "iat": now,
        "exp": now + TOKEN_SECONDS,
        **({"consent": consent} if arguments["purposes"] else {}),
    }
    signed = sign_visit(_claims(claims), house.keys.secret(house.application))
    return {"token": signed, "expires_in_seconds": TOKEN_SECONDS}


def _claims(claims: dict[str, object]) -> Claims:
    import msgspec

    try:
        return msgspec.convert(claims, Claims)
    except msgspec.ValidationError as problem:
        raise Invalid("a purpose is replay or heatmap") from problem


def _secret(house: Milkglass, arguments: Arguments, _say: Say) -> dict[str, object]:
    if arguments["rotate"]:
        house.keys.rotate(house.application)
    return {"application": house.application, "secret": house.keys.secret(house.application).decode()}


def _link(house: Milkglass, arguments: Arguments, _say: Say) -> dict[str, object]:
    return {"link": house.link(str(arguments["account"]), datetime.now(UTC)), "valid_minutes": 30}


def _invite(house: Milkglass, arguments: Arguments, _say: Say) -> dict[str, object]:
    if arguments["role"] not in {role.value for role in Role} - {Role.OWNER.value}:
        raise Invalid("a role is viewer, auditor, legal or engineer; the owner is made with the deployment")
    now, day = datetime.now(UTC), arguments["trained_until"]
    try:
        until = datetime.fromisoformat(f"{day}T00:00:00+00:00") if day else None
    except ValueError:
        raise Invalid("--trained-until is a day, as 2027-06-30") from None
    new = NewAccount(
        email=str(arguments["email"]),
        name=str(arguments["name"]),
        roles=frozenset({Role(arguments["role"])}),
        training_until=until,
    )
    account = house.access.accounts.create(new, facts.COMMAND_LINE, now)
    told = {"account": account.id, "link": house.link(account.id, now), "valid_minutes": 30}
    return told | ({"next": VETTING} if Role.VIEWER in account.roles else {})


def _end(house: Milkglass, arguments: Arguments, _say: Say) -> dict[str, object]:
    account = house.account(str(arguments["account"]))
    house.access.accounts.end(account.id, facts.COMMAND_LINE, datetime.now(UTC))
    return {"ended": account.id}


def _reset(house: Milkglass, arguments: Arguments, _say: Say) -> dict[str, object]:
    account, now = house.account(str(arguments["account"])), datetime.now(UTC)
    house.access.logins.reset(account.id, facts.COMMAND_LINE, now)
    return {"reset": account.id, "link": house.link(account.id, now), "valid_minutes": 30}


def _erase(house: Milkglass, arguments: Arguments, _say: Say) -> dict[str, object]:
    account = house.account(str(arguments["account"]))
    house.access.accounts.erase(account.id, facts.COMMAND_LINE, datetime.now(UTC))
    return {"erased": account.id}


def _heatmap(house: Milkglass, arguments: Arguments, _say: Say) -> dict[str, object]:
    now = datetime.now(UTC)
    policy = house.policies.current(house.application)
    if policy is None or not policy.is_template(str(arguments["route"])):
        raise Invalid(
            f"this is no route of the policy; it names {', '.join(sorted(policy.templates if policy else ()))}"
        )
    house.ingest.roll(now)
    found = house.interactions.heatmap(
        HeatmapQuery(
            application=house.application,
            route=str(arguments["route"]),
            kind=str(arguments["kind"]),
            viewport=arguments["viewport"],
            first_day=(now - timedelta(days=int(arguments["days"]))).date(),
            last_day=now.date(),
            least_people=policy.people_floor,
        )
    )
    words = house.vocabulary.said(house.application)
    rows = [
        {
            "element": said(one.element, words),
            "label": said(one.label or "", words),
            "people": one.people,
            "count": one.count,
        }
        for one in found.elements
    ]
    hidden = {"cells": found.hidden_cells, "elements": found.hidden_elements, "why": found.why_hidden}
    return {"people": found.people, "floor": found.least_people, "elements": rows, "hidden": hidden}


def said(stored: str, words: Mapping[str, str]) -> str:
    """Write an element path or label with its words; what was withdrawn stays a mask."""
    from milkglass.replay.rendering_words import with_words

    return with_words(stored, words)


def _list(house: Milkglass, arguments: Arguments, _say: Say) -> dict[str, object]:
    house.ingest.roll(datetime.now(UTC))
    chosen = Filters(
        institution=InstitutionId(arguments["institution"]) if arguments["institution"] else None,
        route=arguments["route"],
        most=int(arguments["limit"]),
    )
    rows = [
        {
            "recording": row.recording,
            "began": row.began_at.isoformat(timespec="seconds"),
            "seconds": int((row.ended_at - row.began_at).total_seconds()),
            "institution": row.institution,
            "level": row.level.word,
            "routes": list(row.routes),
            "marks": dict(row.marks),
            "expires": row.purge_day.isoformat(),
            "sealed": row.is_sealed,
        }
        for row in house.replay.list(chosen)
    ]
    return {"count": len(rows), "recordings": rows}


def _export(house: Milkglass, arguments: Arguments, _say: Say) -> dict[str, object]:
    if arguments["format"] != "rrweb":
        raise Invalid("the one format is rrweb")
    now = datetime.now(UTC)
    house.ingest.roll(now)
    account = house.account(str(arguments["account"]))
    recording = RecordingId(str(arguments["recording"]))
    row = house.replay.get(recording)
    if row.application == house.replay.demo_application:
        events = b"".join(house.replay.export_demo(account, recording, now)).decode()
        return {"recording": recording, "events": events}
    case = house.access.cases.open(str(arguments["case"]), row.institution, account, now)
    asked = house.replay.request_export(account, recording, str(arguments["reason"]), case.id, now)
    return {
        "recording": recording,
        "export": asked,
        "next": f"a second person confirms at {house.settings.url}/console/exports/{asked}; then it is fetched there",
    }


def _purge(house: Milkglass, arguments: Arguments, _say: Say) -> dict[str, object]:
    recording = RecordingId(str(arguments["recording"]))
    house.ingest.roll(datetime.now(UTC))
    row = house.replay.get(recording)
    if arguments["dry_run"]:
        return {"would_destroy": recording, "events": row.events, "bytes": row.byte_count, "began": str(row.began_at)}
    certificate = house.retention.purge(recording, facts.COMMAND_LINE, datetime.now(UTC))
    return {
        "destroyed": recording,
        "certificate": certificate.certificate,
        "segments": certificate.segments,
        "heatmap_rows": certificate.heatmap_rows,
        "found_by_probe": certificate.positives,
    }


def _masking(house: Milkglass, arguments: Arguments, _say: Say) -> dict[str, object]:
    now = datetime.now(UTC)
    house.masking.flush()
    first = (now - timedelta(days=int(arguments["days"]) - 1)).date()
    rows = house.masking.rows(house.application, first, now.date())
    return {
        "releases": [
            {"release": one.name, "batches": one.batches, "with_plain": one.plain, "percent": round(one.share * 100, 1)}
            for one in by_release(rows)
        ],
        "paths": [
            {"path": one.name, "batches": one.plain, "strings": one.strings} for one in by_path(rows, Kind.BYPASSED)
        ],
        "exclusions": [
            {
                "rule": one.rule,
                "kind": one.kind,
                "matches": one.matches,
                "last": one.matched_at.isoformat(timespec="seconds") if one.matched_at else None,
                "idle": one.is_idle,
            }
            for one in house.masking.exclusions(house.application, now)
        ],
    }


def _install(house: Milkglass, arguments: Arguments, _say: Say) -> dict[str, object]:
    seen = house.install.seen(house.application, datetime.now(UTC), int(arguments["days"]))
    rows = [
        {"code": one.code, "count": one.count, "last": one.last_at.isoformat(timespec="seconds"), "remedy": one.remedy}
        for one in seen.refused
    ]
    taken = {"ticket": seen.ticket_at, "batch": seen.batch_at}
    return {
        "version": VERSION,
        **{name: at.isoformat(timespec="seconds") if at else None for name, at in taken.items()},
        "refused": rows,
    }


CALLS: Mapping[str, Callable[[Milkglass, Arguments, Say], dict[str, object]]] = {
    "demo": _demo,
    "token": _token,
    "secret": _secret,
    "link": _link,
    "user.invite": _invite,
    "user.end": _end,
    "user.reset": _reset,
    "user.erase": _erase,
    "heatmap": _heatmap,
    "recordings.list": _list,
    "recordings.export": _export,
    "recordings.purge": _purge,
    "masking": _masking,
    "install": _install,
    **CONSENT_CALLS,
    **POLICY_CALLS,
    **PSEUDONYM_CALLS,
    **LOG_CALLS,
    **REVIEW_CALLS,
    **VOCABULARY_CALLS,
}

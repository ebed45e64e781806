"""Vocabulary page: what waits for review, by file and by warning; approve, refuse, cut, publish.

Every act works as a plain form; `vocabulary.ts` only saves the way to the button. What will be logged, and that a
refusal destroys the words, is said before the click.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import msgspec
from starlette.responses import RedirectResponse, Response

from milkglass import facts
from milkglass.errors import Conflict, Invalid, NotFound
from milkglass.verification.coverage import GOAL
from milkglass.vocabulary.entries import ASSET, NAME, SHEET, TEXT, CandidateFilter, State, Verdict
from milkglass.web.spreadsheet import csv

if TYPE_CHECKING:
    from collections.abc import Sequence

    from milkglass.vocabulary.entries import Candidate
    from milkglass.web.seat import Seat

PAGE = 30  # a form holds forty fields
MOST_EXPORTED = 20_000
KIND_WORDS = {
    TEXT: ("text", "texts"),
    NAME: ("name", "names"),
    SHEET: ("style sheet", "style sheets"),
    ASSET: ("image or font", "images and fonts"),
}
STATE_WORDS = {State.OPEN: "waiting", State.APPROVED: "approved", State.REFUSED: "refused"}
# A warning says why somebody should look, in words that need no manual.
WARNING_WORDS = {
    "roster": "has a name of the roster",
    "email": "looks like an e-mail address",
    "phone": "looks like a phone number",
    "ssn": "looks like a social security number",
    "digits": "has a long number",
    "names": "has a name that can be no entry",
    "data-row": "differs from row to row",
    "data-cell": "stands in a cell of a table",
    "data-choice": "is one of many to choose from",
    "data-person": "stands where people are named",
    "data-record": "is a link to one record",
    "data-long": "is long for a label",
    "data-written": "is code, a quote or a time",
    "data-page": "differs from page to page",
    "data-answer": "came as a value from the server",
    "data-holds": "contains what looks like a person's",
    "data-typed": "contains what the login typed",
    "data-rare": "is a name that no file vouches for",
    "data-number": "is a name with a number",
}
_FIELDS = ("state", "kind", "group", "warning")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The filters of the address; an empty one does not narrow, but for the state, which is `open` then."""

    state: str = ""
    kind: str = ""
    group: str = ""
    warning: str = ""
    page: int = 1

    def url(self, page: str = "/console/vocabulary", **changed: str) -> str:
        """Return an address with these filters, some of them changed."""
        said = {**{name: getattr(self, name) for name in _FIELDS}, **changed}
        query = urlencode({name: value for name, value in said.items() if value})
        return f"{page}?{query}" if query else page

    def chosen(self, most: int, offset: int) -> CandidateFilter:
        """Return the room's filter."""
        return CandidateFilter(
            state=State(self.state or State.OPEN.value),
            kind=self.kind or None,
            group=self.group or None,
            has_warning={"with": True, "without": False}.get(self.warning),
            most=most,
            offset=offset,
        )


def vocabulary(seat: Seat) -> Response:
    """Show what waits, and the way to publish."""
    asked, room = _asked(seat), seat.house.vocabulary
    application = seat.house.application
    rows = room.candidates(application, asked.chosen(PAGE + 1, (asked.page - 1) * PAGE))
    words = seat.policy.vocabulary
    shares = seat.house.coverage.shares(words.text, words.names)
    groups = room.groups(application)
    return seat.render(
        "vocabulary.html",
        "vocabulary",
        asked=asked,
        rows=rows[:PAGE],
        has_more=len(rows) > PAGE,
        stats=room.stats(application),
        groups=groups,
        clean=sum(group.open - group.warned for group in groups),
        shares=shares,
        goal=GOAL,
        kinds=KIND_WORDS,
        states=STATE_WORDS,
        warnings=WARNING_WORDS,
        done=seat.asked("done"),
        left=seat.asked("left"),
    )


def one(seat: Seat) -> Response:
    """Show one candidate, and cut a text into fragments."""
    return _one_page(seat, _candidate(seat))


def decide(seat: Seat) -> Response:
    """Approve, refuse or reopen: one by its own button, or all that were picked. Raises Invalid."""
    form = seat.form
    for verdict in Verdict:
        if form.get(verdict.value):
            ids = [form[verdict.value]]
            break
    else:
        try:
            verdict = Verdict(form.get("picked", ""))
        except ValueError:
            raise Invalid("say what to do: approve, refuse or reopen") from None
        ids = [name.removeprefix("pick-") for name in form if name.startswith("pick-")]
    if not ids:
        return RedirectResponse(_back(seat), 303)
    done = seat.house.vocabulary.decide(seat.house.application, ids, verdict, _by(seat))
    return _again(seat, done.done, len(done.left))


def approve_group(seat: Seat) -> Response:
    """Approve all of a static file of which nothing warns; of all files where none is named."""
    group = seat.form.get("approve_file") or None
    done = seat.house.vocabulary.approve_group(seat.house.application, group, _by(seat))
    return _again(seat, done.done, len(done.left))


def cut(seat: Seat) -> Response:
    """Put fragments in a text's place."""
    candidate = _candidate(seat)
    fragments = [line.strip() for line in seat.form.get("fragments", "").splitlines() if line.strip()]
    try:
        seat.house.vocabulary.cut(seat.house.application, candidate.id, fragments, _by(seat))
    except (Invalid, Conflict) as refusal:
        return _one_page(seat, candidate, str(refusal), seat.form.get("fragments", ""))
    return RedirectResponse("/console/vocabulary?done=1", 303)


def publish(seat: Seat) -> Response:
    """Publish what was approved with the policy's file."""
    policy = seat.house.republish(seat.now)
    return RedirectResponse(f"/console/vocabulary/versions?newer={policy.vocabulary.version}", 303)


def versions(seat: Seat) -> Response:
    """Show what came and went between two versions; the newest and the one before it where none is named."""
    room, application = seat.house.vocabulary, seat.house.application
    newest = room.version(application)
    newer = min(_number(seat.asked("newer"), newest), newest)
    older = min(_number(seat.asked("older"), max(newer - 1, 0)), newer)
    changes = room.diff(application, older, newer)
    return seat.render(
        "vocabulary_versions.html",
        "vocabulary",
        newest=newest,
        newer=newer,
        older=older,
        added=[change for change in changes if change.change == "added"],
        withdrawn=[change for change in changes if change.change == "withdrawn"],
        kinds=KIND_WORDS,
    )


def vocabulary_csv(seat: Seat) -> Response:
    """Give what the list shows as CSV."""
    headers = {"Content-Disposition": 'attachment; filename="vocabulary.csv"'}
    return Response(csv(_flat(seat)), media_type="text/csv; charset=utf-8", headers=headers)


def vocabulary_json(seat: Seat) -> Response:
    """Give what the list shows as JSON."""
    body = {"schema": 1, "candidates": _flat(seat)}
    return Response(msgspec.json.encode(body), media_type="application/json")


def _flat(seat: Seat) -> list[dict[str, str | int]]:
    rows = seat.house.vocabulary.candidates(seat.house.application, _asked(seat).chosen(MOST_EXPORTED, 0))
    return [
        {
            "id": row.id,
            "kind": KIND_WORDS[row.kind][0],
            "said": row.said or "",
            "language": row.language,
            "file": row.group,
            "seen": " ".join(row.wheres),
            "warnings": " ".join(row.warnings),
            "state": row.state.value,
            "proposed_at": row.proposed_at.isoformat(timespec="seconds"),
        }
        for row in rows
    ]


def _one_page(seat: Seat, row: Candidate, refusal: str = "", fragments: str = "") -> Response:
    return seat.render(
        "vocabulary_one.html",
        "vocabulary",
        status=400 if refusal else 200,
        row=row,
        notes=_notes(seat, row),
        kinds=KIND_WORDS,
        states=STATE_WORDS,
        warnings=WARNING_WORDS,
        refusal=refusal,
        fragments=fragments or row.said or "",
    )


def _notes(seat: Seat, row: Candidate) -> dict[str, object] | None:
    """What is known of a kept sheet or asset; None for others, and for what was destroyed."""
    if row.kind not in (SHEET, ASSET) or not row.said:
        return None
    notes = seat.house.vocabulary.notes(row.said)
    return {"media": notes.media, "size": notes.size, "names": len(notes.names), "strings": notes.strings}


def _candidate(seat: Seat) -> Candidate:
    chosen = CandidateFilter(state=None, id=seat.named("candidate"))
    found = seat.house.vocabulary.candidates(seat.house.application, chosen)
    if not found:
        raise NotFound("there is no candidate of this id")
    return found[0]


def _by(seat: Seat) -> facts.By:
    return facts.By(at=seat.now, actor=seat.account.actor)


def _back(seat: Seat) -> str:
    """The list as it was filtered; only its own query is taken from the form."""
    said = {name: seat.form.get(f"back_{name}", "")[:200] for name in _FIELDS}
    return Asked(state=said["state"], kind=said["kind"], group=said["group"], warning=said["warning"]).url()


def _again(seat: Seat, done: int, left: int) -> Response:
    back = _back(seat)
    told = urlencode({"done": done, **({"left": left} if left else {})})
    return RedirectResponse(f"{back}{'&' if '?' in back else '?'}{told}", 303)


def _asked(seat: Seat) -> Asked:
    said = {name: seat.asked(name) for name in _FIELDS}
    known: dict[str, Sequence[str]] = {
        "state": [one.value for one in State],
        "kind": list(KIND_WORDS),
        "warning": ["with", "without"],
    }
    fit = {name: value if name not in known or value in known[name] else "" for name, value in said.items()}
    page = max(_number(seat.asked("page"), 1), 1)
    return Asked(state=fit["state"], kind=fit["kind"], group=fit["group"], warning=fit["warning"], page=page)


def _number(said: str, otherwise: int) -> int:
    return int(said) if said.isdecimal() and len(said) < 7 else otherwise  # noqa: PLR2004 - versions and pages

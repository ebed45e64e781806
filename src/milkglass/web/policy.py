"""Policy screens: what stands, what waits, forms for journeys and exclusions, and each version with its approvals."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from starlette.responses import RedirectResponse, Response

from milkglass import facts
from milkglass.access.roles import Role
from milkglass.access.values import Act
from milkglass.errors import Invalid, MilkglassError, NotFound, Unavailable
from milkglass.institutions import Reach
from milkglass.policy.changes import Kind, differences, word_diff
from milkglass.policy.editing import JourneyForm, RuleForm, with_exclusions, with_journey, without_journey
from milkglass.policy.lint import examine
from milkglass.policy.load import RISKS
from milkglass.policy.routes import kept_levels, overlaps
from milkglass.policy.telling import concerned
from milkglass.policy.terms import LEVELS
from milkglass.policy.versions import OPERATOR, State, missing
from milkglass.wire.values import InstitutionId

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from milkglass.policy.changes import Piece
    from milkglass.policy.versions import Version
    from milkglass.web.seat import Seat

MOST_BYTES = 512 * 1024  # of a policy's text, as a form
STATE_WORDS = {
    State.DRAFT: ("none", "draft"),
    State.IN_REVIEW: ("info", "in review"),
    State.APPROVED: ("warn", "approved, not yet effective"),
    State.EFFECTIVE: ("good", "effective"),
    State.SUPERSEDED: ("none", "superseded"),
}
OPEN = (State.DRAFT, State.IN_REVIEW, State.APPROVED)
_CONTEXT_LINES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A piece of a word diff as it is shown; `hidden` counts lines that are the same and left out after it."""

    kind: str
    text: str
    hidden: int = 0


def policy(seat: Seat) -> Response:
    """Show what stands, what waits, and every version."""
    stands = _stands(seat)
    found = seat.house.versions.list(seat.house.application)
    examined = examine(stands.body, "policy.yaml", seat.now.date())
    return seat.render(
        "policy.html",
        "policy",
        document=stands.document,
        stands=stands,
        versions=found,
        waiting=[one for one in found if one.state in OPEN],
        state_words=STATE_WORDS,
        remarks=examined.remarks,
        overlaps=overlaps(stands.document.journeys),
        kept=kept_levels(stands.document.journeys),
        who=_names(seat),
        can_write=seat.may(Act.POLICY),
    )


def policy_yaml(seat: Seat) -> Response:
    """Give the text of the policy that stands."""
    headers = {"Content-Disposition": 'attachment; filename="policy.yaml"'}
    return Response(_stands(seat).body, media_type="application/yaml; charset=utf-8", headers=headers)


def journey(seat: Seat) -> Response:
    """Show the form of a journey; of a new one where the address names none."""
    name = seat.asked("name")
    document = _base(seat).document
    if not name:
        form = JourneyForm(name="", routes=(), level="off", has_students=True, risk="high", owner="")
        return _journey_page(seat, form, "")
    found = next((one for one in document.journeys if one.name == name), None)
    if found is None:
        raise NotFound("there is no journey of this name in the draft")
    form = JourneyForm(
        name=found.name,
        routes=[(route, found.selectors.get(route, "")) for route in found.routes],
        level=found.level.word,
        has_students=found.has_students,
        risk=found.risk,
        owner=found.owner,
    )
    return _journey_page(seat, form, name)


def save_journey(seat: Seat) -> Response:
    """Put a journey into the draft, or take it out."""
    said, was = seat.form, seat.form.get("was", "")[:40]
    form = JourneyForm(
        name=said.get("name", "").strip(),
        routes=[_halves(line) for line in _lines(said.get("routes", ""))],
        level=said.get("level", ""),
        has_students=said.get("students") == "yes",
        risk=said.get("risk", ""),
        owner=said.get("owner", "").strip(),
    )

    def edit(text: str) -> str:
        return without_journey(text, was) if said.get("act") == "remove" else with_journey(text, form, was or None)

    return _edited(seat, edit, lambda refusal: _journey_page(seat, form, was, refusal))


def exclusions(seat: Seat) -> Response:
    """Show the form of the exclusions."""
    rules = _base(seat).document.exclusions
    return _exclusions_page(seat, *(_rules_text(said, rules.owners) for said in (rules.selectors, rules.routes)))


def save_exclusions(seat: Seat) -> Response:
    """Put the exclusions into the draft."""
    selectors, routes = (seat.form.get(name, "") for name in ("selectors", "routes"))

    def edit(text: str) -> str:
        return with_exclusions(text, _rules(selectors), _rules(routes))

    return _edited(seat, edit, lambda refusal: _exclusions_page(seat, selectors, routes, refusal))


def text(seat: Seat) -> Response:
    """Show the draft's whole text."""
    return _text_page(seat, _base(seat).body)


def save_text(seat: Seat) -> Response:
    """Keep a whole text as the draft."""
    # A browser sends each line's end as CR LF.
    said = seat.form.get("text", "").replace("\r\n", "\n")
    return _edited(seat, lambda _old: said, lambda refusal: _text_page(seat, said, refusal))


def version(seat: Seat) -> Response:
    """Show one version: what it changes, by rule and by word, and who approved it."""
    return _version_page(seat, _named(seat))


def propose(seat: Seat) -> Response:
    """Send a draft to review."""
    return _step(seat, lambda number: seat.house.versions.propose(seat.house.application, number, _by(seat)))


def approve(seat: Seat) -> Response:
    """Approve a version that somebody else wrote."""
    is_legal = Role.LEGAL in seat.account.roles
    return _step(
        seat,
        lambda number: seat.house.versions.approve(seat.house.application, number, _by(seat), is_legal=is_legal),
    )


def send_back(seat: Seat) -> Response:
    """Return a version to its author."""
    return _step(seat, lambda number: seat.house.versions.send_back(seat.house.application, number, _by(seat)))


def tell(seat: Seat) -> Response:
    """Mark that an institution was told of a version. Raises NotFound."""
    institution = seat.house.scope(Reach.INSTITUTION, seat.form.get("institution", "")).name
    day = _day(seat.form.get("day", ""))
    log_id = seat.house.institutions.log_id(InstitutionId(institution), seat.now)
    by = replace(_by(seat), institution=log_id)
    versions, application = seat.house.versions, seat.house.application
    return _step(seat, lambda number: seat.house.tellings.tell(versions.get(application, number), institution, day, by))


def publish(seat: Seat) -> Response:
    """Make an approved version the one that stands."""
    return _step(
        seat,
        lambda number: seat.house.stand(seat.house.versions.get(seat.house.application, number), _by(seat)),
    )


def _step(seat: Seat, act: Callable[[int], object]) -> Response:
    found = _named(seat)
    try:
        act(found.number)
    except MilkglassError as refusal:
        return _version_page(seat, seat.house.versions.get(seat.house.application, found.number), str(refusal))
    return RedirectResponse(f"/console/policy/versions/{found.number}", 303)


def _version_page(seat: Seat, found: Version, refusal: str = "") -> Response:
    versions = seat.house.versions
    stands = _stands(seat)
    before = _before(seat, found, stands)
    quorum = stands.document.quorum
    return seat.render(
        "policy_version.html",
        "policy",
        status=409 if refusal else 200,
        one=found,
        before=before,
        differences=differences(before.document if before else None, found.document),
        pieces=_shown(word_diff(before.body if before else "", found.body)),
        needs=missing(found, quorum) if found.state is State.IN_REVIEW else [],
        quorum=quorum,
        state_words=STATE_WORDS,
        states=list(State),
        who=_names(seat),
        refusal=refusal,
        is_author=found.author == seat.account.id,
        has_approved=any(one.account == seat.account.id for one in found.approvals),
        can_write=seat.may(Act.POLICY),
        can_approve=seat.may(Act.POLICY_APPROVE),
        has_draft=versions.draft(seat.house.application) is not None,
        concerned=concerned(found) if found.state is not State.DRAFT else (),
        told={one.institution: one for one in seat.house.tellings.told(found)},
    )


def _before(seat: Seat, found: Version, stands: Version) -> Version | None:
    """The version that this one is compared with: what stands, for what waits; else the one that it followed."""
    if found.state in OPEN:
        return stands
    if found.based_on is None:
        return None
    return seat.house.versions.get(seat.house.application, found.based_on)


def _edited(seat: Seat, edit: Callable[[str], str], again: Callable[[str], Response]) -> Response:
    try:
        saved = seat.house.versions.save(seat.house.application, edit(_base(seat).body), _by(seat))
    except MilkglassError as refusal:
        return again(str(refusal))
    return RedirectResponse(f"/console/policy/versions/{saved.number}", 303)


def _journey_page(seat: Seat, form: JourneyForm, was: str, refusal: str = "") -> Response:
    return _form_page(seat, "policy_journey.html", refusal, form=form, was=was, levels=LEVELS, risks=RISKS)


def _exclusions_page(seat: Seat, selectors: str, routes: str, refusal: str = "") -> Response:
    return _form_page(seat, "policy_exclusions.html", refusal, selectors=selectors, routes=routes)


def _text_page(seat: Seat, said: str, refusal: str = "") -> Response:
    return _form_page(seat, "policy_text.html", refusal, text=said)


def _form_page(seat: Seat, template: str, refusal: str, **said: object) -> Response:
    draft = seat.house.versions.draft(seat.house.application)
    return seat.render(template, "policy", status=400 if refusal else 200, refusal=refusal, draft=draft, said=said)


def _stands(seat: Seat) -> Version:
    stands = seat.house.versions.effective(seat.house.application)
    if stands is None:
        raise Unavailable("no policy stands; start with --policy FILE")
    return stands


def _base(seat: Seat) -> Version:
    """What a form changes: the open draft, else what stands."""
    return seat.house.versions.draft(seat.house.application) or _stands(seat)


def _day(said: str) -> date:
    try:
        return date.fromisoformat(said)
    except ValueError:
        raise Invalid("say on which day it was told, as 2026-11-27") from None


def _named(seat: Seat) -> Version:
    said = seat.named("number")
    if not said.isdecimal() or len(said) > 6:  # noqa: PLR2004 - more versions than anybody writes
        raise NotFound("there is no policy version of this number")
    return seat.house.versions.get(seat.house.application, int(said))


def _by(seat: Seat) -> facts.By:
    return facts.By(at=seat.now, actor=seat.account.actor)


def _names(seat: Seat) -> dict[str, str]:
    people = {str(account.id): account.name for account in seat.house.access.accounts.list()}
    return {**people, OPERATOR: "the policy's file", facts.COMMAND_LINE.id: "the command line"}


def _lines(said: str) -> list[str]:
    return [line.strip() for line in said.splitlines() if line.strip()]


def _rules(said: str) -> list[RuleForm]:
    """Read a rule a line; what follows two bars names its owner."""
    return [RuleForm(said=rule, owner=owner) for rule, owner in map(_halves, _lines(said))]


def _halves(line: str) -> tuple[str, str]:
    before, _, after = line.partition("||")
    return before.strip(), after.strip()


def _rules_text(rules: Sequence[str], owners: object) -> str:
    known = owners if isinstance(owners, dict) else {}
    return "\n".join(f"{rule} || {known[rule]}" if rule in known else rule for rule in rules)


def _shown(pieces: Sequence[Piece]) -> list[Shown]:
    """Leave out what is the same far from any change."""
    shown = []
    for place, piece in enumerate(pieces):
        if piece.kind is not Kind.SAME:
            shown.append(Shown(kind=piece.kind.value, text=piece.text))
            continue
        lines = piece.text.splitlines(keepends=True)
        before = lines[:_CONTEXT_LINES] if place else []
        after = lines[-_CONTEXT_LINES:] if place < len(pieces) - 1 else []
        hidden = len(lines) - len(before) - len(after)
        if hidden <= _CONTEXT_LINES:
            shown.append(Shown(kind="same", text=piece.text))
        else:
            shown += [Shown(kind="same", text="".join(before), hidden=hidden), Shown(kind="same", text="".join(after))]
    return shown

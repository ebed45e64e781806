"""Clauses: the policy in plain sentences, each with the control that proves it, or with the flag that nothing does.

Pure: what is known of the running system is passed in. A sentence never says more than the document that it is of, and
a control never says "proven" of what was not seen.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from milkglass.policy.routes import kept_levels
from milkglass.wire.values import Level

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from milkglass.policy.document import Journey, PolicyDocument


class Proof(StrEnum):
    """What a control says of a clause."""

    PROVEN = "proven"
    UNKNOWN = "unknown"  # nothing was seen that could prove it or not
    FAILED = "failed"
    NONE = "none"  # there is no control: the clause is a declaration


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One sentence. `href` leads to the control in the console, `checked_at` says when it last looked."""

    says: str
    proof: Proof = Proof.NONE
    control: str = ""
    href: str = ""
    checked_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Clauses that belong together."""

    title: str
    clauses: tuple[Clause, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """What is known of the running system."""

    now: datetime
    kept_at: datetime | None = None  # the last batch that was enforced and kept
    plain_at: datetime | None = None  # the last batch with a string that arrived plain
    matched: Mapping[str, datetime | None] = field(default_factory=dict)  # exclusions, by the rule as written
    purged: int = 0
    purged_at: datetime | None = None
    overdue: int = 0  # recordings past their day
    log_holds: bool | None = None
    log_at: datetime | None = None
    log_entries: int = 0
    consents_at: datetime | None = None  # when each stored segment was last asked for its consent
    segments: int = 0
    uncovered: int = 0  # recordings with a segment that no consent covers
    untold: tuple[str, ...] = ()  # institutions that nobody marked as told of the change that stands, by name
    told_at: datetime | None = None  # when the last one was marked; None where nobody had to be told


LEVEL_WORDS = {
    Level.OFF: "nothing is recorded",
    Level.CLICKS: "where people click and scroll is recorded, and nothing of the page",
    Level.WIREFRAME: "the page's shape is recorded; every text is a grey bar",
    Level.LABELLED: "the page's shape is recorded; only interface texts that a person reviewed can be read",
}


def sections(document: PolicyDocument, live: Live) -> tuple[Section, ...]:
    """Write the policy out, with what proves each sentence."""
    return (
        Section(title="What is recorded", clauses=tuple(_recorded(document, live))),
        Section(title="What is never recorded", clauses=tuple(_never(document, live))),
        Section(title="Who said yes", clauses=tuple(_agreed(document, live))),
        Section(title="How long it is kept", clauses=tuple(_kept(document, live))),
        Section(title="Who may look", clauses=tuple(_looks(document, live))),
        Section(title="Whom to ask", clauses=tuple(_contacts(document))),
    )


def _recorded(document: PolicyDocument, live: Live) -> Iterator[Clause]:
    def enforced(says: str) -> Clause:
        return Clause(
            says=says,
            proof=Proof.UNKNOWN if live.kept_at is None else Proof.PROVEN,
            control="The server applies these rules to each batch before it keeps it",
            href="/console/masking",
            checked_at=live.kept_at,
        )

    yield enforced(f"A page of {document.name} that is on no list below is not recorded.")
    kept = kept_levels(document.journeys)
    for level in sorted(Level, reverse=True):
        named = [_named(one) for one in document.journeys if min(kept[one.name], document.level) is level]
        if named:
            yield enforced(f"{', '.join(named)}: {LEVEL_WORDS[level]}.")
    for one in document.institutions:
        if one.purposes:
            yield enforced(f"{one.name}: {' and '.join(sorted(one.purposes))}, at most {one.level.word}.")
        else:
            yield enforced(f"{one.name}: nothing, until it says yes.")


def _named(journey: Journey) -> str:
    if not journey.selectors:
        return journey.name
    return f"{journey.name} (only while a page shows {' or '.join(dict.fromkeys(journey.selectors.values()))})"


def _never(document: PolicyDocument, live: Live) -> Iterator[Clause]:
    yield Clause(
        says="What people write, names, pictures and typed text are never stored.",
        proof=Proof.UNKNOWN if live.kept_at is None else Proof.PROVEN,
        control=_masked(live),
        href="/console/masking",
        checked_at=live.kept_at,
    )
    for kind, rules in (("element", document.exclusions.selectors), ("page", document.exclusions.routes)):
        for rule in rules:
            at = live.matched.get(rule)
            yield Clause(
                says=f"Nothing inside the {kind} {rule}.",
                proof=Proof.UNKNOWN if at is None else Proof.PROVEN,
                control="The recorder counts each time that it leaves this out",
                href="/console/masking#exclusions",
                checked_at=at,
            )


def _masked(live: Live) -> str:
    if live.plain_at is None:
        return "The browser masks, and the server masks again; in seven days it found nothing left to mask"
    return "The browser masks, and the server masks again what the browser missed"


def _agreed(document: PolicyDocument, live: Live) -> Iterator[Clause]:
    purposes = " and ".join(sorted(document.consent.purposes))
    lasts = document.consent.lasts_days
    seen = Proof.UNKNOWN if live.consents_at is None else Proof.PROVEN
    yield Clause(
        says=f"A person is asked for {purposes}, each apart, and a yes counts {lasts} days.",
        proof=Proof.FAILED if live.uncovered else seen,
        control=f"{live.segments:,} stored pieces asked for the consent of their time; {live.uncovered} without",
        href="/console/log?act=consent",
        checked_at=live.consents_at,
    )
    if live.untold or live.told_at is not None:
        left = f"not marked as told: {', '.join(live.untold)}" if live.untold else "all were marked as told"
        yield Clause(
            says="Institutions are told of a material change before or when it stands.",
            proof=Proof.FAILED if live.untold else Proof.PROVEN,
            control=f"A person marks each that was told; of this version {left}",
            href="/console/log?act=policy.tell",
            checked_at=live.told_at or live.now,
        )
    for notice in document.consent.notices:
        yield Clause(says=f"Notice {notice.version} ({notice.language}), SHA-256 {notice.hash[:16]}…: {notice.text}")


def _kept(document: PolicyDocument, live: Live) -> Iterator[Clause]:
    yield Clause(
        says=_destroyed(document),
        proof=Proof.FAILED if live.overdue else (Proof.UNKNOWN if live.purged_at is None else Proof.PROVEN),
        control=f"{live.purged} destroyed and probed; {live.overdue} past their day",
        href="/console/log?act=purge",
        checked_at=live.purged_at,
    )
    yield Clause(says="A support code is good for 14 days.")


def _destroyed(document: PolicyDocument) -> str:
    if document.heatmap_days in (None, document.retention_days):
        return f"Recordings and heatmap rows are destroyed {document.retention_days} days after they began."
    return (
        f"Recordings are destroyed {document.retention_days} days after they began, "
        f"what heatmaps are counted from after {document.heatmap_days}."
    )


def _looks(document: PolicyDocument, live: Live) -> Iterator[Clause]:
    proof = {None: Proof.UNKNOWN, True: Proof.PROVEN, False: Proof.FAILED}[live.log_holds]

    def logged(says: str) -> Clause:
        return Clause(
            says=says,
            proof=proof,
            control=f"The evidence log, {live.log_entries:,} entries computed again",
            href="/console/log?act=look",
            checked_at=live.log_at,
        )

    yield logged(f"At most {document.viewers_max} vetted viewers, each with a reason and an open case.")
    yield logged("Each look is logged before its first byte is read; an export needs a second person.")
    yield Clause(says=f"A heatmap shows a place only where {document.people_floor} different people were.")
    if document.access:
        yield Clause(says=document.access)


def _contacts(document: PolicyDocument) -> Iterator[Clause]:
    for name, said in document.contacts:
        yield Clause(says=f"{name.replace('_', ' ').capitalize()}: {said}")
    if document.review:
        yield Clause(says=f"Last reviewed on {document.review.reviewed}, next on {document.review.next}.")

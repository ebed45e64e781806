"""Watch rules: what in the log says that somebody looked who should not have. Pure.

`decide` refuses what it can see; these rules read what came of it afterwards, and would also find a look that went
around it. A rule whose room does not exist yet says so and finds nothing.

Source: DOMAIN's access incidents R1 to R12; 34 CFR 99.31(a)(1)(ii).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TypeAlias

from milkglass.access.values import Part

LEAST_A_DAY = 20
OWN_TIMES = 3
OWN_DAYS = 30
SUBJECT_LOOKS = 5
CASE_LASTS = timedelta(days=7)
TRAINED_FOR = timedelta(days=365)
WORK_BEGINS, WORK_ENDS, SATURDAY = 6, 20, 5  # hours UTC, and a weekday
MANY_SUBJECTS = 10
Span: TypeAlias = tuple[datetime, datetime]  # from, until
LOOKS = frozenset({"look.allow", "look.segment", "export.done"})


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchRule:
    """One row of the table; severity 1 is the worst. `waits_for` names what must exist first, empty if it runs."""

    id: str
    says: str
    severity: int
    waits_for: str = ""


RULES: tuple[WatchRule, ...] = (
    WatchRule(id="r1", says="A look without active leave", severity=1),
    WatchRule(id="r2", says="A look after the person's consent ended", severity=1),
    WatchRule(id="r3", says="A look without valid training or vetting", severity=2),
    WatchRule(id="r4", says="No case, one closed for a week, or another institution's", severity=2),
    WatchRule(id="r5", says="Many more looks in a day than usual", severity=3),
    WatchRule(id="r6", says="An export at night or on a weekend (UTC)", severity=3),
    WatchRule(id="r7", says="A clip from an unlisted network, or looked at too often", severity=2, waits_for="clips"),
    WatchRule(id="r8", says="A break-glass that nobody reviewed in time", severity=2),
    WatchRule(id="r9", says="The same person looked at more than five times, across cases", severity=3),
    WatchRule(id="r10", says="An auditor looked, and no drawn sample holds the recording", severity=2),
    WatchRule(id="r11", says="The log has a gap or does not verify", severity=1),
    WatchRule(id="r12", says="A pseudonym was told without a case", severity=2),
)
BY_ID: Mapping[str, WatchRule] = {rule.id: rule for rule in RULES}


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """An allowed act of the log. `look` is the look's or export's id; ids are the log's."""

    act: str
    at: datetime
    account: str
    roles: tuple[str, ...]
    about: str  # the recording, or what a pseudonym was asked by
    institution: str
    look: str
    case: str | None
    grant: str | None
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Leave:
    """When a grant stood, and what it opened."""

    account: str
    began_at: datetime | None
    ended_at: datetime | None
    institution: str
    recording: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """A support case: whose, and when it was closed."""

    institution: str
    closed_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the database says beside the log."""

    leaves: Mapping[str, Leave] = field(default_factory=dict)
    tickets: Mapping[str, Ticket] = field(default_factory=dict)
    passes: Mapping[str, tuple[datetime, ...]] = field(default_factory=dict)  # of the training, by account
    trained_until: Mapping[str, datetime] = field(default_factory=dict)
    vetted: Mapping[tuple[str, Part], tuple[Span, ...]] = field(default_factory=dict)  # by account and part
    vetted_since: datetime | None = None  # the first of all; what was before it is not judged by it
    subjects: Mapping[str, str] = field(default_factory=dict)  # the person of a recording, by pseudonym
    consent_ended_at: Mapping[str, datetime] = field(default_factory=dict)  # by recording
    demo: frozenset[str] = frozenset()  # recordings of the built-in demo: invented people
    under_13: frozenset[str] = frozenset()  # institutions with children under 13
    overdue: Mapping[str, tuple[str, datetime]] = field(default_factory=dict)  # break-glass: account, due
    broken_at: int | None = None  # the first entry of the log that does not hold


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """Something found. `key` is the same each time that it is found again; `severity` is raised already."""

    rule: str
    key: str
    at: datetime
    severity: int
    account: str = ""
    recording: str = ""
    raised_by: str = ""


def find(seen: Iterable[Seen], known: Known, now: datetime) -> list[Signal]:
    """Run every rule that can run; one signal a rule and look, the oldest first."""
    real = sorted((one for one in seen if one.about not in known.demo), key=lambda one: one.at)
    found: dict[str, Signal] = {}
    for signal in (*_of_each(real, known), *_of_days(real, known), *_of_subjects(real, known), *_standing(known, now)):
        found.setdefault(signal.key, signal)
    return sorted(found.values(), key=lambda signal: (signal.at, signal.key))


def _of_each(seen: Iterable[Seen], known: Known) -> Iterator[Signal]:
    for one in seen:
        if one.act in LOOKS:
            for rule in _broken(one, known):
                yield _signal(rule, one.look, one, known)
        if one.act == "export.done" and _is_off_hours(one.at):
            yield _signal("r6", one.look, one, known)
        if one.act == "pseudonym.resolve" and one.case is None:
            yield _signal("r12", f"{one.about}|{one.at.isoformat()}", one, known)


def _broken(one: Seen, known: Known) -> Iterator[str]:
    if not _has_leave(one, known):
        yield "r1"
    ended_at = known.consent_ended_at.get(one.about)
    if ended_at is not None and ended_at <= one.at:
        yield "r2"
    if not (_is_trained(one, known) and _is_vetted(one, known)):
        yield "r3"
    if "breakglass-view" not in one.rules and not _has_case(one, known):
        yield "r4"
    if "auditor" in one.roles:
        yield "r10"


def _has_leave(one: Seen, known: Known) -> bool:
    leave = known.leaves.get(one.grant or "")
    if leave is None or leave.began_at is None or leave.account != one.account:
        return False
    opens = leave.recording == one.about if leave.recording else leave.institution == one.institution
    return opens and leave.began_at <= one.at and (leave.ended_at is None or one.at < leave.ended_at)


def _is_trained(one: Seen, known: Known) -> bool:
    passes = known.passes.get(one.account, ())
    if any(at <= one.at < at + TRAINED_FOR for at in passes):
        return True
    # What was entered by hand is known only as it is now, so it speaks for times before the next pass alone.
    until = known.trained_until.get(one.account)
    return until is not None and one.at < until and not any(at > one.at for at in passes)


def _is_vetted(one: Seen, known: Known) -> bool:
    if known.vetted_since is None or one.at < known.vetted_since:
        return True
    return all(any(at <= one.at < until for at, until in known.vetted.get((one.account, part), ())) for part in Part)


def _has_case(one: Seen, known: Known) -> bool:
    ticket = known.tickets.get(one.case or "")
    if ticket is None or ticket.institution != one.institution:
        return False
    return ticket.closed_at is None or one.at <= ticket.closed_at + CASE_LASTS


def _is_off_hours(at: datetime) -> bool:
    return at.weekday() >= SATURDAY or not WORK_BEGINS <= at.hour < WORK_ENDS


def _of_days(seen: Iterable[Seen], known: Known) -> Iterator[Signal]:
    by_account: defaultdict[str, defaultdict[date, list[Seen]]] = defaultdict(lambda: defaultdict(list))
    for one in seen:
        if one.act == "look.allow":
            by_account[one.account][one.at.date()].append(one)
    for days in by_account.values():
        counts = {day: len(looks) for day, looks in days.items()}
        for day, looks in days.items():
            if len(looks) > max(LEAST_A_DAY, OWN_TIMES * usual(counts, day)):
                subjects = {known.subjects.get(one.about, one.about) for one in looks}
                yield _signal("r5", f"{looks[0].account}|{day}", looks[-1], known, len(subjects))


def usual(counts: Mapping[date, int], day: date) -> int:
    """Return the 95th percentile of a day's looks in the 30 days before, those without looks counted as none.

    >>> usual({date(2026, 3, n): 10 for n in range(1, 4)}, date(2026, 3, 31))
    10
    >>> usual({date(2026, 3, 1): 10}, date(2026, 3, 31))
    0
    """
    before = sorted(counts.get(day - timedelta(days=back), 0) for back in range(1, OWN_DAYS + 1))
    return before[(len(before) * 95 + 99) // 100 - 1]


def _of_subjects(seen: Iterable[Seen], known: Known) -> Iterator[Signal]:
    looks: Counter[tuple[str, str, str]] = Counter()
    cases: defaultdict[tuple[str, str, str], set[str | None]] = defaultdict(set)
    for one in seen:
        if one.act != "look.allow":
            continue
        subject = known.subjects.get(one.about, one.about)
        key = (one.account, subject, f"{one.at:%Y-%m}")
        looks[key] += 1
        cases[key].add(one.case)
        if looks[key] > SUBJECT_LOOKS and len(cases[key]) > 1:
            yield _signal("r9", "|".join(key), one, known)


def _standing(known: Known, now: datetime) -> Iterator[Signal]:
    for grant, (account, due_at) in known.overdue.items():
        yield Signal(rule="r8", key=f"r8|{grant}", at=due_at, severity=BY_ID["r8"].severity, account=account)
    if known.broken_at is not None:
        yield Signal(rule="r11", key=f"r11|{known.broken_at}", at=now, severity=BY_ID["r11"].severity)


def _signal(rule: str, key: str, one: Seen, known: Known, subjects: int = 1) -> Signal:
    """Make a signal, one level worse for many persons or young children. Sharing outside does not exist yet."""
    severity, raised_by = BY_ID[rule].severity, ""
    if subjects >= MANY_SUBJECTS:
        raised_by = "ten persons or more"
    elif one.institution in known.under_13:
        raised_by = "children under 13"
    return Signal(
        rule=rule,
        key=f"{rule}|{key}",
        at=one.at,
        severity=max(1, severity - 1) if raised_by else severity,
        account=one.account,
        recording="" if one.act == "pseudonym.resolve" else one.about,
        raised_by=raised_by,
    )

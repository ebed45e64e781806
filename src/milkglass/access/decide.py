"""Decide: who may do what, as one pure function over the table of rules.

A forbid stands unless each of its conditions is known to hold; a permit counts only if each of its conditions is known
to hold. So an attribute that is missing can refuse and can never allow. What no rule permits is refused.
"""

from collections.abc import Collection
from datetime import UTC, datetime
from hashlib import sha256

import rfc8785

from milkglass.access.conditions import CONDITIONS
from milkglass.access.roles import Role
from milkglass.access.rules import RULES, Effect, Rule
from milkglass.access.values import Act, Decision, Facts, Request


def decide(request: Request, facts: Facts, now: datetime) -> Decision:
    """Decide by the table. Pure: the same three values give the same decision on every machine."""
    named = [rule for rule in RULES if request.act in rule.acts]
    for rule in named:
        if rule.effect is Effect.FORBID and (unmet := _unmet(rule, request, facts, now)):
            return _forbidden(rule, unmet)
    permits = [rule for rule in named if rule.effect is Effect.PERMIT]
    for rule in permits:
        if not _unmet(rule, request, facts, now):
            return Decision(allowed=True, rule=rule.id, reason=rule.reason, remedy=rule.remedy)
    if not permits:
        return Decision(allowed=False, rule="unknown", reason="No rule permits this.", remedy="Nothing.")
    return Decision(
        allowed=False,
        rule=permits[0].id,
        reason=f"This is not so now: {', '.join(_unmet(permits[0], request, facts, now))}.",
        remedy=permits[0].remedy,
    )


def acts_of(role: Role) -> tuple[Act, ...]:
    """List the acts that some rule permits a role; what else such a rule asks is left out."""
    held, never = Facts(roles=frozenset({role})), datetime.min.replace(tzinfo=UTC)
    permitted = {
        act
        for rule in RULES
        if rule.effect is Effect.PERMIT
        for act in rule.acts
        # Of somebody of whom nothing else is known, only what the role itself fulfils holds.
        if any(CONDITIONS[name](Request(act=act), held, never) is True for name in rule.conditions)
    }
    return tuple(sorted(permitted))


def permits(roles: Collection[Role], act: Act) -> bool:
    """Say whether some rule permits an act to one of these roles; what else such a rule asks is left out."""
    return any(act in acts_of(role) for role in roles)


def table_hash(rules: tuple[Rule, ...] = RULES) -> str:
    """Return `sha256:` and the hash of the table's canonical text, for each leaf's `policy`."""
    return f"sha256:{sha256(table_text(rules)).hexdigest()}"


def table_text(rules: tuple[Rule, ...] = RULES) -> bytes:
    """Return the table as canonical JSON: what an auditor needs to decide again."""
    return rfc8785.dumps(
        [
            {
                "id": rule.id,
                "effect": rule.effect.value,
                "acts": sorted(rule.acts),
                "conditions": list(rule.conditions),
                "reason": rule.reason,
                "remedy": rule.remedy,
                "steps": list(rule.steps),
            }
            for rule in rules
        ]
    )


def page(rules: tuple[Rule, ...] = RULES) -> str:
    """Return the table of docs/access.md."""
    lines = ["| rule | effect | acts | holds if | why | to be allowed |", "| --- | --- | --- | --- | --- | --- |"]
    for rule in rules:
        effect = "forbids unless" if rule.effect is Effect.FORBID else "permits if"
        acts = "all" if rule.acts == frozenset(Act) else " ".join(sorted(rule.acts))
        conditions, remedy = "; ".join(rule.conditions), " ".join((*rule.steps, rule.remedy))
        lines.append(f"| `{rule.id}` | {effect} | {acts} | {conditions} | {rule.reason} | {remedy} |")
    return "\n".join(lines) + "\n"


def roles_page() -> str:
    """Return the table of docs/access.md that says what each role is permitted."""
    lines = ["| role | permissions |", "| --- | --- |"]
    lines += [f"| `{role}` | {' '.join(f'`{act}`' for act in acts_of(role))} |" for role in Role]
    return "\n".join(lines) + "\n"


def _unmet(rule: Rule, request: Request, facts: Facts, now: datetime) -> list[str]:
    return [name for name in rule.conditions if CONDITIONS[name](request, facts, now) is not True]


def _forbidden(rule: Rule, unmet: list[str]) -> Decision:
    """Refuse; where each condition has a step of its own, name those that are missing and the way to them."""
    if not rule.steps:
        return Decision(allowed=False, rule=rule.id, reason=rule.reason, remedy=rule.remedy)
    steps = [step for name, step in zip(rule.conditions, rule.steps, strict=True) if name in unmet]
    return Decision(allowed=False, rule=rule.id, reason=rule.reason, remedy=" ".join((*steps, rule.remedy)))

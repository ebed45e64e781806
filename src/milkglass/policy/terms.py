"""The parts of a policy that people rely on: consent and its notices, access, contacts, review and approval."""

from __future__ import annotations

from typing import TYPE_CHECKING

from milkglass.policy.document import ConsentTerms, Notice, Review
from milkglass.wire.values import Purpose

if TYPE_CHECKING:
    from milkglass.policy.reading import Node

SLUG = r"[a-z][a-z0-9-]{2,39}"
LEVELS = ("off", "clicks", "wireframe", "labelled")
PURPOSES = tuple(purpose.value for purpose in Purpose)
# Who answers for what. `support` is where people turn to; the others are people with a duty.
CONTACTS = ("owner", "deputy", "legal", "engineering", "client_success", "support", "address")
NOTICE = r"[A-Za-z0-9._-]{1,64}"
LANGUAGE = r"[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-[A-Z]{2})?"
LONGEST_CONSENT_DAYS = 180
MOST_APPROVALS = 5
LONGEST_DAYS = 365
# What is kept of people's use: recordings, and the rows that heatmaps are counted from.
DATA_CLASSES = ("recordings", "heatmaps")


def purposes_of(node: Node, key: str) -> frozenset[Purpose]:
    """Read a list of consent purposes."""
    purposes = node.words(key)
    for purpose in purposes:
        if purpose not in PURPOSES:
            node.wrong(key, f"purpose '{purpose}' is unknown; use replay and heatmap")
    return frozenset(Purpose(purpose) for purpose in purposes)


def consent_of(top: Node) -> ConsentTerms:
    """Read `consent`."""
    if "consent" not in top.tree:
        return ConsentTerms()
    node = top.node("consent")
    node.only(("purposes", "lasts_days", "notices"))
    lasts = node.number("lasts_days", least=1, most=LONGEST_CONSENT_DAYS) if "lasts_days" in node.tree else 180
    notices: dict[tuple[str, str], Notice] = {}
    for inner in node.nodes("notices") if "notices" in node.tree else ():
        inner.only(("version", "language", "text"))
        notice = Notice(
            version=inner.said("version", NOTICE),
            language=inner.said("language", LANGUAGE),
            text=inner.said("text").strip(),
        )
        place = (notice.version, notice.language)
        if place in notices:
            inner.wrong(
                "version", f"notice '{notice.version}' stands twice in {notice.language}; give it a new version"
            )
        notices[place] = notice
    purposes = purposes_of(node, "purposes") if "purposes" in node.tree else frozenset(Purpose)
    return ConsentTerms(purposes=purposes, lasts_days=lasts, notices=tuple(notices.values()))


def contacts_of(top: Node) -> tuple[tuple[str, str], ...]:
    """Read `contacts`."""
    if "contacts" not in top.tree:
        return ()
    node = top.node("contacts")
    node.only(CONTACTS)
    return tuple((str(key), node.said(str(key))) for key in node.tree)


def access_of(top: Node) -> str:
    """Read `access`, the owner's words about who looks; the rules themselves are not the policy's to change."""
    return top.said("access").strip() if "access" in top.tree else ""


def review_of(top: Node) -> Review | None:
    """Read `review`."""
    if "review" not in top.tree:
        return None
    node = top.node("review")
    node.only(("reviewed", "next"))
    review = Review(reviewed=node.day("reviewed"), next=node.day("next"))
    if review.next <= review.reviewed:
        node.wrong("next", "'next' must come after 'reviewed'; write the day of the coming review")
    return review


def retention_of(top: Node) -> tuple[int, int | None]:
    """Read for how many days recordings and heatmap rows are kept: one number for both, or one for each class.

    Returns: the recordings' days, and the heatmap rows' where they are said apart.
    """
    if "retention" not in top.tree:
        return top.number("retention_days", least=1, most=LONGEST_DAYS), None
    if "retention_days" in top.tree:
        top.wrong("retention_days", "'retention' says the days of each class; take 'retention_days' out")
    node = top.node("retention")
    node.only(DATA_CLASSES)
    for name in DATA_CLASSES:
        if name not in node.tree:
            top.wrong("retention", f"'retention' does not say how long {name} are kept; add `{name}: 30`")
    recordings, heatmaps = (node.number(name, least=1, most=LONGEST_DAYS) for name in DATA_CLASSES)
    if heatmaps > recordings:
        # A heatmap row outlives no recording: who takes their consent back must find all of it by its recording.
        node.wrong("heatmaps", f"heatmap rows are kept no longer than their recording, {recordings} days here")
    return recordings, heatmaps


def quorum_of(top: Node) -> int:
    """Read `approval.quorum`."""
    if "approval" not in top.tree:
        return 0
    node = top.node("approval")
    node.only(("quorum",))
    return node.number("quorum", least=0, most=MOST_APPROVALS)

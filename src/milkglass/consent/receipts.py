"""Receipts: what a person may keep of their consent, in the shape of ISO/IEC TS 27560. Pure.

A yes in our dialog, or in a customer's, is a privacy consent. It is never called a consent of 34 CFR 99.30, which must
be signed and must authenticate the person: `lawful_basis` is `consent` and nothing else.

Source: ISO/IEC TS 27560:2023, field names by way of the W3C DPV guide.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import NAMESPACE_URL, UUID, uuid5

from milkglass.consent.values import Channel, Event, Kind
from milkglass.database.moments import unspell
from milkglass.policy.document import OptIn, PolicyDocument
from milkglass.wire.values import ConsentId, Json, Level, Purpose

RECORD_VERSION = "milkglass-27560-1"
RECEIPT_VERSION = "milkglass-27560-receipt-1"
_KEPT = {
    Level.CLICKS: ("clicks_recording", "where was clicked and scrolled, which requests failed; no words"),
    Level.WIREFRAME: ("wireframe_recording", "the page's shape with all text masked, clicks and scrolling"),
    Level.LABELLED: ("labelled_recording", "the page's shape, text masked but for the product's own labels, clicks"),
}
_STATES = {Kind.DISMISSED: "refused", Kind.SIGNAL: "refused"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """A consent as its record tells it. `digest` is of the notice's words; empty where the customer keeps them."""

    id: ConsentId
    alias: str
    purposes: frozenset[Purpose]
    notice: str
    language: str
    digest: str
    actor: str
    channel: Channel
    agreed_at: datetime
    lasts_days: int
    events: Sequence[Event]


def receipt(records: Sequence[dict[str, Json]], now: datetime) -> dict[str, Json]:
    """Return a receipt over records; the same records and moment give the same receipt."""
    ids = [str(record["record_id"]) for record in records]
    return {
        "schema_version": RECEIPT_VERSION,
        "receipt_id": str(uuid5(NAMESPACE_URL, f"{' '.join(ids)} {now.isoformat()}")),
        "record_ids": list(ids),
        "created": _moment(now),
        "records": list(records),
    }


def record(recorded: Recorded, policy: PolicyDocument, institution: OptIn, url: str) -> dict[str, Json]:
    """Return one consent record; `url` is where this server answers."""
    events: list[Json] = [_event(one, recorded) for one in recorded.events if one.kind is not Kind.ERASED]
    return {
        "schema_version": RECORD_VERSION,
        "record_id": str(uuid_of(recorded.id)),
        "pii_principal_id": _principal(recorded),
        "pii_processing": {
            "privacy_notice": {"url": f"{url}/policy", "sha256": recorded.digest, "version": recorded.notice},
            "language": recorded.language,
            "purposes": [_purpose(one, policy, institution, url) for one in sorted(recorded.purposes)],
        },
        "party_identification": _parties(policy, institution),
        "events": events,
    }


def uuid_of(consent_id: ConsentId) -> UUID:
    """Spell a consent's 128 bits as the UUID that the schema asks for.

    >>> str(uuid_of(ConsentId("0" * 25 + "z")))
    '00000000-0000-0000-0000-00000000001f'
    """
    return UUID(int=unspell(consent_id))


def _purpose(purpose: Purpose, policy: PolicyDocument, institution: OptIn, url: str) -> Json:
    level = min(policy.level, institution.level)
    word, about = _KEPT[max(level, Level.CLICKS)]
    if purpose is Purpose.HEATMAP:
        word, about = "heatmap_aggregation", f"counts of clicks above {policy.people_floor} people"
    days = institution.days({purpose}, policy.retention_days)
    return {
        "purpose": word,
        "lawful_basis": "consent",
        "pii_information": [{"pii_type": about, "pii_optional": True, "special_pii_category": False}],
        "pii_controllers": [institution.id],
        "collection_method": "in the browser, masked before anything is sent",
        "storage_locations": ["the server of the product's vendor"],
        "retention_period": f"P{days}D",
        "service": policy.name,
        "jurisdiction": f"US-{institution.states[0]}" if institution.states else "US",
        "recipient_third_parties": [],
        "withdrawal_method": f"{url}/policy",
    }


def _parties(policy: PolicyDocument, institution: OptIn) -> list[Json]:
    contacts = dict(policy.contacts)
    contact = contacts.get("support") or contacts.get("owner") or "not named in the policy"
    unknown = "not named in the policy; ask the contact"
    return [
        {
            "party_id": institution.id,
            "party_name": institution.name,
            "party_address": institution.address or unknown,
            "party_contact": contact,
            "party_type": "pii_controller",
        },
        {
            "party_id": policy.application,
            "party_name": policy.name,
            "party_address": contacts.get("address", unknown),
            "party_contact": contact,
            "party_type": "pii_processor",
        },
    ]


def _event(event: Event, recorded: Recorded) -> Json:
    is_own = recorded.channel is Channel.DIALOG and event.by == "person"
    return {
        "event_time": _moment(event.agreed_at or event.at),
        "validity_duration": f"P{recorded.lasts_days}D",
        "entity_id": _principal(recorded) if is_own else f"{recorded.channel.value}:{recorded.actor}",
        "event_type": "school_authorized" if recorded.actor == "institution" else "expressed",
        "event_state": _STATES.get(event.kind, event.kind.value),
        "indication_method": _METHODS[recorded.channel],
    }


_METHODS = {
    Channel.DIALOG: "a button of the consent dialog, by purpose",
    Channel.TOKEN: "the product's own consent tool, as its server says",
    Channel.KEY: "the product's server, by its backend key",
}


def _principal(recorded: Recorded) -> str:
    return f"sub_{recorded.alias}"


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")

"""What `milkglass pseudonym` does in the process that owns the data directory."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from milkglass.institutions import Reach
from milkglass.replay.pseudonyms import Subject
from milkglass.wire.values import InstitutionId, RecordingId

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from milkglass.app.app import Milkglass

    Arguments = Mapping[str, Any]
    Say = Callable[[str], None]


def _ask(house: Milkglass, arguments: Arguments, _say: Say) -> dict[str, object]:
    now, account = datetime.now(UTC), house.account(str(arguments["account"]))
    subject = _subject(house, arguments, now)
    case = house.access.cases.open(str(arguments["case"]), subject.institution, account, now)
    asked = house.pseudonyms.ask(account, subject, str(arguments["reason"]), case.id, now)
    where = f"{house.settings.url}/console/pseudonyms"
    return {"asked": asked.id, "next": f"a second person agrees at {where}; then it is shown there"}


def _subject(house: Milkglass, arguments: Arguments, now: datetime) -> Subject:
    if arguments["recording"] is not None:
        house.ingest.roll(now)
        row = house.replay.get(RecordingId(str(arguments["recording"])))
        return Subject(institution=row.institution, recording=row.recording)
    scope = house.scope(Reach.INSTITUTION, str(arguments["institution"]))
    return Subject(institution=InstitutionId(scope.name), person=str(arguments["person"]))


PSEUDONYM_CALLS: Mapping[str, Callable[[Milkglass, Arguments, Say], dict[str, object]]] = {
    "pseudonym.ask": _ask,
}

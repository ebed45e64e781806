"""Drive: fill a running server with visits of invented people, and keep the wireframes that its heatmaps lie over."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from milkglass.app.app import VERSION
from milkglass.demo.visits import run, walk_wireframes
from milkglass.errors import NotAllowed
from milkglass.policy.capture import capture_rules
from milkglass.wire.values import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from milkglass.app.app import Milkglass


def drive(house: Milkglass, people: int, say: Callable[[str], None]) -> dict[str, object]:
    """Walk the wireframes, then the visits. Raises NotFound without Chromium, NotAllowed where no demo is served."""
    if not house.settings.demo:
        raise NotAllowed("this server does not serve the demo; start it with --demo")
    base, chromium = house.settings.url, house.settings.browser or None
    routes: set[str] = set()
    for walked in walk_wireframes(base, lambda ticket: _exchange(house, ticket), chromium=chromium):
        say(f"wireframe of {walked.route} ({walked.size} screen)")
        house.wireframes.keep(walked.recording, walked.route, walked.size, datetime.now(UTC))
        routes.add(walked.route)
    for progress in run(base, people=people, chromium=chromium):
        say(progress.line)
    house.ingest.roll(datetime.now(UTC))
    return {"people": people, "wireframes": sorted(routes), "look": f"{base}/console/recordings"}


def _exchange(house: Milkglass, ticket: str | None) -> bytes:
    """Give the demo account a ticket, which no visit token can; in the form of `POST /v1/tickets`."""
    given = house.tickets.demo(house.application, ticket, datetime.now(UTC), VERSION)
    policy = house.policies.current(house.application)
    if isinstance(given, Refusal) or policy is None:
        raise NotAllowed("the demo account may not record under this policy; use the demo's own")
    rules = json.loads(capture_rules(policy, given.fields.institution, given.fields.purposes))
    answer = {
        "ticket": given.ticket,
        "recording": given.fields.recording,
        "elapsed": given.elapsed,
        "renew_in": given.renew_in,
        "rules": rules,
    }
    return json.dumps(answer).encode()

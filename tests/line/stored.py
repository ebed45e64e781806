"""Everything that a stopped server's data directory holds, opened with its keys, and everything its console shows."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from milkglass.app.app import Milkglass
from milkglass.demo.files import POLICY_FILE
from milkglass.enforcement.grammar import Grammar, is_stored_form, strings
from milkglass.replay.values import Filters
from milkglass.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from playwright.sync_api import Browser

    from tests.line.server import Server

FULL_SNAPSHOT = 2


@dataclass
class Swept:
    """What a sweep found: counts, the plain bytes of all, and each string that has not its path's form."""

    recordings: int = 0
    batches: int = 0
    snapshots: int = 0
    interactions: int = 0
    numbers: dict[str, list[int]] = field(default_factory=dict)
    ungrammatical: list[tuple[str, str]] = field(default_factory=list)
    plain: bytes = b""


def opened(server: Server) -> Milkglass:
    settings = Settings(data=server.data, port=server.port, public_url=server.public_url)
    return Milkglass.open(settings, POLICY_FILE, datetime.now(UTC))


def sweep(server: Server) -> Swept:
    """Open every recording, every heatmap row and every row of the database. The server must have stopped."""
    house = opened(server)
    swept = Swept()
    try:
        policy = house.policies.all()[0]
        for row in house.replay.list(Filters(most=10_000)):
            swept.recordings += 1
            for batch in house.vault.whole(row.recording):
                words = house.vocabulary.words(row.application, batch.vocabulary)
                assert words is not None
                grammar = Grammar(policy=policy, words=words)
                swept.batches += 1
                swept.numbers.setdefault(row.recording, []).append(batch.number)
                swept.plain += batch.events + batch.interactions
                swept.snapshots += sum(event["type"] == FULL_SNAPSHOT for event in json.loads(batch.events))
                swept.interactions += len(json.loads(batch.interactions))
                swept.ungrammatical += [
                    (path, said)
                    for path, said in strings(batch.events, batch.interactions)
                    if not is_stored_form(path, said, grammar)
                ]
        with house.engine.connect() as connection:
            for table in (
                connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type='table'").scalars().all()
            ):
                for line in connection.exec_driver_sql(f'SELECT * FROM "{table}"'):  # noqa: S608 - our own tables
                    if table not in ("vocabulary_entries", "policies"):  # reviewed by hand, and no page's
                        swept.plain += repr(tuple(line)).encode()
    finally:
        house.close()
    return swept


def console_bytes(server: Server, url: str, links: Mapping[str, str], browser: Browser) -> bytes:
    """Read what owner and viewer can see: every screen, and every recording's look."""
    seen, looks = b"", 0
    for name, link in links.items():
        context = browser.new_context()
        page = context.new_page()
        page.goto(link)
        page.locator("main form button").last.click()
        page.wait_for_url("**/console/**")
        for path in (
            "/console/",
            "/console/recordings",
            "/console/heatmaps",
            "/console/log",
            "/console/recordings.json",
        ):
            answer = context.request.get(f"{url}{path}")
            assert answer.status in (200, 403), f"{path} as {name}: {answer.status}"
            seen += answer.body()
        if name == "demo viewer":
            for row in server.told("recordings", "list")["recordings"]:  # type: ignore[attr-defined]  # a list of rows
                page.goto(f"{url}/console/recordings/{row['recording']}")
                page.fill("input[name=case]", "ZD-1")
                with page.expect_navigation():
                    page.locator("form[action$='/looks'] button").last.click()
                if "/console/looks/" in page.url:  # whose consent was withdrawn, nobody may look at
                    looks += 1
                    page.wait_for_timeout(1500)
                seen += page.content().encode()
                for frame in page.frames:
                    seen += frame.content().encode()
        context.close()
    assert looks, "somebody looked at a recording"
    return seen

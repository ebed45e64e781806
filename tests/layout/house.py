"""A real Milkglass server for one page, with a policy that lets its routes be recorded at a level of choice."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ruamel.yaml import YAML

from milkglass.vocabulary.entries import spelt
from tests.layout.reviewing import review
from tests.line.server import Server

# The built-in demo's application: its people are invented, so an export needs no second person.
APPLICATION = "chalkboard"
LEVELS = ("labelled", "wireframe")
# Until nothing is left to open on these pages, however busy the machine is: the minutes only end a walk that hangs.
LEARN_PAGES, LEARN_MINUTES = "12", "12"


@dataclass(frozen=True, kw_only=True)
class Vocabulary:
    """Texts and names that may be readable."""

    text: Sequence[str] = ()
    names: Sequence[str] = ()


@dataclass(frozen=True)
class House:
    """The running server."""

    server: Server

    def token(self, level: str) -> str:
        """A visit token of somebody whose institution agreed to this level."""
        told = self.server.told(
            "token",
            "--person",
            level,
            "--institution",
            f"school-{level}",
            "--purpose",
            "replay",
            "--purpose",
            "heatmap",
        )
        return str(told["token"])

    def learn(self, address: str, login: Sequence[dict[str, object]]) -> dict[str, object]:
        """Walk the product as an operator does, and take over what nothing warns of."""
        steps = self.server.data.parent / "login.json"
        steps.write_text(json.dumps(list(login)), "utf-8")
        words = ["--login", str(steps)] if login else []
        bounds = ["--pages", LEARN_PAGES, "--minutes", LEARN_MINUTES, "--widths", "1280"]
        return self.server.told("vocabulary", "learn", address, *words, *bounds, "--approve-clean", seconds=900)

    def review(self, own: str) -> dict[str, int]:
        """Decide what `learn` left, as a person does who knows the page's people."""
        return review(self.server.data, own)

    def export(self, level: str) -> list[dict[str, object]]:
        """The newest recording of a level as `milkglass recordings export` writes it."""
        listed = self.server.told("recordings", "list", "--institution", f"school-{level}")
        rows = listed["recordings"]
        assert isinstance(rows, list)
        assert rows, f"nothing was recorded at {level}"
        recording = str(rows[0].get("recording") or rows[0].get("id"))
        to = self.server.data.parent / f"{level}.json"
        self.server.told(
            "recordings", "export", recording, "--as", "Demo viewer", "--reason", "support_case", "--case", "HD-1",
            "--to", str(to),
        )  # fmt: skip
        events: list[dict[str, object]] = json.loads(to.read_text("utf-8"))
        return events


def _write(folder: Path, origin: str, routes: Sequence[str], vocabulary: Vocabulary) -> Path:
    yaml = YAML()
    schools = [
        {"id": f"school-{level}", "name": level, "type": "other", "opted_in": ["replay", "heatmap"], "level": level}
        for level in LEVELS
    ]
    journey = {"name": "page", "routes": list(routes), "level": "labelled", "student_interaction": False, "risk": "low"}
    with (folder / "policy.yaml").open("w", encoding="utf-8") as sink:
        yaml.dump(
            {
                "milkglass": 1,
                "application": {"id": APPLICATION, "name": "Page", "origins": [origin]},
                "vocabulary": "words.yaml",
                "retention_days": 30,
                "people_floor": 10,
                "viewers_max": 6,
                "query_keys": [],
                "institutions": schools,
                "journeys": [journey],
            },
            sink,
        )
    names = sorted({name for name in vocabulary.names if spelt("n", name)})
    text = sorted({said for said in vocabulary.text if spelt("t", said)})
    with (folder / "words.yaml").open("w", encoding="utf-8") as sink:
        head = {"milkglass_vocabulary": 1, "application": APPLICATION, "reviewer": "test", "reviewed": "2026-11-24"}
        yaml.dump({**head, "text": text, "names": names}, sink)
    return folder / "policy.yaml"


@contextmanager
def living(folder: Path, origin: str, routes: Sequence[str], vocabulary: Vocabulary) -> Iterator[House]:
    """Run a server for a page until the block ends."""
    folder.mkdir(parents=True)
    policy = _write(folder, origin, routes, vocabulary)
    server = Server(folder / "data")
    server.start("--policy", str(policy), "--demo")
    try:
        yield House(server)
    finally:
        server.stop()

"""`milkglass init`: what it writes is a policy that stands, and it overwrites nothing."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from milkglass.app.app import Milkglass
from milkglass.cli.main import app
from milkglass.errors import Conflict, Invalid
from milkglass.policy.starters import STARTERS
from milkglass.settings import Settings
from tests.web.house import right_now

WORDS = ["--id", "reading-club", "--origin", "https://club.example", "--name", "Reading club", "--json"]


@pytest.mark.parametrize("starter", STARTERS)
def test_what_it_writes_opens_and_records_nobody_yet(tmp_path: Path, starter: str) -> None:
    folder = tmp_path / "new"
    done = CliRunner().invoke(app, ["init", str(folder), "--starter", starter, *WORDS], catch_exceptions=False)
    told = json.loads(done.stdout)
    house = Milkglass.open(Settings(data=tmp_path / "data", demo=False), Path(told["policy"]), right_now())
    try:
        policy = house.policies.current(house.application)
        assert policy is not None
        document = policy.document
        assert (house.application, document.name, document.origins) == (
            "reading-club",
            "Reading club",
            ("https://club.example",),
        )
        assert not any(one.granted(right_now().date()) for one in document.institutions)
    finally:
        house.close()


def test_what_is_there_stays_and_a_wrong_origin_writes_nothing(tmp_path: Path) -> None:
    with pytest.raises(Invalid):
        CliRunner().invoke(app, ["init", str(tmp_path), "--id", "x-1", "--origin", "club"], catch_exceptions=False)
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "policy.yaml").write_text("mine", "utf-8")
    with pytest.raises(Conflict):
        CliRunner().invoke(app, ["init", str(tmp_path), *WORDS], catch_exceptions=False)
    assert (tmp_path / "policy.yaml").read_text("utf-8") == "mine"

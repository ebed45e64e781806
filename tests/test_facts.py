"""Facts: every act has a name that the log's schema takes, and docs/log.md lists each."""

import re
from pathlib import Path

import pytest

from milkglass.facts import Act, By, Ruling, consent, look
from milkglass.merkle.entry import canonical
from tests.merkle.room import NOW


@pytest.mark.parametrize("act", Act)
def test_each_act_is_of_the_schemas_form_and_in_the_docs(act: Act) -> None:
    assert re.fullmatch(r"[a-z]+(\.[a-z_]+)+", act)
    assert f"`{act}`" in (Path(__file__).parents[1] / "docs" / "log.md").read_text("utf-8")


def test_facts_become_entries() -> None:
    by = By(at=NOW, institution="0" * 26)
    for fact in (
        look(by, Act.LOOK_ALLOW, "r" * 26, Ruling(), {"look": "l" * 26}),
        consent(by, Act.CONSENT_RECORD, "c", {}),
    ):
        assert canonical(fact, institution_number=0, seq_wall=0)

"""The cases of spec/vectors/rendering.json, which the player runs too."""

import json

import pytest

from milkglass.enforcement.table import read_spec
from milkglass.replay.rendering import rendered
from milkglass.replay.rendering_masks import spec
from milkglass.wire.values import Json

_READ = json.loads(read_spec("vectors/rendering.json").decode().replace("⟦", "\U0010fffc").replace("⟧", "\U0010fffd"))


@pytest.mark.parametrize("case", [pytest.param(one, id=one["name"]) for one in _READ["cases"]])
def test_a_case_is_rendered_as_in_the_player(case: dict[str, list[dict[str, Json]]]) -> None:
    rules = json.dumps("".join(spec().rules))[1:-1]
    expected = json.loads(json.dumps(case["out"]).replace("RULES", rules))
    assert list(rendered(case["in"], _READ["words"], 0)) == expected

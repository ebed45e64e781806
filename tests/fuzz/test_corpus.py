"""What the fuzzer once found stays mended, and its targets hold for the vectors."""

import pytest

from tests.fuzz.checks import CORPUS, TARGETS, seeds


@pytest.mark.parametrize("target", sorted(TARGETS))
def test_every_kept_case_holds(target: str) -> None:
    given = list(seeds(target))
    assert len(given) > len(list((CORPUS / target).iterdir()))
    for case in given:
        TARGETS[target](case)

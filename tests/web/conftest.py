from collections.abc import Iterator

import pytest

from tests.web.house import Lived, happenings, lived, page_events


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lived]:
    """Twelve people of two institutions, recorded and rolled."""
    with lived(tmp_path_factory.mktemp("school")) as house:
        for number in range(12):
            institution = "riverbend-high" if number % 3 else "lakeside-college"
            house.record(f"person {number}", page_events(), happenings(), institution)
        house.roll()
        yield house

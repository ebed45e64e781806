"""What holds for every test: its name in each process that collects it, its turn, and no failure for being slow."""

import os

import pytest
from hypothesis import HealthCheck, settings

# A busy machine is no defect: speed is measured in benchmarks/, never asserted here. `make test` tries the same
# examples each time, so that what fails is the change and not the dice; `make test-long` draws new ones.
settings.register_profile(
    "milkglass",
    deadline=None,
    derandomize="MILKGLASS_TEST_LONG" not in os.environ,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("milkglass")


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name bytes by their place in the list: packed bytes hold the second of packing, and workers would differ."""
    return argname if isinstance(val, bytes) else None


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes long, so that the workers end together; keep together what shares a house or a browser."""
    for item in items:
        if item.get_closest_marker("browser") or shares(item):
            item.add_marker(pytest.mark.xdist_group(item.location[0]))
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


def shares(item: pytest.Item) -> bool:
    """Whether a test uses what is made once for all of its file."""
    info = item._fixtureinfo if isinstance(item, pytest.Function) else None  # noqa: SLF001 - pytest tells it nowhere else
    made = info.name2fixturedefs.values() if info else ()
    return any(one.scope == "module" for all_of_a_name in made for one in all_of_a_name)

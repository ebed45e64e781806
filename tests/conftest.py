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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take long, so that the workers end together."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)

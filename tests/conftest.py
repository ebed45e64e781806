"""What holds for every test: the same name in each process that collects it, and no failure for being slow."""

from hypothesis import settings

# A busy machine is no defect: speed is measured in benchmarks/, never asserted here.
settings.register_profile("milkglass", deadline=None)
settings.load_profile("milkglass")


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name bytes by their place in the list: packed bytes hold the second of packing, and workers would differ."""
    return argname if isinstance(val, bytes) else None

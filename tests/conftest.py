"""What holds for every test: a test has the same name in each process that collects it."""


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name bytes by their place in the list: packed bytes hold the second of packing, and workers would differ."""
    return argname if isinstance(val, bytes) else None

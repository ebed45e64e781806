"""The server's stderr: kinds of errors and places in our code, never what an error says."""

import logging
import sys

import pytest

from milkglass.cli.serve import quiet_logs


def test_an_error_that_quotes_content_leaves_its_kind_and_place_only(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    quiet_logs()
    try:
        try:
            int("Jane Doe")
        except ValueError as inner:
            raise LookupError("jane@uni.example") from inner
    except LookupError:
        logging.getLogger("uvicorn.error").exception("Exception in ASGI application\n")
    logging.getLogger().handlers[0].flush()
    sys.stderr.flush()
    said = capfd.readouterr().err
    assert "LookupError" in said
    assert "test_logs.py" in said
    assert "jane" not in said.lower()

"""The living page as a PDF, where the extra is installed; and what is said where it is not."""

import re
import zlib
from base64 import b64decode

import pytest

from milkglass.cli.calls import answer
from milkglass.errors import Unavailable
from milkglass.web.pdf import MISSING, has_pdf, pdf
from tests.web.house import Lived
from tests.web.test_console import text_of

installed = pytest.mark.skipif(not has_pdf(), reason="the extra [pdf] is not installed: requirements/pdf.txt")
absent = pytest.mark.skipif(has_pdf(), reason="the extra [pdf] is installed")


def streams(written: bytes) -> bytes:
    """All streams of a PDF, unpacked."""
    found = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", written, re.DOTALL)
    return b"".join(zlib.decompressobj().decompress(one) for one in found if one[:1] == b"x")


@installed
def test_the_page_is_a_tagged_file_in_its_language_and_the_command_gives_the_same(school: Lived) -> None:
    client = school.signed_in("Demo auditor")
    assert 'href="/console/policy/living.pdf"' in client.get("/console/policy/living").text
    given = client.get("/console/policy/living.pdf")
    assert given.headers["content-type"] == "application/pdf"
    assert given.headers["content-disposition"] == 'attachment; filename="policy-1.pdf"'
    told = b64decode(str(answer(school.house, "policy.pdf", {}, print)["pdf"]))
    for written in (given.content, told):
        assert written.startswith(b"%PDF-")
        whole = written + streams(written)
        assert b"pdfuaid" in whole
        assert b"/MarkInfo" in whole
        assert b"/Lang" in whole


@installed
def test_nothing_is_fetched_while_a_file_is_written() -> None:
    for address in ("http://127.0.0.1:9/x.png", "file:///etc/passwd"):
        with pytest.raises(Unavailable, match="bring all that it needs"):
            pdf(f'<html lang="en"><title>x</title><img alt="x" src="{address}">')


@absent
def test_without_the_extra_the_page_says_how_to_install_it_and_that_it_prints(school: Lived) -> None:
    client = school.signed_in("Owner")
    assert "This page prints" in text_of(client.get("/console/policy/living").text)
    refused = client.get("/console/policy/living.pdf")
    assert refused.status_code == 503
    assert "milkglass[pdf]" in text_of(refused.text)
    with pytest.raises(Unavailable, match="milkglass"):
        pdf("<p>x</p>")


def test_what_is_said_names_the_command_the_libraries_and_the_way_without() -> None:
    for word in ("pip install 'milkglass[pdf]'", "libpango-1.0-0", "prints from the browser"):
        assert word in MISSING

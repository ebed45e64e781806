"""PDF: a page as a tagged file (PDF/UA-1), where the extra `[pdf]` is installed.

WeasyPrint is large and needs Pango, so that it is no part of the server; without it the page prints from the browser.
Nothing is fetched while a file is written: a page brings all it needs.
"""

from __future__ import annotations

from importlib.util import find_spec

from milkglass.errors import Unavailable

MISSING = (
    "a PDF needs the extra: pip install 'milkglass[pdf]', and Pango (Debian: libpango-1.0-0 libpangoft2-1.0-0 "
    "libharfbuzz-subset0); without it the page prints from the browser"
)


def has_pdf() -> bool:
    """Tell whether the extra is installed."""
    return find_spec("weasyprint") is not None


def pdf(html: str) -> bytes:
    """Write a whole HTML document as PDF/UA-1. Raises Unavailable where the extra or Pango is not installed."""
    if not has_pdf():
        raise Unavailable(MISSING, code="pdf_missing")
    try:
        from weasyprint import HTML  # noqa: PLC0415 - it may be absent, and takes a second to load
        from weasyprint.urls import FatalURLFetchingError, URLFetcher  # noqa: PLC0415
    except OSError:  # WeasyPrint is here, and the libraries of the system that it opens are not
        raise Unavailable(MISSING, code="pdf_missing") from None
    nothing = URLFetcher(allowed_protocols=(), fail_on_errors=True)
    try:
        written: bytes = HTML(string=html, url_fetcher=nothing).write_pdf(pdf_variant="pdf/ua-1")
    except FatalURLFetchingError:
        raise Unavailable("a page that becomes a PDF names an address; it must bring all that it needs") from None
    return written

"""The pages, by name."""

from __future__ import annotations

from tests.layout.own import OWN
from tests.layout.page import Page
from tests.layout.products import PRODUCTS

PAGES: dict[str, Page] = {page.name: page for page in (*PRODUCTS, *OWN)}

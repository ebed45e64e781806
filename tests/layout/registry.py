"""The pages, by name."""

from __future__ import annotations

from tests.layout.kits import KITS
from tests.layout.own import OWN
from tests.layout.page import Page
from tests.layout.products import PRODUCTS
from tests.layout.react import REACT_PAGES

PAGES: dict[str, Page] = {page.name: page for page in (*PRODUCTS, *REACT_PAGES, *KITS, *OWN)}

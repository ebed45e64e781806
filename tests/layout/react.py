"""Products of React whose styles are made while they run: Ant Design and Material UI, bundled from their packages."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

from tests.layout.cache import npm
from tests.layout.libraries import html
from tests.layout.page import Page, click, fill, hover, press, wheel
from tests.layout.people import rows
from tests.layout.serving import Said, folders

SITES = Path(__file__).with_name("sites")
PEOPLE = json.dumps(rows(40), ensure_ascii=False)
REACT = ("react@18", "react-dom@18", "esbuild")


def _bundled(name: str, *packages: str) -> Callable[[], dict[str, Said]]:
    def build() -> dict[str, Said]:
        modules = npm(*REACT, *packages)
        bundle = modules.parent / f"{name}-bundle.js"
        source = (SITES / f"{name}.jsx").read_bytes()
        words = [
            str(modules / "esbuild/bin/esbuild"), "--bundle", "--loader=jsx", "--minify", f"--outfile={bundle}",
            '--define:process.env.NODE_ENV="production"',
        ]  # fmt: skip
        subprocess.run(words, cwd=modules.parent, input=source, check=True, capture_output=True)
        body = f"<div id=root></div><script>window.people = {PEOPLE}</script><script src=/app.js></script>"
        return {"/": html("Class 7b", "<style>body { margin: 0 }</style>", body), "/app.js": bundle}

    return build


ANT = Page(
    name="ant-design",
    kind="React with Ant Design",
    serve=folders(_bundled("ant", "antd@5")),
    path="/",
    routes=("/",),
    ready=".ant-table-row",
    data=".ant-table-tbody",
    acts=(
        click(".ant-table-column-has-sorters"),
        click(".ant-pagination-item-2"),
        click(".ant-menu-submenu-title", 1),
        click(".ant-tabs-tab", 1),
        fill(".ant-form input", "7b"),
        click(".ant-tabs-tab", 2),
        click(".ant-collapse-header"),
        wheel(200),
        click("#write"),
        hover(".ant-modal button"),
    ),
)
MUI = Page(
    name="material-ui",
    kind="React with Material UI",
    serve=folders(_bundled("mui", "@mui/material@6", "@emotion/react", "@emotion/styled")),
    path="/",
    routes=("/",),
    ready=".MuiTableRow-root",
    data=".MuiTableBody-root",
    acts=(
        click(".MuiTab-root", 1),
        fill(".MuiTextField-root input", "7b"),
        click(".MuiCheckbox-root"),
        click(".MuiTab-root", 2),
        wheel(200),
        click(".MuiAccordionSummary-root"),
        click("#write"),
        fill(".MuiDialog-root textarea", "Dear parents"),
        press("Escape"),
        hover(".MuiListItemButton-root", 2),
    ),
)
REACT_PAGES = (ANT, MUI)

"""Products that none of us wrote, as their packages bring them."""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager
from pathlib import Path

from tests.layout.cache import pip
from tests.layout.libraries import LIBRARIES
from tests.layout.page import Page, choose, click, fill, hover, keys, point, press, seen, wheel
from tests.layout.serving import program

HERE = Path(__file__).parent


def _python(name: str, packages: tuple[str, ...], script: str) -> AbstractContextManager[str]:
    path = pip(name, *packages)
    return program(lambda port, folder: [sys.executable, str(HERE / "sites" / script), str(port), str(folder)], path)


DJANGO = Page(
    name="django-admin",
    kind="rendered on the server, forms",
    serve=lambda: _python("django", ("django",), "django_site.py"),
    path="/admin/login/?next=/admin/auth/user/",
    routes=(
        "/admin", "/admin/login", "/admin/auth/user", "/admin/auth/user/:id/change", "/admin/auth/user/add",
        "/admin/auth/group", "/admin/auth/group/add", "/admin/auth/group/:id/change", "/admin/auth",
    ),
    ready="#id_username",
    data="#result_list tbody, .breadcrumbs, #user-tools strong, #content h2",
    own=r"^(?i:admin)$|^(Teachers|Parents|Office|Year #)$",
    login=(
        {"goto": "/admin/login/?next=/admin/auth/user/"},
        {"fill": {"selector": "#id_username", "value": "admin"}},
        {"fill": {"selector": "#id_password", "value": "admin"}},
        {"press": "Enter"},
    ),
    prepare=(fill("#id_username", "admin"), fill("#id_password", "admin"), press("Enter"), seen("#result_list")),
    acts=(
        fill("#searchbar", "an"),
        press("Enter"),
        click("#result_list thead a", 2),
        choose("select[name=action]", "delete_selected"),
        click("#result_list tbody input", 2),
        click("#result_list tbody th a", 1),
        wheel(500),
        fill("#id_first_name", "Ana"),
        click("#id_is_staff"),
        wheel(-300),
    ),
)  # fmt: skip

DATASETTE = Page(
    name="datasette",
    kind="rendered on the server, tables",
    serve=lambda: _python("datasette", ("datasette", "setuptools==80.9.0"), "datasette_site.py"),
    path="/school/pupils",
    routes=("/", "/school", "/school/pupils", "/school/pupils/:id", "/school/marks"),
    data="table.rows-and-columns tbody, table.rows tbody",
    own=r"^Maths$|Needs help|likes to work",
    acts=(
        click("th .dropdown-menu-icon", 1),
        press("Escape"),
        click("th a", 2),
        wheel(700),
        wheel(-700),
        choose("select[name=_filter_column]", "name"),
        fill("input[name=_filter_value]", "a"),
        hover("table tr", 4),
        click("table tbody tr td a", 3),
        wheel(100),
    ),
)

SPHINX = Page(
    name="furo",
    kind="a Sphinx site with Furo",
    serve=lambda: _python("sphinx", ("sphinx", "furo"), "sphinx_site.py"),
    path="/index.html",
    routes=("/index.html", "/guide.html", "/api.html", "/search.html"),
    acts=(
        click(".sidebar-tree a", 0),
        wheel(500),
        click(".theme-toggle"),
        click(".toc-overlay-icon"),
        click(".toc-tree a", 1),
        point(300, 500),
        fill(".sidebar-search", "pupil"),
        click(".sidebar-tree a", 1),
        wheel(300),
        click(".theme-toggle"),
    ),
)

MATERIAL = Page(
    name="mkdocs-material",
    kind="a MkDocs site with Material",
    serve=lambda: _python("mkdocs", ("mkdocs-material",), "mkdocs_site.py"),
    path="/",
    routes=("/", "/guide", "/rules"),
    acts=(
        click(".md-nav__link", 1),
        wheel(500),
        click(".md-tabs__link, .md-nav__link", 2),
        click("label[for=__search], .md-search__input"),
        keys("pupil"),
        press("Escape"),
        click(".tabbed-labels label", 1),
        click("details summary"),
        wheel(400),
        hover("article a"),
    ),
)

PRODUCTS = (*LIBRARIES, DJANGO, DATASETTE, SPHINX, MATERIAL)

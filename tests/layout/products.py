"""Products that none of us wrote, as their packages bring them."""

from __future__ import annotations

import json
import sys
from contextlib import AbstractContextManager
from pathlib import Path

from tests.layout.cache import npm, pip
from tests.layout.page import Page, back, choose, click, fill, hover, keys, press, wheel
from tests.layout.serving import Said, folders, program

HERE = Path(__file__).parent
OPENAPI = {
    "openapi": "3.0.0",
    "info": {
        "title": "School roster",
        "version": "1.2.0",
        "description": "Classes, pupils and marks.\n\n* list\n* change",
    },
    "servers": [{"url": "/api"}],
    "tags": [{"name": name, "description": f"Everything about {name}"} for name in ("classes", "pupils", "marks")],
    "paths": {
        f"/{name}{rest}": {
            verb: {
                "tags": [name],
                "summary": f"{does} {name}",
                "parameters": [
                    {"name": "term", "in": "query", "description": "Which term", "schema": {"type": "string"}},
                    {"name": "limit", "in": "query", "description": "How many at most", "schema": {"type": "integer"}},
                ],
                "responses": {
                    "200": {
                        "description": "It worked",
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Pupil"}}},
                    },
                    "404": {"description": "There is no such thing"},
                },
            }
        }
        for name in ("classes", "pupils", "marks")
        for rest, verb, does in (("", "get", "List"), ("/new", "post", "Add"), ("/old", "delete", "Remove"))
    },
    "components": {
        "schemas": {
            "Pupil": {
                "type": "object",
                "properties": {
                    "name": {"type": "string", "example": "Ana Petrović"},
                    "mail": {"type": "string", "example": "ana@uni.example"},
                    "age": {"type": "integer", "example": 14},
                },
            }
        }
    },
}


SWAGGER_START = """window.onload = () => { window.ui = SwaggerUIBundle({ url: "/openapi.json",
  dom_id: "#swagger-ui", deepLinking: true, presets: [SwaggerUIBundle.presets.apis, SwaggerUIStandalonePreset],
  layout: "StandaloneLayout" }); };"""


def _swagger() -> dict[str, Said]:
    modules = npm("swagger-ui-dist@5")
    return {
        "/": modules / "swagger-ui-dist",
        "/swagger-initializer.js": SWAGGER_START,
        "/openapi.json": json.dumps(OPENAPI),
    }


SWAGGER = Page(
    name="swagger-ui",
    kind="React, one large sheet",
    serve=folders(_swagger),
    path="/",
    routes=("/",),
    ready=".opblock",
    data=".example, .highlight-code",
    acts=(
        click(".opblock-summary-control"),
        click(".try-out__btn"),
        fill("input[placeholder=term]", "autumn"),
        wheel(300),
        click(".execute"),
        click(".opblock-summary-control", 1),
        click(".opblock-tag", 1),
        wheel(-200),
        click("button.model-box-control, .models-control"),
        click(".opblock-summary-control", 2),
    ),
)


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
    prepare=(fill("#id_username", "admin"), fill("#id_password", "admin"), press("Enter")),
    acts=(
        fill("#searchbar", "example"),
        press("Enter"),
        click("#changelist-filter details a, #changelist-filter li a", 1),
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

PRODUCTS = (SWAGGER, DJANGO, DATASETTE)
del back, keys

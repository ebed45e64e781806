"""An API description: what Swagger UI and Redoc are given to show."""

from __future__ import annotations

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

"""Write what is generated: the entry's schema, and the tables of docs/log.md and docs/access.md.

`make documents` runs it; a test compares what stands in the repository with what this writes.
"""

from __future__ import annotations

import json
from pathlib import Path

from milkglass.access.decide import page as rules_page
from milkglass.access.decide import roles_page
from milkglass.acts import KINDS, RESOURCES
from milkglass.merkle.catalogue import page, schema

ROOT = Path(__file__).resolve().parent.parent
SCHEMA = ROOT / "spec" / "evidence-entry.schema.json"


def generated() -> dict[Path, str]:
    """Return the files that hold something generated, whole."""
    return {
        SCHEMA: json.dumps(schema(KINDS), indent=1) + "\n",
        ROOT / "docs" / "log.md": _between(ROOT / "docs" / "log.md", page(KINDS, RESOURCES)),
        ROOT / "docs" / "access.md": _between(ROOT / "docs" / "access.md", f"{rules_page()}\n{roles_page()}"),
    }


def _between(document: Path, table: str) -> str:
    """Put a table between a document's two marks."""
    before, first, rest = document.read_text("utf-8").partition("<!-- generated: make documents -->\n")
    _old, last, after = rest.partition("<!-- end -->")
    if not first or not last:
        raise SystemExit(f"{document.name} has no marks for its generated table")
    return f"{before}{first}{table}{last}{after}"


if __name__ == "__main__":
    for file, text in generated().items():
        if not file.exists() or file.read_text("utf-8") != text:
            file.write_text(text, "utf-8")
            print(f"written: {file.relative_to(ROOT)}")

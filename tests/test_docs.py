"""The documents name everything that a person can meet: settings, commands, refusals, acts, and each other."""

import re
from pathlib import Path

from typer.main import get_command

from milkglass.access.values import Act as Permission
from milkglass.acts import Act
from milkglass.cli.main import app
from milkglass.settings import Settings
from milkglass.tickets.visit_tokens import VisitFault
from milkglass.wire.values import Refusal

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"


def named(document: str) -> str:
    return (DOCS / document).read_text(encoding="utf-8")


def test_every_setting_has_its_row() -> None:
    page = named("settings.md")
    assert [name for name in Settings.model_fields if f"| `{name}` |" not in page] == []


def test_every_command_has_its_row() -> None:
    page = named("cli.md")
    top = get_command(app)
    commands: list[str] = []
    for name, command in getattr(top, "commands", {}).items():
        inner = getattr(command, "commands", None)
        commands += [f"{name} {one}" for one in inner] if inner else [name]
    assert commands
    assert [name for name in commands if f"`milkglass {name}" not in page] == []


def test_every_refusal_has_its_row() -> None:
    page = named("refusals.md")
    codes = [
        *Refusal,
        *VisitFault,
        "ticket_invalid",
        "ticket_expired",
        "too_many_at_once",
        "too_many_recordings",
        "unavailable",
        "disk_full",
    ]
    assert [str(code) for code in codes if f"`{code}`" not in page] == []


def test_every_act_of_the_log_is_explained() -> None:
    page = named("log.md")
    assert [act.value for act in Act if f"`{act.value}`" not in page] == []


def test_the_permissions_of_the_screens_are_those_of_the_rules() -> None:
    rows = re.findall(r"^\| `/console[^|]*\| ([^|]*) \|", named("console.md"), re.MULTILINE)
    assert len(rows) > 20
    known = {f"`{act}`" for act in Permission}
    assert [row for row in rows if row.partition(",")[0].split()[0] not in known] == []


def test_every_link_between_documents_leads_somewhere() -> None:
    broken = []
    for document in [ROOT / "README.md", *DOCS.glob("**/*.md")]:
        targets = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", document.read_text(encoding="utf-8"))
        broken += [
            f"{document.name}: {target}"
            for target in targets
            if "://" not in target and not (document.parent / target).exists()
        ]
    assert broken == []


def test_nothing_names_a_machine_or_a_registry() -> None:
    told = re.compile(r"/root/|/work/|registry\.npmjs|pypi\.org/simple|files\.pythonhosted")
    kept = [ROOT / name for name in ("README.md", "Makefile", "pyproject.toml", ".importlinter")]
    for folder in ("docs", "requirements", "deploy", ".ci", "spec"):
        kept += [
            file for file in (ROOT / folder).rglob("*") if file.suffix in {".md", ".txt", ".in", ".py", ".json", ".sh"}
        ]
    kept += [ROOT / room / "package-lock.json" for room in ("sdk", "console")]
    assert [
        str(file.relative_to(ROOT)) for file in kept if file.exists() and told.search(file.read_text("utf-8"))
    ] == []

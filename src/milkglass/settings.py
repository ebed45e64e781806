"""Settings: where things live. The operator owns them; what may be recorded is the policy's.

Order: command line, `MILKGLASS_*` in the environment, `milkglass.yaml` where the command runs, these defaults.
An unknown key is an error.
"""

from __future__ import annotations

import os
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, InitSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from milkglass.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Mapping


PREFIX = "MILKGLASS_"
FILE = "milkglass.yaml"


class Settings(BaseSettings):
    """Every setting with its default; docs/settings.md lists them."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True)

    data: Path = Field(default=Path("data"), description="the data directory; one server process owns it")
    host: str = Field(default="127.0.0.1", description="address to listen on")
    port: int = Field(default=8484, ge=1, le=65535, description="port to listen on")
    public_url: str = Field(
        default="", description="how browsers reach the server, as https://see.example; empty: the local address"
    )
    policy: Path | None = Field(default=None, description="policy file; empty: the built-in demo's")
    demo: bool = Field(default=True, description="serve the demo application at /demo/")
    browser: str = Field(default="", description="Chromium's command; empty: looked for in the usual places")
    checkpoint_lock: Path | None = Field(
        default=None,
        description="file that remembers what was signed of the log, best on another volume; empty: in `data`",
    )
    roll_seconds: int = Field(default=60, ge=1, le=3600, description="how often the journal is rolled into segments")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Leave out `.env` files and secret directories: two places to look are enough."""
        del dotenv_settings, file_secret_settings
        return init_settings, env_settings, InitSettingsSource(settings_cls, _file())

    @property
    def url(self) -> str:
        """The address that people open."""
        host = "localhost" if self.host in ("127.0.0.1", "0.0.0.0", "::1") else self.host  # noqa: S104  # a comparison
        return self.public_url.rstrip("/") or f"http://{host}:{self.port}"


def read_settings(given: Mapping[str, object] | None = None) -> Settings:
    """Read the settings; `given` are the command line's. Raises Invalid with one line for each wrong key."""
    unknown = [_unknown(name) for name in sorted(os.environ) if name.startswith(PREFIX) and not _is_known(name)]
    if unknown:
        raise Invalid("; ".join(unknown), code="settings_invalid")
    try:
        return Settings(**dict(given or {}))  # type: ignore[arg-type]  # pydantic checks each value
    except ValidationError as problem:
        lines = [_wrong(".".join(map(str, e["loc"])), e["type"], e["msg"]) for e in problem.errors()]
        raise Invalid("; ".join(lines), code="settings_invalid") from None


def _file() -> dict[str, object]:
    """Read the settings file of the folder where the command runs; nothing where there is none. Raises Invalid."""
    try:
        found = YAML(typ="safe", pure=True).load(Path(FILE).read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except YAMLError as problem:
        mark = problem.problem_mark if isinstance(problem, MarkedYAMLError) else None
        line = f" line {mark.line + 1}" if mark is not None else ""
        raise Invalid(f"{FILE}{line}: not YAML; mend it or remove the file", code="settings_invalid") from None
    except (OSError, UnicodeDecodeError):
        raise Invalid(f"{FILE}: cannot be read; save it as UTF-8 text", code="settings_invalid") from None
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise Invalid(f"{FILE}: write one `setting: value` a line", code="settings_invalid")
    return {str(key): value for key, value in found.items()}


def _is_known(variable: str) -> bool:
    # MILKGLASS_TEST_… is for our own tests and reaches no setting; MILKGLASS_PURE is read before there are settings.
    if variable == f"{PREFIX}PURE":
        return True
    return variable.removeprefix(PREFIX).lower() in Settings.model_fields or variable.startswith(f"{PREFIX}TEST_")


def _unknown(variable: str) -> str:
    return f"the environment's {variable} is no setting{_meant(variable.removeprefix(PREFIX), PREFIX)}"


def _wrong(name: str, kind: str, message: str) -> str:
    if kind == "extra_forbidden":
        return f"{FILE}: '{name}' is no setting{_meant(name, '')}"
    return f"setting '{name}': {message}"


def _meant(name: str, prefix: str) -> str:
    """Say what was meant; the nearest setting, else where they are listed."""
    near = get_close_matches(name.lower(), Settings.model_fields, 1)
    if not near:
        return "; docs/settings.md lists them"
    return f"; did you mean {prefix}{near[0].upper() if prefix else near[0]}?"

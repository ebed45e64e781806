"""Settings: where things live. The operator owns them; what may be recorded is the policy's.

Order: command line, `MILKGLASS_*` in the environment, `milkglass.yaml` where the command runs, these defaults.
An unknown key is an error.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, YamlConfigSettingsSource

from milkglass.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Mapping


class Settings(BaseSettings):
    """Every setting with its default; docs/settings.md lists them."""

    model_config = SettingsConfigDict(env_prefix="MILKGLASS_", extra="forbid", frozen=True)

    data: Path = Field(default=Path("data"), description="the data directory; one server process owns it")
    host: str = Field(default="127.0.0.1", description="address to listen on")
    port: int = Field(default=8484, ge=1, le=65535, description="port to listen on")
    public_url: str = Field(
        default="", description="how browsers reach the server, as https://see.example; empty: the local address"
    )
    policy: Path | None = Field(default=None, description="policy file; empty: the built-in demo's")
    demo: bool = Field(default=True, description="serve the demo application at /demo/")
    browser: str = Field(default="", description="Chromium's command; empty: looked for in the usual places")
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
        return init_settings, env_settings, YamlConfigSettingsSource(settings_cls, yaml_file="milkglass.yaml")

    @property
    def url(self) -> str:
        """The address that people open."""
        host = "localhost" if self.host in ("127.0.0.1", "0.0.0.0", "::1") else self.host  # noqa: S104  # a comparison
        return self.public_url.rstrip("/") or f"http://{host}:{self.port}"


def read_settings(given: Mapping[str, object] | None = None) -> Settings:
    """Read the settings; `given` are the command line's. Raises Invalid with one line for each wrong key."""
    try:
        return Settings(**dict(given or {}))  # type: ignore[arg-type]  # pydantic checks each value
    except ValidationError as problem:
        lines = [f"setting '{'.'.join(map(str, e['loc']))}': {e['msg']}" for e in problem.errors()]
        raise Invalid("; ".join(lines), code="settings_invalid") from None

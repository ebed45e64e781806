"""Key files: the server's own keys and the applications' secrets, each a file that only the server's user can read.

They lie beside the database and not in it, so that a copied database alone forges no ticket and links no person.
"""

import re
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

from milkglass.database.durable import write_whole
from milkglass.errors import Invalid, NotFound

_NAME = re.compile(r"[a-z][a-z0-9-]{1,60}")
_KEY_BYTES = 32
_MAX_SECRETS = 2  # one in use, one being replaced


@dataclass(frozen=True, slots=True)
class KeyFiles:
    """The directory of keys; made with its first key."""

    directory: Path
    _lock: Lock = field(default_factory=Lock, repr=False, compare=False)
    _drawn: dict[str, bytes] = field(default_factory=dict, repr=False)  # it never changes

    def key(self, name: str) -> bytes:
        """Return the 32-byte key of this name, drawn at its first use."""
        with self._lock:  # two threads that need a key for the first time must get the same one
            if name not in self._drawn:
                path = self._path(f"key-{name}")
                if not path.exists():
                    self._write(path, secrets.token_hex(_KEY_BYTES))
                self._drawn[name] = bytes.fromhex(path.read_text("ascii").strip())
            return self._drawn[name]

    def secrets(self, application: str) -> tuple[bytes, ...]:
        """Return the application's secrets, the newest first, as the bytes that sign; none if it has none yet."""
        path = self._path(f"application-{application}")
        if not path.exists():
            return ()
        return tuple(line.encode("ascii") for line in path.read_text("ascii").split())

    def secret(self, application: str) -> bytes:
        """Return the newest secret of an application. Raises NotFound if it has none."""
        known = self.secrets(application)
        if not known:
            raise NotFound("this application has no secret yet; make one with `milkglass secret`")
        return known[0]

    def rotate(self, application: str) -> bytes:
        """Draw a new secret and keep the last one beside it, so that running pages go on; return the new one."""
        fresh = f"mgs_{secrets.token_hex(_KEY_BYTES)}".encode("ascii")
        kept = (fresh, *self.secrets(application))[:_MAX_SECRETS]
        self._write(self._path(f"application-{application}"), "\n".join(line.decode("ascii") for line in kept))
        return fresh

    def _path(self, name: str) -> Path:
        if _NAME.fullmatch(name) is None:
            raise Invalid("a key's name is lower-case letters, digits and hyphens")
        return self.directory / name

    def _write(self, path: Path, text: str) -> None:
        """Write durably: whole or not at all, and never readable by others, not even for a moment."""
        write_whole(path, f"{text}\n".encode("ascii"), mode=0o400)

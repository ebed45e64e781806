"""The master key as a file that only its owner can read (mode 0400)."""

import os
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from milkglass.errors import Invalid, Unavailable

_NONCE_BYTES = 12
_KEY_BYTES = 32
_OTHERS = 0o077


class FileKeyWrap:
    """Wraps day keys with AES-256-GCM under the key of one file."""

    def __init__(self, path: Path) -> None:
        """Read the file, or make it with a new key. Raises Unavailable if others may read it or it holds no key."""
        if not path.exists():
            _make(path)
        if path.stat().st_mode & _OTHERS:
            raise Unavailable(f"{path.name} can be read by others; run `chmod 400` on it", code="key_file")
        key = path.read_bytes()
        if len(key) != _KEY_BYTES:
            raise Unavailable(
                f"{path.name} holds {len(key)} bytes, a key has 32; restore it from a backup", code="key_file"
            )
        self._cipher = AESGCM(key)

    def wrap(self, key: bytes, place: bytes) -> bytes:
        """Encrypt a key so that it opens only in its place."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, key, place)

    def unwrap(self, wrapped: bytes, place: bytes) -> bytes:
        """Return the key. Raises Invalid if the master key, the place or a byte is another."""
        try:
            return self._cipher.decrypt(wrapped[:_NONCE_BYTES], wrapped[_NONCE_BYTES:], place)
        except (InvalidTag, ValueError) as broken:
            raise Invalid("a wrapped key does not open with this master key", code="not_opened") from broken


def _make(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    temporary = path.with_name(f"{path.name}.{os.urandom(8).hex()}.temporary")
    descriptor = os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o400)
    try:
        os.write(descriptor, os.urandom(_KEY_BYTES))
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    # A link, not a rename: if another process made the file first, its key stays and this one is thrown away.
    try:
        os.link(temporary, path)
    except FileExistsError:
        return
    finally:
        temporary.unlink()
        directory = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
        os.fsync(directory)
        os.close(directory)

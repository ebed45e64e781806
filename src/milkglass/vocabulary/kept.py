"""The bytes of known sheets and assets, by the SHA-256 of what is kept."""

from typing import Protocol


class KeptBytes(Protocol):
    """Named, whole, immutable bytes; the drivers are the vault's object stores."""

    def put(self, name: str, content: bytes) -> None:
        """Return when the bytes are durable and whole. Raises Unavailable."""

    def get(self, name: str) -> bytes:
        """Read them. Raises NotFound, Unavailable."""

    def remove(self, name: str) -> None:
        """Remove them, durably. What is not there is no failure. Raises Unavailable."""

    def names(self, prefix: str) -> list[str]:
        """List the names that begin with `prefix` (up to a slash), sorted."""


def name_of(sha256: str) -> str:
    """Return the name under which bytes lie."""
    return f"{sha256[:2]}/{sha256}"

"""The object store: named, whole, immutable bytes. Drivers: `objects_directory`, `objects_memory`."""

from typing import Protocol


class ObjectStore(Protocol):
    """Any thread may call any method. Names are `[0-9a-z/._-]+`, chosen by the vault."""

    def put(self, name: str, content: bytes) -> None:
        """Return when the object is durable and whole; one of that name is replaced at once. Raises Unavailable."""

    def get(self, name: str) -> bytes:
        """Read an object. Raises NotFound, Unavailable."""

    def remove(self, name: str) -> None:
        """Remove an object, durably. One that is not there is no failure. Raises Unavailable."""

    def names(self, prefix: str) -> list[str]:
        """List the objects whose name begins with `prefix` (up to a slash), sorted."""

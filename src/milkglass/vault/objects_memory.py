"""Objects in memory: the stand-in of tests."""

import threading

from milkglass.errors import NotFound


class MemoryObjects:
    """A dictionary under a lock."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._objects: dict[str, bytes] = {}

    def put(self, name: str, content: bytes) -> None:
        """Keep an object."""
        with self._lock:
            self._objects[name] = content

    def get(self, name: str) -> bytes:
        """Read an object. Raises NotFound."""
        with self._lock:
            if name not in self._objects:
                raise NotFound("there is no such segment")
            return self._objects[name]

    def remove(self, name: str) -> None:
        """Forget an object."""
        with self._lock:
            self._objects.pop(name, None)

    def names(self, prefix: str) -> list[str]:
        """List the objects below a prefix, sorted."""
        below = prefix.rstrip("/") + "/"
        with self._lock:
            return sorted(name for name in self._objects if name.startswith(below) or prefix in {"", name})

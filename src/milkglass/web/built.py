"""Built files: what Node made of console/ and sdk/, by content-hashed names, read once at start.

A name that holds its content's hash never changes, so a browser keeps it for good. Compressed copies are served where
they lie beside the file.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from milkglass.errors import NotFound

HERE = Path(__file__).parent
BUILT = HERE / "static" / "built"
# In a checkout the SDK is built beside the package; the wheel carries it inside.
SDK = (BUILT / "sdk", HERE.parents[2] / "sdk" / "dist")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,100}")
_HASHED = re.compile(r"[.-][0-9a-zA-Z_]{8,}\.[a-z0-9]+$")
_TYPES: Mapping[str, str] = {
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".map": "application/json",
}
_ENCODINGS = (("br", ".br"), ("gzip", ".gz"))
_FOREVER = "public, max-age=31536000, immutable"
_BRIEFLY = "public, max-age=300"


@dataclass(frozen=True, slots=True)
class Manifest:
    """Which hashed file stands for which name."""

    files: Mapping[str, str]

    @classmethod
    def read(cls) -> "Manifest":
        """Read the manifest; empty where the console was not built, and pages then work without scripts."""
        source = BUILT / "manifest.json"
        return cls(msgspec.json.decode(source.read_bytes(), type=dict[str, str]) if source.exists() else {})

    def url(self, name: str) -> str:
        """Return the address of a built file; empty if it was not built."""
        return f"/console/built/{self.files[name]}" if name in self.files else ""

    def text(self, name: str) -> str:
        """Return the content of a built text file; empty if it was not built."""
        return (BUILT / self.files[name]).read_text("utf-8") if name in self.files else ""


def serve(request: Request, folders: tuple[Path, ...], name: str) -> Response:
    """Answer with a file of one of the folders. Raises NotFound."""
    if _NAME.fullmatch(name) is None or Path(name).suffix not in _TYPES:
        raise NotFound("there is no such file")
    found = next((folder / name for folder in folders if (folder / name).is_file()), None)
    if found is None:
        raise NotFound("there is no such file; it may not be built yet")
    accepted = {part.partition(";")[0].strip() for part in request.headers.get("accept-encoding", "").split(",")}
    headers = {
        "Cache-Control": _FOREVER if _HASHED.search(name) else _BRIEFLY,
        "Vary": "Accept-Encoding",
        "X-Content-Type-Options": "nosniff",
        "Content-Type": _TYPES[found.suffix],
    }
    for encoding, suffix in _ENCODINGS:
        packed = found.with_name(found.name + suffix)
        if encoding in accepted and packed.is_file():
            return Response(packed.read_bytes(), headers={**headers, "Content-Encoding": encoding})
    return Response(found.read_bytes(), headers=headers)

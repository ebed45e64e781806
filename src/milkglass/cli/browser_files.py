"""What Node built: the SDK that pages load, and the console's modules."""

from __future__ import annotations

import json
import re

from milkglass.demo.chalkboard import SdkFile
from milkglass.web.built import BUILT, SDK

_WHOLE = re.compile(r"milkglass-[0-9][0-9a-z.]*-[0-9a-f]{8}\.js")  # the whole recorder, not the one for clicks only


def sdk_file() -> SdkFile | None:
    """Return the hashed address and the `integrity` of the classic SDK file; None if it is not built."""
    for folder in SDK:
        manifest = folder / "manifest.json"
        if manifest.exists():
            files: dict[str, dict[str, str]] = json.loads(manifest.read_text("utf-8"))
            hashed = [name for name in files if _WHOLE.fullmatch(name)]
            if hashed:
                return SdkFile(url=f"/sdk/{hashed[0]}", sri=files[hashed[0]]["sri"])
    return None


def missing() -> list[str]:
    """List what is not built: `sdk`, `console`."""
    built = {"sdk": sdk_file() is not None, "console": (BUILT / "manifest.json").exists()}
    return [name for name, is_there in built.items() if not is_there]

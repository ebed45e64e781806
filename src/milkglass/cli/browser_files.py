"""What Node built: the SDK that pages load, and the console's modules."""

from __future__ import annotations

import json

from milkglass.demo.chalkboard import SdkFile
from milkglass.web.built import BUILT, SDK


def sdk_file() -> SdkFile | None:
    """Return the hashed address and the `integrity` of the classic SDK file; None if it is not built."""
    for folder in SDK:
        manifest = folder / "manifest.json"
        if manifest.exists():
            files: dict[str, dict[str, str]] = json.loads(manifest.read_text("utf-8"))
            hashed = [name for name in files if name.startswith("milkglass-") and name.endswith(".js")]
            if hashed:
                return SdkFile(url=f"/sdk/{hashed[0]}", sri=files[hashed[0]]["sri"])
    return None


def missing() -> list[str]:
    """List what is not built: `sdk`, `console`."""
    built = {"sdk": sdk_file() is not None, "console": (BUILT / "manifest.json").exists()}
    return [name for name, is_there in built.items() if not is_there]

"""A MkDocs site with Material, built and served. Arguments: port, folder."""

import subprocess
import sys
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

PORT, FOLDER = int(sys.argv[1]), Path(sys.argv[2])
CONFIG = """site_name: Handbook
site_url: ""
use_directory_urls: true
theme: {name: material, font: false, features: [navigation.tabs, toc.follow]}
markdown_extensions: [admonition, pymdownx.details, pymdownx.superfences, {pymdownx.tabbed: {alternate_style: true}}]
"""
PART = """
## {title} {number}

A pupil keeps a *diary* and a `calendar`; see [the rules](rules.md) too.

* first of {number}
* second

=== "Teachers"

    Write down what was learnt.

=== "Parents"

    Read what was written down.

??? note "More"

    Marks are kept for one year.

```python
def learn(pupil: str) -> int:
    return len(pupil) * {number}
```

| Term | Weeks |
| ---- | ----- |
| One  | 14    |
"""


def text(title: str) -> str:
    return f"# {title}\n" + "".join(PART.format(title=title, number=number) for number in range(1, 8))


(FOLDER / "docs").mkdir()
(FOLDER / "mkdocs.yml").write_text(CONFIG, "utf-8")
for name in ("index", "guide", "rules"):
    (FOLDER / "docs" / f"{name}.md").write_text(text(name.title()), "utf-8")
subprocess.run([sys.executable, "-m", "mkdocs", "build", "-q"], cwd=FOLDER, check=True)
handler = partial(SimpleHTTPRequestHandler, directory=str(FOLDER / "site"))
ThreadingHTTPServer(("127.0.0.1", PORT), handler).serve_forever()

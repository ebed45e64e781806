"""A Sphinx site with Furo, built and served. Arguments: port, folder."""

import sys
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from sphinx.cmd.build import build_main

PORT, FOLDER = int(sys.argv[1]), Path(sys.argv[2])
PART = """
{title} {number}
----------------

A pupil keeps a *diary* and a ``calendar``. Each :doc:`guide` says how; see `the rules <api.html>`_ too.

* first of {number}
* second

.. code-block:: python

   def learn(pupil: str) -> int:
       return len(pupil) * {number}

.. note:: Marks are kept for one year.

+-------+--------+
| Term  | Weeks  |
+=======+========+
| One   | 14     |
+-------+--------+
"""


def text(title: str, more: str = "") -> str:
    parts = "".join(PART.format(title=title, number=number) for number in range(1, 8))
    return f"{title}\n{'=' * len(title)}\n\n{more}{parts}"


source = FOLDER / "source"
source.mkdir()
(source / "conf.py").write_text("project = 'Handbook'\nhtml_theme = 'furo'\n", "utf-8")
(source / "index.rst").write_text(text("Handbook", ".. toctree::\n   :maxdepth: 2\n\n   guide\n   api\n"), "utf-8")
(source / "guide.rst").write_text(text("Guide"), "utf-8")
(source / "api.rst").write_text(text("Reference"), "utf-8")
build_main(["-q", "-b", "html", str(source), str(FOLDER / "site")])
handler = partial(SimpleHTTPRequestHandler, directory=str(FOLDER / "site"))
ThreadingHTTPServer(("127.0.0.1", PORT), handler).serve_forever()

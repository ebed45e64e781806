"""The recipes of docs/recipes.md work when they are pasted: programs that sign, a component, a route and a policy."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from milkglass.database.signing import unpacked
from tests.layout.cache import npm
from tests.line.product import Product, product, snippet
from tests.web.serving import CHROMIUM, FLAGS

ROOT = Path(__file__).parents[2]
SDK = ROOT / "sdk"
PAGE = (ROOT / "docs" / "recipes.md").read_text("utf-8")
IS_LONG = "MILKGLASS_TEST_LONG" in os.environ
# What runs a program of each language, given its file; the word is the fence's.
RUN: Mapping[str, tuple[str, ...]] = {
    "python": ("python3",),
    "js": ("node",),
    "ruby": ("ruby",),
    "php": ("php",),
    "go": ("go", "run"),
}
FILES = {"python": "sign.py", "js": "sign.mjs", "ruby": "sign.rb", "php": "sign.php", "go": "sign.go", "sh": "sign.sh"}
PERSON_KEY = "5e" * 32
built = pytest.mark.skipif(not (SDK / "dist/manifest.json").exists(), reason="the SDK is not built: npm run build")


def fenced(word: str) -> str:
    """The one fenced block of a language."""
    (found,) = re.findall(rf"```{word}\n(.*?)```", PAGE, re.DOTALL)
    return str(found)


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    with product(tmp_path_factory.mktemp("recipes")) as one:
        yield one


def printed(word: str, folder: Path, school: Product, *words: str) -> str:
    """Run the program of a language as a reader would; return what it prints."""
    file = folder / FILES[word]
    file.write_text(fenced(word), "utf-8")
    secret = school.house.keys.secret(school.house.application).decode()
    environment = os.environ | {"VISIT_SECRET": secret, "PERSON_KEY": PERSON_KEY, "MILKGLASS": school.url}
    environment["GOCACHE"] = str(folder.parent / "go-cache")
    asked = [*RUN.get(word, ("sh",)), str(file), *words]
    return subprocess.run(asked, env=environment, capture_output=True, text=True, check=True, timeout=240).stdout


@pytest.mark.parametrize("word", RUN)
def test_the_token_that_each_language_signs_is_taken(school: Product, tmp_path: Path, word: str) -> None:
    if shutil.which(RUN[word][0]) is None:
        pytest.skip(f"{RUN[word][0]} is not installed here: this recipe was not run")
    if word == "go" and not IS_LONG:
        pytest.skip("compiling Go's own library takes a minute: make test-long")
    agreed = str(int(time.time()) - 60)
    token = printed(word, tmp_path, school, "Zoë O'Neill, 7b", agreed).strip()
    answer = school.lived.client().post("/v1/tickets", json={"visit": token}, headers={"origin": school.site.url})
    assert answer.status_code == 200, answer.text
    silent = printed(word, tmp_path, school, "Zoë O'Neill, 7b").strip()
    refused = school.lived.client().post("/v1/tickets", json={"visit": silent}, headers={"origin": school.site.url})
    assert refused.json()["code"] == "no_consent"


def test_a_shell_with_openssl_and_curl_gets_a_ticket(school: Product, tmp_path: Path) -> None:
    if shutil.which("openssl") is None or shutil.which("curl") is None:
        pytest.skip("openssl or curl is not installed here: this recipe was not run")
    agreed = str(int(time.time()) - 60)
    told = json.loads(printed("sh", tmp_path, school, "jane", agreed))
    assert {"ticket", "recording", "rules"} <= set(told)
    assert json.loads(printed("sh", tmp_path, school, "jane"))["code"] == "no_consent"


def test_all_languages_make_the_same_person_of_one_id(school: Product, tmp_path: Path) -> None:
    said = {
        word: json.loads(unpacked(printed(word, tmp_path, school, "id-1").split(".")[1]) or b"")["person"]
        for word in ("python", "js", "ruby", "php")
        if shutil.which(RUN[word][0])
    }
    assert len(set(said.values())) == 1


@built
@pytest.mark.skipif(not (SDK / "node_modules").exists(), reason="the SDK's packages are not installed: npm ci")
def test_the_route_of_next_is_well_typed(tmp_path: Path) -> None:
    (tmp_path / "route.ts").write_text(fenced("ts"), "utf-8")
    session = (
        "export declare function signedIn(): Promise<{ id: string; isAdult: boolean; agreedAt: number | null } | null>;"
    )
    (tmp_path / "session.d.ts").write_text(session, "utf-8")
    checked(tmp_path, "route.ts", {"@/lib/session": ["./session.d.ts"]})


@built
@pytest.mark.skipif(not IS_LONG, reason="installs React: make test-long")
def test_the_component_of_react_is_well_typed_and_records(school: Product, tmp_path: Path) -> None:
    modules = npm("react@18", "react-dom@18", "@types/react@18")
    (tmp_path / "milkglass.tsx").write_text(fenced("tsx").replace("https://see.example", school.url), "utf-8")
    sdk = {"@milkglass/sdk": [str(SDK / "dist/types/sdk/src/index.d.ts")]}
    react = {"react": [str(modules / "@types/react")], "react/jsx-runtime": [str(modules / "@types/react/jsx-runtime")]}
    checked(tmp_path, "milkglass.tsx", sdk | react)
    root = (
        'import { StrictMode } from "react"; import { createRoot } from "react-dom/client";'
        'import { Milkglass } from "./milkglass";'
        'const root = createRoot(document.getElementById("root")!);'
        "root.render(<StrictMode><p>Jane Doe</p><Milkglass agreed /></StrictMode>);"
    )
    (tmp_path / "app.tsx").write_text(root, "utf-8")
    words = [
        str(SDK / "node_modules/esbuild/bin/esbuild"), "app.tsx", "--bundle", "--jsx=automatic", "--outfile=app.js",
        f"--alias:@milkglass/sdk={SDK / 'dist/milkglass.mjs'}",
    ]  # fmt: skip
    subprocess.run(words, cwd=tmp_path, env=os.environ | {"NODE_PATH": str(modules)}, check=True, capture_output=True)
    page = "<!doctype html><title>Class</title><div id=root></div><script src=/app.js></script>"
    school.site.files = {
        "/": page,
        "/app.js": (tmp_path / "app.js").read_text("utf-8"),
        "/api/visit-token": school.token,
    }
    assert recorded(school) == 202


@built
@pytest.mark.browser
def test_a_page_under_the_policy_of_the_recipe_records(school: Product) -> None:
    school.site.files = {**snippet(school.url), "/visit-token": school.token}
    school.site.headers = {"Content-Security-Policy": fenced("csp").strip().replace("https://see.example", school.url)}
    assert recorded(school) == 202


def checked(folder: Path, file: str, paths: dict[str, list[str]]) -> None:
    """Type-check a file as strictly as the SDK itself."""
    options = {
        **json.loads((SDK / "tsconfig.json").read_text("utf-8"))["compilerOptions"],
        "jsx": "react-jsx",
        "paths": paths,
        "typeRoots": [str(SDK / "node_modules/@types")],
    }
    (folder / "tsconfig.json").write_text(json.dumps({"compilerOptions": options, "files": [file]}), "utf-8")
    words = ["node", str(SDK / "node_modules/typescript/bin/tsc"), "-p", str(folder)]
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout


def recorded(school: Product) -> int:
    """Open the product's page; return the status of its first batch."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page()
        with page.expect_response("**/v1/batches") as sent:
            page.goto(school.site.url)
        status = sent.value.status
        browser.close()
    return status

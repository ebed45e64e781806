"""Chalkboard's pages render, say only reviewed words in their own voice, and carry names where names leak."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from ruamel.yaml import YAML
from starlette.testclient import TestClient

from milkglass.demo import chalkboard
from milkglass.demo.chalkboard import SdkFile
from milkglass.demo.classroom import Classroom
from milkglass.demo.people import HELPER, PEOPLE, portrait
from tests.demo.server import mounted
from tests.demo.surface import normalise, surface

HERE = Path(chalkboard.__file__).parent
SNIPPET, FILE = next(iter(Classroom().snippets)), next(iter(Classroom().files))
PAGES = (
    "welcome",
    "chat/homework-help",
    "chat/python-basics?tab=messages",
    "chat/web-project?tab=shared",
    "chat/exam-review",
    f"snippets/{SNIPPET}",
    f"snippets/{SNIPPET}/preview",
    "feedback",
    "feedback?tab=thanks",
    "students",
    "students/RB-20417?name=maya-okafor",
    f"files/{FILE}",
    "broken",
)


@pytest.fixture
def visitor() -> Iterator[TestClient]:
    with TestClient(mounted(), base_url="http://localhost") as client:
        client.post("/demo/sign-in", data={"person": "RB-20417", "help_support": "yes"}, follow_redirects=False)
        yield client


def document(name: str) -> Mapping[str, object]:
    loaded = YAML(typ="safe").load(HERE / name)
    assert isinstance(loaded, dict)
    return loaded


def listed(document: Mapping[str, object], key: str) -> list[object]:
    found = document[key]
    assert isinstance(found, list)
    return found


def entries() -> set[str]:
    said = (e["said"] if isinstance(e, dict) else e for e in listed(document("chalkboard.vocabulary.yaml"), "text"))
    return {normalise(str(s)) for s in said}


def names() -> set[str]:
    return {str(n) for n in listed(document("chalkboard.vocabulary.yaml"), "names")}


def personal() -> set[str]:
    """Everything that people are called, write or upload in the demo, as the vocabulary would spell it."""
    classroom = Classroom()
    people = (*PEOPLE, HELPER)
    said = [s for p in people for s in (p.name, p.email, p.number, p.year, p.school, p.name.split()[0], p.slug)]
    said += [m.clock for room in classroom.rooms.values() for m in room.messages]
    said += [m.said.replace("```", "") for room in classroom.rooms.values() for m in room.messages]
    said += [s for snippet in classroom.snippets.values() for s in (snippet.title, snippet.code)]
    said += [s for file in classroom.files.values() for s in (file.name, file.beginning)]
    return {normalise(line) for s in said for line in s.splitlines() if line.strip()}


def is_of_people(said: str, written: set[str]) -> bool:
    """What people wrote, or a line of the page that carries a name or a file's name in it."""
    return said in written or any(p.name in said or p.school in said for p in (*PEOPLE, HELPER)) or ".txt" in said


@pytest.mark.parametrize("page", PAGES)
def test_every_text_of_the_interface_is_reviewed(visitor: TestClient, page: str) -> None:
    answer = visitor.get(f"/demo/{page}")
    assert answer.status_code == 200
    reviewed, written = entries(), personal()
    assert {t for t in surface(answer.text).texts if t not in reviewed and not is_of_people(t, written)} <= {"#"}


def test_every_text_of_the_sign_in_page_is_reviewed(visitor: TestClient) -> None:
    reviewed, written = entries(), personal()
    texts = surface(visitor.get("/demo/sign-in").text).texts
    assert not {t for t in texts if t not in reviewed and not is_of_people(t, written)}


def test_every_text_of_the_script_is_reviewed() -> None:
    script = (HERE / "static" / "chalkboard.js").read_text()
    block = re.search(r"const SAY = \{(.*?)\};", script, re.DOTALL)
    assert block
    said = re.findall(r'"([^"]+)"', block.group(1))
    assert len(said) >= 5
    assert {normalise(s) for s in said} <= entries()


@pytest.mark.parametrize("page", PAGES)
def test_every_name_of_the_page_is_reviewed_or_a_persons(visitor: TestClient, page: str) -> None:
    found = surface(visitor.get(f"/demo/{page}").text).names - names() - {"viewport"}
    assert not {n for n in found if not any(p.slug in n or p.number in n for p in (*PEOPLE, HELPER))}


def test_every_name_of_the_style_sheet_is_reviewed() -> None:
    sheet = re.sub(r"\.\d", "", (HERE / "static" / "chalkboard.css").read_text())
    found = re.findall(r"(?:\.|--|@keyframes )[a-z][a-z-]*", sheet)
    assert {f.removeprefix(".").removeprefix("@keyframes ") for f in found} <= names()


def test_no_word_of_a_person_is_an_entry() -> None:
    assert not entries() & (personal() - {HELPER.year})  # the badge is the product's word
    for person in (*PEOPLE, HELPER):
        words = {w.lower() for w in (*person.name.split(), person.number, person.slug)}
        assert not any(words & set(re.findall(r"[\w-]+", e.lower())) for e in entries())
        assert not any(w in n.lower().split("-") for w in words for n in names())


def test_the_vocabulary_has_no_entry_twice() -> None:
    for key in ("text", "names"):
        found = [str(e) for e in listed(document("chalkboard.vocabulary.yaml"), key)]
        assert len(found) == len(set(found))


@pytest.mark.parametrize(
    "leak",
    [
        'aria-label="Message from Maya Okafor"',
        'title="Maya Okafor, Riverbend High"',
        'placeholder="Message Rosalind Achterberg',
        'data-author="Maya Okafor"',
        'id="message-maya-okafor-',
        '--owner: "Maya Okafor"',
        'content: "MO"',
        "signed-in-maya-okafor",
        "<!-- signed in: Maya Okafor, RB-20417 -->",
        "<title>Homework help \N{EN DASH} Maya Okafor \N{EN DASH} Chalkboard</title>",
        'data-reader="maya.okafor@riverbend.example"',
    ],
)
def test_a_room_carries_the_name_in_each_place_where_names_leak(visitor: TestClient, leak: str) -> None:
    assert leak in visitor.get("/demo/chat/homework-help").text


def test_what_people_write_stays_text() -> None:
    with TestClient(mounted(), base_url="http://localhost") as client:
        client.post("/demo/sign-in", data={"name": '<b onclick="x">"&', "help_support": "no"}, follow_redirects=False)
        title = {"title": "<img src=x>", "code": "</pre><script>"}
        address = client.post("/demo/api/rooms/exam-review/snippets", json=title).json()["address"]
        for page in (address, "/demo/chat/exam-review", "/demo/chat/exam-review?tab=shared", f"{address}/preview"):
            shown = client.get(page).text
            assert not re.search(r"<img src=x|<b onclick|</pre><script>", shown)
            assert not any("<img src=x" in frame for frame in surface(shown).frames)


def test_a_page_loads_the_sdk_by_version_and_hash() -> None:
    sdk = SdkFile(url="/sdk/milkglass-0123.js", sri="sha384-abc")
    with TestClient(mounted(sdk), base_url="http://localhost") as client:
        tag = '<script src="/sdk/milkglass-0123.js" integrity="sha384-abc" crossorigin="anonymous" defer>'
        assert tag in client.get("/demo/sign-in").text


def test_nobody_sees_a_page_without_signing_in() -> None:
    with TestClient(mounted(), base_url="http://localhost") as client:
        for page in PAGES:
            assert client.get(f"/demo/{page}", follow_redirects=False).headers["location"] == "/demo/sign-in"


def test_another_sites_page_cannot_post(visitor: TestClient) -> None:
    sent = {"Sec-Fetch-Site": "cross-site"}
    assert visitor.post("/demo/api/visit", headers=sent).status_code == 403


def test_messages_snippets_and_files_come_back(visitor: TestClient) -> None:
    said = visitor.post("/demo/api/rooms/exam-review/messages", json={"said": "When is it?"}).json()
    assert "When is it?" in said["mine"]
    assert said["helper"] == HELPER.name
    kept = visitor.post("/demo/api/files", files={"file": ("maya-notes.txt", b"first line")}).json()
    assert "maya-notes.txt" in visitor.get(kept["address"]).text
    assert visitor.post("/demo/api/marks").status_code == 500


@pytest.mark.parametrize("wrong", [b"{", b"[]", b'{"said": ""}', b"[" * 90_000])
def test_a_malformed_message_is_refused(visitor: TestClient, wrong: bytes) -> None:
    assert visitor.post("/demo/api/rooms/exam-review/messages", content=wrong).status_code in {400, 422}


def test_a_portrait_is_always_the_same() -> None:
    assert len({portrait(p) for p in PEOPLE}) == len(PEOPLE)
    assert portrait(PEOPLE[0]) == portrait(PEOPLE[0])

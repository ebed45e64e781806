"""Signing in over the web: what the cookie is, when it changes, and that a leaver's next request gets nothing."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from milkglass import facts
from milkglass.access.rules import RULES
from milkglass.app.app import Milkglass
from milkglass.demo.files import POLICY_FILE
from milkglass.settings import Settings
from milkglass.web.application import application, screens
from milkglass.web.seat import PROOF_RULES
from tests.web.house import Lived, right_now
from tests.web.test_roles import FORMS, MATRIX, address, ask

EMPTY = "0" * 26


def test_over_https_the_cookie_is_bound_to_the_host_and_read_by_no_script(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, public_url="https://see.example")
    house = Milkglass.open(settings, POLICY_FILE, right_now())
    try:
        client = TestClient(application(house), base_url="https://see.example", follow_redirects=False)
        client.headers["sec-fetch-site"] = "same-origin"
        link = house.link("Owner", right_now()).rpartition("/")[2]
        given = client.post(f"/login/{link}", headers={"host": "evil.example", "x-forwarded-for": "1.2.3.4"})
        name, _, rest = given.headers["set-cookie"].partition("=")
        assert name == "__Host-milkglass"
        assert {part.strip().lower() for part in rest.split(";")[1:]} == {
            "httponly",
            "max-age=43200",
            "path=/",
            "samesite=lax",
            "secure",
        }
        assert json.loads(client.post("/login/passkey/ask").text)["rpId"] == "see.example"
    finally:
        house.close()


def test_the_cookie_changes_at_login_and_at_each_proof_and_the_old_one_is_nobodys(school: Lived) -> None:
    client = school.proved("Demo legal")
    device, seen = school.devices["Demo legal"], [client.cookies["milkglass"]]
    proof = device.sign(client.post("/console/sign-in/proof/ask").text)
    assert client.post("/console/sign-in/proof", data={"answer": proof, "next": "//evil.example"}).json() == {
        "next": "/console/sign-in"
    }
    seen.append(client.cookies["milkglass"])
    answer = device.sign(client.post("/login/passkey/ask").text)
    assert client.post("/login/passkey", data={"answer": answer}).json() == {"next": "/console/"}
    seen.append(client.cookies["milkglass"])
    assert len(set(seen)) == 3
    for old in seen[:-1]:
        other = school.client()
        other.cookies.set("milkglass", old)
        assert other.get("/console/").status_code == 303
    assert client.get("/console/").status_code == 200


@pytest.mark.parametrize("path", ["/login/passkey/ask", "/login/passkey", "/login"])
def test_another_site_can_log_nobody_in(school: Lived, path: str) -> None:
    client = school.client()
    client.headers["sec-fetch-site"] = "cross-site"
    assert client.post(path, data={"answer": "{}"}).status_code == 403


def test_after_a_leavers_end_no_request_of_theirs_succeeds(school: Lived, capsys: pytest.CaptureFixture[str]) -> None:
    client = school.proved("Second viewer")
    device = school.devices["Second viewer"]
    account = school.house.account("Second viewer")
    link = school.house.link(account.id, right_now()).rpartition("/")[2]
    assert client.get("/console/").status_code == 200
    school.house.access.accounts.end(account.id, facts.SYSTEM, right_now())
    tried = [ask(client, row, address(row[1], school.recordings[0])) for row in MATRIX]
    tried.append(client.post(f"/login/{link}").status_code)
    answer = device.sign(client.post("/login/passkey/ask").text)
    tried.append(client.post("/login/passkey", data={"answer": answer}).status_code)
    assert set(tried) <= {303, 401, 403}
    for row in MATRIX:
        if row[0] == "GET":
            sent = client.get(address(row[1], school.recordings[0]))
            assert sent.headers.get("location", "/login") == "/login"
    with capsys.disabled():
        print(f"\nG15: {len(tried)} requests after a leaver's end, 0 succeeded")


def test_a_refusal_for_want_of_proof_leads_to_it_and_back(school: Lived) -> None:
    # The demo's recordings need none: the same recordings in a house that serves no demo do.
    school.house.replay, kept = replace(school.house.replay, demo_application=None), school.house.replay
    try:
        client = school.signed_in("Demo viewer")
        recording = school.recordings[0]
        grant = school.asked_leave(recording, "HD-77")
        school.house.access.grants.approve(grant, school.house.account("Owner"), right_now())
        asked = {"reason": "support_case", "case": "HD-77"}
        refused = client.post(f"/console/recordings/{recording}/looks", data=asked)
        assert refused.status_code == 403
        assert "<code>forbid-stale-mfa</code>" in refused.text
        assert f'href="/console/sign-in?next=/console/recordings/{recording}"' in refused.text
        client = school.proved("Demo viewer")
        assert client.post(f"/console/recordings/{recording}/looks", data=asked).status_code == 303
    finally:
        school.house.replay = kept


def test_the_rules_that_lead_to_a_proof_exist() -> None:
    assert set(PROOF_RULES) <= {rule.id for rule in RULES}
    assert FORMS.keys() <= {screen.path for screen in screens()}

"""Every route of the console against every role. A route that has no row here fails."""

import pytest
from starlette.testclient import TestClient

from milkglass.access.agreement import DIGEST
from milkglass.web.application import screens
from milkglass.web.pdf import has_pdf
from tests.web.house import Lived, right_now

ROLES = {
    "owner": "Owner",
    "viewer": "Demo viewer",
    "auditor": "Demo auditor",
    "legal": "Demo legal",
    "engineer": "Demo engineer",
}
LOOK = EXPORT = "0" * 26
PDF = 200 if has_pdf() else 503  # without the extra it says how to install it
# What each role gets, in the order of ROLES, then what nobody gets who is not signed in.
MATRIX: dict[tuple[str, str], tuple[int, ...]] = {
    ("GET", "/console/"): (200, 200, 200, 200, 200, 303),
    ("GET", "/console/recordings"): (200, 200, 200, 200, 200, 303),
    ("GET", "/console/recordings.csv"): (200, 200, 200, 200, 200, 401),
    ("GET", "/console/recordings.json"): (200, 200, 200, 200, 200, 401),
    ("POST", "/console/recordings/by-code"): (403, 404, 403, 403, 403, 401),
    ("GET", "/console/recordings/{recording}"): (200, 200, 200, 200, 200, 303),
    ("POST", "/console/recordings/{recording}/looks"): (403, 303, 403, 403, 403, 401),
    ("POST", "/console/recordings/{recording}/leave"): (403, 303, 403, 403, 403, 401),
    ("POST", "/console/recordings/{recording}/glass"): (403, 303, 403, 403, 403, 401),
    ("GET", "/console/access"): (200, 200, 200, 200, 403, 303),
    # The viewer is the one to be confirmed: owner and legal may.
    ("POST", "/console/access/people/{account}/confirm"): (303, 403, 403, 303, 403, 401),
    # An empty form keeps nobody of the list.
    ("POST", "/console/access/review"): (400, 403, 403, 403, 403, 401),
    # The viewer asked for it: the owner gives leave, the auditor may not, legal comes too late.
    ("POST", "/console/access/{grant}"): (303, 403, 403, 409, 403, 401),
    ("GET", "/console/pseudonyms"): (200, 200, 200, 200, 403, 303),
    # An empty form says what to give. Of a viewer's question the owner is the second person; legal comes too late.
    ("POST", "/console/pseudonyms"): (400, 400, 400, 400, 403, 401),
    ("POST", "/console/pseudonyms/{resolution}/confirm"): (303, 403, 403, 409, 403, 401),
    # Nobody here proved by a passkey who they are.
    ("POST", "/console/pseudonyms/{resolution}/resolve"): (403, 403, 403, 403, 403, 401),
    ("GET", "/console/training"): (200, 200, 200, 200, 200, 303),
    ("POST", "/console/training"): (200, 200, 200, 200, 200, 401),
    # Everybody may sign the agreement.
    ("POST", "/console/training/agreement"): (303, 303, 303, 303, 303, 401),
    ("GET", "/console/sign-in"): (200, 200, 200, 200, 200, 303),
    ("POST", "/console/sign-in/passkeys/ask"): (200, 200, 200, 200, 200, 401),
    # An empty answer is no passkey, and an empty code is no code.
    ("POST", "/console/sign-in/passkeys"): (400, 400, 400, 400, 400, 401),
    ("POST", "/console/sign-in/passkeys/{passkey}/remove"): (404, 404, 404, 404, 404, 401),
    ("POST", "/console/sign-in/proof/ask"): (200, 200, 200, 200, 200, 401),
    ("POST", "/console/sign-in/proof"): (403, 403, 403, 403, 403, 401),
    ("POST", "/console/sign-in/code"): (403, 403, 403, 403, 403, 401),
    ("POST", "/console/sign-in/app/show"): (303, 303, 303, 303, 303, 401),
    ("POST", "/console/sign-in/app"): (403, 403, 403, 403, 403, 401),
    ("POST", "/console/sign-in/end-others"): (303, 303, 303, 303, 303, 401),
    # Nobody's look: what is not yours does not exist.
    ("GET", "/console/looks/{look}"): (404, 404, 404, 404, 404, 303),
    ("GET", "/console/looks/{look}/segments/{number}"): (404, 404, 404, 404, 404, 401),
    ("GET", "/console/looks/{look}/words"): (404, 404, 404, 404, 404, 401),
    ("GET", "/console/looks/{look}/joined"): (404, 404, 404, 404, 404, 401),
    ("POST", "/console/looks/{look}/personal-data"): (403, 404, 403, 403, 403, 401),
    ("GET", "/console/exports"): (200, 200, 200, 200, 200, 303),
    ("GET", "/console/exports/{export}"): (200, 200, 200, 200, 200, 303),
    # The viewer asked for it: the owner confirms, the viewer may not, the auditor comes too late.
    ("POST", "/console/exports/{export}/confirm"): (303, 403, 409, 409, 409, 401),
    ("GET", "/console/exports/{export}/events.json"): (403, 200, 403, 403, 403, 303),
    ("GET", "/console/heatmaps"): (200, 200, 403, 403, 403, 303),
    ("GET", "/console/masking"): (200, 200, 200, 403, 200, 303),
    ("GET", "/console/masking.csv"): (200, 200, 200, 403, 200, 401),
    ("GET", "/console/masking.json"): (200, 200, 200, 403, 200, 401),
    ("GET", "/console/masking/paths"): (200, 200, 200, 403, 200, 303),
    ("GET", "/console/masking/{string_class}"): (200, 200, 200, 403, 200, 303),
    ("GET", "/console/install"): (200, 200, 200, 403, 200, 303),
    # A stream; asked for once, it ends.
    ("GET", "/console/install/stream?once=1"): (200, 200, 200, 403, 200, 401),
    ("GET", "/console/wizard"): (200, 403, 403, 403, 403, 303),
    ("GET", "/console/wizard/{step}"): (200, 403, 403, 403, 403, 303),
    # An empty form says what to give.
    ("POST", "/console/wizard/{step}"): (400, 403, 403, 403, 403, 401),
    ("GET", "/console/consent"): (200, 403, 200, 200, 403, 303),
    ("GET", "/console/consent.csv"): (200, 403, 200, 200, 403, 401),
    ("GET", "/console/consent.json"): (200, 403, 200, 200, 403, 401),
    # Nobody of that pseudonym; to withdraw for somebody is for who may stop recording.
    ("POST", "/console/consent/withdraw"): (404, 403, 403, 404, 403, 401),
    ("GET", "/console/consent/{person}/receipt.json"): (404, 403, 404, 404, 403, 401),
    ("GET", "/console/institutions"): (200, 200, 200, 200, 200, 303),
    # An empty form says what to give; letting recording begin again is the owner's.
    ("POST", "/console/institutions/stop"): (400, 400, 403, 400, 400, 401),
    ("POST", "/console/institutions/resume"): (400, 403, 403, 403, 403, 401),
    ("GET", "/console/policy"): (200, 200, 200, 200, 200, 303),
    ("GET", "/console/policy.yaml"): (200, 200, 200, 200, 200, 401),
    ("GET", "/console/policy/journey"): (200, 403, 403, 403, 403, 303),
    ("POST", "/console/policy/journey"): (400, 403, 403, 403, 403, 401),
    ("GET", "/console/policy/exclusions"): (200, 403, 403, 403, 403, 303),
    ("POST", "/console/policy/exclusions"): (303, 403, 403, 403, 403, 401),
    ("GET", "/console/policy/text"): (200, 403, 403, 403, 403, 303),
    ("POST", "/console/policy/text"): (400, 403, 403, 403, 403, 401),
    ("GET", "/console/policy/living"): (200, 200, 200, 200, 200, 303),
    ("GET", "/console/policy/living.pdf"): (PDF, PDF, PDF, PDF, PDF, 303),
    # A stream; asked for once, it ends.
    ("GET", "/console/policy/living/stream?once=1"): (200, 200, 200, 200, 200, 401),
    ("GET", "/console/policy/versions/{number}"): (200, 200, 200, 200, 200, 303),
    # The first version stands already: nothing of its life can be done again.
    ("POST", "/console/policy/versions/{number}/propose"): (409, 403, 403, 403, 403, 401),
    ("POST", "/console/policy/versions/{number}/approve"): (409, 403, 403, 409, 409, 401),
    ("POST", "/console/policy/versions/{number}/return"): (409, 403, 403, 409, 409, 401),
    ("POST", "/console/policy/versions/{number}/told"): (400, 403, 403, 403, 403, 401),
    ("POST", "/console/policy/versions/{number}/publish"): (409, 403, 403, 403, 403, 401),
    ("GET", "/console/vocabulary"): (200, 403, 403, 403, 403, 303),
    ("GET", "/console/vocabulary.csv"): (200, 403, 403, 403, 403, 401),
    ("GET", "/console/vocabulary.json"): (200, 403, 403, 403, 403, 401),
    ("GET", "/console/vocabulary/versions"): (200, 403, 403, 403, 403, 303),
    ("POST", "/console/vocabulary/decide"): (303, 403, 403, 403, 403, 401),
    ("POST", "/console/vocabulary/groups"): (303, 403, 403, 403, 403, 401),
    ("POST", "/console/vocabulary/publish"): (303, 403, 403, 403, 403, 401),
    ("GET", "/console/vocabulary/candidates/{candidate}"): (404, 403, 403, 403, 403, 303),
    ("POST", "/console/vocabulary/candidates/{candidate}/cut"): (404, 403, 403, 403, 403, 401),
    ("GET", "/console/tester"): (200, 403, 200, 403, 200, 303),
    # An empty form says what to give.
    ("POST", "/console/tester"): (400, 403, 400, 403, 400, 401),
    ("GET", "/console/access-incidents"): (200, 403, 200, 403, 403, 303),
    ("POST", "/console/access-incidents/run"): (303, 403, 303, 403, 403, 401),
    ("POST", "/console/access-incidents/{incident}"): (400, 403, 400, 403, 403, 401),
    # An empty form names no week.
    ("POST", "/console/log/review"): (400, 403, 400, 403, 403, 401),
    ("GET", "/console/log"): (200, 403, 200, 403, 403, 303),
    ("POST", "/console/log/export"): (200, 403, 200, 403, 403, 401),
    ("GET", "/console/log/{log}/{index}/proof"): (200, 403, 200, 403, 403, 303),
}
FORMS = {
    "/console/vocabulary/decide": {"picked": "approve"},
    "/console/recordings/by-code": {"code": "MG-0000-0000"},
    "/console/recordings/{recording}/looks": {"reason": "support_case", "case": "HD-1"},
    "/console/recordings/{recording}/leave": {"reason": "support_case", "case": "HD-2", "minutes": "60"},
    "/console/recordings/{recording}/glass": {"words": "The school called about a threat."},
    "/console/access/{grant}": {"picked": "approve"},
    "/console/training": {"promise": "yes"},
    "/console/training/agreement": {"signs": "yes", "agreement": DIGEST},
    "/console/log/export": {"format": "csv"},
    "/console/looks/{look}/personal-data": {"seen": "name", "offset": "0"},
}


def address(path: str, recording: str, **ids: str) -> str:
    """The address of a path; what `ids` does not name is nobody's."""
    of = {"recording": recording, "look": LOOK, "export": EXPORT, "grant": EXPORT, "candidate": EXPORT}
    of |= {"resolution": EXPORT, "account": EXPORT, "passkey": EXPORT, "person": EXPORT, "incident": EXPORT}
    return path.format(**(of | ids), number=int("policy" in path), string_class="text", log=0, index=0, step="owner")


def ask(client: TestClient, row: tuple[str, str], where: str) -> int:
    method, path = row
    return client.request(method, where, data=FORMS.get(path) if method == "POST" else None).status_code


def test_every_route_has_a_row() -> None:
    rows = {(method, path.partition("?")[0]) for method, path in MATRIX}
    assert {(screen.method, screen.path) for screen in screens()} == rows


def test_each_role_gets_what_its_row_says(school: Lived) -> None:
    clients = [*(school.signed_in(name) for name in ROLES.values()), school.client()]
    recording = school.recordings[0]
    ids = {"export": school.asked_export(recording), "grant": school.asked_leave(recording)}
    ids |= {"resolution": school.asked_pseudonym(recording), "account": school.house.account("Demo viewer").id}
    school.house.logs.sign(right_now())  # only what a checkpoint covers has a proof
    got = {row: tuple(ask(client, row, address(row[1], recording, **ids)) for client in clients) for row in MATRIX}
    assert got == MATRIX


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_another_site_can_do_nothing(school: Lived, site: str) -> None:
    client = school.signed_in("Demo viewer")
    client.headers["sec-fetch-site"] = site
    before = school.house.log.size()
    for method, path in MATRIX:
        if method == "POST":
            assert ask(client, (method, path), address(path, school.recordings[0])) == 403
    assert client.post("/logout").status_code == 403
    assert school.house.log.size() == before


def test_an_old_browser_from_another_origin_can_do_nothing(school: Lived) -> None:
    client = school.signed_in("Demo viewer")
    del client.headers["sec-fetch-site"]
    client.headers["origin"] = "https://elsewhere.example"
    assert client.post("/logout").status_code == 403


def test_every_answer_carries_its_protection(school: Lived) -> None:
    client = school.signed_in("Owner")
    for method, path in MATRIX:
        where = address(path, school.recordings[0])
        headers = client.request(method, where, data=FORMS.get(path) if method == "POST" else None).headers
        assert headers["cross-origin-opener-policy"] == "same-origin"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]


def test_the_player_may_load_nothing_but_its_own_parts(school: Lived) -> None:
    client = school.signed_in("Demo viewer")
    look = school.begun_look(client, school.recordings[0])
    policy = client.get(f"/console/looks/{look}").headers["content-security-policy"]
    nonce = policy.partition("'nonce-")[2].partition("'")[0]
    assert policy.split("; ") == [
        "default-src 'none'",
        f"script-src 'nonce-{nonce}'",
        "style-src 'unsafe-inline'",
        "img-src data: blob:",
        "font-src data:",
        "connect-src 'self'",
        *(f"{what} 'none'" for what in ("frame-src", "child-src", "object-src", "base-uri", "form-action")),
        "frame-ancestors 'none'",
    ]
    assert nonce not in client.get(f"/console/looks/{look}").headers["content-security-policy"]

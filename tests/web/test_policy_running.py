"""What runs in the field: the living page names policies, and never what a page made up."""

import msgspec

from tests.web.house import ORIGIN, Lived


def test_a_made_up_policy_is_counted_and_never_shown(school: Lived) -> None:
    ticket = school.ticket("person 3")
    batch = school.batch(0, [], []) | {"policy": "Qwitnessed"}
    body = f"{ticket['ticket']}\n".encode() + msgspec.json.encode(batch)
    answer = school.client().post("/v1/batches", content=body, headers={"origin": ORIGIN})
    assert answer.json()["code"] == "stale_policy"
    page = school.signed_in("Owner").get("/console/policy/living").text
    assert "none that we know" in page
    assert "Qwitnessed" not in page

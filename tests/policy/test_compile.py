"""Which route, which level, which template an address has."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milkglass.policy.capture import capture_rules
from milkglass.policy.compile import CompiledPolicy, compile_policy, policy_hash, words_of
from milkglass.policy.load import load
from milkglass.policy.packing import Find, hash32, unpack
from milkglass.policy.store import stricter
from milkglass.wire.values import InstitutionId, Level, Purpose
from tests.policy.test_load import GOOD

WORDS = words_of(3, {"Save changes": 7, "Sichern": 7}, {"row": 3}, {Find(12, 4): 2}, {99: 5})
RIVERBEND = InstitutionId("riverbend-high")


def compiled() -> CompiledPolicy:
    return compile_policy(load(GOOD), WORDS, "00112233445566aa")


@pytest.mark.parametrize(
    ("address", "template"),
    [
        ("https://x.example/demo/chat/room-7?u=Jane#s", "/demo/chat/:room"),
        ("/demo/chat/jane", "/demo/chat/:room"),
        ("/demo/chat/jane/", "/demo/chat/:room"),
        ("/demo/chat/", "/…"),
        ("/demo/chat", "/…"),
        ("/demo/chat/a/b", "/…"),
        ("https://x.example/app#/settings/jane?x=1", "#/settings/:page"),
        ("https://x.example/app#!/settings/jane", "#/settings/:page"),
        ("https://x.example/demo/chat/7#/other", "/demo/chat/:room"),
        ("mailto:jane@uni.example", "/…"),
        ("http://[", "/…"),
        ("/" + "a" * 5000, "/…"),
        ("/demo/chat/:room", "/demo/chat/:room"),
        ("#/settings/:page", "#/settings/:page"),
        ("/…", "/…"),
    ],
)
def test_an_address_becomes_its_template(address: str, template: str) -> None:
    policy = compiled()
    assert policy.template(address) == template
    assert policy.template(address) == template  # from memory too
    assert policy.is_template(template)


@given(st.text(max_size=60))
def test_a_template_never_holds_what_the_address_held(address: str) -> None:
    policy = compiled()
    assert policy.is_template(policy.template(address))


def test_the_memory_of_addresses_is_bounded() -> None:
    policy = compiled()
    for number in range(10_050):
        policy.template(f"/{number}")
    assert len(policy._seen) <= 10_000  # noqa: SLF001 - the bound is the point


def test_the_more_literal_route_wins() -> None:
    text = GOOD.replace("[/demo/chat/:room]", "[/demo/chat/:room, /demo/:page/new, /demo/chat/new]")
    policy = compile_policy(load(text), WORDS, "0" * 16)
    assert policy.template("/demo/chat/new") == "/demo/chat/new"


def test_the_lower_level_wins_and_the_unknown_is_off() -> None:
    policy = compiled()
    assert policy.level("chat", RIVERBEND) is Level.LABELLED
    assert policy.level("chat", InstitutionId("demo-account")) is Level.WIREFRAME
    assert policy.level("settings", RIVERBEND) is Level.CLICKS
    assert policy.level("nowhere", RIVERBEND) is Level.OFF
    assert policy.level("chat", InstitutionId("stranger")) is Level.OFF
    assert policy.is_excluded("/demo/students")


def test_an_exclusion_wins_over_each_route_that_takes_its_addresses() -> None:
    text = GOOD.replace("[/demo/students]", "[/demo/chat/private, /demo/:page/:any/new, /secret]")
    text = text.replace("[/demo/chat/:room]", "[/demo/chat/:room, /demo/chat/room/new, /secret/:x]")
    policy = compile_policy(load(text), WORDS, "0" * 16)
    for address in ("/demo/chat/private", "/demo/chat/room/new", "/demo/any/thing/new"):
        assert policy.is_excluded(policy.template(address)), address
    assert policy.template("/demo/chat/room") == "/demo/chat/:room"
    told = json.loads(capture_rules(policy, RIVERBEND, [Purpose.REPLAY]))
    assert set(told["exclusions"]["routes"]) == {
        "/demo/chat/private",
        "/demo/:page/:any/new",
        "/secret",
        "/demo/chat/room/new",
    }
    assert told["exclusions"]["routes"][:3] == list(policy.document.exclusions.routes), "counted by their place"


def test_a_fragment_opens_no_page_that_is_left_out() -> None:
    text = GOOD.replace("[/demo/chat/:room]", '[/demo/chat/:room, "#/home"]')
    policy = compile_policy(load(text), WORDS, "0" * 16)
    assert policy.template("/demo/chat/7#/home") == "#/home"
    assert policy.template("/elsewhere#!/home") == "#/home"
    for address in ("/demo/students#/home", "https://x.example/demo/students/#!/home"):
        assert policy.is_excluded(policy.template(address)), address


def test_the_application_has_a_level_of_its_own() -> None:
    text = GOOD.replace("name: Chalkboard,", "name: Chalkboard, level: wireframe,")
    policy = compile_policy(load(text), WORDS, "0" * 16)
    assert policy.level("chat", RIVERBEND) is Level.WIREFRAME
    assert policy.hash != compiled().hash


def test_the_hash_tells_what_decides_and_nothing_else() -> None:
    document = load(GOOD)
    assert policy_hash(document, 3) == policy_hash(replace(document, contacts=()), 3)
    assert policy_hash(document, 3) != policy_hash(document, 4)
    assert policy_hash(document, 3) != policy_hash(replace(document, retention_days=31), 3)


def test_the_browser_gets_hashes_and_numbers_only() -> None:
    rules = capture_rules(compiled(), RIVERBEND, [Purpose.REPLAY])
    assert b"Save changes" not in rules
    told = json.loads(rules)
    words = told["vocabulary"]
    assert (words["version"], words["sheets"], words["assets"]) == (3, [[12, 4, 2]], [[99, 5]])
    assert dict(unpack(words["text"])) == {hash32("Save changes"): 7, hash32("Sichern"): 7}
    assert unpack(words["names"]) == [(hash32("row"), 3)]
    assert (told["replay"], told["heatmap"]) == (True, False)
    levels = {journey["name"]: journey["level"] for journey in told["journeys"]}
    assert levels == {"": "off", "chat": "labelled", "settings": "clicks"}


def test_hash32_is_fnv_1a_over_utf_16() -> None:
    assert hash32("") == 0x811C9DC5
    assert hash32("a") == ((((0x811C9DC5 ^ 0x61) * 0x01000193) & 0xFFFFFFFF) * 0x01000193) & 0xFFFFFFFF


def test_the_stricter_of_two_policies_has_the_lower_levels_and_both_exclusions() -> None:
    older = compile_policy(load(GOOD.replace("level: clicks", "level: off")), WORDS, "0" * 16)
    newer = compile_policy(load(GOOD.replace(".student-list", ".roster")), WORDS, "0" * 16)
    both = stricter(older, newer)
    assert both.level("settings", RIVERBEND) is Level.OFF
    assert both.level("chat", RIVERBEND) is Level.LABELLED
    assert {".student-list", ".roster"} <= set(both.document.exclusions.selectors)

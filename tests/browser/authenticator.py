"""Chromium's own virtual authenticator, and making a passkey with it on the page "Your sign-in"."""

from playwright.sync_api import CDPSession, Page, expect


def device(page: Page, *, is_verified: bool = True) -> CDPSession:
    """A security key that answers at once; unless `is_verified` nobody puts a finger on it."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable", {"enableUI": False})
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": is_verified,
        "automaticPresenceSimulation": True,
    }
    added = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    session.authenticator = added["authenticatorId"]  # type: ignore[attr-defined]
    return session


def make(page: Page, label: str, count: int) -> None:
    page.get_by_label("A name for it").fill(label)
    page.get_by_role("button", name="Make a passkey").click()
    expect(page.get_by_role("row")).to_have_count(count + 1)

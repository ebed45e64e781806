"""Passkeys: keys that live in a person's device or security key, and that no imitated page can use.

The device itself asks for finger, face or PIN (user verification), so that a passkey alone is two factors. The server
keeps the public key. Which device it is, is not asked for: no attestation.

Source: W3C Web Authentication level 3; the ceremonies are the `webauthn` package's.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias, TypeVar
from urllib.parse import urlsplit

import msgspec
from sqlalchemy import Connection, Engine, Row, delete, func, insert, select, update
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes, parse_authentication_credential_json
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from milkglass.access.accounts import Account
from milkglass.access.challenges import Challenges
from milkglass.database.moments import from_ms, random_id, to_ms
from milkglass.database.tables_login import passkeys
from milkglass.errors import Conflict, Invalid, NotAllowed, NotFound
from milkglass.merkle.writer import Change
from milkglass.wire.values import AccountId

T = TypeVar("T")
_Credentials: TypeAlias = list[PublicKeyCredentialDescriptor]  # `list` is a method below
MOST = 10  # an account
LONGEST_LABEL = 40
_WRONG = "this passkey was not accepted; try again, or use another"


@dataclass(frozen=True, slots=True)
class Site:
    """The address that passkeys are bound to: how browsers reach the console."""

    url: str

    @property
    def host(self) -> str:
        """The host, which a passkey works on alone."""
        return urlsplit(self.url).hostname or "localhost"

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Passkey:
    """One, as its owner sees it."""

    id: str
    label: str
    is_synced: bool
    added_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Passkeys:
    """The store of passkeys. What changes is returned, so that it is committed with the session and the leaf."""

    engine: Engine
    site: Site
    challenges: Challenges = field(default_factory=Challenges)

    def asked_to_add(self, account: Account, now: datetime) -> str:
        """Return, as JSON, what a browser needs to make one for an account."""
        options = generate_registration_options(
            rp_id=self.site.host,
            rp_name="Milkglass",
            user_id=account.id.encode(),
            user_name=account.name,
            user_display_name=account.name,
            challenge=self.challenges.draw(account.id, now),
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
            ),
            exclude_credentials=self._credentials(account.id),
        )
        return options_to_json(options)

    def added(self, account: Account, answer: str, label: str, now: datetime) -> tuple[str, Change]:
        """Check a browser's answer; return the new passkey's id and the change that keeps it.

        Raises: NotAllowed for an answer that is wrong, over or without user verification; Invalid, Conflict.
        """
        said = " ".join(label.split())
        if not 0 < len(said) <= LONGEST_LABEL:
            raise Invalid(f"name the passkey in 1 to {LONGEST_LABEL} letters, so that you know it again")
        challenge = _challenge(answer)
        self.challenges.take(challenge, account.id, now)
        verified = _accepted(
            lambda: verify_registration_response(
                credential=answer,
                expected_challenge=challenge,
                expected_rp_id=self.site.host,
                expected_origin=self.site.origin,
                require_user_verification=True,
            )
        )
        passkey = random_id()
        row = {
            "passkey": passkey,
            "account": account.id,
            "credential": verified.credential_id,
            "public_key": verified.credential_public_key,
            "sign_count": verified.sign_count,
            "is_synced": verified.credential_backed_up,
            "label": said,
            "added_at": to_ms(now),
            "used_at": None,
        }

        def change(connection: Connection) -> None:
            held = select(func.count()).select_from(passkeys).where(passkeys.c.account == account.id)
            if connection.execute(held).scalar_one() >= MOST:
                raise Conflict(f"an account has at most {MOST} passkeys; remove one first")
            known = select(passkeys.c.passkey).where(passkeys.c.credential == verified.credential_id)
            if connection.execute(known).first() is not None:
                raise Conflict("this passkey is known already; use another device or key")
            connection.execute(insert(passkeys).values(row))

        return passkey, change

    def asked_to_prove(self, account: Account | None, now: datetime) -> str:
        """Return, as JSON, what a browser needs to prove one: of an account, or whichever somebody has."""
        options = generate_authentication_options(
            rp_id=self.site.host,
            challenge=self.challenges.draw(None if account is None else account.id, now),
            allow_credentials=[] if account is None else self._credentials(account.id),
            user_verification=UserVerificationRequirement.REQUIRED,
        )
        return options_to_json(options)

    def owner(self, answer: str) -> AccountId | None:
        """Return whose passkey an answer names, proved or not; None if it names none."""
        credential = _accepted(lambda: parse_authentication_credential_json(answer)).raw_id
        with self.engine.connect() as connection:
            mine = select(passkeys.c.account).where(passkeys.c.credential == credential)
            account = connection.execute(mine).scalar_one_or_none()
        return None if account is None else AccountId(account)

    def proved(self, account: AccountId, answer: str, now: datetime, *, is_login: bool) -> Change:
        """Check a browser's answer for an account; return the change that notes the use.

        Args:
            account: whose passkey it must be.
            answer: the browser's, as JSON.
            now: when.
            is_login: whether the challenge was drawn for whoever logs in, and not for this account.
        Raises: NotAllowed for an answer that is wrong, over, another's or without user verification.
        """
        challenge = _challenge(answer)
        self.challenges.take(challenge, None if is_login else account, now)
        credential = _accepted(lambda: parse_authentication_credential_json(answer)).raw_id
        mine = (passkeys.c.account == account, passkeys.c.credential == credential)
        with self.engine.connect() as connection:
            row = connection.execute(select(passkeys).where(*mine)).one_or_none()
        if row is None:
            raise NotAllowed(_WRONG, code="passkey")
        verified = _accepted(
            lambda: verify_authentication_response(
                credential=answer,
                expected_challenge=challenge,
                expected_rp_id=self.site.host,
                expected_origin=self.site.origin,
                credential_public_key=row.public_key,
                credential_current_sign_count=row.sign_count,
                require_user_verification=True,
            )
        )
        # The count is compared again where it is written: of two answers at once that carry one count, one is a copy.
        kept = (*mine, passkeys.c.sign_count == row.sign_count)
        used = update(passkeys).where(*kept).values(sign_count=verified.new_sign_count, used_at=to_ms(now))

        def change(connection: Connection) -> None:
            if connection.execute(used).rowcount != 1:
                raise NotAllowed(_WRONG, code="passkey")

        return change

    def list(self, account: AccountId) -> list[Passkey]:
        """List an account's passkeys, the oldest first."""
        chosen = select(passkeys).where(passkeys.c.account == account).order_by(passkeys.c.added_at, passkeys.c.passkey)
        with self.engine.connect() as connection:
            return [_passkey(row) for row in connection.execute(chosen)]

    def removed(self, account: AccountId, passkey: str) -> Change:
        """Return the change that removes one. Raises NotFound, when it is made, for one that is not this account's."""
        mine = delete(passkeys).where(passkeys.c.account == account, passkeys.c.passkey == passkey)

        def change(connection: Connection) -> None:
            if connection.execute(mine).rowcount != 1:
                raise NotFound("you have no such passkey")

        return change

    def _credentials(self, account: AccountId) -> _Credentials:

        with self.engine.connect() as connection:
            mine = select(passkeys.c.credential).where(passkeys.c.account == account)
            return [PublicKeyCredentialDescriptor(id=one) for one in connection.execute(mine).scalars()]


def _challenge(answer: str) -> bytes:
    """Read the challenge that an answer says it signed; whether it did is checked afterwards."""

    def read() -> bytes:
        said = msgspec.json.decode(answer, type=_Answer)
        client = msgspec.json.decode(base64url_to_bytes(said.response.clientDataJSON), type=_Client)
        return base64url_to_bytes(client.challenge)

    return _accepted(read)


def _accepted(check: Callable[[], T]) -> T:

    try:
        return check()
    except Exception:  # noqa: BLE001 - parsers of others read a stranger's bytes here: whatever they raise is a refusal
        raise NotAllowed(_WRONG, code="passkey") from None


class _Response(msgspec.Struct):
    clientDataJSON: str  # noqa: N815 - the standard's name


class _Answer(msgspec.Struct):
    response: _Response


class _Client(msgspec.Struct):
    challenge: str


def _passkey(row: Row[tuple[object, ...]]) -> Passkey:
    return Passkey(
        id=row.passkey,
        label=row.label,
        is_synced=row.is_synced,
        added_at=from_ms(row.added_at),
        used_at=None if row.used_at is None else from_ms(row.used_at),
    )

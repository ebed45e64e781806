"""Notes: a log's key, and checkpoints signed with it. Reading them is in `verify`, which stands alone.

Source: C2SP signed-note and tlog-checkpoint; RFC 8032.
"""

from base64 import b64encode
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from milkglass.errors import Invalid
from milkglass.merkle.verify import ED25519, PROOF, key_id

_LONGEST_ORIGIN = 300


@dataclass(frozen=True, slots=True)
class NoteKey:
    """A log's signing key; `origin` names the log and is the key's name. `seed` is 32 bytes. Raises Invalid."""

    origin: str
    seed: bytes

    def __post_init__(self) -> None:
        """Refuse a name that a note cannot hold."""
        wrong = any(letter == "+" or letter.isspace() for letter in self.origin)
        if wrong or not 0 < len(self.origin) <= _LONGEST_ORIGIN:
            raise Invalid("a log's origin is a name without spaces and plus signs")

    @property
    def vkey(self) -> str:
        """The public key as one line: name, id, base64."""
        return f"{self.origin}+{key_id(self.origin, self._public).hex()}+{b64encode(self._public).decode()}"

    def sign(self, size: int, root: bytes) -> bytes:
        """Return the signed checkpoint of a size and root."""
        body = f"{self.origin}\n{size}\n{b64encode(root).decode()}\n"
        raw = key_id(self.origin, self._public) + self._private.sign(body.encode())
        return f"{body}\n\u2014 {self.origin} {b64encode(raw).decode()}\n".encode()

    @property
    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)

    @property
    def _public(self) -> bytes:
        return ED25519 + self._private.public_key().public_bytes_raw()


def proof(entry: bytes, index: int, path: list[bytes], checkpoint: bytes) -> bytes:
    """Return a tlog-proof of one entry, which its `extra` line holds."""
    hashes = "".join(f"{b64encode(node).decode()}\n" for node in path)
    return f"{PROOF}\nextra {b64encode(entry).decode()}\nindex {index}\n{hashes}\n".encode() + checkpoint

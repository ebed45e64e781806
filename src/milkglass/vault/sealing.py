"""Sealing: compress, then encrypt a batch so that it opens only under its own key, in its own place.

The form is C2SP chunked-encryption in its Cobblestone-256 instance: a 24-byte salt, a 32-byte commitment to key and
context, then chunks of 16 KiB under AES-256-GCM. A wrong key, another institution or recording, a cut and an addition
all fail. Nothing is fixed or stored beside it: the salt is drawn anew each time.

Source: https://c2sp.org/chunked-encryption
"""

import zstandard
from cryptography.cobblestone import Cobblestone256Decryptor, Cobblestone256Encryptor
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from milkglass.errors import Invalid

HEADER_BYTES = 56  # salt and commitment: enough to tell whether a key fits
_MOST_PLAIN_BYTES = 64 * 1024 * 1024  # far above the limit of the way in; a bound for what a damaged frame may claim
_LEVEL = 3


def batch_context(institution: str, recording: str, number: int) -> bytes:
    """Name the one place in which a sealed batch may open."""
    return f"milkglass/batch/v1|{institution}|{recording}|{number}".encode()


def rows_context(institution: str, recording: str, number: int) -> bytes:
    """Name the one place in which a batch's sealed heatmap rows may open."""
    return f"milkglass/rows/v1|{institution}|{recording}|{number}".encode()


def seal(key: bytes, context: bytes, plain: bytes) -> bytes:
    """Compress and encrypt `plain` (32-byte key)."""
    small = zstandard.ZstdCompressor(level=_LEVEL, write_checksum=False).compress(plain)
    encryptor = Cobblestone256Encryptor(key, context)
    return encryptor.update(small) + encryptor.finalize()


def unseal(key: bytes, context: bytes, sealed: bytes) -> bytes:
    """Return what was sealed. Raises Invalid if key, context or any byte is not the one it was sealed with."""
    decryptor = Cobblestone256Decryptor(key, context)
    try:
        small = decryptor.update(sealed) + decryptor.finalize()
        return zstandard.ZstdDecompressor().decompress(small, max_output_size=_MOST_PLAIN_BYTES)
    except (InvalidTag, zstandard.ZstdError) as broken:
        raise Invalid("a sealed batch does not open with this key in this place", code="not_opened") from broken


def fits(key: bytes, context: bytes, header: bytes) -> bool:
    """Say whether a key would open what begins with these 56 bytes: the commitment alone decides."""
    try:
        Cobblestone256Decryptor(key, context).update(header[:HEADER_BYTES])
    except InvalidTag:
        return False
    return True


def derive(key: bytes, info: str) -> bytes:
    """Derive a 32-byte key for another use: whoever has the result learns nothing about `key`."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=info.encode()).derive(key)

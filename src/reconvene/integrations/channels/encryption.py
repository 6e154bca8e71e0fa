"""What web push asks of whoever sends: a payload that only one browser can open, and a signature that says who we are.

Sources: RFC 8291 (message encryption for web push), RFC 8188 (aes128gcm), RFC 8292 (VAPID), RFC 7518 section 3.4 (ES256). Pure; used by `push`.
"""

import base64
import json
import os
import struct
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDH,
    ECDSA,
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

CURVE = SECP256R1()
RECORD = 4096  # bytes; what every push service takes
PADDED_TO = 2600  # bytes, so that the size of a message says nothing about its kind
LAST_RECORD = b"\x02"


def base64url(raw: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def unbase64url(text: str) -> bytes:
    """The bytes behind base64url, padded or not. Raises ValueError."""
    return base64.urlsafe_b64decode(text.encode() + b"=" * (-len(text) % 4))


def point(key: EllipticCurvePublicKey) -> bytes:
    """A public key as 65 bytes, uncompressed."""
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def encrypt(
    text: bytes, *, key: bytes, secret: bytes, ours: EllipticCurvePrivateKey | None = None, salt: bytes = b"", padded_to: int = PADDED_TO
) -> bytes:
    """The body of a push for the browser with this public `key` (65 bytes) and `secret` (16 bytes). Raises ValueError for a key that is none.

    `ours` and `salt` are made afresh for each message; only a test names them.
    """
    ours, salt = ours or generate_private_key(CURVE), salt or os.urandom(16)
    theirs = EllipticCurvePublicKey.from_encoded_point(CURVE, key)
    shared = ours.exchange(ECDH(), theirs)
    own = point(ours.public_key())
    material = _derive(shared, salt=secret, info=b"WebPush: info\x00" + key + own, length=32)
    content_key = _derive(material, salt=salt, info=b"Content-Encoding: aes128gcm\x00", length=16)
    nonce = _derive(material, salt=salt, info=b"Content-Encoding: nonce\x00", length=12)
    padded = (text + LAST_RECORD).ljust(padded_to, b"\x00")
    if len(padded) + 16 > RECORD:
        raise ValueError("A push holds at most 4 KB.")
    return salt + struct.pack("!LB", RECORD, len(own)) + own + AESGCM(content_key).encrypt(nonce, padded, None)


def vapid(address: str, *, key: EllipticCurvePrivateKey, contact: str, until: int) -> str:
    """The Authorization header for one push service: a token for its origin, good until `until` (seconds, at most a day ahead), and our key."""
    parts = urlsplit(address)
    claims = {"aud": f"{parts.scheme}://{parts.netloc}", "exp": until, "sub": contact}
    signed = ".".join(base64url(json.dumps(part, separators=(",", ":")).encode()) for part in ({"typ": "JWT", "alg": "ES256"}, claims))
    r, s = decode_dss_signature(key.sign(signed.encode(), ECDSA(SHA256())))
    token = f"{signed}.{base64url(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"
    return f"vapid t={token}, k={base64url(point(key.public_key()))}"


def _derive(material: bytes, *, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=SHA256(), length=length, salt=salt, info=info).derive(material)

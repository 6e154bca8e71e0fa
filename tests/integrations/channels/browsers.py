"""A browser as push services know it: its keys, how it opens what was sealed for it, and the row that stands for it. Written from the RFCs alone."""

import base64
import json
import struct
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from reconvene.notices.models import Browser
from reconvene.people.models import Person
from tests.world import MONDAY


def encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class Device:
    """A browser that let messages in."""

    private: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    secret: bytes = b"sixteen bytes ok"

    @property
    def key(self) -> bytes:
        return self.private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    def opens(self, body: bytes) -> dict[str, Any]:
        """What was sealed for this browser (RFC 8291 section 3, RFC 8188 section 2). Raises when it was not."""
        salt, (_size, length), rest = body[:16], struct.unpack("!LB", body[16:21]), body[21:]
        theirs, sealed = rest[:length], rest[length:]
        shared = self.private.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), theirs))

        def derive(material: bytes, salt: bytes, info: bytes, size: int) -> bytes:
            return HKDF(SHA256(), size, salt, info).derive(material)

        material = derive(shared, self.secret, b"WebPush: info\0" + self.key + theirs, 32)
        key, nonce = derive(material, salt, b"Content-Encoding: aes128gcm\0", 16), derive(material, salt, b"Content-Encoding: nonce\0", 12)
        text, end, _zeros = AESGCM(key).decrypt(nonce, sealed, None).rpartition(b"\x02")
        assert end
        found = json.loads(text)
        assert isinstance(found, dict)
        return found

    def row(self, person: Person, address: str) -> Browser:
        """It as its owner let it in."""
        facts = {"key": encoded(self.key), "secret": encoded(self.secret), "added_at": MONDAY, "name": "Chrome, Android"}
        return Browser.objects.create(person=person, address=address, mark=Browser.mark_of(address), **facts)


def read_vapid(header: str) -> tuple[dict[str, Any], dict[str, Any], str]:
    """Header, claims and public key of an Authorization header (RFC 8292), after its signature was checked."""
    scheme, _blank, rest = header.partition(" ")
    assert scheme == "vapid"
    parts = dict(part.strip().split("=", 1) for part in rest.split(","))
    head, claims, signature = parts["t"].split(".")
    raw = decoded(signature)
    assert len(raw) == 64
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decoded(parts["k"]))
    der = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    key.verify(der, f"{head}.{claims}".encode(), ec.ECDSA(SHA256()))
    return json.loads(decoded(head)), json.loads(decoded(claims)), parts["k"]

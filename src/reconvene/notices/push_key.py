"""The key pair with which this installation signs at push services: made when it is first asked for, once for all organisations."""

import base64

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from django.db import transaction

from reconvene.base import clock
from reconvene.notices.models import PushKey


@transaction.atomic
def push_key() -> PushKey:
    """The key pair. One that the secret key of the settings does not open any more is replaced; browsers then have to be let in again."""
    found = PushKey.objects.filter(id=1).first()
    if found is not None and found.private:
        return found
    if found is not None:
        PushKey.objects.update(**_new())
        return PushKey.objects.get(id=1)
    return PushKey.objects.get_or_create(id=1, defaults=_new())[0]


def _new() -> dict[str, object]:
    key = generate_private_key(SECP256R1())
    public = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return {"public": base64.urlsafe_b64encode(public).decode().rstrip("="), "private": private.decode(), "made_at": clock.now()}

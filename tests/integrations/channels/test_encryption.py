"""Sealing for one browser and signing for push services, against the example of RFC 8291 and a reader written from the RFCs."""

import json

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from reconvene.integrations.channels.encryption import encrypt, unbase64url, vapid
from tests.integrations.channels.browsers import Device, encoded, read_vapid


def private(text: str) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(unbase64url(text), "big"), ec.SECP256R1())


def test_the_example_of_the_rfc_comes_out_byte_for_byte() -> None:
    """RFC 8291, section 5 and appendix A."""
    body = encrypt(
        b"When I grow up, I want to be a watermelon",
        key=unbase64url("BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"),
        secret=unbase64url("BTBZMqHH6r4Tts7J_aSIgg"),
        ours=private("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"),
        salt=unbase64url("DGv6ra1nlYgDCS1FRnbzlw"),
        padded_to=0,
    )

    assert encoded(body) == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_"
        "yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )


@given(st.dictionaries(st.text(max_size=20), st.text(max_size=200), max_size=5))
def test_the_browser_reads_what_was_sealed_and_all_messages_are_of_one_size(facts: dict[str, str]) -> None:
    device = Device()
    body = encrypt(json.dumps(facts, ensure_ascii=False).encode(), key=device.key, secret=device.secret)

    assert device.opens(body) == facts
    assert len(body) == 2702 or len(json.dumps(facts, ensure_ascii=False).encode()) >= 2600


def test_another_browser_reads_nothing_and_what_is_too_long_is_refused() -> None:
    device = Device()
    body = encrypt(b"{}", key=device.key, secret=device.secret)

    with pytest.raises(InvalidTag):
        Device().opens(body)
    with pytest.raises(ValueError, match="4 KB"):
        encrypt(b"x" * 4100, key=device.key, secret=device.secret)
    with pytest.raises(ValueError):
        encrypt(b"{}", key=b"\x04" + bytes(64), secret=device.secret)


def test_the_signature_names_the_push_services_origin_and_nothing_of_the_browser() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    header = vapid("https://push.example:8443/wpush/v2/secret-part", key=key, contact="https://reconvene.example", until=1_800_000_000)

    head, claims, public = read_vapid(header)

    assert head == {"typ": "JWT", "alg": "ES256"}
    assert claims == {"aud": "https://push.example:8443", "exp": 1_800_000_000, "sub": "https://reconvene.example"}
    assert len(unbase64url(public)) == 65
    assert "secret-part" not in header

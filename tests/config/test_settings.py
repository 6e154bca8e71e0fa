"""Settings from the environment: unsafe or unreadable ones refuse to start, with a sentence and before anything is served."""

from pathlib import Path

import pytest

from reconvene.config import environment
from tests.config.installation import KEY, Installation

URL = "postgresql://reconvene@127.0.0.1:1/none"
SAFE = {"RECONVENE_SECRET_KEY": KEY, "RECONVENE_ORIGIN": "https://reconvene.example"}


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"RECONVENE_SECRET_KEY": ""}, "RECONVENE_SECRET_KEY is missing or too short."),
        ({"RECONVENE_SECRET_KEY": "short"}, "RECONVENE_SECRET_KEY is missing or too short."),
        ({"RECONVENE_SECRET_KEY": "a" * 80}, "RECONVENE_SECRET_KEY is missing or too short."),
        ({"RECONVENE_ORIGIN": "http://reconvene.example"}, "RECONVENE_ORIGIN http://reconvene.example is not https."),
        ({"RECONVENE_ORIGIN": "reconvene.example"}, "RECONVENE_ORIGIN must be an address without a path"),
        ({"RECONVENE_ORIGIN": "https://example.org/reconvene"}, "RECONVENE_ORIGIN must be an address without a path"),
        ({"RECONVENE_DEMO": "1"}, "The demo lets anybody become anybody, so it only runs on localhost."),
        ({"RECONVENE_MAIL_URL": "imap://mail.example"}, "RECONVENE_MAIL_URL must look like"),
        ({"RECONVENE_MAILBOX_URL": "pop3://user:x@mail.example"}, "RECONVENE_MAILBOX_URL must look like"),
        ({"RECONVENE_MAILBOX_URL": "imap://user:x@mail.example"}, "RECONVENE_MAILBOX_URL must look like"),
        ({"RECONVENE_PROXIES": "two"}, "RECONVENE_PROXIES must be a number"),
        ({"RECONVENE_LOG_LEVEL": "LOUD"}, "RECONVENE_LOG_LEVEL must be DEBUG, INFO, WARNING or ERROR."),
        ({"DATABASE_URL": "mysql://somewhere/reconvene"}, "DATABASE_URL cannot be read"),
    ],
    ids=lambda value: " ".join(f"{name}={text[:24]}" for name, text in value.items()) if isinstance(value, dict) else "",
)
def test_what_would_put_people_at_risk_or_cannot_be_read_does_not_start(tmp_path: Path, change: dict[str, str], sentence: str) -> None:
    done = Installation(tmp_path, URL).run("serve", **{**SAFE, **change})

    assert done.returncode == 1
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_a_mail_address_for_sending_may_hold_any_password() -> None:
    found = environment.mail("smtp+tls://post%40example.org:p%2Fw%3A%40@mail.example")

    assert (found["EMAIL_HOST_USER"], found["EMAIL_HOST_PASSWORD"]) == ("post@example.org", "p/w:@")
    assert (found["EMAIL_HOST"], found["EMAIL_PORT"], found["EMAIL_USE_TLS"], found["EMAIL_USE_SSL"]) == ("mail.example", 587, True, False)


@pytest.mark.parametrize(("scheme", "port"), [("smtp", 25), ("smtps", 465), ("smtp+tls", 587)])
def test_each_scheme_has_its_port(scheme: str, port: int) -> None:
    assert environment.mail(f"{scheme}://mail.example")["EMAIL_PORT"] == port
    assert environment.mail(f"{scheme}://mail.example:2525")["EMAIL_PORT"] == 2525


def test_a_database_address_may_name_a_socket_folder_and_options() -> None:
    found = environment.database("postgresql://reconvene:p%40ss@/reconvene?host=%2Fvar%2Frun%2Fpg&sslmode=prefer")

    assert {key: found[key] for key in ("USER", "PASSWORD", "HOST", "NAME")} == {
        "USER": "reconvene", "PASSWORD": "p@ss", "HOST": "/var/run/pg", "NAME": "reconvene",
    }  # fmt: skip
    assert found["OPTIONS"] == {"sslmode": "prefer", "server_side_binding": True, "prepare_threshold": 2}


def refused(origin: str) -> bool:
    try:
        environment.refuse_unsafe(secret_key=KEY, origin=origin)
    except environment.UnsafeSettings:
        return True
    return False


@pytest.mark.parametrize("origin", ["https://reconvene.example", "https://reconvene.example/", "http://localhost:8000", "http://127.0.0.1"])
def test_https_and_this_machine_are_fit_for_use(origin: str) -> None:
    assert not refused(origin)
    assert refused(origin.replace("https", "http").replace("localhost", "elsewhere").replace("127.0.0.1", "10.0.0.1"))
    assert refused(f"{origin}/below")


def test_every_setting_is_documented() -> None:
    page = (environment.ROOT / "docs" / "operations" / "settings.md").read_text()

    assert [setting.name for setting in environment.SETTINGS if f"`{setting.name}`" not in page] == []

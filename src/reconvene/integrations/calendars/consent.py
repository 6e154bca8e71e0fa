"""Reading by consent: the person agrees at the service, which gives us a token that lasts until they take it back.

Sources: RFC 6749 (4.1 authorization code, 6 refreshing), RFC 7636 (PKCE, S256).
"""

import base64
import hashlib
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from reconvene.availability.registry import Access, Unreadable
from reconvene.integrations.web import Answer, Conversation, class_status

FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
SPENT = frozenset({"invalid_grant", "interaction_required", "consent_required", "invalid_client", "unauthorized_client"})


class Service:
    """Where a service asks for consent and gives tokens, and who we are there. `extra` goes along when asking for consent."""

    def __init__(
        self, client: str, secret: str, *, consent_at: str, tokens_at: str, scope: str, extra: Mapping[str, str] | None = None
    ) -> None:
        self._client, self._secret, self._scope = client, secret, scope
        self._consent_at, self._tokens_at, self._extra = consent_at, tokens_at, extra or {}

    def consent_address(self, *, state: str, verifier: str, back: str) -> str:
        """Where the person agrees."""
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        asked = {
            "response_type": "code", "client_id": self._client, "redirect_uri": back, "scope": self._scope, "state": state,
            "code_challenge": challenge, "code_challenge_method": "S256", **self._extra,
        }  # fmt: skip
        return f"{self._consent_at}?{urlencode(asked)}"

    def access_by_code(self, code: str, *, verifier: str, back: str) -> Access:
        """The code of the way back, kept until a worker hands it in: the page waits for no other server."""
        return Access(
            secret=json.dumps({"grant_type": "authorization_code", "code": code, "code_verifier": verifier, "redirect_uri": back})
        )

    def exchanged(self, access: Access) -> Access:
        """The access from now on, with a token for the next minutes. Raises Unreadable: refused when the consent is gone."""
        try:
            grant = json.loads(access.secret)
        except ValueError:
            raise Unreadable("refused") from None
        body = urlencode({**grant, "client_id": self._client, "client_secret": self._secret}).encode()
        answer = Conversation().ask("POST", self._tokens_at, headers=FORM, body=body)
        given = json_of(answer) if answer.status in (200, 400, 401) else {}
        if given.get("error") in SPENT:
            raise Unreadable("refused")
        class_status(answer.status)
        lasting = given.get("refresh_token") or grant.get("refresh_token")
        if not given.get("access_token") or not lasting:
            raise Unreadable("refused")
        secret = json.dumps({"grant_type": "refresh_token", "refresh_token": lasting})
        return Access(secret=secret, token=str(given["access_token"]))


def json_of(answer: Answer) -> dict[str, Any]:
    """The object in an answer. Raises Unreadable when there is none."""
    try:
        found = json.loads(answer.body)
    except ValueError:
        raise Unreadable("away") from None
    if not isinstance(found, dict):
        raise Unreadable("away")
    return found

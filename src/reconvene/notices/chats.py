"""A company's chat as a channel. Which chats there are `integrations` enters; nothing here knows how they are spoken to."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from reconvene.base import tenancy
from reconvene.notices.brief import Brief, brief_of
from reconvene.notices.channels import NOT_OFFERED, Delivery, Outcome, Unreachable, Way, register
from reconvene.notices.models import ChatAccess, Notice, Preference
from reconvene.notices.rules import Message


class Chat(Protocol):
    """Writes to one person in a company's chat, whom it finds by their mail address."""

    def post(self, secret: str, *, address: str, brief: Brief) -> Delivery:
        """Post the subject with a button. `secret` opens the chat for the organisation. Waits for the network; raises nothing."""
        ...


@dataclass(frozen=True)
class ChatKind:
    """A chat as L&D and IT give access to it: what the secret is called and how it begins, so that a wrong one is noticed (words are marked)."""

    key: str
    name: str
    note: str
    asks: str
    hint: str
    begins: str
    chat: Chat


@dataclass(frozen=True)
class Post:
    """What is to be posted, and where."""

    secret: str
    address: str
    brief: Brief


class ChatChannel:
    """Implements `channels.Channel` for any chat."""

    def __init__(self, kind: str, chat: Chat) -> None:
        self._kind, self._chat = kind, chat

    def write(self, notice: Notice, message: Message, *, number: int, preference: Preference) -> Post:
        """The post. Without access that opens, it goes by mail, and the person's choice stands until there is access again."""
        access = access_to(self._kind)
        if access is None:
            raise Unreachable(Outcome.GONE, NOT_OFFERED)
        if not access.opens:
            raise Unreachable(Outcome.REFUSED, NOT_OFFERED)
        return Post(access.secret, str(notice.person.email), brief_of(notice, message))

    def deliver(self, written: Post) -> Delivery:
        """Post it."""
        return self._chat.post(written.secret, address=written.address, brief=written.brief)

    def close(self) -> None:
        """There is nothing to close."""


_kinds: dict[str, ChatKind] = {}


def offer(kind: ChatKind) -> None:
    """Let organisations give access to this chat, and their people choose it where there is access."""
    _kinds[kind.key] = kind
    register(Way(kind.key, kind.name, kind.note, lambda: opens(kind.key), _opener(kind)))


def chat_kinds() -> tuple[ChatKind, ...]:
    """Every chat that this program can speak to."""
    return tuple(_kinds.values())


def chat_kind(key: str) -> ChatKind | None:
    """The chat with this key."""
    return _kinds.get(key)


def access_to(kind: str) -> ChatAccess | None:
    """What opens this chat for the current organisation. One query."""
    return ChatAccess.objects.filter(organisation_id=tenancy.current(), kind=kind).first()


def opens(kind: str) -> bool:
    """Whether the current organisation has access that nobody has refused."""
    access = access_to(kind)
    return access is not None and access.opens


def _opener(kind: ChatKind) -> Callable[[], ChatChannel]:
    return lambda: ChatChannel(kind.key, kind.chat)

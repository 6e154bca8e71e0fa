"""Why a channel that a person chose takes nothing for them any more, in sentences for that person. Marked here, translated where they are shown."""

from reconvene.base.translation import gettext_noop as _

LOSSES = {
    ("push", "gone"): _(
        "None of your devices takes our messages any more. That happens when a browser is reset, or when messages are switched off there."
    ),
    ("push", "address"): _(
        "The mail address of your account was changed, so all your devices were signed out. Choose each of them again that is yours."
    ),
    ("slack", "unknown"): _("Your organisation’s Slack does not know your mail address."),
    ("sms", "refused"): _("Your number takes no text messages."),
    ("sms", "no_number"): _("Your number cannot be read any more. Please give it again."),
}
ANY_LOSS = _("Your organisation does not offer it any more.")


def loss_of(channel: str, because: str) -> str:
    """The sentence for a channel that was lost."""
    return LOSSES.get((channel, because), ANY_LOSS)

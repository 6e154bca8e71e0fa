"""Channels of messages beside mail, entered in `notices.channels`. One module per channel."""

from reconvene.integrations.channels import push, slack, sms, teams


def offer() -> None:
    """Enter every channel that this installation knows. Which of them an organisation can use depends on what was set up."""
    push.offer()
    slack.offer_slack()
    teams.offer_teams()
    sms.offer()

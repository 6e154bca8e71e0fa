"""The kinds of notices that sessions cause. Their subject is always the session."""

INVITATION = "session_invitation"
CANCELLATION = "session_cancellation"
HOST_CARD = "host_card"
TOMORROW = "session_tomorrow"
STILL_WANTED = "still_wanted"
GROUP_ENDED = "group_ended"
CYCLE_ENDED = "cycle_ended"
MISSED = "session_missed"
REMINDERS = (HOST_CARD, TOMORROW)
DATES = (INVITATION, *REMINDERS)

"""The question with which a group begins, before its members have found better words. Used where groups are founded, and by the rehearsal."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from reconvene.guides.finding import nearest
from reconvene.guides.models import Topic
from reconvene.guides.ours import guide_for, our_title


def first_question(topic: Topic, texts: Sequence[str]) -> str:
    """Of the guide's key questions the one nearest to what the members wrote; where no guide is written, a plain one about the topic."""
    guide = guide_for(topic)
    if guide is None or not guide.key_questions:
        return _("How can we get further with “%(topic)s” in an ordinary working week?") % {"topic": our_title(topic)}
    return nearest(guide.key_questions, texts)

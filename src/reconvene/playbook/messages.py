"""The words of the playbook's notice. They count, and name no topic."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reconvene.base.links import absolute
from reconvene.notices.models import Notice
from reconvene.notices.registry import register
from reconvene.notices.rules import Message
from reconvene.playbook.following import TOPIC_NEWS, published_before
from reconvene.playbook.models import Following
from reconvene.playbook.rules import first_of_month


def topic_news(notice: Notice, *, now: datetime) -> Message | None:
    """How much is new on a topic the person follows. Nothing when it was withdrawn meanwhile, or when they no longer follow it."""
    following = Following.objects.filter(id=notice.subject_id, person_id=notice.person_id).first()
    if following is None:
        return None
    count = published_before(first_of_month(notice.due_at.date())).filter(topic_id=following.topic_id).count()
    if not count:
        return None
    said = ngettext(
        "On a topic you follow, %(count)s strategy was settled.", "On a topic you follow, %(count)s strategies were settled.", count
    )
    lines = (said % {"count": count}, _("It was tried here, by peers, for four weeks. The page has a button to stop following."))
    return Message(subject=_("New in the playbook"), lines=lines, button=(_("Read it"), absolute("playbook-following", following.id)))


register(TOPIC_NEWS, topic_news)

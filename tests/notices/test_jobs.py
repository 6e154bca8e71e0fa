"""The tick asks for sending once, and the job sends."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from reconvene.base import tenancy
from reconvene.notices import actions, jobs, registry
from reconvene.notices.models import Notice
from tests import world
from tests.notices.mail_server import mail_server
from tests.notices.test_sending import compose
from tests.world import MONDAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def notice() -> Notice:
    registry.register("test", compose)
    made = actions.put(world.person("ana"), kind="test", subject_id=uuid.UUID(int=7), due_at=MONDAY, not_after=MONDAY + timedelta(days=1))
    assert made is not None
    return made


def test_two_ticks_leave_one_request_and_none_before_anything_is_due(notice: Notice) -> None:
    jobs.send_due(MONDAY - timedelta(seconds=1))
    asked = ProcrastinateJob.objects.filter(args={"organisation": str(tenancy.current())})
    assert asked.count() == 0

    jobs.send_due(MONDAY)
    jobs.send_due(MONDAY)

    assert asked.get().task_name == "reconvene.notices.jobs.send"


def test_the_job_sends_what_is_due() -> None:
    registry.register("test", compose)
    now = datetime.now(UTC)
    notice = actions.put(world.person("ana"), kind="test", subject_id=uuid.UUID(int=7), due_at=now, not_after=now + timedelta(days=1))
    assert notice is not None

    with mail_server() as server:
        jobs.send(organisation=str(tenancy.current()))

    notice.refresh_from_db()
    assert notice.sent_at is not None and notice.sent_at >= now
    assert [mail["Message-ID"] for _, mail in server.arrived] == [notice.message_id]

"""Work of the integrations that is due by the clock."""

import logging

from procrastinate.contrib.django import app

from reconvene.guides.finding import prepare_others
from reconvene.text.encoder import EncoderAway

log = logging.getLogger(__name__)


@app.periodic(cron="*/5 * * * *")
@app.task(name="reconvene.integrations.jobs.learn_topics", queueing_lock="topics", lock="topics", pass_context=False)
def learn_topics(timestamp: int) -> None:
    """Have the organisation's own embedding service, if there is one, learn the guides' phrases once they have changed. Until then ours answers."""
    try:
        prepare_others()
    except EncoderAway:
        log.warning("The embedding service did not answer; the built-in one is used until it does.")

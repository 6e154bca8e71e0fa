"""A worker that goes by the machine's clock, to be run under libfaketime: `python -m tests.faults.clock_worker ORGANISATION SECONDS [blind]`.

It looks for due notices for so many seconds of a clock that is never set. `blind`, it does not ask whether its clock can be believed, as if the database's
were just as wrong.
"""

import logging
import os
import sys
import time
import uuid


def main() -> None:
    """Send what is due by this clock."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reconvene.config.settings")
    import django

    django.setup()
    logging.disable(logging.ERROR)  # it says of each look that its clock is wrong
    from reconvene.base import clock
    from reconvene.notices import jobs, registry, sending
    from tests.faults.mail_worker import KIND, compose

    registry.register(KIND, compose)
    organisation, until = uuid.UUID(sys.argv[1]), time.monotonic() + float(sys.argv[2])
    print("ready", flush=True)
    while time.monotonic() < until:
        if "blind" in sys.argv:
            sending.drain(organisation, now=clock.now(), most=5)
        else:
            jobs._sends_on(organisation)


if __name__ == "__main__":
    main()

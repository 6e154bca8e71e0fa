"""What never stands in a log: the codes of rooms, of text messages, and the text of signed links. Named in the settings as a filter of every line."""

import logging
import re

SECRETS = re.compile(r"(?<=/join/)[^/\s?]+|(?<=[\s\n]/s/)[^/\s?]+|[\w-]+:[\w-]+:[\w-]{20,}")


class WithoutSecrets(logging.Filter):
    """Puts a dot in their place, also where Django notes the address of a page that was not found."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = SECRETS.sub("…", record.getMessage()), None
        return True

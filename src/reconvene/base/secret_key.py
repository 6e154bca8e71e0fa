"""Which secret key the database was made with: aliases, calendars' secrets and links that were sent fit that one only.

Called by the command line (config): `migrate` keeps the mark, `serve`, `worker`, `restore` and `check` ask.
"""

import hashlib
import hmac

from django.conf import settings

from reconvene.base.models import KeptKey


def keep() -> None:
    """Hold the secret key in force to be the database's own, from now on."""
    KeptKey.objects.update_or_create(id=1, defaults={"mark": _mark()})


def keep_first() -> None:
    """The same where none is kept yet: a new database, or one of a version that kept none."""
    KeptKey.objects.get_or_create(id=1, defaults={"mark": _mark()})


def is_another() -> bool:
    """Whether the database was made with another secret key than the one in force. Needs the tables of this version."""
    return KeptKey.objects.exclude(mark=_mark()).exists()


def _mark() -> str:
    """A mark of the secret key, from which the key cannot be found."""
    return hmac.new(settings.SECRET_KEY.encode(), b"reconvene.base.secret_key", hashlib.sha256).hexdigest()

"""Django's own commands, for developers. People use `reconvene`."""

import os
import sys

from django.core.management import execute_from_command_line

from reconvene.config.embedded import Embedded
from reconvene.config.environment import var_folder

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reconvene.config.settings")
    os.environ.setdefault("RECONVENE_TESTING", "1")
    embedded = None
    if not os.environ.get("DATABASE_URL"):
        embedded = Embedded(var_folder() / "postgres")
        os.environ["DATABASE_URL"] = embedded.start()
    try:
        execute_from_command_line(sys.argv)
    finally:
        if embedded:
            embedded.stop()

"""`reconvene demo`: its own embedded database under var/demo, the sample company, then the server with one address to open."""

import argparse
import http.client
import importlib
import os
import shutil
import sys
import threading
import time
import webbrowser

from reconvene.base.translation import gettext as _
from reconvene.config import environment
from reconvene.config.embedded import Embedded


def run(options: argparse.Namespace) -> int:
    """Set up what is missing, then serve until Control-C."""
    os.environ.setdefault("RECONVENE_VAR", str(environment.ROOT / "var" / "demo"))
    os.environ.update(
        RECONVENE_DEMO="1", RECONVENE_ORIGIN=f"http://localhost:{options.port}", DJANGO_SETTINGS_MODULE="reconvene.config.settings"
    )
    own_database = not os.environ.get("DATABASE_URL")
    embedded = Embedded(environment.var_folder() / "postgres")
    if own_database:
        os.environ["DATABASE_URL"] = embedded.start()
    try:
        if options.reset:
            _throw_away(embedded if own_database else None)
        importlib.import_module("django").setup()
        importlib.import_module("reconvene.demo.preparing").prepare(out=sys.stdout)
        threading.Thread(target=_announce, args=[options.port], daemon=True).start()
        serving = importlib.import_module("reconvene.config.serving")
        return int(serving.serve(argparse.Namespace(host="127.0.0.1", port=options.port, web_only=False)))
    finally:
        embedded.stop()


def _throw_away(embedded: Embedded | None) -> None:
    """Forget the sample company and its mail."""
    shutil.rmtree(environment.var_folder() / "demo-mail", ignore_errors=True)
    if embedded is not None:
        embedded.destroy()
        return
    importlib.import_module("django").setup()
    importlib.import_module("django.core.management").call_command("flush", verbosity=0, interactive=False)


def _announce(port: int) -> None:
    """Print the address once the server answers there."""
    for _attempt in range(300):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
        try:
            connection.request("GET", "/demo/")
            if connection.getresponse().status == 200:
                break
        except OSError:
            pass  # not listening yet
        finally:
            connection.close()
        time.sleep(0.1)
    else:
        print(_("The server does not answer; its messages above say why."), file=sys.stderr)
        return
    second = _("A second person at the same time: %(address)s (another name, so another sign-in)")
    print("\n" + _("Reconvene is running: %(address)s") % {"address": f"http://localhost:{port}"})
    print(second % {"address": f"http://127.0.0.1:{port}"})
    print(_("Control-C stops it. `make demo ARGS=--reset` starts afresh.") + "\n", flush=True)
    if os.environ.get("DISPLAY") and sys.stdout.isatty():
        webbrowser.open(f"http://localhost:{port}")

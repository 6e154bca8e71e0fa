"""The machine's Chromium, the same for all tests."""

import os
import shutil

from playwright.sync_api import Browser, Playwright

# The headless shell is the same engine without the windows around it: it draws a third faster.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
# All pages share one process to draw them: to start one for each phone at a table was a fifth of the browser tests' work.
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-software-rasterizer", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--process-per-site", "--renderer-process-limit=1",
]  # fmt: skip


def launch(playwright: Playwright) -> Browser:
    """Start it; its absence is a failed set-up, not a reason to skip."""
    found = os.environ.get("RECONVENE_CHROMIUM") or next((path for name in NAMES if (path := shutil.which(name))), None)
    assert found, "Chromium is missing. Type: apt-get install chromium"
    return playwright.chromium.launch(executable_path=found, args=ARGUMENTS)

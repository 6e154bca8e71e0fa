#!/bin/sh
# The browser tests need the machine's Chromium, its headless shell where there is one (smaller and faster), and their driver needs libatomic.
set -eu
need() {
    sh "$(dirname "$0")/need.sh" "the browser tests" "$@"
}
chromium='[ -x "${RECONVENE_CHROMIUM:-}" ] || command -v chromium-headless-shell || command -v chromium || command -v chromium-browser || command -v google-chrome'
driver='for node in .venv/lib/python3*/site-packages/playwright/driver/node; do [ ! -x "$node" ] || "$node" --version || exit 1; done'

need chromium-headless-shell "$chromium" 2>/dev/null || need chromium "$chromium"
need libatomic1 "$driver"

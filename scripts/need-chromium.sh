#!/bin/sh
# The browser tests need the machine's Chromium: install it when we may, else say the one line to type.
set -eu
for name in chromium chromium-browser google-chrome; do
    command -v "$name" >/dev/null 2>&1 && exit 0
done
[ -n "${RECONVENE_CHROMIUM:-}" ] && [ -x "$RECONVENE_CHROMIUM" ] && exit 0
if command -v apt-get >/dev/null 2>&1; then
    echo "Installing Chromium for the browser tests ..."
    if [ "$(id -u)" = 0 ]; then
        (apt-get update -qq && apt-get install -y -qq chromium) >/dev/null 2>&1 && exit 0
    elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
        (sudo -n apt-get update -qq && sudo -n apt-get install -y -qq chromium) >/dev/null 2>&1 && exit 0
    fi
fi
echo "Chromium is missing. Type: apt-get install chromium" >&2
exit 1

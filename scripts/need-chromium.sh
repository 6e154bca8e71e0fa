#!/bin/sh
# The browser tests need the machine's Chromium, and their driver needs libatomic: install what is missing when we may, else say the one line to type.
set -eu
missing=""

has_chromium() {
    for name in chromium-headless-shell chromium chromium-browser google-chrome; do
        command -v "$name" >/dev/null 2>&1 && return 0
    done
    [ -n "${RECONVENE_CHROMIUM:-}" ] && [ -x "$RECONVENE_CHROMIUM" ]
}

driver_runs() {
    for node in .venv/lib/python3*/site-packages/playwright/driver/node; do
        [ ! -x "$node" ] || "$node" --version >/dev/null 2>&1 || return 1
    done
}

install() {  # what is missing, with the words before apt-get; Chromium's headless shell where there is one: smaller and faster
    "$@" apt-get update -qq || return 1
    has_chromium || "$@" apt-get install -y -qq chromium-headless-shell || "$@" apt-get install -y -qq chromium || return 1
    driver_runs || "$@" apt-get install -y -qq libatomic1
}

has_chromium || missing="$missing chromium"
driver_runs || missing="$missing libatomic1"
[ -z "$missing" ] && exit 0
if command -v apt-get >/dev/null 2>&1; then
    echo "Installing for the browser tests:$missing ..."
    if [ "$(id -u)" = 0 ]; then
        install env >/dev/null 2>&1 && exit 0
    elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
        install sudo -n >/dev/null 2>&1 && exit 0
    fi
fi
echo "The browser tests need something more. Type: apt-get install$missing" >&2
exit 1

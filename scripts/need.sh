#!/bin/sh
# Something that only root can install: install it when we may, else say the one line to type.
# Usage: need.sh WHAT_FOR PACKAGES HOW_TO_SEE_THAT_IT_IS_THERE
set -eu
what_for=$1
packages=$2

is_there() {
    sh -c "$3" >/dev/null 2>&1
}

install() {  # with the words before apt-get
    # shellcheck disable=SC2086  # several packages
    "$@" apt-get update -qq && "$@" apt-get install -y -qq $packages
}

is_there "$@" && exit 0
if command -v apt-get >/dev/null 2>&1; then
    echo "Installing for $what_for: $packages ..."
    if [ "$(id -u)" = 0 ]; then
        install env >/dev/null 2>&1 && exit 0
    elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
        install sudo -n >/dev/null 2>&1 && exit 0
    fi
fi
echo "Something more is needed for $what_for. Type: apt-get install $packages" >&2
exit 1

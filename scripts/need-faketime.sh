#!/bin/sh
# The fault tests of clocks need libfaketime: install it when we may, else say the one line to type.
set -eu

has_faketime() {
    ls /usr/lib/*/faketime/libfaketimeMT.so.1 >/dev/null 2>&1
}

install() {  # with the words before apt-get
    "$@" apt-get update -qq && "$@" apt-get install -y -qq faketime
}

has_faketime && exit 0
if command -v apt-get >/dev/null 2>&1; then
    echo "Installing for the fault tests: faketime ..."
    if [ "$(id -u)" = 0 ]; then
        install env >/dev/null 2>&1 && exit 0
    elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
        install sudo -n >/dev/null 2>&1 && exit 0
    fi
fi
echo "The fault tests need something more. Type: apt-get install faketime" >&2
exit 1

#!/bin/sh
# Make .venv from any Python >= 3.11 and install the pinned, hash-checked requirements into it. Never touches the system's own pip.
# Usage: make-venv.sh UV_VERSION REQUIREMENTS
set -eu
uv_version=$1
requirements=$2

# The distribution's own comes first: it is built with the compiler's knowledge of where the time goes, and takes 12 to 28 % less of the processor
# than what people build for themselves (docs/benchmarks.md).
pythons() {
    for name in /usr/bin/python3 python3.13 python3.12 python3.11 python3.14 python3 python; do
        if command -v "$name" >/dev/null 2>&1 && "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$name"
        fi
    done
}

if [ ! -x .venv/bin/python ] || ! .venv/bin/python -c 'import pip' 2>/dev/null; then
    rm -rf .venv
    found=$(pythons)
    [ -n "$found" ] || { echo "Python 3.11 or newer is needed. On Debian type: apt-get install python3 python3-venv" >&2; exit 1; }
    for python in $found; do
        sh scripts/need.sh "virtual environments" python3-venv "'$python' -c 'import ensurepip'" 2>/dev/null || continue
        "$python" -m venv .venv && break
    done
    [ -x .venv/bin/python ] || { echo "Python cannot make virtual environments here. Type: apt-get install python3-venv" >&2; exit 1; }
fi

echo "Setting up (once) ..."
export UV_SYSTEM_CERTS=1 # many companies put a certificate of their own into the system's store
.venv/bin/python -m pip --quiet --disable-pip-version-check install "uv==$uv_version" 2>/dev/null \
    || .venv/bin/python -m pip --disable-pip-version-check install "uv==$uv_version"
VIRTUAL_ENV=$PWD/.venv .venv/bin/uv pip install --quiet --require-hashes --compile-bytecode -r "$requirements"
VIRTUAL_ENV=$PWD/.venv .venv/bin/uv pip install --quiet --no-deps -e .
.venv/bin/python -m compileall -q src
# The compiled core of the matching engine, in some seconds; without a compiler it is said, and groups are searched more slowly.
.venv/bin/python -m reconvene.matching.core.build

#!/bin/sh
# Makes the virtual environment $1 from the lock files: every package by its hash.
set -eu
venv="$1"
python="${PYTHON:-python3}"
say() { printf 'setup: %s\n' "$1"; }
stop() { printf 'setup: %s\n' "$1" >&2; exit 1; }
trap 'printf "setup: interrupted; the next try goes on\n" >&2; exit 130' INT

command -v "$python" >/dev/null 2>&1 || stop "there is no $python; install Python 3.11 or newer, or type: make PYTHON=/path/to/python3.11"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    stop "$python is $("$python" -V 2>&1); Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11"
if [ ! -x "$venv/bin/pip" ]; then
    say "making the virtual environment in $venv"
    rm -rf "$venv"
    # What it says is held back: interrupted, it says a traceback.
    said=$("$python" -m venv "$venv" 2>&1) || {
        printf '%s\n' "$said" >&2
        stop "venv is missing from $python; on Debian type: apt install python3-venv"
    }
fi
say "installing the locked packages (about half a minute the first time)"
"$venv/bin/pip" install -q --disable-pip-version-check --require-hashes -r requirements/bootstrap.txt
VIRTUAL_ENV="$venv" "$venv/bin/uv" pip sync --quiet --require-hashes requirements/lock.txt requirements/bootstrap.txt ||
    stop "a locked package could not be installed; the lines above say which"
VIRTUAL_ENV="$venv" "$venv/bin/uv" pip install --quiet --no-deps --no-build-isolation -e . ||
    stop "crosscredit itself could not be installed"
say "ready"

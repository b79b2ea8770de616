#!/bin/sh
# Prints the Python of an earlier set-up, else the newest one that the locked packages have wheels for; fails with
# one sentence if there is none. A candidate is started before it is believed: version managers put commands on the
# path that only print an error.
set -u

for candidate in .venv/bin/python python3.14 python3.13 python3.12 python3.11 python3 python; do
    path=$(command -v "$candidate" 2>/dev/null) || continue
    if "$path" -S -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' >/dev/null 2>&1; then
        echo "$path"
        exit 0
    fi
done
echo "HCCR Desktop needs Python 3.11 to 3.14; install it, or name one: make run PYTHON=/path/to/python3" >&2
exit 1

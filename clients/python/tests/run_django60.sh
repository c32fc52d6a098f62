#!/bin/sh
# Runs this package's tests once more on Django 6.0, which needs Python 3.12 or newer.
# Journey: called by the project's checks beside the ordinary run on Django 5.2; says plainly when it cannot run.
#   PYTHON     an interpreter to try first          VENV   where to keep the virtual environment (reused)
#   DJANGO60_REQUIRED=1   fail, instead of skipping, when no Python is new enough
set -eu
cd "$(dirname "$0")/.."

# Find an interpreter that is really there: a version manager may list commands that do not run.
is_new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 12))' >/dev/null 2>&1; }
found=""
for candidate in "${PYTHON:-}" python3.14 python3.13 python3.12 python3 "${PYENV_ROOT:-/nonexistent}"/versions/3.1[2-9]*/bin/python3; do
    if [ -n "$candidate" ] && is_new_enough "$candidate"; then
        found="$candidate"
        break
    fi
done
if [ -z "$found" ]; then
    echo "Django 6.0 was NOT tested: it needs Python >= 3.12, and none was found here (set PYTHON to name one)."
    exit "${DJANGO60_REQUIRED:-0}"
fi

# The same pins as the project's, and Django 6.0 pinned like them; the package itself is imported from src/, not installed.
venv="${VENV:-.venv-django60}"
[ -x "$venv/bin/python" ] || "$found" -m venv "$venv"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check \
    Django==6.0.10 djangorestframework==3.18.3 pydantic==2.14.3 httptools==0.9.0 joserfc==1.8.0 django-ninja==1.7.1 channels==4.3.2 daphne==4.2.3 \
    pytest==9.2.0 pytest-django==4.14.0 cryptography==50.0.2
"$venv/bin/python" -c 'import sys, django; print(f"Testing on Django {django.__version__}, Python {sys.version.split()[0]}")'
exec "$venv/bin/python" -m pytest -q -p no:cacheprovider "$@"

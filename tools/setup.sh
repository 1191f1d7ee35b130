#!/usr/bin/env bash
# Makes one of the two Python environments from its lock file, or leaves it as it is when nothing changed.
# usage: tools/setup.sh app|rasa|uv|chromium|postgres
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf 'setup: %s\n' "$*"; }
fail() { printf 'setup: %s\n' "$*" >&2; exit 1; }

TORCH=torch==2.13.0

find_uv() {
  if command -v uv >/dev/null; then UV=uv; return; fi
  UV=$PWD/.venv/uv/bin/uv
  [ -x "$UV" ] && return
  say "fetching uv …"
  python3 -m venv .venv/uv 2>/dev/null || fail "python3 with venv is needed: install Python 3.11 and run again"
  .venv/uv/bin/python -m pip install --quiet --disable-pip-version-check uv || fail "uv could not be installed: see above"
}

# A folder of wheels that pip is told of is shown to uv too: a CPU build of torch may lie there. Elsewhere uv is told to
# take the CPU build, since the default one brings several GB of CUDA.
choose_torch() {
  if [ -n "${PIP_FIND_LINKS:-}" ]; then export UV_FIND_LINKS=$PIP_FIND_LINKS; else export UV_TORCH_BACKEND=${UV_TORCH_BACKEND:-cpu}; fi
}

# A terminal sees uv's own progress; a log sees what uv said only when it failed.
install() {
  local env=$1 said; shift
  if [ -t 2 ]; then
    "$UV" pip install --python "$env" --compile-bytecode "$@" || fail "packages could not be installed: see above"
  else
    said=$("$UV" pip install --python "$env" --compile-bytecode --no-progress "$@" 2>&1) \
      || { printf '%s\n' "$said" >&2; fail "packages could not be installed: see above"; }
  fi
}

make_environment() {
  local name=$1 python=$2 env=.venv/$1 lock=requirements/$1.txt
  local wanted
  wanted=$(cat "$lock" tools/setup.sh | sha256sum | cut -d' ' -f1)
  if [ -f "$env/.lock" ] && [ "$(cat "$env/.lock")" = "$wanted" ] && "$env/bin/python" -c '' 2>/dev/null; then return; fi
  find_uv
  choose_torch
  say "making the $name environment (Python $python) …"
  if ! "$env/bin/python" -c '' 2>/dev/null; then
    "$UV" venv --quiet --clear --python "$python" "$env" \
      || fail "Python $python was found neither here nor by uv: install it (pyenv install $python, or your system's package) and run again"
  fi
  if [ "$name" = app ]; then install "$env" "$TORCH"; fi
  install "$env" -r "$lock"
  # What the lock no longer names goes away with a new environment, not by hand.
  echo "$wanted" > "$env/.lock"
}

# Browser tests and screenshots use the system's Chromium and Chinese glyphs.
find_chromium() {
  if command -v chromium >/dev/null && { ! command -v fc-list >/dev/null || fc-list | grep -qi cjk; }; then return; fi
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    say "installing Chromium and Chinese fonts …"
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium fonts-noto-cjk >/dev/null \
      || fail "Chromium could not be installed: see above"
  else
    fail "the browser tests need Chromium and a Chinese font: apt-get install chromium fonts-noto-cjk"
  fi
}

# The archive's tests run against PostgreSQL too. Without it they are skipped, so this never fails.
find_postgres() {
  if ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || command -v postgres >/dev/null; then return; fi
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    say "installing a PostgreSQL server for the tests …"
    # The tests make a cluster of their own; Debian would make another one and start it.
    mkdir -p /etc/postgresql-common
    [ -e /etc/postgresql-common/createcluster.conf ] || echo "create_main_cluster = false" > /etc/postgresql-common/createcluster.conf
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq postgresql >/dev/null; } \
      || say "PostgreSQL could not be installed: the archive is tested with SQLite only"
  else
    say "no PostgreSQL server here: the archive is tested with SQLite only (apt-get install postgresql)"
  fi
}

case "${1:-}" in
  app) make_environment app 3.11 ;;
  rasa) make_environment rasa 3.10 ;;
  uv) find_uv; echo "$UV" ;;
  chromium) find_chromium ;;
  postgres) find_postgres ;;
  *) fail "usage: tools/setup.sh app|rasa|uv|chromium|postgres" ;;
esac

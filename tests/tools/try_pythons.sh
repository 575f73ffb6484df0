#!/usr/bin/env bash
# Walk with the single file on each of these Pythons: check, plan, apply, undo and capture on the live kernel, the demo on screens and in lines;
# one older than 3.9 must end with status 3 and one sentence. Needs root, auditd, tmux and the test environment (.venv); it changes the
# machine's audit rules and puts them back.
#
#     tests/tools/try_pythons.sh PYTHON ...
set -euo pipefail
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
file=$work/docker-audit-wizard.pyz
.venv/bin/python tests/tools/build_zipapp.py "$file" >/dev/null 2>&1
for python in "$@"; do
  version=$("$python" -c 'import sys; print("%d.%d.%d" % sys.version_info[:3])')
  if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 9))'; then
    DOCKER_AUDIT_WIZARD_COMMAND="$python -I $file" .venv/bin/python -m pytest -q tests/live/test_command_line.py \
      tests/terminal/test_terminals.py -k 'walk_by_command or live_capture or (each_terminal and truecolor) or in_lines' >"$work/log" 2>&1 ||
      { cat "$work/log"; echo "NOT ok: $version"; exit 1; }
    echo "ok: $version: $(tail -n 1 "$work/log")"
  else
    "$python" "$file" check >"$work/said" 2>&1 && status=0 || status=$?
    [ "$status" = 3 ] && [ "$(wc -l <"$work/said")" = 1 ] || { cat "$work/said"; echo "NOT ok: $version: status $status"; exit 1; }
    echo "ok: $version is refused: $(cat "$work/said")"
  fi
done

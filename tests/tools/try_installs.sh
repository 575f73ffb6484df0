#!/usr/bin/env bash
# Try every way of installing that README.md names, each in a folder of its own that is removed afterwards; needs a package index.
#
#     tests/tools/try_installs.sh [PYTHON]
set -euo pipefail
cd "$(dirname "$0")/../.."
python=${1:-python3}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
scenario=$PWD/assets/scenarios/fresh.yaml
unset PYTHONPATH

try() { # NAME COMMAND: it says its version, judges a host and draws up a plan
  "$2" --version
  "$2" check --control containerd --host "$scenario" >"$work/out" && status=0 || status=$?
  [ "$status" = 1 ]
  grep -q 'NOT audited' "$work/out"
  (cd / && "$2" plan --control 1.2.11 --host "$scenario" --json) | grep -q '/etc/audit/rules.d/docker.rules'
  echo "ok: $1"
}

"$python" -m venv "$work/tools"
"$work/tools/bin/pip" install --quiet build pipx uv

PIPX_HOME=$work/pipx PIPX_BIN_DIR=$work/pipx-bin PIPX_MAN_DIR=$work/pipx-man \
  "$work/tools/bin/pipx" install --quiet --python "$python" .
try "pipx install ." "$work/pipx-bin/docker-audit-wizard"
test -e "$work/pipx-man/man8/docker-audit-wizard.8" && echo "ok: pipx puts the man page where man finds it"

UV_TOOL_DIR=$work/uv UV_TOOL_BIN_DIR=$work/uv-bin UV_CACHE_DIR=$work/uv-cache \
  "$work/tools/bin/uv" tool install --quiet --python "$(command -v "$python")" .
try "uv tool install ." "$work/uv-bin/docker-audit-wizard"

"$work/tools/bin/python" -m build --outdir "$work/dist" . >/dev/null
"$work/tools/bin/pip" wheel --quiet --wheel-dir "$work/wheels" "$work"/dist/*.whl
"$python" -m venv "$work/offline"
PIP_CONFIG_FILE=/dev/null "$work/offline/bin/pip" install --quiet --no-index --find-links "$work/wheels" docker-audit-wizard
try "pip install --no-index --find-links" "$work/offline/bin/docker-audit-wizard"
test -e "$work/offline/share/man/man8/docker-audit-wizard.8"
test -e "$work/offline/share/bash-completion/completions/docker-audit-wizard"

"$python" tests/tools/build_zipapp.py "$work/docker-audit-wizard.pyz" >/dev/null
try "the single file" "$work/docker-audit-wizard.pyz"

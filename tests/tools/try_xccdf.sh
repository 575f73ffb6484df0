#!/usr/bin/env bash
# Let oscap (Debian: openscap-scanner) judge the XCCDF of every scenario and of this machine, and make its HTML report.
#
#     tests/tools/try_xccdf.sh
set -euo pipefail
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for scenario in assets/scenarios/*.yaml -; do
  from=(--host "$scenario"); [ "$scenario" = - ] && from=()
  .venv/bin/python -m tui check "${from[@]}" --format xccdf -o "$work/result.xml" 2>/dev/null || [ $? -le 3 ]
  oscap xccdf validate "$work/result.xml"
  oscap xccdf generate report "$work/result.xml" >"$work/report.html"
  grep -q 'containerd' "$work/report.html"
  rm "$work/result.xml"
  echo "ok: $scenario"
done

#!/usr/bin/env bash
# Carry the single file into a new Debian with nothing in it but python3: it shows the demo and judges the host, and a Python without its
# whole library gets a sentence. Needs root, debootstrap, pip's index for the build, and the Debian mirror that apt uses here.
#
#     tests/tools/try_empty_debian.sh [SUITE]
set -euo pipefail
cd "$(dirname "$0")/../.."
suite=${1:-bookworm}
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Label: Debian' | head -n 1)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Without the audit capabilities, nothing that runs in there reaches this machine's own rules.
inside() { setpriv --bounding-set=-audit_control,-audit_write,-audit_read chroot "$work/debian" "$@" </dev/null; }
wizard() { inside /usr/bin/python3 /docker-audit-wizard.pyz "$@"; }

debootstrap --variant=minbase --include=python3-minimal "$suite" "$work/debian" "$mirror" >"$work/log" || { tail "$work/log"; exit 1; }
python3 tests/tools/build_zipapp.py "$work/debian/docker-audit-wizard.pyz" >/dev/null

inside /usr/bin/python3 --version
cp assets/scenarios/fresh.yaml "$work/debian/"
wizard check --control 1.2.11 --host /fresh.yaml >"$work/out" 2>&1 || true
if grep -q 'NOT audited' "$work/out"; then
  echo "ok: $suite: its python3-minimal has all that a check needs"
else
  grep -q 'apt install python3' "$work/out"
  echo "ok: $suite: a Python without its whole library is told so"
fi

cp /etc/resolv.conf "$work/debian/etc/"
inside sh -c 'apt-get -o Acquire::Check-Valid-Until=false update && apt-get install --yes --no-install-recommends python3' >"$work/log" 2>&1 || { tail "$work/log"; exit 1; }
wizard --version
wizard check --control 1.2.11 --host /fresh.yaml >"$work/out" && status=0 || status=$?
[ "$status" = 1 ]
grep -q 'NOT audited' "$work/out"
echo "ok: check --host"
wizard check --control 1.2.11 >"$work/out" && status=0 || status=$?
[ "$status" = 3 ]
grep -q 'chroot' "$work/out"
echo "ok: a chroot's files are not judged by the machine's rules"

(sleep 8 && printf q && sleep 2) | TERM=linux script --quiet --return --log-out "$work/screen" \
  --command "stty rows 30 cols 100; chroot '$work/debian' /usr/bin/python3 /docker-audit-wizard.pyz --demo fresh" >/dev/null
grep -q '/usr/bin/containerd' "$work/screen"
echo "ok: --demo"

#!/usr/bin/env bash
# Build the packages twice, and compare; install the .deb in a new Debian, run what it brought, and remove it again: nothing is left.
# Needs root, debootstrap, pip's index and the Debian mirror that apt uses here.
#
#     tests/tools/try_packages.sh [SUITE]
set -euo pipefail
cd "$(dirname "$0")/../.."
suite=${1:-trixie}
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Label: Debian' | head -n 1)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
inside() { setpriv --bounding-set=-audit_control,-audit_write,-audit_read chroot "$work/debian" "$@" </dev/null; }

export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
tests/tools/build_packages.sh >"$work/first"
sleep 1
tests/tools/build_packages.sh >"$work/second"
cmp "$work/first" "$work/second"
echo "ok: the same bytes twice"

debootstrap --variant=minbase "$suite" "$work/debian" "$mirror" >"$work/log" || { tail "$work/log"; exit 1; }
cp dist/*.deb "$work/debian/tmp/package.deb"
cp /etc/resolv.conf "$work/debian/etc/"
inside sh -c 'apt-get update && apt-get install --yes --no-install-recommends /tmp/package.deb' >"$work/log" 2>&1 || { tail "$work/log"; exit 1; }
inside docker-audit-wizard --version
inside docker-audit-wizard check --control 1.2.11 >"$work/out" || [ $? = 3 ]
test -e "$work/debian/usr/share/bash-completion/completions/docker-audit-wizard"
echo "ok: $suite: installed and run"
inside dpkg --purge docker-audit-wizard >/dev/null
! find "$work/debian/usr" "$work/debian/var/lib/docker-audit-wizard" "$work/debian/etc" -name '*docker-audit-wizard*' 2>/dev/null | grep .
echo "ok: $suite: removed, and nothing is left"

#!/usr/bin/env bash
# Build the packages twice, and compare; install the .deb and the .rpm in a new Debian, one after the other, run what they brought, and remove
# them again: nothing is left. All four packages hold the same files, but for the place of zsh's completion.
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
cp dist/*.rpm "$work/debian/tmp/package.rpm"
cp dist/*.apk "$work/debian/tmp/package.apk"
cp dist/*.pkg.tar.zst "$work/debian/tmp/package.pkg.tar.zst"
cp /etc/resolv.conf "$work/debian/etc/"
quietly() { "$@" >"$work/log" 2>&1 || { tail "$work/log"; exit 1; }; }
run_it() { # what the package brought runs, as what it is
  inside docker-audit-wizard --version
  inside docker-audit-wizard check --control 1.2.11 >"$work/out" || [ $? = 3 ]
  inside sh -c 'test -s /usr/share/bash-completion/completions/docker-audit-wizard && test -s /usr/share/man/man8/docker-audit-wizard.8.gz'
}
nothing_is_left() {
  ! find "$work/debian/usr" "$work/debian/var/lib/docker-audit-wizard" "$work/debian/etc" -name '*docker-audit*' 2>/dev/null | grep .
}
quietly inside sh -c 'apt-get update && apt-get install --yes --no-install-recommends /tmp/package.deb'
run_it
echo "ok: $suite: the .deb is installed and runs"
quietly inside dpkg --purge docker-audit-wizard
nothing_is_left
echo "ok: $suite: the .deb is removed, and nothing is left"

quietly inside apt-get install --yes --no-install-recommends python3 rpm zstd
inside rpm --query --package --requires /tmp/package.rpm | grep -qx 'python3 >= 3.9'
quietly inside rpm --install --nodeps /tmp/package.rpm # Debian's python3 is in no database of rpm's
run_it
quietly inside rpm --verify --nodeps docker-audit-wizard
echo "ok: $suite: the .rpm is installed, runs and is what it was packed as"
quietly inside rpm --erase docker-audit-wizard
nothing_is_left
echo "ok: $suite: the .rpm is removed, and nothing is left"

files() { sed 's|^\./||; s|^/||; /^\./d; /\/$/d; s|vendor-completions|site-functions|' | grep '^usr/' | sort; }
inside dpkg-deb --fsys-tarfile /tmp/package.deb | tar -t | files >"$work/deb"
inside rpm --query --package --list /tmp/package.rpm | files >"$work/rpm"
inside tar -tzf /tmp/package.apk 2>/dev/null | files >"$work/apk"
inside tar --zstd -tf /tmp/package.pkg.tar.zst | files >"$work/arch"
[ "$(wc -l <"$work/deb")" = 7 ]
for form in rpm apk arch; do cmp "$work/deb" "$work/$form"; done
inside tar -xzOf /tmp/package.apk .PKGINFO 2>/dev/null | grep -qx 'depend = python3>=3.9'
inside tar --zstd -xOf /tmp/package.pkg.tar.zst .PKGINFO | grep -qx 'depend = python>=3.9'
echo "ok: .deb, .rpm, .apk and .pkg.tar.zst hold the same files, and ask for Python 3.9"

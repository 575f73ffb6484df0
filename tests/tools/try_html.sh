#!/usr/bin/env bash
# Show the HTML of a report to a real browser: light and dark differ and are dark on light and light on dark, print shows what is folded away
# on a screen, no script of a hostile document runs, and nothing is asked of any other machine. Needs chromium and pdftotext (Debian: chromium,
# poppler-utils), or $CHROMIUM and $PDFTOTEXT, which call them; where those live in a chroot they see the folder $FOLDER as $INSIDE.
#
#     tests/tools/try_html.sh
set -euo pipefail
cd "$(dirname "$0")/../.."
python=.venv/bin/python; [ -x "$python" ] || python=python3
work=${FOLDER:-$(mktemp -d)}
inside=${INSIDE:-$work} # where the browser finds that folder
trap 'rm -rf "$work"/{hosts,earlier,profile,*.html,*.pdf,*.png,*.json}; rmdir --ignore-fail-on-non-empty "$work"' EXIT
browser() {
  ${CHROMIUM:-chromium} --headless --no-sandbox --disable-gpu --no-first-run --disable-sync --disable-background-networking --hide-scrollbars \
    --disable-component-update --window-size=1200,900 --user-data-dir="$inside/profile" "$@" 2>/dev/null
}

# --- the page: three hosts, one of them compared with an earlier check and one that says hostile things of itself

mkdir "$work/hosts" "$work/earlier"
judged() { # SCENARIO NAME FILE
  sed "s/web-01/$2/" "assets/scenarios/$1.yaml" >"$work/hosts/scenario.yaml"
  "$python" -m tui check --host "$work/hosts/scenario.yaml" --json -o "$3" 2>/dev/null || [ $? -le 3 ]
  rm "$work/hosts/scenario.yaml"
}
judged fresh web-01 "$work/hosts/1.json"
judged compliant web-01 "$work/earlier/1.json"
judged compliant web-02 "$work/hosts/2.json"
judged never web-03 "$work/hosts/3.json"
"$python" - "$work/hosts/3.json" <<'HOSTILE'
import json, pathlib, sys
file = pathlib.Path(sys.argv[1])
document = json.loads(file.read_text())
evil = "<script>document.title='owned'</script><img src=http://elsewhere.invalid/a onerror=\"document.title='owned'\">'\"&amp;"
document["host"]["name"] += evil
for finding in document["findings"]:
    finding["reasons"].insert(0, evil)
    finding["path"] += evil
file.write_text(json.dumps(document))
HOSTILE
"$python" -m tui report "$work"/hosts/*.json --against "$work/earlier" --format html -o "$work/fleet.html" 2>/dev/null
chmod 0644 "$work/fleet.html"
page=file://$inside/fleet.html

# --- what the browser makes of it

browser --log-net-log="$inside/net.json" --dump-dom "$page" >"$work/dom.html"
browser --blink-settings=preferredColorScheme=1 --screenshot="$inside/light.png" "$page"
browser --blink-settings=preferredColorScheme=0 --screenshot="$inside/dark.png" "$page"
browser --no-pdf-header-footer --print-to-pdf="$inside/fleet.pdf" "$page"
${PDFTOTEXT:-pdftotext} -layout "$inside/fleet.pdf" "$inside/print.html"
"$python" - "$work" <<'JUDGE'
import json, pathlib, re, struct, sys, zlib
from collections import Counter
from urllib.parse import urlsplit

work = pathlib.Path(sys.argv[1])


def wants(what, holds):
    print(f"{'ok' if holds else 'NOT ok'}: {what}")
    if not holds:
        sys.exit(1)


def commonest_colour(name):
    """The colour that most pixels of a screenshot have, as red, green and blue."""
    data, at, packed = (work / name).read_bytes(), 8, b""
    while at < len(data):
        size, kind = struct.unpack(">I4s", data[at : at + 8])
        if kind == b"IHDR":
            width, height, depth, colours = struct.unpack(">IIBB", data[at + 8 : at + 18])
        packed += data[at + 8 : at + 8 + size] if kind == b"IDAT" else b""
        at += size + 12
    step = {2: 3, 6: 4}[colours]
    rows, line, seen = zlib.decompress(packed), bytearray(width * step), Counter()
    for row in range(height):
        start = row * (width * step + 1)
        how, now = rows[start], bytearray(rows[start + 1 : start + 1 + width * step])
        for each in range(len(now)):
            left = now[each - step] if each >= step else 0
            up, corner = line[each], line[each - step] if each >= step else 0
            guess = left + up - corner
            near = min((left, up, corner), key=lambda one: abs(guess - one))
            now[each] = (now[each] + (0, left, up, (left + up) // 2, near)[how]) & 255
        line = now
        seen.update(bytes(now[each : each + 3]) for each in range(0, len(now), step * 8))
    return tuple(seen.most_common(1)[0][0])


dom = (work / "dom.html").read_text("utf-8")
wants("the page has a row for each of three hosts", len(re.findall(r'<tr id="r\d"><th scope="row">', dom)) == 3)
wants("no script of a document ran", "<title>Docker's audit controls</title>" in dom and not re.search(r"<(script|img)\b", dom))
wants("each row leads to its host, and back", all(f'href="#{to}{at}"' in dom for to in "hr" for at in (1, 2, 3)))
events = json.loads((work / "net.json").read_text())["events"]
asked = {urlsplit(str(event.get("params", {}).get("url", ""))).hostname for event in events} - {None, ""}
others = sorted(host for host in asked if not host.endswith((".google.com", ".googleapis.com", ".gstatic.com")))
wants(f"nothing was asked of another machine (but by the browser for itself) {others}", not others)
light, dark = commonest_colour("light.png"), commonest_colour("dark.png")
wants(f"light is light {light}, dark is dark {dark}", min(light) > 200 and max(dark) < 60)
printed = " ".join((work / "print.html").read_text("utf-8").split())
wants("print shows the table and what passed earlier", "What passed earlier and does not now" in printed and "web-02" in printed)
wants("print shows what is folded away on a screen", "No rule, loaded or on disk, records accesses to /usr/bin/dockerd" in printed)
JUDGE

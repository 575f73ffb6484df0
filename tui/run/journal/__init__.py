"""The journal of a run: what it means to do and what it has done, on disk before the host is changed.

Comes in: an Intent and events. Goes out: records of runs, newest first. intent.py is what a run means to do, intent_json.py its form in the
journal; journal.py writes one JSON object a line, synced before each change, and tells the format; run_records.py reads it back;
unfinished.py finds runs that were cut short by looking at as little as it can, since ``check`` asks as well. A newer program rolls back an
older one's run: fields are only added, and tests/fixtures hold journals of the first format.
"""

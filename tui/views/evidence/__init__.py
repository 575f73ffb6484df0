"""What a finding rests on, as lines and words: the rules that touch the path, and what the host's facts say of it.

Comes in: Finding, HostFacts. Goes out: lines for a page, or a sentence. Imported by the pages that show a finding.
"""

"""What a finding rests on, as lines and words: the rules that touch the path, what the host's facts say of it, whether disk and kernel agree.

Comes in: Finding, HostFacts, and a Plan for what it leaves unchanged. Goes out: lines for a page, or a sentence. Imported by the pages that
show a finding.
"""

"""What a host's other rules have to do with a finding: whom they exempt, what they record of every path, why they stand there. Pure.

exemptions.py tells which programs and labels are left out of coverage and why; general.py words rules that name no path; differences.py
says why the benchmark's grep and the kernel disagree here; unreached.py finds the path's lines behind the one that stops the load;
defaults.py knows the rules that distributions ship. Imported by finding, judgement and reasons, and by plan.
"""

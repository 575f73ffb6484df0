"""The values that pass from verdict to proof, by the names to import: what a Finding, a Plan and a run are made of."""

from tui.remediation.finding_values import RESULT_OF, Finding, Level, Offer, RealPath, Reason, Result, RuleLine, State
from tui.remediation.plan_values import Blocker, Command, FileChange, KernelOnly, LogSummary, Notice, Plan, Switches, unified_diff
from tui.remediation.run_values import EXIT_OF_OUTCOME, Outcome, Output, RunEvent, RunReport, Step, StepChanged, StepState

__all__ = [
    "EXIT_OF_OUTCOME",
    "RESULT_OF",
    "Blocker",
    "Command",
    "FileChange",
    "Finding",
    "KernelOnly",
    "Level",
    "LogSummary",
    "Notice",
    "Offer",
    "Outcome",
    "Output",
    "Plan",
    "RealPath",
    "Reason",
    "Result",
    "RuleLine",
    "RunEvent",
    "RunReport",
    "State",
    "Step",
    "StepChanged",
    "StepState",
    "Switches",
    "unified_diff",
]

"""Step 6, Result: how it ended in words, before and after, the proof, and the way back."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType

from tui.plan.values import WORD
from tui.views.page import WIDE, Line, beside
from tui.views.pages.booted import since_boot_lines
from tui.views.pages.progress import done_count, told_steps
from tui.views.pages.report import report_lines
from tui.views.pages.report_text import markdown_lines
from tui.views.trainer import trainer_lines
from tui.wizard.readings import probe
from tui.wizard.steps.base import StepScreen
from tui.wizard.widgets.prompt import Prompt


class ResultScreen(StepScreen):
    """The Result step: how the run ended; ``u`` takes it back."""

    STEP = 6
    TOPIC = "result"
    BACK = "host"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,ctrl+j", "forward", "done"),
        Binding("p", "probe", "probe"),
        Binding("u", "undo", "undo"),
        Binding("x", "undo_all", "undo all"),
        Binding("o", "open", "report"),
        Binding("B", "boot", "boot"),
        Binding("b", "begin", "again"),
        Binding("s", "save", "save"),
        Binding("escape", "back", "back", show=False),
    ]

    def walk_words(self) -> dict[str, str]:
        """The keys of this step, with the one that begins again: a demo's host is as it was then, another one is read again."""
        return super().walk_words() | {"begin again": f"begin again ({'b' if self.session.demo is not None else 'Esc'})"}

    def lines(self, width: int) -> list[Line]:
        """The lines on the outcome, the proof, and how it is taken back; on a wide screen with each step of the run beside them."""
        report = self.session.report
        assert report is not None
        if width < WIDE or not report.steps:
            return self.outcome(width)
        half = (width - 3) // 2
        return beside(self.outcome(half), told_steps(report.steps, half, self.signs), half)

    def outcome(self, width: int) -> list[Line]:
        """The lines on the outcome, the proof, and how it is taken back."""
        session = self.session
        assert session.report is not None
        page = self.opening(width)
        undo = "u takes it back" if session.demo else "u here; later: docker-audit-wizard undo {run}"
        if session.booted_since:
            page.add(since_boot_lines(session.findings, width, self.signs, ran=bool(session.report.run)))
        now = "now" if not session.booted_since else "after the run" if session.report.run else "before the boot"
        facts = (session.facts_before, session.facts_after)
        page.add(
            report_lines(session.report, width, self.signs, *facts, undo, "o", now, session.facts if session.booted_since else None)
        )
        if session.demo is not None and session.report.steps and session.report.report:  # a simulated run is over before it is read
            steps = session.report.steps
            said = f"{done_count(steps)} of {len(steps)} done; "
            page.row("  Steps", said, ("o", "key"), " shows each with what it found", label_width=14)
        if session.can_probe:
            page.say(("p", "key"), " proves it: a harmless access of our own, and its record in the log.", indent=2)
        if other := session.past.undo_run_beside(session.report):
            page.say(("u", "key"), f" takes back another run than this one: run {other}.", indent=2)
        page.gap()
        page.add(trainer_lines(session.trainer.end(), width, self.signs, rows=0, label="Lesson"))
        return page.lines

    def show_page(self, *, keep_place: bool = False) -> None:
        """Make the page anew; after a boot the key line names the way to the host as it is."""
        super().show_page(keep_place=keep_place)
        if self.session.booted_since:
            self._bindings.key_to_bindings["escape"] = [Binding("escape", "host_now", "the host now")]
            self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether a key does something now: only a run that changed something can be undone; only a demo can begin again."""
        session = self.session
        offered = {
            "undo": session.past.can_undo or self.leaves_nothing,
            "undo_all": session.past.can_undo,
            "probe": session.can_probe and not self.wizard.is_reading(self),
            "begin": session.demo is not None,
            "open": session.report is not None and bool(session.report.report),
        }
        return offered.get(action, True) and super().check_action(action, parameters)

    def begin(self) -> None:
        """Name what Enter does: after a recovery the walk is still ahead. ``u`` is not offered where it only says why it does nothing."""
        if self.leaves_nothing:
            self._bindings.key_to_bindings["u"] = [Binding("u", "undo", "undo", show=False)]
        if self.recovered:
            self._bindings.key_to_bindings["enter"] = [Binding("enter", "forward", "on with the walk")]

    @property
    def leaves_nothing(self) -> bool:
        """Whether there was a run, and nothing that can be taken back."""
        return not self.session.past.can_undo and self.session.report is not None and bool(self.session.report.run)

    @property
    def recovered(self) -> bool:
        """Whether this is how a run ended that had been cut short before the walk."""
        return self.session.report is not None and self.session.report.recovers

    def action_forward(self) -> None:
        """Go on to the overview for the next control, or out; after a recovery to the walk, or to what it could not settle."""
        if self.recovered:
            self.wizard.begin_walk()
        else:
            self.wizard.finished()

    def action_back(self) -> None:
        """Go back one step, but not to before a run: to the history where it came from there, to the preview where nothing was run, else to
        the host, which is read again."""
        report = self.session.report
        if self.wizard.home:
            self.wizard.finished()
        elif self.recovered:
            self.wizard.begin_walk()
        elif report is not None and report.outcome == "nothing-to-do" and not report.run and not self.session.booted_since:
            self.wizard.go("preview")
        else:
            if report is not None and report.run:
                self.session.lesson_over = True  # its words on Host and Preview are about the host before the run
            super().action_back()

    def action_host_now(self) -> None:
        """Go back to the host as it is since the boot."""
        self.action_back()

    def action_probe(self) -> None:
        """Access the path harmlessly and look for the record."""
        self.say("Probing …")
        probe(self, self.probed)

    def probed(self) -> None:
        """Show what the log said of the probe."""
        self.say("")
        self.show_page()
        self.refresh_bindings()

    def action_undo(self) -> None:
        """Show what would be taken back, or say that there is nothing."""
        if self.session.past.can_undo:
            self.wizard.go("undo")
        else:
            self.say("This run has left no line of its own in a file: there is nothing to take back.")

    def action_undo_all(self) -> None:
        """Show what takes out everything that any run has written."""
        self.wizard.go("undo-all")

    def action_open(self) -> None:
        """Open the evidence report over the page."""
        text = self.session.report_text()
        if text:
            self.wizard.open_text("Report", lambda width: markdown_lines(text, width, self.signs))
        else:
            self.say("The report cannot be read any more.")

    def action_begin(self) -> None:
        """Ask whether to begin again with the demo's host as it was: its key lies beside that of the boot."""
        self.prompt.ask("again", f"Begin again? This host, its run and its history are gone then. Type {WORD}:", "begin again")

    def on_prompt_answered(self, event: Prompt.Answered) -> None:
        """Begin again on the word, and on nothing else."""
        if event.purpose != "again":
            super().on_prompt_answered(event)
        elif event.text.strip() == WORD:
            self.session.reset()
            self.wizard.begin_walk()
        else:
            self.prompt.note(f"not the word {WORD}")

    def copy_text(self) -> str:
        """The text to copy: the evidence report where there is one; else the page."""
        return self.session.report_text() or self.page.text

    def copy_name(self) -> str:
        """The file's name, which says the run."""
        report = self.session.report
        return f"report-{report.run}.md" if report is not None and report.run else "result.txt"

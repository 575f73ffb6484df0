"""The same walk as line prompts, for serial lines, TERM=dumb and screen readers: lines only, at most 80 columns wide."""

from __future__ import annotations

import sys

from tui.base.amounts import listed
from tui.base.cleaning import in_words
from tui.base.signals import Ended, raising_signals
from tui.base.typing import TYPE_CHECKING
from tui.plain.predicting import predict_in_lines
from tui.plain.prompts import WIDTH, LinePrompts, Quit
from tui.plain.rehearsal import rehearse_in_lines
from tui.plain.taking_back import recover_in_lines, undo_in_lines
from tui.views.diff import patch
from tui.views.evidence.rules import general_rules_lines
from tui.views.page import plain
from tui.views.pages.booted import booted_lines
from tui.views.pages.confirm import confirm_lines, confirm_question, cost_text
from tui.views.pages.control import control_lines
from tui.views.pages.events import events_lines
from tui.views.pages.finding import host_lines, summary_parts
from tui.views.pages.history import history_lines
from tui.views.pages.plan import PAGE_NAMES, preview_lines
from tui.views.pages.report import report_lines
from tui.views.switches import (
    AGREE_KEY,
    NO_LOAD,
    SWITCHES,
    asks_about_lock,
    does_nothing,
    doing_keys,
    idle_text,
    lock_lines,
    switch_lines,
    turned,
    ways_past,
)
from tui.views.why import way_out_lines, why_lines
from tui.views.words import SETTLE_KEY, left_over_text, lesson_mark, result_sign, state_words

if TYPE_CHECKING:
    from tui.session import Session


def run_plain(session: Session, *, ascii: bool = False) -> int:
    """Walk *session* in lines on stdin, stdout and stderr; the exit status of the last run, 0 without one, 128+n by a signal."""
    try:
        with raising_signals():
            return PlainWalk(session, sys.stdin, sys.stdout, sys.stderr, ascii=ascii).walk()
    except Ended as ended:
        return 128 + ended.number


_BOOTS = ("B", "r")
"""What boots a demo's host anew: the key of the screens, and, where nothing is rehearsed, the one that lines had for it before."""


class PlainWalk(LinePrompts):
    """One walk, step after step."""

    # --- the walk ----------------------------------------------------------------------------------------------------------

    def walk(self) -> int:
        """Lead the whole walk, from the first question, and return the exit status."""
        try:
            while self.once():
                pass
        except Quit:
            pass
        except KeyboardInterrupt:
            print(file=self._ask_on, flush=True)
            return 130
        return 128 + self.ended_by if self.ended_by else self.session.exit_code

    def once(self) -> bool:
        """Walk one selection of controls; whether another walk follows."""
        session = self.session
        if session.needs_scenario:
            self.scenario()
        if not recover_in_lines(self):
            return False
        if session.several:
            self.overview()
        steps = {"control": self.control, "host": self.host, "preview": self.preview, "confirm": self.confirm, "apply": self.apply}
        at = "control"
        while at in steps:
            at = steps[at]()
        if session.lesson.course is not None and at != "home":
            self.tell(f"The course: {session.lesson.course.text}")
            session.put_away()
            return not self.ended_by
        return not self.ended_by and (at == "home" or session.several)

    def scenario(self) -> None:
        """Choose a simulated host."""
        self.head(0, "Scenarios")
        course = self.session.lesson.course
        for number, demo in enumerate(self.session.demos, 1):
            mark, _ = lesson_mark(course.done.get(demo.name) if course is not None else None, self.signs)
            self.tell(f"{number:>2}  {f'{mark}  ' if mark else ''}{demo.name}: {demo.lesson}")
        usual = str(course.next + 1) if course is not None else "1"
        while True:
            answer = self.answer("scenario list", f"Which one, by number or name (Enter is {usual}, ? help, q quits)?", {})
            found = [demo for number, demo in enumerate(self.session.demos, 1) if (answer or usual) in (str(number), demo.name)]
            if found:
                self.session.start(found[0])
                return
            self.tell(f"There is no scenario {answer!r}.")

    def overview(self) -> None:
        """Choose controls."""
        self.head(0, "Overview")
        facts, findings = self.session.look()
        self.mention_left_over()
        self.tell(f"{facts.identity.name}: {summary_parts(findings)}.")
        for finding in findings:
            self.tell(f"{result_sign(finding.result, self.signs)} {finding.control:<8}{state_words(finding):<20}{finding.path}")
        usual = next((finding for finding in findings if finding.slug == "containerd"), findings[0])
        while True:
            answer = self.answer(
                "control list",
                f"Which control, by number (several with blanks; f all that fail; Enter is {usual.control}; h history, ? help, q quits)?",
                {"h": "history: the runs of this host", "f": "all that fail, waived ones aside"},
            )
            if answer == "h":
                self._history()
                continue
            words = answer.split() or [usual.control]
            chosen = [f for f in findings if f.control in words or f.slug in words or (words == ["f"] and f.fails)]
            unknown = [word for word in words if not any(word in (f.control, f.slug) for f in findings)]
            if chosen and (words == ["f"] or not unknown):
                self.session.select(tuple(finding.slug for finding in chosen))
                return
            self.tell("Nothing fails that is not waived." if words == ["f"] else f"Not in the list: {listed(unknown)}.")

    def mention_left_over(self) -> None:
        """Say that an earlier run did not finish, as long as it waits."""
        if (record := self.session.past.left_over) is not None:
            self.tell(f"{self.signs.warn} {left_over_text(record.run, f'{SETTLE_KEY} on Preview')}")
            self.tell("")

    def control(self) -> str:
        """Show the Control step (1)."""
        self.head(1, "Control")
        for control in self.session.question.controls:
            self.say(control_lines(control, self.session.asked.benchmark, WIDTH, self.signs))
            self.tell("")
        keys = {"h": "history", "r": "", **({"b": "back"} if self.session.several else {})}
        while (answer := self.choose("control", keys, "looks at the host")) in ("h", "r"):  # r: its older name
            self._history()
        return "home" if answer == "b" else "host"

    def _history(self) -> None:
        """Show the runs of this host."""
        try:
            runs = self.session.past.history()
        except OSError as trouble:
            self.tell(f"The journal cannot be read: {in_words(trouble)}.")
            return
        left = {record.run: lines for record, lines in runs if lines is not None}
        self.say_apart(history_lines([record for record, _ in runs], WIDTH, self.signs, left))

    def host(self) -> str:
        """Show the Host step (2)."""
        self.head(2, "Host")
        session = self.session
        session.read()
        predict_in_lines(self, "host")
        self.mention_left_over()
        assert session.facts is not None
        extras = session.extras()
        for finding in session.findings:
            self.say(host_lines(finding, session.facts, WIDTH, self.signs, session.plan, extras.get(finding.path)))
            self.tell("")
        keys = {"w": "why", "e": "events", "b": "back", **self._boot_key()}
        while True:
            answer = self.choose("host", keys, "shows what would change")
            if answer == "e":
                self._events()
                continue
            if answer in _BOOTS:
                self._boot()
                return "host"
            if answer != "w":
                return "control" if answer == "b" else "preview"
            reasons = [reason for finding in session.findings for reason in (*finding.reasons, *finding.details)]
            general = [
                line for finding in session.findings for line in general_rules_lines(finding, session.facts, WIDTH, self.signs)
            ]
            self.say_apart([*why_lines(reasons, WIDTH, self.signs), *general])

    def _events(self) -> None:
        """Show what the log tells of the controls' objects."""
        from tui.recorded import why_unread  # most walks look at no log

        try:
            self.say_apart(events_lines(self.session.look_at_events(), WIDTH, self.signs, simulated=self.session.demo is not None))
        except OSError as trouble:
            self.tell(why_unread(trouble))

    def preview(self) -> str:
        """Show the Preview step (3)."""
        session = self.session
        plan = session.plan
        assert plan is not None
        self.head(3, "Preview")
        predict_in_lines(self, "preview")
        self.say(preview_lines(0, plan, WIDTH, self.signs))
        if plan.blockers:
            keys = {"w": "why", "b": "back, which reads the host again", **ways_past(plan)}
            keys |= {SETTLE_KEY: "to the run that did not finish"} if session.past.left_over else {}
            keys |= self._boot_key()
            told = False
            while (answer := self.choose("preview", keys, "ends")) == "w":
                self.say_apart(way_out_lines(plan.blockers, WIDTH, self.signs))
                if not told:
                    self.train(session.trainer.end())
                told = True
            if answer in _BOOTS:
                self._boot()
                return "preview"
            if answer == SETTLE_KEY:
                return "host" if recover_in_lines(self) else "end"
            if answer == AGREE_KEY:
                return "preview" if session.switch("lock").blockers else "confirm"
            if answer not in ("", "b"):
                return self._turn(answer)
            if answer == "" and not told:
                self.train(session.trainer.end())
            return "host" if answer == "b" else "end"
        self.tell("")
        self.say([*switch_lines(plan, WIDTH, self.signs), *lock_lines(plan, WIDTH, self.signs)])
        keys = {
            "m": "more (compiled rules, commands, warnings, scanners)",
            "w": "why",
            **{switch.key: "" for switch in (*SWITCHES, *((NO_LOAD,) if asks_about_lock(plan) else ()))},
            **({} if plan.is_empty or plan.pending_reboot else {"r": "rehearse"}),
            "s": "save",
            "b": "back",
            **({"B": "boot the host"} if session.can_boot else {}),
        }
        doing = doing_keys(plan)
        changes = f", {doing} {'change' if len(doing) > 1 else 'changes'} the plan" if doing else ""
        forward = f"goes on{changes}"
        while True:
            answer = self.choose("preview", keys, forward)
            if answer == "m":
                for at in range(1, len(PAGE_NAMES)):
                    self.tell("")
                    self.say(preview_lines(at, plan, WIDTH, self.signs, session.facts))
            elif answer == "w":
                self.say_apart(why_lines(plan.warnings, WIDTH, self.signs))
            elif answer == "r":
                rehearse_in_lines(self)
                if self.ended_by:
                    return "end"
            elif answer == "s":
                self.save(patch(plan.files))
            elif answer == "b":
                return "host"
            elif answer == "B":  # r rehearses here
                self._boot()
                return "preview"
            elif answer == "":
                break
            else:
                return self._turn(answer)
        if plan.is_empty:
            session.nothing_to_do()
            return self.result()
        return "confirm"

    def _turn(self, key: str) -> str:
        """Turn the switch of *key* over, say what that changed, and look at the plan again; one that would change nothing stays."""
        name = next(switch.name for switch in (*SWITCHES, NO_LOAD) if switch.key == key)
        before = self.session.plan
        assert before is not None
        idle = next((each for each in SWITCHES if each.name == name and does_nothing(each, before)), None)
        self.tell(idle_text(idle, before) if idle is not None else turned(name, before, self.session.switch(name)))
        return "preview"

    def _boot_key(self) -> dict[str, str]:
        """The key that boots a demo's host, where there is one, and its older name."""
        return {"B": "boot the host", "r": ""} if self.session.can_boot else {}

    def _boot(self) -> None:
        """Boot the demo's host anew, and show what is true then."""
        self.say_apart(booted_lines(self.session.boot_anew(), WIDTH, self.signs))

    def confirm(self) -> str:
        """Show the Confirm step (4)."""
        plan = self.session.plan
        assert plan is not None
        self.head(4, "Confirm")
        host = self.session.facts.identity.name if self.session.facts is not None else ""
        self.tell(f"{confirm_question(plan, host or 'this host')} {cost_text(plan)}".rstrip())
        self.say(confirm_lines(plan, WIDTH, self.signs))
        if self.agreed("go on", "goes back", plan.word):
            return "apply"
        if plan.switches.lock:  # what was agreed to here ends here
            self.session.switch("lock")
        return "preview"

    def apply(self) -> str:
        """Carry the plan out and show its result: the Apply and Result steps (5 and 6)."""
        self.head(5, "Apply")
        self.run(self.session.carry_out)
        return self.result()

    def result(self) -> str:
        """Show the Result step (6)."""
        session = self.session
        assert session.report is not None
        self.head(6, "Result")
        predict_in_lines(self, "result")
        undo = "u takes it back" if session.demo else "docker-audit-wizard undo {run}"
        self.say(report_lines(session.report, WIDTH, self.signs, session.facts_before, session.facts_after, undo))
        self.train(session.trainer.end())
        if self.ended_by:
            return "end"
        while True:
            keys = {"s": "save the report"}
            keys |= {"p": "probe"} if session.can_probe else {}
            beside = session.past.undo_run_beside(session.report)
            other = f" run {beside}" if beside else ""
            keys |= {"u": f"undo{other}", "x": "undo everything"} if session.past.can_undo else {}
            keys |= {"b": "begin again", **self._boot_key()} if session.demo else {}
            answer = self.choose("result", keys, "ends" if not session.several else "goes back to the overview")
            if answer == "s":
                self.save(session.report_text() or "\n".join(map(plain, report_lines(session.report, WIDTH, self.signs))) + "\n")
            elif answer == "p":
                self.say(report_lines(session.probe(), WIDTH, self.signs, session.facts_before, session.facts_after))
            elif answer in ("u", "x"):
                if undo_in_lines(self, everything=answer == "x"):
                    return self.result()
            elif answer in _BOOTS:
                self._boot()
            elif answer == "b":
                session.reset()
                return "home"
            else:
                return "end"

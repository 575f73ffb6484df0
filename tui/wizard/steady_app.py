"""SteadyApp: Textual's application, with what is done differently under the walk: painted once, worked beside the keys, ended without a word."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from contextvars import copy_context
from functools import partial
from weakref import WeakKeyDictionary

from textual.app import App
from textual.events import Event, InputEvent, Paste
from textual.screen import Screen

from tui.base.typing import Any, TypeVar
from tui.wizard.driver.resilient_driver import SteadyDriver
from tui.wizard.steady_screen import SteadyScreen

Found = TypeVar("Found")

LONGEST_HELD_BACK = 0.15
"""Seconds after which a screen is painted though what it waits for is not there yet."""


class SteadyApp(App[int], inherit_bindings=False):
    """An application that knows nothing of the walk. Its driver is a SteadyDriver. A change of screens is held back until the new screen is
    whole, and painted once; what takes long is done in threads; a crash is kept for the log, and shows nothing on the terminal."""

    def __init__(self, *, ansi_color: bool | None = None) -> None:
        super().__init__(driver_class=SteadyDriver, ansi_color=ansi_color)
        self.crash: BaseException | None = None
        self._held_back = ExitStack()
        self._awaited = 0
        self._readings: WeakKeyDictionary[Screen[Any], object] = WeakKeyDictionary()
        """The reading that each screen waits for."""

    def action_stay(self) -> None:
        """Say that the key that puts other programs in the background does nothing to this one."""
        if say := getattr(self.screen, "say", None):
            say("Ctrl-Z does nothing here: this program stays in front; Ctrl-Q quits.")

    # --- painting ----------------------------------------------------------------------------------------------------------

    def refresh_css(self, animate: bool = True) -> None:
        """Style everything anew for another theme. Before there is a screen nothing is styled yet, and what Textual parses here is thrown away."""
        if self.children:
            super().refresh_css(animate)
        else:
            self.stylesheet.set_variables(self.get_css_variables())

    def turn_to(self, screen: Screen[Any]) -> None:
        """Show *screen* in the place of the present one. It is painted once, when it is whole and the other one is gone."""
        if len(self.screen_stack) > 1:
            self._hold_back(2)
            self.switch_screen(screen)
            self.call_next(self.paint)  # Textual has it wait until the other one is gone, which lays out everything anew
        else:
            self.lay_over(screen)

    def lay_over(self, screen: Screen[Any]) -> None:
        """Show *screen* over the present one. It is painted once, when it is whole."""
        self._hold_back(1)
        self.push_screen(screen)

    def _hold_back(self, awaited: int) -> None:
        self._held_back.close()
        self._held_back.enter_context(self.batch_update())
        self._awaited = awaited
        self.set_timer(LONGEST_HELD_BACK, self._let_through)

    def paint(self) -> None:
        """Note that one of those is ready that a screen held back waits for; paint it where that was the last one."""
        self._awaited -= 1
        if self._awaited <= 0:
            self._let_through()

    @property
    def held_back(self) -> bool:
        """Whether the screen waits to be painted until what it waits for is ready."""
        return self._batch_count > 0

    def _let_through(self) -> None:
        """Paint what was held back. The screen is woken: one that was to be painted meanwhile has let its turn pass, and waits for another key."""
        self._held_back.close()
        if self.screen_stack:
            self.screen.check_idle()

    # --- work in threads ---------------------------------------------------------------------------------------------------

    def in_thread(
        self, asked_by: Screen[Any], work: Callable[[], Found], then: Callable[[Found], None], *, reads: bool = True
    ) -> None:
        """Do *work* beside the keys; *then* shows what it has found, once *asked_by* is in front, and never where that is gone by then. Of several
        readings (*reads*) of a screen the newest counts. What the keys may change meanwhile is changed by *then* alone, not by *work*."""
        here = copy_context()  # by it a screen finds its app, also one that has been taken down meanwhile
        this = object()
        if reads:
            self._readings[asked_by] = this

        def wanted() -> bool:
            """Whether the outcome is still waited for; at the end the screens go, while a thread may still be at work."""
            return self.is_running and asked_by in self.screen_stack and not (reads and self._readings.get(asked_by) is not this)

        def done(found: Found) -> None:
            if not wanted():
                return
            if self.screen is asked_by:
                if reads:
                    del self._readings[asked_by]
                then(found)
            elif isinstance(asked_by, SteadyScreen):
                asked_by.waiting.append(partial(done, found))  # a page lies over it

        def fail(error: Exception) -> None:
            if wanted():  # or it would end a run that was begun meanwhile
                raise error  # in the app's own task, so that it ends like any other crash

        def run() -> None:
            try:
                found = here.run(work)
            except Exception as error:
                self.call_from_thread(self.call_later, fail, error)
            else:
                self.call_from_thread(done, found)

        self.run_worker(run, thread=True)

    def is_reading(self, screen: Screen[Any]) -> bool:
        """Whether *screen* waits for a reading."""
        return screen in self._readings

    async def on_event(self, event: Event) -> None:
        """Let a key wait until the screen in front is built: one that comes as the screens change would find nothing there to work on. What comes
        once the walk has ended does nothing."""
        if isinstance(event, (InputEvent, Paste)):
            if self._exit or not self.is_running:
                return
            for screen in self.screen_stack[-1:]:
                if built := getattr(screen, "_mounted_event", None):  # a version of Textual without it lets the key through at once
                    await built.wait()
        await super().on_event(event)

    # --- the end -----------------------------------------------------------------------------------------------------------

    def _handle_exception(self, error: Exception) -> None:
        """Keep the error of a crash for the log, show nothing, leave the terminal as it was.

        Textual's own crash screen would print the values of variables.
        """
        self.crash = self.crash or error
        self._return_code = 70
        if self._exception is None:  # as Textual keeps it, for its own test driver
            self._exception = error
            self._exception_event.set()
        self._close_messages_no_wait()

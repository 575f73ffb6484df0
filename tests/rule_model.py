"""What parse_line makes the kernel hold when ``auditctl -R`` reads lines one after the other: the model that live tests check."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from tui.audit.inputs import Names
from tui.audit.rule import AddRule, DeleteAll, DeleteRule, Flow, Rule, Setting, Unreadable, parse_line

ORDER = ("user", "task", "exit", "exclude", "filesystem", "io_uring")
"""The order in which the kernel lists its lists."""


class Model:
    """The rules of each list, the line numbers that failed, and the exit code auditctl would end with."""

    def __init__(
        self,
        names: Names,
        is_directory: Callable[[str], bool] = lambda path: False,
        place_missing: Callable[[Rule], bool] = lambda rule: False,
    ) -> None:
        self.names = names
        self.is_directory = is_directory
        self.place_missing = place_missing
        self.rules: dict[str, list[Rule]] = {name: [] for name in ORDER}
        self.failed: list[int] = []
        self.flow = ""
        self.exit = 0

    def read(self, lines: Iterable[str]) -> Model:
        """Take lines until one stops the load."""
        for number, text in enumerate(lines, 1):
            if not self._take(text):
                self.failed.append(number)
                if not self.flow:
                    self.exit = 1
                    break
                self.exit = 1 if self.flow == "-c" else 0
        return self

    def _take(self, text: str) -> bool:
        line = parse_line(text, self.names, self.is_directory)
        match line:
            case AddRule(rule, prepend):
                rules = self.rules[rule.filter]
                # The kernel compares the wish to be first as well, so -A never finds that its rule exists.
                if self.place_missing(rule) or (rule in rules and not prepend):
                    return False
                rules.insert(0 if prepend else len(rules), rule)
            case DeleteRule(rule):
                if rule not in self.rules[rule.filter]:
                    return False
                self.rules[rule.filter].remove(rule)
            case DeleteAll(key):
                self._delete(key)
            case Flow(option):
                self.flow = option
            case Unreadable(_, flow, _, deletes):
                self.flow = flow or self.flow
                if deletes:
                    self._delete(deletes.key)
                return False
            case Setting("-q"):
                return False  # no test names two mounts
        return True

    def _delete(self, key: str | None) -> None:
        for rules in self.rules.values():
            rules[:] = [rule for rule in rules if key is not None and key not in "\x01".join(rule.keys)]

    def loaded(self) -> tuple[Rule, ...]:
        """All rules in the kernel's order."""
        return tuple(rule for name in ORDER for rule in self.rules[name])

"""getopt_long of the GNU C library, as auditctl uses it: options and operands in any order, long options by their beginning."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


class Getopt:
    """Reads options one by one; ``index`` is C's optind at every moment: the word that is read next."""

    def __init__(self, words: Sequence[str], short: Mapping[str, bool], long: Mapping[str, bool]) -> None:
        """*words* begins with the program's name; *short* and *long* say of each option whether it takes a value."""
        self.words = words
        self.short = short
        self.long = long
        self.index = 1
        self.count = len(words)
        self._rest = ""
        self.operands: list[str] = []
        """The words that belong to no option, as far as they were met."""

    def next(self) -> tuple[str, str] | None:
        """The next option with its value, ``("?", "")`` for one that is not known or lacks its value, None after the last."""
        if not self._rest:
            while self.index < self.count and not self._is_option(self.words[self.index]):
                self.operands.append(self.words[self.index])
                self.index += 1
            if self.index < self.count and self.words[self.index] == "--":
                self.operands += self.words[self.index + 1 :]
                self.index = self.count
            if self.index >= self.count:
                self.index -= len(self.operands)  # C has moved the operands behind the options
                return None
            word = self.words[self.index]
            if word.startswith("--"):
                return self._long(word[2:])
            self._rest = word[1:]
        return self._short()

    @staticmethod
    def _is_option(word: str) -> bool:
        return word.startswith("-") and word != "-"

    def _short(self) -> tuple[str, str]:
        letter, self._rest = self._rest[0], self._rest[1:]
        if not self._rest:
            self.index += 1
        if letter not in self.short:
            return "?", ""
        if not self.short[letter]:
            return letter, ""
        if self._rest:
            value, self._rest = self._rest, ""
            self.index += 1
            return letter, value
        return self._value(letter)

    def _long(self, word: str) -> tuple[str, str]:
        self.index += 1
        name, equals, value = word.partition("=")
        found = [name] if name in self.long else [option for option in self.long if option.startswith(name)]
        if len(found) != 1:
            return "?", ""
        if self.long[found[0]]:
            return (found[0], value) if equals else self._value(found[0])
        return ("?", "") if equals else (found[0], "")

    def _value(self, option: str) -> tuple[str, str]:
        if self.index >= self.count:
            return "?", ""
        self.index += 1
        return option, self.words[self.index - 1]

"""One audit rule: the names to import. The value, read from rules-file lines and kernel records, printed in several ways."""

from tui.audit.lines import AddRule, Blank, Comment, DeleteAll, DeleteRule, Flow, Line, Setting, Unreadable
from tui.audit.rule_command import parse_arguments
from tui.audit.rule_line import parse_line, pieces
from tui.audit.rule_record import parse_record
from tui.audit.rule_text import arguments, delete_arguments, listing, listings, oddities, unambiguous
from tui.audit.rule_value import Action, Field, FilterList, Rule

__all__ = [
    "Action",
    "AddRule",
    "Blank",
    "Comment",
    "DeleteAll",
    "DeleteRule",
    "Field",
    "FilterList",
    "Flow",
    "Line",
    "Rule",
    "Setting",
    "Unreadable",
    "arguments",
    "delete_arguments",
    "listing",
    "listings",
    "oddities",
    "parse_arguments",
    "parse_line",
    "parse_record",
    "pieces",
    "unambiguous",
]

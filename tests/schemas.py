"""The documents of ``--json`` held against the schemas that are shipped for them."""

from __future__ import annotations

import json
import subprocess
from functools import cache
from typing import Any

import jsonschema

from tui.base.resources import asset_text

SCHEMA_OF = {"check": "check", "plan": "plan", "apply": "run", "undo": "run"}
"""The schema of each verb's document."""


@cache
def validator(name: str) -> jsonschema.Draft202012Validator:
    """What judges documents of the schema *name*; the schema is judged first."""
    schema = json.loads(asset_text(f"{name}.schema.json"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def problems(name: str, document: object) -> list[str]:
    """What of *document*, once it was written and read as JSON, the schema *name* does not allow."""
    read = json.loads(json.dumps(document))
    return [f"{error.json_path}: {error.message}" for error in validator(name).iter_errors(read)]


def document_of(done: subprocess.CompletedProcess[str]) -> Any:
    """The document that a command has printed, which keeps to the schema of its verb, where there is one."""
    document = json.loads(done.stdout)
    for verb in SCHEMA_OF.keys() & set(map(str, done.args)):
        assert problems(SCHEMA_OF[verb], document) == []
    return document

"""The lines that most cases of coverage() are made of."""

from __future__ import annotations

from tests.audit.coverage.cases import FILE

WATCH = f"-w {FILE} -k docker"
ON_PATH = f"-a always,exit -F path={FILE}"
NEVER = f"-a never,exit -F path={FILE}"

#!/usr/bin/python
"""Ansible module around docker-audit-wizard: judge, bring about or take back the audit rules of Docker's files on one host."""

from __future__ import annotations

DOCUMENTATION = r"""
module: docker_audit
short_description: Audit rules for Docker's files, judged, carried out and proved on the host itself
description:
  - Runs docker-audit-wizard on the managed host and translates its JSON document. In check mode it plans and changes nothing.
options:
  program:
    description: The program on the managed host, one file for its Python.
    type: path
    required: true
  state:
    description:
      - V(judged) only looks. V(present) brings the rules about and proves them. V(absent) takes every line of the program's out.
    type: str
    choices: [judged, present, absent]
    default: present
  controls:
    description: Numbers in the benchmark, or slugs. Without any, V(judged) takes the whole family and V(present) what fails.
    type: list
    elements: str
    default: []
  benchmark:
    description: The benchmark version whose numbering is used.
    type: str
  own_controls:
    description: A folder on the managed host with controls of your own.
    type: path
  waivers:
    description: A file on the managed host with waivers of failing controls.
    type: path
  host_file:
    description: Judge this capture on the managed host instead of the host itself. Goes with V(judged) only.
    type: path
  named_paths:
    description: Keep to the paths that the benchmark names, even where the object is elsewhere.
    type: bool
    default: false
  benchmark_lines:
    description: Also add the benchmark's own line where a control passes without it.
    type: bool
    default: false
  adopt:
    description: Take lines that stand only in /etc/audit/audit.rules into docker.rules.
    type: bool
    default: false
  drop_kernel_only:
    description: Let go of loaded rules that are on no disk.
    type: bool
    default: false
  restart:
    description: Restart auditd once the rules are loaded, as the benchmark asks.
    type: bool
    default: true
  load:
    description: Load the rules now. Without, the next boot does.
    type: bool
    default: true
  lock:
    description: Let a load lock the kernel where a rules file asks for it.
    type: bool
    default: false
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
"""

RETURN = r"""
exit_status:
  description: The program's own exit status.
  type: int
document:
  description: The program's JSON document.
  type: dict
compliant:
  description: Whether every control passes or does not apply. With V(judged).
  type: bool
outcome:
  description: How the run ended, in the program's word.
  type: str
reboot_required:
  description: Whether the rules are in force only after a reboot.
  type: bool
"""

import json
import sys

from ansible.module_utils.basic import AnsibleModule

OLDEST = (3, 9)
CHANGED = {
    "proved": None,
    "not-proved": "not proved",
    "pending-reboot": "in force after a reboot",
    "not-persistent": "lost at the next boot",
}
"""The outcomes that changed the host, each with what is still to be said of it."""


def main():
    """Read the parameters and bring the state about."""
    module = AnsibleModule(
        argument_spec={
            "program": {"type": "path", "required": True},
            "state": {"choices": ["judged", "present", "absent"], "default": "present"},
            "controls": {"type": "list", "elements": "str", "default": []},
            "benchmark": {"type": "str"},
            "own_controls": {"type": "path"},
            "waivers": {"type": "path"},
            "host_file": {"type": "path"},
            "named_paths": {"type": "bool", "default": False},
            "benchmark_lines": {"type": "bool", "default": False},
            "adopt": {"type": "bool", "default": False},
            "drop_kernel_only": {"type": "bool", "default": False},
            "restart": {"type": "bool", "default": True},
            "load": {"type": "bool", "default": True},
            "lock": {"type": "bool", "default": False},
        },
        supports_check_mode=True,
    )
    if sys.version_info < OLDEST:
        found, wanted = (".".join(map(str, version[:2])) for version in (sys.version_info, OLDEST))
        module.fail_json(
            msg=f"docker-audit-wizard needs Python {wanted} or newer on the host, and {sys.executable} is {found}."
            " Set ansible_python_interpreter to a newer one."
        )
    if module.params["host_file"] and module.params["state"] != "judged":
        module.fail_json(
            msg="docker_audit_host_file is a capture, which report.yml (state judged) takes: present and absent are for live hosts."
        )
    {"judged": judged, "present": present, "absent": absent}[module.params["state"]](module)


def judged(module):
    """The verdict; nothing is changed, and a control that fails fails no task."""
    status, document = run(module, ["check", *asked(module), *given(module, "--host", "host_file")], ends=(0, 1, 3))
    module.exit_json(changed=False, exit_status=status, document=document, compliant=status == 0)


def present(module):
    """The plan in check mode, else the run."""
    switches = [*asked(module), *switches_of(module)]
    planned, plan = run(module, ["plan", *switches], ends=(0, 3))
    if plan["blockers"]:
        module.fail_json(msg=blocked(plan["blockers"]), exit_status=planned, document=plan, outcome="blocked", changed=False)
    diff = {"prepared": "".join(each["diff"] for each in plan["files"])}
    would_change = bool(plan["files"] or plan["commands"])
    if module.check_mode or not would_change:
        outcome = "planned" if would_change else "nothing-to-do"
        module.exit_json(changed=would_change, exit_status=planned, document=plan, outcome=outcome, diff=diff)
    done(module, ["apply", "--yes", *switches], diff=diff)


def absent(module):
    """Every line that the program has written, taken out."""
    if not module.check_mode:
        done(module, ["undo", "--all", "--yes"])
    status, document = run(module, ["history"], ends=(0,))
    left = [each["run"] for each in document["runs"] if each["unfinished"] or (each["lines"] or {}).get("left")]
    module.exit_json(changed=bool(left), exit_status=status, document=document, outcome="planned" if left else "nothing-to-do")


def done(module, words, **more):
    """Carry out *words* and end the task by the outcome."""
    status, document = run(module, words, ends=(0, 1, 3, 4, 5))
    outcome = document["outcome"]
    told = dict(more, exit_status=status, document=document, outcome=outcome, reboot_required=outcome == "pending-reboot")
    changed = outcome in CHANGED or bool(document.get("recovered"))
    if status in (0, 1):
        if CHANGED.get(outcome):
            module.warn(f"{document.get('run') or words[0]}: {CHANGED[outcome]}. {document['message']}")
        module.exit_json(changed=changed, **told)
    mend = "".join(f"\n    {line}" for line in document.get("mend") or ())
    module.fail_json(msg=f"{document['headline']}: {document['message']}{mend}", changed=changed, **told)


def run(module, words, ends):
    """The exit status and the document of one verb; the task fails where it ends otherwise."""
    command = [sys.executable, "-I", module.params["program"], *words, "--json"]
    status, out, err = module.run_command(command, environ_update={"LC_ALL": "C.UTF-8"})
    try:
        document = json.loads(out)
    except ValueError:
        document = None
    if status not in ends or document is None:
        said = (err or out).strip()
        module.fail_json(msg=f"{words[0]} ended with {status}: {said}", exit_status=status, document=document)
    return status, document


def asked(module):
    """What is asked about, as options."""
    found = [word for control in module.params["controls"] for word in ("--control", control)]
    found += given(module, "--benchmark", "benchmark") + given(module, "--controls", "own_controls")
    found += given(module, "--waivers", "waivers")
    return found + (["--named-paths"] if module.params["named_paths"] else [])


def given(module, flag, name):
    """An option where it has a value."""
    return [flag, module.params[name]] if module.params[name] else []


def switches_of(module):
    """The plan's switches, as options."""
    flags = [(name, "--" + name.replace("_", "-")) for name in ("benchmark_lines", "adopt", "drop_kernel_only", "lock")]
    found = [flag for name, flag in flags if module.params[name]]
    return found + ([] if module.params["restart"] else ["--no-restart"]) + ([] if module.params["load"] else ["--no-load"])


def blocked(blockers):
    """What stands in the way, with the way out of each."""
    lines = []
    for each in blockers:
        lines.append(each["text"])
        lines += ["    " + line for line in (each.get("way_out") or "").splitlines()]
    return "Blocked, and nothing was touched. " + "\n".join(lines)


if __name__ == "__main__":
    main()

"""Why a daemon that runs writes nothing: what its own settings and the free space tell, one sentence for each cause. Pure."""

from __future__ import annotations

from tui.audit.log.conf import Settings
from tui.audit.log.partition import Partition
from tui.audit.log.policy import RESUME
from tui.base.amounts import size_text
from tui.base.cleaning import clean


def has_done(action: str) -> str:
    """What auditd has done at a limit that is passed, by the *action* that its setting names."""
    return {
        "ignore": "does nothing about it (IGNORE)",
        "syslog": "has only written a line to syslog (SYSLOG)",
        "email": "has mailed that once (EMAIL)",
        "rotate": "drops its oldest file again and again (ROTATE)",
        "suspend": "has stopped recording (SUSPEND)",
        "exec": "has run its program and stopped recording (EXEC)",
        "single": "takes this machine to single user mode with its next record (SINGLE)",
        "halt": "shuts this machine down with its next record (HALT)",
    }.get(action, f"has taken its action, {action.upper()}")


def not_written(settings: Settings) -> str:
    """Why events reach no file, "" where they do."""
    if settings.write_logs:
        return ""
    said = "log_format is NOLOG" if settings.log_format == "nolog" else "write_logs is no"
    return f"{said}, so nothing is written to the log. Rules are loaded and events are made all the same."


def not_listening(settings: Settings) -> str:
    """Why the daemon takes no event of this host, "" where it does."""
    if settings.local_events:
        return ""
    return "local_events is no: auditd takes events from the network only, none of this host's own."


def below_admin_space_left(settings: Settings, partition: Partition | None) -> str:
    """What auditd does with so little space as there is now, "" where there is enough or it cannot be told."""
    free = partition.usable_bytes if partition else None
    limit = settings.admin_space_left.bytes_of(partition.size_bytes if partition else None)
    if not settings.write_logs or partition is None or free is None or not limit or free >= limit:
        return ""
    what = {
        "suspend": "auditd has stopped recording, or will with its next record; but for a line in syslog nothing shows it.",
        "exec": f"auditd has run {settings.admin_space_left_program} and stopped recording, or will with its next record.",
        "halt": "auditd shuts this machine down with its next record.",
        "single": "auditd takes this machine to single user mode with its next record.",
    }.get(settings.admin_space_left_action, f"auditd {has_done(settings.admin_space_left_action)}.")
    where = clean(partition.mount_point)
    return f"{where} has {size_text(free)} free, less than admin_space_left ({size_text(limit)}). {what}"


def way_out(settings: Settings, partition: Partition | None) -> str:
    """What ends the silence of a daemon that runs, in one sentence; "" where nothing is silent."""
    conf = "/etc/audit/auditd.conf"
    if not_written(settings):
        line = "log_format = ENRICHED" if settings.log_format == "nolog" else "write_logs = yes"
        return f"Write {line} into {conf}, then restart auditd."
    if not_listening(settings):
        return f"Write local_events = yes into {conf}, then restart auditd."
    if partition is not None and below_admin_space_left(settings, partition):
        where = clean(partition.mount_point)
        return f"Make room on {where}, then run {RESUME}; or write an admin_space_left below what is free into {conf} and restart auditd."
    return ""


def silence(settings: Settings, partition: Partition | None) -> str:
    """Why the daemon writes none of the events that the kernel hands it, "" where it does as far as this tells."""
    suspends = settings.admin_space_left_action in ("suspend", "exec")
    return not_written(settings) or not_listening(settings) or (below_admin_space_left(settings, partition) if suspends else "")

"""The numbers behind rules: filters, actions, operators, fields, comparisons, machines, file types and message types.

Source: include/uapi/linux/audit.h of the kernel for the numbers, auditctl 3.0.9 for the names it takes and prints.
"""

from __future__ import annotations

import errno

FILTERS = {0: "user", 1: "task", 4: "exit", 5: "exclude", 6: "filesystem", 7: "io_uring"}
"""AUDIT_FILTER_*: the rule lists, in the order in which the kernel lists their rules. Every kernel since 2012 refuses ``entry`` (2)."""
FILTER_PREPEND = 0x10
"""The flag that stands beside the list of a rule which was put in front (AUDIT_FILTER_PREPEND)."""

ACTIONS = {0: "never", 1: "possible", 2: "always"}

OPERATORS = {
    0x40000000: "=",
    0x30000000: "!=",
    0x20000000: ">",
    0x60000000: ">=",
    0x10000000: "<",
    0x50000000: "<=",
    0x08000000: "&",
    0x48000000: "&=",
}
"""AUDIT_EQUAL and the others: what ``fieldflags`` of a record hold."""

FIELDS = {
    0: "pid",
    1: "uid",
    2: "euid",
    3: "suid",
    4: "fsuid",
    5: "gid",
    6: "egid",
    7: "sgid",
    8: "fsgid",
    9: "auid",
    10: "pers",
    11: "arch",
    12: "msgtype",
    13: "subj_user",
    14: "subj_role",
    15: "subj_type",
    16: "subj_sen",
    17: "subj_clr",
    18: "ppid",
    19: "obj_user",
    20: "obj_role",
    21: "obj_type",
    22: "obj_lev_low",
    23: "obj_lev_high",
    25: "sessionid",
    26: "fstype",
    100: "devmajor",
    101: "devminor",
    102: "inode",
    103: "exit",
    104: "success",
    105: "path",
    106: "perm",
    107: "dir",
    108: "filetype",
    109: "obj_uid",
    110: "obj_gid",
    111: "compare",
    112: "exe",
    113: "saddr_fam",
    200: "a0",
    201: "a1",
    202: "a2",
    203: "a3",
    210: "key",
}
"""AUDIT_PID and the others, by the names that auditctl prints; ``compare`` is the field behind ``-C``."""

FIELD_NAMES = {name: number for number, name in FIELDS.items()}

TYPED_FIELDS = {
    **{name: name for name in FIELD_NAMES if name != "compare"},
    "loginuid": "auid",
    "field_compare": "compare",
}
"""What ``-F`` takes as a field's name (in any letter case) to the name in a Rule."""

STRING_FIELDS = frozenset(
    name
    for name in FIELD_NAMES
    if name in ("path", "dir", "exe", "key") or (name.startswith(("subj_", "obj_")) and not name.endswith("id"))
)
"""Fields whose value lies in the record's buffer."""
STRING_NUMBERS = frozenset(FIELD_NAMES[name] for name in STRING_FIELDS)

UID_FIELDS = frozenset(("uid", "euid", "suid", "fsuid", "auid", "obj_uid"))
GID_FIELDS = frozenset(("gid", "egid", "sgid", "fsgid", "obj_gid"))

UNSET = 0xFFFFFFFF
"""The login uid or session of a process that has none."""

COMPARISONS = {
    1: ("uid", "obj_uid"),
    2: ("gid", "obj_gid"),
    3: ("euid", "obj_uid"),
    4: ("egid", "obj_gid"),
    5: ("auid", "obj_uid"),
    6: ("suid", "obj_uid"),
    7: ("sgid", "obj_gid"),
    8: ("fsuid", "obj_uid"),
    9: ("fsgid", "obj_gid"),
    10: ("uid", "auid"),
    11: ("uid", "euid"),
    12: ("uid", "fsuid"),
    13: ("uid", "suid"),
    14: ("auid", "fsuid"),
    15: ("auid", "suid"),
    16: ("auid", "euid"),
    17: ("euid", "suid"),
    18: ("euid", "fsuid"),
    19: ("suid", "fsuid"),
    20: ("gid", "egid"),
    21: ("gid", "fsgid"),
    22: ("gid", "sgid"),
    23: ("egid", "fsgid"),
    24: ("egid", "sgid"),
    25: ("sgid", "fsgid"),
}
"""AUDIT_COMPARE_*: the two sides of a ``-C``, in the order in which they are printed; either order is taken."""
COMPARISON_NUMBERS = {frozenset(pair): number for number, pair in COMPARISONS.items()}

PERM_BITS = {"r": 4, "w": 2, "x": 1, "a": 8}
"""AUDIT_PERM_*, in the order in which permissions are printed."""

ARCHES = {
    0xC000003E: "x86_64",
    0x40000003: "i386",
    0xC00000B7: "aarch64",
    0x40000028: "arm",
    0x80000015: "ppc64",
    0xC0000015: "ppc64le",
    0x00000014: "ppc",
    0x80000016: "s390x",
    0x00000016: "s390",
}
"""AUDIT_ARCH_* of the machines that auditctl knows."""
ARCH_64BIT = 0x80000000

MACHINES = {
    **dict.fromkeys(("i386", "i486", "i586", "i686"), 0x40000003),
    **dict.fromkeys(("armeb", "arm", "armv5tejl", "armv5tel", "armv6l", "armv7l"), 0x40000028),
    **dict.fromkeys(("aarch64", "armv8l"), 0xC00000B7),
    **{name: number for number, name in ARCHES.items() if name not in ("i386", "arm", "aarch64")},
}
"""What uname calls a machine, and what ``-F arch=`` takes for one (in any letter case), to AUDIT_ARCH_*."""

ARCH_32_OF = {0xC000003E: 0x40000003, 0xC00000B7: 0x40000028, 0x80000015: 0x00000014, 0x80000016: 0x00000016}
"""What ``b32`` means on a 64-bit machine."""

FILE_TYPES = {
    "socket": 0o140000,
    "link": 0o120000,
    "file": 0o100000,
    "block": 0o60000,
    "dir": 0o40000,
    "character": 0o20000,
    "fifo": 0o10000,
}
FILE_SYSTEMS = {"tracefs": 0x74726163, "debugfs": 0x64626720}

ADDRESS_FAMILIES = 46
"""AF_MAX: what ``saddr_fam`` must be below."""

ERRNO_NAMES = {**errno.errorcode, errno.EDEADLK: "EDEADLK", errno.EOPNOTSUPP: "EOPNOTSUPP", 133: "EHWPOISON"}
ERRNOS = {
    **{name: number for number, name in ERRNO_NAMES.items()},
    "EWOULDBLOCK": errno.EWOULDBLOCK,
    "EDEADLOCK": errno.EDEADLOCK,
}
"""What ``-F exit=`` takes (in any letter case): auditctl does not know ENOTSUP."""

_MESSAGE_TYPES = """
1005 USER LOGIN
1100 USER_AUTH USER_ACCT USER_MGMT CRED_ACQ CRED_DISP USER_START USER_END USER_AVC USER_CHAUTHTOK USER_ERR CRED_REFR
  USYS_CONFIG USER_LOGIN USER_LOGOUT ADD_USER DEL_USER ADD_GROUP DEL_GROUP DAC_CHECK CHGRP_ID TEST TRUSTED_APP
  USER_SELINUX_ERR USER_CMD USER_TTY CHUSER_ID GRP_AUTH SYSTEM_BOOT SYSTEM_SHUTDOWN SYSTEM_RUNLEVEL SERVICE_START SERVICE_STOP
  GRP_MGMT GRP_CHAUTHTOK MAC_CHECK ACCT_LOCK ACCT_UNLOCK USER_DEVICE SOFTWARE_UPDATE
1200 DAEMON_START DAEMON_END DAEMON_ABORT DAEMON_CONFIG
1205 DAEMON_ROTATE DAEMON_RESUME DAEMON_ACCEPT DAEMON_CLOSE DAEMON_ERR
1300 SYSCALL
1302 PATH IPC SOCKETCALL CONFIG_CHANGE SOCKADDR CWD
1309 EXECVE
1311 IPC_SET_PERM MQ_OPEN MQ_SENDRECV MQ_NOTIFY MQ_GETSETATTR KERNEL_OTHER FD_PAIR OBJ_PID TTY EOE BPRM_FCAPS CAPSET MMAP
  NETFILTER_PKT NETFILTER_CFG SECCOMP PROCTITLE FEATURE_CHANGE
1330 KERN_MODULE FANOTIFY TIME_INJOFFSET TIME_ADJNTPVAL BPF EVENT_LISTENER URINGOP OPENAT2
1400 AVC SELINUX_ERR AVC_PATH MAC_POLICY_LOAD MAC_STATUS MAC_CONFIG_CHANGE MAC_UNLBL_ALLOW MAC_CIPSOV4_ADD MAC_CIPSOV4_DEL
  MAC_MAP_ADD MAC_MAP_DEL MAC_IPSEC_ADDSA MAC_IPSEC_DELSA MAC_IPSEC_ADDSPD MAC_IPSEC_DELSPD MAC_IPSEC_EVENT MAC_UNLBL_STCADD
  MAC_UNLBL_STCDEL MAC_CALIPSO_ADD MAC_CALIPSO_DEL
1500 APPARMOR APPARMOR_AUDIT APPARMOR_ALLOWED APPARMOR_DENIED APPARMOR_HINT APPARMOR_STATUS APPARMOR_ERROR APPARMOR_KILL
1700 ANOM_PROMISCUOUS ANOM_ABEND ANOM_LINK ANOM_CREAT
1800 INTEGRITY_DATA INTEGRITY_METADATA INTEGRITY_STATUS INTEGRITY_HASH INTEGRITY_PCR INTEGRITY_RULE INTEGRITY_EVM_XATTR
  INTEGRITY_POLICY_RULE
2000 KERNEL
2100 ANOM_LOGIN_FAILURES ANOM_LOGIN_TIME ANOM_LOGIN_SESSIONS ANOM_LOGIN_ACCT ANOM_LOGIN_LOCATION ANOM_MAX_DAC ANOM_MAX_MAC
  ANOM_AMTU_FAIL ANOM_RBAC_FAIL ANOM_RBAC_INTEGRITY_FAIL ANOM_CRYPTO_FAIL ANOM_ACCESS_FS ANOM_EXEC ANOM_MK_EXEC ANOM_ADD_ACCT
  ANOM_DEL_ACCT ANOM_MOD_ACCT ANOM_ROOT_TRANS ANOM_LOGIN_SERVICE ANOM_LOGIN_ROOT ANOM_ORIGIN_FAILURES ANOM_SESSION
2200 RESP_ANOMALY RESP_ALERT RESP_KILL_PROC RESP_TERM_ACCESS RESP_ACCT_REMOTE RESP_ACCT_LOCK_TIMED RESP_ACCT_UNLOCK_TIMED
  RESP_ACCT_LOCK RESP_TERM_LOCK RESP_SEBOOL RESP_EXEC RESP_SINGLE RESP_HALT RESP_ORIGIN_BLOCK RESP_ORIGIN_BLOCK_TIMED
  RESP_ORIGIN_UNBLOCK_TIMED
2300 USER_ROLE_CHANGE ROLE_ASSIGN ROLE_REMOVE LABEL_OVERRIDE LABEL_LEVEL_CHANGE USER_LABELED_EXPORT USER_UNLABELED_EXPORT
  DEV_ALLOC DEV_DEALLOC FS_RELABEL USER_MAC_POLICY_LOAD ROLE_MODIFY USER_MAC_CONFIG_CHANGE USER_MAC_STATUS
2400 CRYPTO_TEST_USER CRYPTO_PARAM_CHANGE_USER CRYPTO_LOGIN CRYPTO_LOGOUT CRYPTO_KEY_USER CRYPTO_FAILURE_USER
  CRYPTO_REPLAY_USER CRYPTO_SESSION CRYPTO_IKE_SA CRYPTO_IPSEC_SA
2500 VIRT_CONTROL VIRT_RESOURCE VIRT_MACHINE_ID VIRT_INTEGRITY_CHECK VIRT_CREATE VIRT_DESTROY VIRT_MIGRATE_IN VIRT_MIGRATE_OUT
"""


def numbered(text: str) -> dict[str, int]:
    """A mapping of names to numbers, from runs of a number and the names that follow it."""
    numbers: dict[str, int] = {}
    number = 0
    for word in text.split():
        if word.isdigit():
            number = int(word)
        else:
            numbers[word] = number
            number += 1
    return numbers


MESSAGE_TYPES = numbered(_MESSAGE_TYPES)
"""What ``-F msgtype=`` takes (in any letter case), as auditctl 3.0.9 has it."""
MESSAGE_NAMES = {number: name for name, number in MESSAGE_TYPES.items()}

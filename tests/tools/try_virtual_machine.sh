#!/usr/bin/env bash
# Try the single file where a test machine must not be: a Debian of its own with systemd as PID 1, whose audit rules are locked (-e 2), which
# is rebooted, boots with auditd disabled, loses its power in the middle of an apply, boots with audit=0, and without auditd, where the systemd
# journal has the records. It takes ten minutes on a machine that has nothing else to do; PATIENCE is how many seconds a part may take (300).
# Needs root, debootstrap, qemu-system-x86, the Debian mirror that apt uses here and pip's index for the build; 3 GiB in $TMPDIR.
#
#     [ACCEL=kvm] [PATIENCE=3000] tests/tools/try_virtual_machine.sh [SUITE]
set -euo pipefail
cd "$(dirname "$0")/../.."
suite=${1:-trixie}
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Label: Debian' | head -n 1)
work=$(mktemp -d)
qemu=
trap '[ -z "$qemu" ] || kill -9 "$qemu" 2>/dev/null || true; rm -rf "$work"' EXIT
root=$work/root

# --- the machine: without the audit capabilities, nothing that runs in the chroot reaches this machine's own rules

packages=systemd-sysv,udev,dbus,kmod,initramfs-tools,linux-image-cloud-amd64,auditd,python3
setpriv --bounding-set=-audit_control,-audit_write,-audit_read \
  debootstrap --variant=minbase --include="$packages" "$suite" "$root" "$mirror" >"$work/log" 2>&1 || { tail "$work/log"; exit 1; }
python3 tests/tools/build_zipapp.py "$root/docker-audit-wizard.pyz" >/dev/null
install -m 0755 "$root/docker-audit-wizard.pyz" "$root/usr/bin/docker-audit-wizard"
cp assets/systemd/* "$root/etc/systemd/system/"
mkdir -p "$root/var/lib/prometheus/node-exporter"
cp "$root/bin/true" "$root/usr/bin/containerd"
echo '-w /etc/passwd -p wa -k identity' >"$root/etc/audit/rules.d/50-site.rules"
echo '/dev/vda / ext4 defaults 0 1' >"$root/etc/fstab"
cp "$root"/boot/vmlinuz-* "$work/kernel"
cp "$root"/boot/initrd.img-* "$work/initrd"
cat >"$root/etc/systemd/system/trial.service" <<'UNIT'
[Unit]
After=multi-user.target
[Service]
Type=oneshot
ExecStart=/bin/bash /trial.sh
[Install]
WantedBy=graphical.target
UNIT
mkdir -p "$root/etc/systemd/system/graphical.target.wants"
ln -s ../trial.service "$root/etc/systemd/system/graphical.target.wants/"

cat >"$root/trial.sh" <<'TRIAL'
exec >/dev/ttyS1 2>&1 </dev/null
part=$(sed 's/.*trial=\([a-z]*\).*/\1/' /proc/cmdline)
wizard() { /usr/bin/python3 /docker-audit-wizard.pyz "$@"; }
wants() { # WHAT COMMAND...: the command succeeds
  if "${@:2}"; then echo "ok: $part: $1"; else echo "NOT ok: $part: $1"; fi
}
ends() { # STATUS WORDS VERB...: the verb exits with STATUS and says WORDS
  wizard "${@:3}" >/run/said 2>&1 && status=0 || status=$?
  if [ "$status" = "$1" ] && grep -q -- "$2" /run/said; then
    echo "ok: $part: ${*:3}: $2"
  else
    echo "NOT ok: $part: ${*:3} exited $status and should have exited $1 with “$2”:"
    cat /run/said
  fi
}
watched() { auditctl -l | grep -q /usr/bin/containerd; }
unwatched() { ! watched; }
dead() { ! pidof auditd; }
locked() { auditctl -s | grep -q '^enabled 2'; }
unlocked() { auditctl -s | grep -q '^enabled 1'; }
off() { auditctl -s | grep -q '^enabled 0'; }
textfile=/var/lib/prometheus/node-exporter/docker_audit.prom
tells() { # NUMBER: the service judges the host, and its textfile, which others can read, tells this of containerd
  systemctl start docker-audit-check.service && [ "$(stat -c %a $textfile)" = 644 ] &&
    grep -q "^docker_audit_control_compliant{.*slug=\"containerd\".*} $1\$" $textfile
}
case $part in
  first)
    augenrules --load >/dev/null 2>&1
    auditctl -w /etc/hosts -p wa -k handmade >/dev/null 2>&1
    auditctl -l >/run/rules
    sha256sum /etc/audit/rules.d/* /etc/audit/audit.rules >/run/sums
    ends 1 'is NOT audited' check --control 1.2.11
    wants 'the units are sound' systemd-analyze verify --man=no /etc/systemd/system/docker-audit-check.{service,timer}
    wants 'the service tells Prometheus that a control fails' tells 0
    wants 'the timer can be enabled' systemctl enable --now docker-audit-check.timer
    ends 0 'audited, and proved' apply --yes
    wants 'the service tells Prometheus that it passes' tells 1
    ends 0 'is audited' check --control 1.2.11
    ends 0 'nothing to do' apply --yes
    ends 0 'undone, and verified' undo --yes
    wants 'every byte is back' sha256sum --quiet --check /run/sums
    wants 'every rule is back' diff /run/rules <(auditctl -l)
    auditctl -e 2 >/dev/null
    ends 1 'pending reboot' apply --yes
    ;;
  rebooted)
    wants 'the timer is back' systemctl is-active --quiet docker-audit-check.timer
    systemctl disable --now docker-audit-check.timer
    wants 'the boot has loaded the rule' watched
    ends 0 'is audited' check --control 1.2.11
    ends 0 'undone, and verified' undo --yes
    wants 'the rule is gone' unwatched
    sync
    for unit in auditd.service audit-rules.service; do systemctl disable $unit >/dev/null 2>&1; done
    ends 1 'not persistent' apply --control 1.2.11 --yes
    ends 1 'systemctl enable auditd.service' check --control 1.2.11
    ;;
  disabled)
    wants 'nothing was loaded at the boot' unwatched
    wants 'no auditd was started at the boot' dead
    ends 1 'starts no auditd' check --control 1.2.11
    systemctl enable auditd.service >/dev/null 2>&1
    ;;
  enabled)
    wants 'the boot has loaded the rule' watched
    systemctl mask --runtime auditd.service >/dev/null 2>&1
    ends 0 'is audited' check --control 1.2.11
    systemctl unmask --runtime auditd.service >/dev/null 2>&1
    ends 0 'undone, and verified' undo --yes
    wants 'the rule is gone' unwatched
    sync
    echo 'cut the power'
    wizard apply --yes >/dev/null 2>&1
    sleep 60
    ;;
  dark)
    wants 'docker.rules is old or new, and whole' test ! -e /etc/audit/rules.d/docker.rules -o \
      "$(cat /etc/audit/rules.d/docker.rules 2>/dev/null)" = $'\n-w /usr/bin/containerd -k docker'
    ends 0 '' apply --yes
    ends 0 'is audited' check --control 1.2.11
    ;;
  doors)
    ends 0 'undone, and verified' undo --yes
    if grep -q '^Requires=.*audit-rules' /usr/lib/systemd/system/auditd.service; then
      echo '-w /opt/nothere/x -p wa -k late' >/etc/audit/rules.d/zz-late.rules
      ends 1 'brings no auditd' check --control 1.2.11
      ends 3 'would not come back from a restart' apply --control 1.2.11 --yes
      ends 1 'not persistent' apply --control 1.2.11 --yes --no-restart
      wants 'auditd lives' pidof auditd
      systemctl restart auditd
      wants 'a restart by hand leaves none' dead
      systemctl start --job-mode=ignore-dependencies auditd
      wants 'the start without its dependencies brings one' pidof auditd
      ends 0 'undone, and verified' undo --yes
      rm /etc/audit/rules.d/zz-late.rules
    fi
    echo '-e 2' >/etc/audit/rules.d/zz-final.rules
    ends 3 'would lock' apply --control 1.2.11 --yes
    ends 1 'pending reboot' apply --control 1.2.11 --yes --no-load
    wants 'nothing was loaded' unwatched
    ends 0 'undone, and verified' undo --yes
    wants 'nothing is locked yet' unlocked
    ends 0 'proved, and locked' apply --control 1.2.11 --yes --lock
    wants 'the rule is in the locked kernel' watched
    wants 'the kernel is locked' locked
    rm /etc/audit/rules.d/zz-final.rules
    ;;
  off)
    ends 3 'audit=0' check --control 1.2.11
    ends 3 'Take audit=0 off' plan --control 1.2.11
    ends 3 'nothing changed' apply --control 1.2.11 --yes
    systemctl mask auditd.service >/dev/null 2>&1
    systemctl enable systemd-journald-audit.socket >/dev/null 2>&1
    rm -f /etc/audit/rules.d/docker.rules
    ;;
  masked)
    wants 'no auditd was started at the boot' dead
    if grep -q '^#Audit=no' /etc/systemd/journald.conf; then # Debian 12
      wants 'nobody has turned auditing on' off
      auditctl -e 1 >/dev/null
      ends 1 'is NOT audited' check --control 1.2.11
      ends 1 'not persistent' apply --control 1.2.11 --yes
      ends 1 'The next boot loads no rules' check --control 1.2.11
      echo '-e 1' >/etc/audit/rules.d/50-on.rules
    else # upstream, Debian 13
      wants 'the journal has turned auditing on' unlocked
      ends 1 'is NOT audited' check --control 1.2.11
      ends 0 'in the systemd journal' apply --control 1.2.11 --yes
    fi
    printf '%s\n' [Service] Type=oneshot ExecStart='/sbin/augenrules --load' [Install] WantedBy=multi-user.target \
      >/etc/systemd/system/own-rules.service
    systemctl enable own-rules.service >/dev/null 2>&1
    ends 0 'is audited' check --control 1.2.11
    ;;
  journal)
    wants 'no auditd was started at the boot' dead
    wants 'the boot has loaded the rule' watched
    ends 0 'systemd-journald (pid' check --control 1.2.11
    ends 0 'undone, and verified' undo --yes
    wants 'the rule is gone' unwatched
    ends 0 'was found in the systemd journal' apply --control 1.2.11 --yes
    wants 'no auditd was started by the run' dead
    ;;
esac
sync
poweroff -f
TRIAL

truncate -s 3G "$work/disk"
mkfs.ext4 -q -d "$root" "$work/disk"

# --- its lives

boot() { # PART WORDS...: begin the part with these words more on the kernel's command line
  qemu-system-x86_64 -accel "${ACCEL:-tcg}" -smp 2 -m 1536 -display none -monitor none -no-reboot \
    -kernel "$work/kernel" -initrd "$work/initrd" -append "root=/dev/vda rw console=ttyS0 no_timer_check systemd.default_timeout_start_sec=${PATIENCE:-300} trial=$*" \
    -drive "file=$work/disk,if=virtio,format=raw" -serial "file:$work/console" -serial "file:$work/$1" &
  qemu=$!
}
finish() { # PART: wait for its end, and tell
  for _ in $(seq "${PATIENCE:-300}"); do kill -0 "$qemu" 2>/dev/null || break; sleep 1; done
  kill -9 "$qemu" 2>/dev/null && echo "NOT ok: $1: it had to be ended" >>"$work/$1"
  wait "$qemu" 2>/dev/null || true
  qemu=
  grep -q 'ok: ' "$work/$1" || { tail "$work/console"; echo "NOT ok: $1: not a word"; } >>"$work/$1"
  tr -d '\r' <"$work/$1" | tee -a "$work/all"
}

boot first && finish first
boot rebooted && finish rebooted
boot disabled && finish disabled
boot enabled
for _ in $(seq "${PATIENCE:-300}"); do grep -q 'cut the power' "$work/enabled" 2>/dev/null && break; sleep 1; done
sleep 5
{ kill -9 "$qemu" && wait "$qemu"; } 2>/dev/null || true
finish enabled
boot dark && finish dark
boot doors && finish doors
boot off audit=0 && finish off
boot masked && finish masked
boot journal && finish journal
! grep -q 'NOT ok' "$work/all"

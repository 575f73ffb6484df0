"""The controls of the CIS Docker Benchmark. Written by tests/tools/make_catalogue.py from assets/controls: change those instead."""

# ruff: noqa: E501
# fmt: off

from __future__ import annotations

from tui.controls.control import Control, Elsewhere, VersionForm


def _containerd_config_toml() -> Control:
    return Control(
        title="Audit containerd's configuration, config.toml",
        path='/etc/containerd/config.toml',
        rationale='A runtime or a plugin named here is a program that containerd runs as root; a changed socket address or group lets others in. Docker never shows this file, so a change is easily missed.',
        classification='compliance',
        framework='cis-docker',
        integration='docker',
        description='/etc/containerd/config.toml says where containerd listens, which plugins and runtimes it loads and from which registries it may pull. The control asks for a record of each access.',
        impact='Next to nothing: a record when containerd starts and when somebody opens the file.',
        noise='Very quiet: one read at each start of containerd, and a change at package upgrades.',
        default_value='Not audited; the file may be absent.',
        applicability='Applicable where /etc/containerd/config.toml exists. The benchmark calls the control not applicable where it is absent.',
        elsewhere=(
            Elsewhere(path='/var/lib/rancher/k3s/agent/etc/containerd/config.toml', platform='k3s'),
            Elsewhere(path='/var/lib/rancher/rke2/agent/etc/containerd/config.toml', platform='RKE2'),
            Elsewhere(path='/run/docker/containerd/containerd.toml', platform='containerd started by dockerd itself', confirmed=False),
            Elsewhere(path='/var/snap/microk8s/current/args/containerd.toml', platform='MicroK8s', confirmed=False, moves='a refresh of the snap'),
            Elsewhere(path='/etc/k0s/containerd.toml', platform='k0s', confirmed=False),
        ),
        notes=('From containerd 2.2 on, files in /etc/containerd/conf.d are read as well; the control does not name them.',),
        versions={
            '1.3.1': VersionForm(number='1.1.12', rules_file='/etc/audit/audit.rules', reload='systemctl restart auditd', assessment='Automated', single_source=('rules_file',)),
            '1.4.0': VersionForm(rules_file='/etc/audit/rules.d/audit.rules', single_source=('number', 'lines', 'rules_file', 'assessment')),
            '1.5.0': VersionForm(rules_file='/etc/audit/audit.rules', level='Level 1, Linux Host OS', single_source=('rules_file', 'level', 'assessment')),
            '1.6.0': VersionForm(level='Level 2, Docker on Linux', cis_v7=('14.9',), cis_v8=('8.5',), references=('Red Hat Enterprise Linux 8 System Design Guide, chapter Auditing the system: https://access.redhat.com/documentation/en-us/red_hat_enterprise_linux/8/html/system_design_guide/auditing-the-system_system-design-guide',), single_source=('cis_v7', 'cis_v8')),
            '1.7.0': VersionForm(single_source=('rules_file', 'assessment', 'cis_v7', 'cis_v8')),
            '1.8.0': VersionForm(single_source=('assessment', 'cis_v7', 'cis_v8')),
        },
        slug='containerd-config-toml',
    )


def _containerd_shim_runc_v1() -> Control:
    return Control(
        title='Audit the shim containerd-shim-runc-v1',
        path='/usr/bin/containerd-shim-runc-v1',
        rationale='A program that is hardly used but still starts as root when a configuration names it is a good hiding place. A change to it should never happen outside an upgrade, and that is what the watch makes visible.',
        classification='compliance',
        framework='cis-docker',
        integration='docker',
        description='containerd-shim-runc-v1 is the first shim that speaks the runtime v2 interface, one process for each container. It was there for the change-over and is gone from containerd 2. The control asks for a record of each access to its file.',
        impact='Records at package upgrades; at container starts only where a configuration names this shim.',
        noise='Silent on most hosts. Expect records from upgrades and from programs that read every file.',
        default_value='Not audited; the file may be absent.',
        applicability='Applicable where /usr/bin/containerd-shim-runc-v1 exists. The benchmark calls the control not applicable where it is absent. containerd 2 no longer has it.',
        elsewhere=(
            Elsewhere(path='/snap/docker/current/bin/containerd-shim-runc-v1', platform='snap', moves='a refresh of the snap'),
            Elsewhere(path='/usr/local/bin/containerd-shim-runc-v1', platform='the upstream archive', confirmed=False),
        ),
        notes=('Sources disagree on 1.6.0: two call the check manual, two automated.',),
        versions={
            '1.3.1': VersionForm(number='1.1.16', rules_file='/etc/audit/audit.rules', reload='systemctl restart auditd', assessment='Automated', single_source=('rules_file',)),
            '1.4.0': VersionForm(rules_file='/etc/audit/rules.d/audit.rules', single_source=('number', 'lines', 'rules_file', 'assessment')),
            '1.5.0': VersionForm(single_source=('number', 'lines', 'rules_file', 'assessment')),
            '1.6.0': VersionForm(rules_file='/etc/audit/audit.rules', level='Level 2, Docker on Linux', assessment='Manual', cis_v7=('14.9',), cis_v8=('8.5',), references=('Red Hat Enterprise Linux 8 System Design Guide, chapter Auditing the system: https://access.redhat.com/documentation/en-us/red_hat_enterprise_linux/8/html/system_design_guide/auditing-the-system_system-design-guide', 'containerd.io: https://containerd.io/'), single_source=('cis_v7', 'cis_v8')),
            '1.7.0': VersionForm(single_source=('rules_file', 'assessment', 'cis_v7', 'cis_v8')),
            '1.8.0': VersionForm(single_source=('assessment', 'cis_v7', 'cis_v8')),
        },
        slug='containerd-shim-runc-v1',
    )


def _containerd_shim_runc_v2() -> Control:
    return Control(
        title='Audit the shim containerd-shim-runc-v2',
        path='/usr/bin/containerd-shim-runc-v2',
        rationale='It runs as root for every container. Somebody who replaces it is started again and again, beside each new container, with access to its processes and pipes; and a container start is an everyday event that raises no question.',
        classification='compliance',
        framework='cis-docker',
        integration='docker',
        description='containerd-shim-runc-v2 is the shim of today: containerd runs it for each container that Docker starts, and it calls runc. The control asks for a record of each access to its file.',
        impact='Records at every container start and stop. A host that runs short-lived containers needs a larger log and a rotation that fits.',
        noise='In step with your containers: two or three execve records for each start and one for the clean-up. Steady on build and batch hosts, quiet on hosts with long-lived containers.',
        default_value='Not audited; the file may be absent.',
        applicability='Applicable where /usr/bin/containerd-shim-runc-v2 exists. The benchmark calls the control not applicable where it is absent.',
        elsewhere=(
            Elsewhere(path='/snap/docker/current/bin/containerd-shim-runc-v2', platform='snap', moves='a refresh of the snap'),
            Elsewhere(path='/usr/local/bin/containerd-shim-runc-v2', platform='the upstream archive', confirmed=False),
            Elsewhere(path='/var/lib/rancher/k3s/data/current/bin/containerd-shim-runc-v2', platform='k3s', moves='an upgrade of k3s', lasts='/var/lib/rancher/k3s/data'),
            Elsewhere(path='/var/lib/rancher/rke2/bin/containerd-shim-runc-v2', platform='RKE2', confirmed=False, moves='an upgrade of RKE2', lasts='/var/lib/rancher/rke2/data'),
            Elsewhere(path='/snap/microk8s/current/bin/containerd-shim-runc-v2', platform='MicroK8s', confirmed=False, moves='a refresh of the snap'),
            Elsewhere(path='/var/lib/k0s/bin/containerd-shim-runc-v2', platform='k0s', confirmed=False),
        ),
        notes=('docker-bench-security calls the check automated in 1.6.0, all others manual.',),
        versions={
            '1.3.1': VersionForm(number='1.1.17', rules_file='/etc/audit/audit.rules', reload='systemctl restart auditd', assessment='Automated', single_source=('rules_file',)),
            '1.4.0': VersionForm(rules_file='/etc/audit/rules.d/audit.rules', single_source=('number', 'lines', 'rules_file', 'assessment')),
            '1.5.0': VersionForm(single_source=('number', 'lines', 'rules_file', 'assessment')),
            '1.6.0': VersionForm(rules_file='/etc/audit/audit.rules', level='Level 2, Docker on Linux', assessment='Manual', cis_v7=('14.9',), cis_v8=('8.5',), references=('Red Hat Enterprise Linux 8 System Design Guide, chapter Auditing the system: https://access.redhat.com/documentation/en-us/red_hat_enterprise_linux/8/html/system_design_guide/auditing-the-system_system-design-guide', 'containerd.io: https://containerd.io/'), single_source=('cis_v7', 'cis_v8')),
            '1.7.0': VersionForm(assessment='Automated', single_source=('rules_file', 'assessment', 'cis_v7', 'cis_v8')),
            '1.8.0': VersionForm(single_source=('assessment', 'cis_v7', 'cis_v8')),
        },
        slug='containerd-shim-runc-v2',
    )


def _containerd_shim() -> Control:
    return Control(
        title='Audit the runtime v1 shim, containerd-shim',
        path='/usr/bin/containerd-shim',
        rationale='The shim runs as root beside every container of its kind and holds its input and output. Whoever replaces it gets to run something as root at the next container start, in a place where nobody looks.',
        classification='compliance',
        framework='cis-docker',
        integration='docker',
        description='containerd-shim stands between containerd and a container that was started by the first generation of runtimes, and keeps the container alive when containerd restarts. The control asks for a record of each access to its file.',
        impact='Records at package upgrades; at container starts only where something still uses this shim.',
        noise='Silent on most hosts: current Docker uses containerd-shim-runc-v2. Expect records from upgrades and from programs that read every file.',
        default_value='Not audited; the file may be absent.',
        applicability='Applicable where /usr/bin/containerd-shim exists. The benchmark calls the control not applicable where it is absent. containerd 2 no longer has it.',
        elsewhere=(
            Elsewhere(path='/snap/docker/current/bin/containerd-shim', platform='snap', moves='a refresh of the snap'),
            Elsewhere(path='/usr/local/bin/containerd-shim', platform='the upstream archive', confirmed=False),
        ),
        notes=('docker-bench-security calls the check automated in 1.6.0, all others manual.',),
        versions={
            '1.3.1': VersionForm(number='1.1.15', rules_file='/etc/audit/audit.rules', reload='systemctl restart auditd', assessment='Automated', single_source=('rules_file',)),
            '1.4.0': VersionForm(rules_file='/etc/audit/rules.d/audit.rules', single_source=('number', 'lines', 'rules_file', 'assessment')),
            '1.5.0': VersionForm(single_source=('number', 'lines', 'rules_file', 'assessment')),
            '1.6.0': VersionForm(rules_file='/etc/audit/audit.rules', level='Level 2, Docker on Linux', assessment='Manual', cis_v7=('14.9',), cis_v8=('8.5',), references=('Red Hat Enterprise Linux 8 System Design Guide, chapter Auditing the system: https://access.redhat.com/documentation/en-us/red_hat_enterprise_linux/8/html/system_design_guide/auditing-the-system_system-design-guide', 'containerd.io: https://containerd.io/'), single_source=('cis_v7', 'cis_v8')),
            '1.7.0': VersionForm(rules_file='/etc/audit/rules.d/audit.rules', assessment='Automated', single_source=('rules_file', 'assessment', 'cis_v7', 'cis_v8')),
            '1.8.0': VersionForm(single_source=('assessment', 'cis_v7', 'cis_v8')),
        },
        slug='containerd-shim',
    )


def _containerd_sock() -> Control:
    return Control(
        title="Audit containerd's socket, containerd.sock",
        path='/run/containerd/containerd.sock',
        rationale='A connection to this socket is root on the host, past every check of the Docker API. Somebody who replaces the socket, or widens its mode or owner, opens that door to others. The watch records making, removing, replacing and changing it.',
        kind='socket',
        classification='compliance',
        framework='cis-docker',
        integration='docker',
        description='containerd.sock is the Unix socket on which containerd takes orders from dockerd, ctr and the kubelet. The control asks for a record of each access to the socket file.',
        impact='Few records, but be aware what they do not show: connecting to a socket is not an access that an audit watch sees. The clients of the API stay unrecorded.',
        noise='Quiet: expect bind, chmod and chown when containerd starts, and unlink when it starts again. connect is never recorded.',
        default_value='Not audited; the socket may be absent.',
        applicability="Applicable where the socket exists. Its place is the address in /etc/containerd/config.toml, else what dockerd's option --containerd names, else /run/containerd/containerd.sock.",
        unit='docker.service',
        option='--containerd',
        config='/etc/containerd/config.toml',
        setting='grpc.address',
        elsewhere=(
            Elsewhere(path='/run/docker/containerd/containerd.sock', platform='containerd started by dockerd itself'),
            Elsewhere(path='/run/snap.docker/containerd/containerd.sock', platform='snap', confirmed=False),
            Elsewhere(path='/run/k3s/containerd/containerd.sock', platform='k3s and RKE2'),
            Elsewhere(path='/var/snap/microk8s/common/run/containerd.sock', platform='MicroK8s', confirmed=False),
            Elsewhere(path='/run/k0s/containerd.sock', platform='k0s', confirmed=False),
            Elsewhere(path='$XDG_RUNTIME_DIR/docker/containerd/containerd.sock', platform='rootless', confirmed=False),
        ),
        notes=('The directory of the socket lies on a tmpfs and does not exist when the rules are loaded at boot. The kernel then refuses a watch on the socket, and auditctl does not load any rule after it.', 'docker-bench-security asked for a unit containerd.socket until April 2024, which nobody ships.', 'Rules file in 1.6.0: Tenable names rules.d, the others audit.rules.'),
        versions={
            '1.3.1': VersionForm(number='1.1.8', configured=True, rules_file='/etc/audit/audit.rules', reload='systemctl restart auditd', audit=('grep containerd.sock /etc/containerd/config.toml', 'auditctl -l | grep containerd.sock'), assessment='Automated', single_source=('rules_file',)),
            '1.4.0': VersionForm(rules_file='/etc/audit/rules.d/audit.rules', single_source=('number', 'lines', 'rules_file', 'assessment')),
            '1.5.0': VersionForm(single_source=('number', 'lines', 'rules_file', 'assessment')),
            '1.6.0': VersionForm(rules_file='/etc/audit/audit.rules', level='Level 2, Docker on Linux', cis_v7=('14.9',), cis_v8=('8.5',), references=('containerd, operations guide: https://github.com/containerd/containerd/blob/master/docs/ops.md', 'Red Hat Enterprise Linux 8 System Design Guide, chapter Auditing the system: https://access.redhat.com/documentation/en-us/red_hat_enterprise_linux/8/html/system_design_guide/auditing-the-system_system-design-guide', 'dockerd reference, runtime options: https://docs.docker.com/engine/reference/commandline/dockerd/#docker-runtime-execution-options'), single_source=('cis_v7', 'cis_v8')),
            '1.7.0': VersionForm(rules_file='/etc/audit/rules.d/audit.rules', single_source=('rules_file', 'assessment', 'cis_v7', 'cis_v8')),
            '1.8.0': VersionForm(single_source=('assessment', 'cis_v7', 'cis_v8')),
        },
        slug='containerd-sock',
    )


def _containerd() -> Control:
    return Control(
        title="Audit containerd's program, /usr/bin/containerd",
        path='/usr/bin/containerd',
        rationale='containerd runs as root and every container on the host is its child. Somebody who replaces the file, or changes its mode or owner, decides at the next start what runs as root here, and Docker itself will not notice. The watch tells a package upgrade from a break-in: it names the login, the process and the command of whoever touched the file.',
        classification='compliance',
        framework='cis-docker',
        integration='docker',
        description='containerd is the daemon below dockerd: it pulls and unpacks images, and starts, watches and ends every container through a shim. The control asks for an audit record of each access to its program file, whether it is run, read, replaced, or given other attributes.',
        impact='A record for each start of containerd, each upgrade and each program that reads the file. Audit logs grow: rotate and archive them, and keep them on a partition of their own, so that a full log does not fill the root file system.',
        noise='Quiet: a few records a day. Expect execve when the service starts, and rename, unlink and chmod when a package is upgraded. Integrity checkers, malware scanners and backups that read every program add one record a run each.',
        default_value='Not audited; the file may be absent.',
        applicability='Applicable where /usr/bin/containerd exists. The benchmark calls the control not applicable where it is absent. An older Docker starts docker-containerd instead; k3s, snap and the upstream archive keep containerd elsewhere.',
        elsewhere=(
            Elsewhere(path='/usr/local/bin/containerd', platform='the upstream archive'),
            Elsewhere(path='/usr/bin/docker-containerd', platform='Docker 18.06 and older'),
            Elsewhere(path='/snap/docker/current/bin/containerd', platform='snap', moves='a refresh of the snap'),
            Elsewhere(path='/var/lib/rancher/k3s/data/current/bin/containerd', platform='k3s', moves='an upgrade of k3s', lasts='/var/lib/rancher/k3s/data'),
            Elsewhere(path='/var/lib/rancher/rke2/bin/containerd', platform='RKE2', confirmed=False, moves='an upgrade of RKE2', lasts='/var/lib/rancher/rke2/data'),
            Elsewhere(path='/snap/microk8s/current/bin/containerd', platform='MicroK8s', confirmed=False, moves='a refresh of the snap'),
            Elsewhere(path='/var/lib/k0s/bin/containerd', platform='k0s', confirmed=False),
            Elsewhere(path='~/bin/containerd', platform="rootless, installed by Docker's script", confirmed=False),
        ),
        notes=('A scanner that searches the loaded rules for the text /usr/bin/containerd is satisfied by a rule for any of the shims.',),
        versions={
            'ce-1.1.0': VersionForm(number='1.12', path='/usr/bin/docker-containerd', rules_file='/etc/audit/audit.rules', reload='service auditd restart', level='Level 1, Linux Host OS', assessment='Scored', cis_v6=('14.6',), references=('Red Hat Enterprise Linux 6 Security Guide, chapter System Auditing: https://access.redhat.com/documentation/en-US/Red_Hat_Enterprise_Linux/6/html/Security_Guide/chap-system_auditing.html', 'docker/docker, pull request 20662: https://github.com/docker/docker/pull/20662', 'containerd.tools: https://containerd.tools/'), single_source=('cis_v6',)),
            '1.2.0': VersionForm(number='1.2.11', path='/usr/bin/containerd', audit=('auditctl -l | grep /usr/bin/containerd',), remediation=("echo '-w /usr/bin/containerd -k docker' >> /etc/audit/rules.d/docker.rules", 'augenrules --load', 'service auditd restart'), cis_v7=('14.9',)),
            '1.3.1': VersionForm(number='1.1.14', reload='systemctl restart auditd', audit=(), remediation=(), level='', assessment='Automated', cis_v6=(), cis_v7=(), references=(), single_source=('rules_file',)),
            '1.4.0': VersionForm(rules_file='/etc/audit/rules.d/audit.rules', single_source=('number', 'lines', 'rules_file', 'assessment')),
            '1.5.0': VersionForm(single_source=('number', 'lines', 'rules_file', 'assessment')),
            '1.6.0': VersionForm(rules_file='/etc/audit/audit.rules', level='Level 2, Docker on Linux', cis_v7=('14.9',), cis_v8=('8.5',), references=('Red Hat Enterprise Linux 8 System Design Guide, chapter Auditing the system: https://access.redhat.com/documentation/en-us/red_hat_enterprise_linux/8/html/system_design_guide/auditing-the-system_system-design-guide', 'containerd.io: https://containerd.io/'), single_source=('cis_v7', 'cis_v8')),
            '1.7.0': VersionForm(single_source=('rules_file', 'assessment', 'cis_v7', 'cis_v8')),
            '1.8.0': VersionForm(single_source=('assessment', 'cis_v7', 'cis_v8')),
        },
        slug='containerd',
    )


def _daemon_json() -> Control:
    return Control(
        title="Audit the daemon's configuration file, daemon.json",
        path='/etc/docker/daemon.json',
        rationale="A few characters here take protections away: hosts with a tcp address, insecure-registries, a runtime of the attacker's own, no-new-privileges switched off. The watch shows who edited the file, and with which program.",
        classification='compliance',
        framework='cis-docker',
        integration='docker',
        description='/etc/docker/daemon.json configures the daemon: where it listens, which runtimes and registries it uses, how it logs, whether user namespaces separate containers from the host. The control asks for a record of each access.',
        impact='Next to nothing: a record when the daemon starts or reloads and when somebody opens the file. Not needed where /etc/docker as a whole is watched, but scanners look for it.',
        noise='Very quiet: a read at each start and reload. Editors write a new file and rename it over the old one; the watch survives that and records it.',
        default_value='Not audited; the file may be absent.',
        applicability="Applicable where /etc/docker/daemon.json exists. The benchmark calls the control not applicable where it is absent. Most packages do not ship it; it is made by hand. dockerd's option --config-file can name another.",
        unit='docker.service',
        option='--config-file',
        elsewhere=(
            Elsewhere(path='/var/snap/docker/current/config/daemon.json', platform='snap', moves='a refresh of the snap'),
            Elsewhere(path='~/.config/docker/daemon.json', platform='rootless'),
        ),
        notes=('A watch on /etc/docker covers this file already.',),
        versions={
            'ce-1.1.0': VersionForm(number='1.11', rules_file='/etc/audit/audit.rules', reload='service auditd restart', level='Level 1, Linux Host OS', assessment='Scored', cis_v6=('14.6',), references=('Red Hat Enterprise Linux 6 Security Guide, chapter System Auditing: https://access.redhat.com/documentation/en-US/Red_Hat_Enterprise_Linux/6/html/Security_Guide/chap-system_auditing.html', 'dockerd reference, configuration file: https://docs.docker.com/engine/reference/commandline/dockerd/#daemon-configuration-file'), single_source=('cis_v6',)),
            '1.2.0': VersionForm(number='1.2.10', cis_v7=('14.9',)),
            '1.3.1': VersionForm(number='1.1.11', reload='systemctl restart auditd', level='', assessment='Automated', cis_v6=(), cis_v7=(), references=(), single_source=('rules_file',)),
            '1.4.0': VersionForm(rules_file='/etc/audit/rules.d/audit.rules', single_source=('number', 'lines', 'rules_file', 'assessment')),
            '1.5.0': VersionForm(single_source=('number', 'lines', 'rules_file', 'assessment')),
            '1.6.0': VersionForm(rules_file='/etc/audit/audit.rules', level='Level 2, Docker on Linux', cis_v7=('14.9',), cis_v8=('8.5',), references=('Red Hat Enterprise Linux 8 System Design Guide, chapter Auditing the system: https://access.redhat.com/documentation/en-us/red_hat_enterprise_linux/8/html/system_design_guide/auditing-the-system_system-design-guide', 'dockerd reference, configuration file: https://docs.docker.com/engine/reference/commandline/dockerd/#daemon-configuration-file'), single_source=('cis_v7', 'cis_v8')),
            '1.7.0': VersionForm(single_source=('rules_file', 'assessment', 'cis_v7', 'cis_v8')),
            '1.8.0': VersionForm(single_source=('cis_v7', 'cis_v8')),
        },
        slug='daemon-json',
    )


def _docker_service() -> Control:
    return Control(
        title="Audit the daemon's unit file, docker.service",
        path='/usr/lib/systemd/system/docker.service',
        rationale='One option in ExecStart is enough to offer the Docker API to the network without a password, or to start another program as root. Unit files are a usual place to survive a reboot. The watch shows who changed it and when systemd was made to read it again.',
        kind='unit',
        classification='compliance',
        framework='cis-docker',
        integration='docker',
        description='docker.service is the systemd unit that says with which program and options the daemon starts, as which user and in which environment. The control asks for a record of each access to the unit file, wherever systemd found it.',
        impact='Records at package upgrades and whenever systemd reads its units again. Little; rotation of the audit log is needed all the same.',
        noise='Quiet, with small bursts: each systemctl daemon-reload reads the file, and so does every package installation that triggers one.',
        default_value='Not audited; the unit may be absent.',
        applicability='Applicable where systemd has a unit docker.service; its own path is what is watched, found on disk in the order in which systemd searches. Drop-ins in docker.service.d are other files and not part of the control.',
        unit='docker.service',
        elsewhere=(
            Elsewhere(path='/lib/systemd/system/docker.service', platform="Debian 12's docker.io; the same file where /lib is a link to /usr/lib"),
            Elsewhere(path='/etc/systemd/system/snap.docker.dockerd.service', platform='snap', confirmed=False),
            Elsewhere(path='/etc/systemd/system/k3s.service', platform='k3s', confirmed=False),
            Elsewhere(path='/etc/systemd/system/k3s-agent.service', platform='k3s agent', confirmed=False),
            Elsewhere(path='/usr/local/lib/systemd/system/rke2-server.service', platform='RKE2, unpacked', confirmed=False),
            Elsewhere(path='/usr/local/lib/systemd/system/rke2-agent.service', platform='RKE2 agent, unpacked', confirmed=False),
            Elsewhere(path='/usr/lib/systemd/system/rke2-server.service', platform='RKE2, its packages', confirmed=False),
            Elsewhere(path='/usr/lib/systemd/system/rke2-agent.service', platform='RKE2 agent, its packages', confirmed=False),
            Elsewhere(path='/etc/systemd/system/snap.microk8s.daemon-containerd.service', platform='MicroK8s', confirmed=False),
            Elsewhere(path='/etc/systemd/system/k0scontroller.service', platform='k0s controller', confirmed=False),
            Elsewhere(path='/etc/systemd/system/k0sworker.service', platform='k0s worker', confirmed=False),
            Elsewhere(path='~/.config/systemd/user/docker.service', platform='rootless'),
        ),
        notes=("Datadog's check looks for the path below /usr/lib only, wherever the unit is.",),
        versions={
            'ce-1.1.0': VersionForm(number='1.8', rules_file='/etc/audit/audit.rules', reload='service auditd restart', audit=('systemctl show -p FragmentPath docker.service', 'auditctl -l | grep docker.service'), level='Level 1, Linux Host OS', assessment='Scored', cis_v6=('14.6',), references=('Red Hat Enterprise Linux 6 Security Guide, chapter System Auditing: https://access.redhat.com/documentation/en-US/Red_Hat_Enterprise_Linux/6/html/Security_Guide/chap-system_auditing.html',), single_source=('cis_v6',)),
            '1.2.0': VersionForm(number='1.2.6', cis_v7=('14.9',)),
            '1.3.1': VersionForm(number='1.1.7', reload='systemctl restart auditd', level='', assessment='Automated', cis_v6=(), cis_v7=(), references=(), single_source=('rules_file',)),
            '1.4.0': VersionForm(rules_file='/etc/audit/rules.d/audit.rules', single_source=('number', 'lines', 'rules_file', 'assessment')),
            '1.5.0': VersionForm(single_source=('number', 'lines', 'rules_file', 'assessment')),
            '1.6.0': VersionForm(rules_file='/etc/audit/audit.rules', level='Level 2, Docker on Linux', cis_v7=('14.9',), cis_v8=('8.5',), references=('Red Hat Enterprise Linux 8 System Design Guide, chapter Auditing the system: https://access.redhat.com/documentation/en-us/red_hat_enterprise_linux/8/html/system_design_guide/auditing-the-system_system-design-guide',), single_source=('cis_v7', 'cis_v8')),
            '1.7.0': VersionForm(rules_file='/etc/audit/rules.d/audit.rules', single_source=('rules_file', 'assessment', 'cis_v7', 'cis_v8')),
            '1.8.0': VersionForm(single_source=('assessment', 'cis_v7', 'cis_v8')),
        },
        slug='docker-service',
    )


def _docker_socket() -> Control:
    return Control(
        title="Audit the Docker API's socket",
        path='/var/run/docker.sock',
        rationale="Whoever may use the socket is root on the host. The unit decides who that is, and on which addresses the API listens; the socket's owner and mode are what counts in the end. A changed mode, a changed group or a second ListenStream is how the door gets opened unseen.",
        kind='socket',
        classification='compliance',
        framework='cis-docker',
        integration='docker',
        description="Up to 1.2.0 the control means docker.socket, the systemd unit that opens the API's socket and sets its owner and mode. From 1.3.1 on it means the socket itself, /var/run/docker.sock.",
        impact='Few records. For the socket: connecting is not an access that an audit watch sees, so that docker commands stay unrecorded; the records tell of its making, its removal and its permissions.',
        noise='Quiet: the unit is read at each systemctl daemon-reload; the socket sees bind, chmod and chown when it is opened and unlink when it is closed. connect is never recorded.',
        default_value='Not audited; unit and socket may be absent.',
        applicability='Up to 1.2.0 applicable where systemd has a unit docker.socket; its own path is watched. From 1.3.1 on applicable where the socket exists that its ListenStream names.',
        unit='docker.socket',
        elsewhere=(
            Elsewhere(path='$XDG_RUNTIME_DIR/docker.sock', platform='rootless'),
        ),
        notes=('docker-bench-security looks for the unit file in every version; the benchmark means the socket from 1.3.1 on.', '1.7.0 and 1.8.0 query a unit docker.sock, which does not exist; docker.socket is meant.', "In 1.4.0 and 1.5.0 the benchmark's own wording was not seen."),
        versions={
            'ce-1.1.0': VersionForm(number='1.9', path='/usr/lib/systemd/system/docker.socket', kind='unit', rules_file='/etc/audit/audit.rules', reload='service auditd restart', audit=('systemctl show -p FragmentPath docker.socket', 'auditctl -l | grep docker.socket'), level='Level 1, Linux Host OS', assessment='Scored', cis_v6=('14.6',), references=('Red Hat Enterprise Linux 6 Security Guide, chapter System Auditing: https://access.redhat.com/documentation/en-US/Red_Hat_Enterprise_Linux/6/html/Security_Guide/chap-system_auditing.html',), single_source=('cis_v6',)),
            '1.2.0': VersionForm(number='1.2.7', cis_v7=('14.9',)),
            '1.3.1': VersionForm(number='1.1.9', path='/var/run/docker.sock', kind='socket', configured=True, reload='systemctl restart auditd', audit=('grep ListenStream "$(systemctl show -p FragmentPath --value docker.socket)"', 'auditctl -l | grep docker.sock'), level='', assessment='Automated', cis_v6=(), cis_v7=(), references=(), single_source=('rules_file',)),
            '1.4.0': VersionForm(rules_file='/etc/audit/rules.d/audit.rules', single_source=('number', 'lines', 'rules_file', 'assessment')),
            '1.5.0': VersionForm(single_source=('number', 'lines', 'rules_file', 'assessment')),
            '1.6.0': VersionForm(rules_file='/etc/audit/audit.rules', level='Level 2, Docker on Linux', cis_v7=('14.9',), cis_v8=('8.5',), references=('Red Hat Enterprise Linux 8 System Design Guide, chapter Auditing the system: https://access.redhat.com/documentation/en-us/red_hat_enterprise_linux/8/html/system_design_guide/auditing-the-system_system-design-guide',), single_source=('cis_v7', 'cis_v8')),
            '1.7.0': VersionForm(rules_file='/etc/audit/rules.d/audit.rules', single_source=('rules_file', 'assessment', 'cis_v7', 'cis_v8')),
            '1.8.0': VersionForm(single_source=('assessment', 'cis_v7', 'cis_v8')),
        },
        slug='docker-socket',
    )


def _dockerd() -> Control:
    return Control(
        title="Audit the Docker daemon's program, dockerd",
        path='/usr/bin/dockerd',
        rationale="dockerd runs as root and its clients are root in all but name. Whoever can put another file in its place owns the host at the daemon's next start, and every container on it. The watch shows who replaced, opened or changed the program, under which login and with which command, and whether the package manager did it or somebody else.",
        classification='compliance',
        framework='cis-docker',
        integration='docker',
        description='dockerd is the Docker daemon: the program that answers the Docker API and asks containerd for every container. The control asks for an audit record of each access to its file, whether it is run, read, replaced, or given other attributes.',
        impact='A record for each start of the daemon, for each package upgrade and for each program that reads the file. That is little; the audit log still has to be rotated, and is best kept on a partition of its own.',
        noise='Quiet: a few records a day. Expect execve when the service starts, and rename, unlink and chmod when a package is upgraded. Integrity checkers, malware scanners and backups that read every program add one record a run each.',
        applicability="The benchmark names no exception, so it expects /usr/bin/dockerd on every Docker host. This wizard still says not applicable where it is absent: a rule for nothing proves nothing. Debian's own packages put the daemon at /usr/sbin/dockerd.",
        elsewhere=(
            Elsewhere(path='/usr/sbin/dockerd', platform="Debian's docker.io"),
            Elsewhere(path='/usr/local/bin/dockerd', platform="Docker's static binaries, unpacked by hand", confirmed=False),
            Elsewhere(path='/usr/bin/dockerd-current', platform='RHEL and CentOS 7, docker', confirmed=False),
            Elsewhere(path='/snap/docker/current/bin/dockerd', platform='snap', moves='a refresh of the snap'),
            Elsewhere(path='~/bin/dockerd', platform="rootless, installed by Docker's script"),
        ),
        notes=('Community Edition 1.1.0 and older name the client, /usr/bin/docker.', 'Rules file in 1.6.0: one source names rules.d/audit.rules, another audit.rules.'),
        versions={
            'ce-1.1.0': VersionForm(number='1.5', path='/usr/bin/docker', rules_file='/etc/audit/audit.rules', reload='service auditd restart', level='Level 1, Linux Host OS', assessment='Scored', cis_v6=('6.2',), references=('Red Hat Enterprise Linux 6 Security Guide, chapter System Auditing: https://access.redhat.com/documentation/en-US/Red_Hat_Enterprise_Linux/6/html/Security_Guide/chap-system_auditing.html',), single_source=('cis_v6',)),
            '1.2.0': VersionForm(number='1.2.3', path='/usr/bin/dockerd', cis_v7=('6.2', '6.3')),
            '1.3.1': VersionForm(number='1.1.3', reload='systemctl restart auditd', level='', assessment='Automated', cis_v6=(), cis_v7=(), references=(), single_source=('rules_file',)),
            '1.4.0': VersionForm(rules_file='/etc/audit/rules.d/audit.rules', single_source=('number', 'lines', 'rules_file', 'assessment')),
            '1.5.0': VersionForm(single_source=('number', 'lines', 'rules_file', 'assessment')),
            '1.6.0': VersionForm(level='Level 1 and Level 2, Docker on Linux', cis_v7=('6.2', '6.3'), cis_v8=('8.2',), references=('Red Hat Enterprise Linux 8 System Design Guide, chapter Auditing the system: https://access.redhat.com/documentation/en-us/red_hat_enterprise_linux/8/html/system_design_guide/auditing-the-system_system-design-guide',), single_source=('rules_file', 'cis_v7', 'cis_v8')),
            '1.7.0': VersionForm(level='Level 1, Docker on Linux', single_source=('rules_file', 'assessment', 'cis_v7', 'cis_v8')),
            '1.8.0': VersionForm(single_source=('assessment', 'cis_v7', 'cis_v8')),
        },
        slug='dockerd',
    )


def _etc_default_docker() -> Control:
    return Control(
        title="Audit the daemon's environment file, /etc/default/docker",
        path='/etc/default/docker',
        rationale="Options added here, such as another -H, take effect at the daemon's next start, and a proxy variable sends its downloads through somebody else's hands. It is a small text file that hardly anybody looks at; the watch does.",
        classification='compliance',
        framework='cis-docker',
        integration='docker',
        description="/etc/default/docker is where the Debian family keeps the daemon's options and environment for its start. The control asks for a record of each access.",
        impact='Next to nothing: a record when the service starts and when somebody opens the file.',
        noise="Very quiet: one read at each start of the service. Nothing at all with Docker's own packages, whose unit does not read the file.",
        default_value='Not audited; the file may be absent.',
        applicability="Applicable where /etc/default/docker exists. The benchmark calls the control not applicable where it is absent. Red Hat's family has /etc/sysconfig/docker in its place.",
        elsewhere=(
            Elsewhere(path='/etc/sysconfig/docker', platform='Fedora, RHEL and SUSE'),
        ),
        notes=("Docker's own Debian packages ship the file for the old init script; their systemd unit ignores it.",),
        versions={
            'ce-1.1.0': VersionForm(number='1.10', rules_file='/etc/audit/audit.rules', reload='service auditd restart', level='Level 1, Linux Host OS', assessment='Scored', cis_v6=('14.6',), references=('Red Hat Enterprise Linux 6 Security Guide, chapter System Auditing: https://access.redhat.com/documentation/en-US/Red_Hat_Enterprise_Linux/6/html/Security_Guide/chap-system_auditing.html',), single_source=('cis_v6',)),
            '1.2.0': VersionForm(number='1.2.8', cis_v7=('14.9',)),
            '1.3.1': VersionForm(number='1.1.10', reload='systemctl restart auditd', level='', assessment='Automated', cis_v6=(), cis_v7=(), references=(), single_source=('rules_file',)),
            '1.4.0': VersionForm(rules_file='/etc/audit/rules.d/audit.rules', single_source=('number', 'lines', 'rules_file', 'assessment')),
            '1.5.0': VersionForm(single_source=('number', 'lines', 'rules_file', 'assessment')),
            '1.6.0': VersionForm(rules_file='/etc/audit/audit.rules', level='Level 2, Docker on Linux', cis_v7=('14.9',), cis_v8=('8.5',), references=('Red Hat Enterprise Linux 8 System Design Guide, chapter Auditing the system: https://access.redhat.com/documentation/en-us/red_hat_enterprise_linux/8/html/system_design_guide/auditing-the-system_system-design-guide',), single_source=('cis_v7', 'cis_v8')),
            '1.7.0': VersionForm(single_source=('rules_file', 'assessment', 'cis_v7', 'cis_v8')),
            '1.8.0': VersionForm(single_source=('cis_v7', 'cis_v8')),
        },
        slug='etc-default-docker',
    )


def _etc_docker() -> Control:
    return Control(
        title="Audit Docker's configuration directory, /etc/docker",
        path='/etc/docker',
        rationale="A line in daemon.json can open the API on the network or switch off a protection; a certificate added to certs.d makes the daemon trust a registry of the attacker's; a key that was read gives access to the API from afar. The watch names who did it.",
        kind='directory',
        classification='compliance',
        framework='cis-docker',
        integration='docker',
        description="/etc/docker holds the daemon's configuration file, the TLS keys and certificates of the API, and the certificates by which registries are trusted. The control asks for a record of each access to anything in it.",
        impact="A record for each change and each read of the daemon's configuration and keys. Little on most hosts; rotation of the audit log is needed all the same.",
        noise='Quiet to moderate: the daemon reads the directory at its start and at a reload, and certs.d at every pull. Configuration management that compares files adds records at each of its runs.',
        applicability='The benchmark names no exception, so it expects /etc/docker on every Docker host. This wizard still says not applicable where it is absent: a rule for nothing proves nothing.',
        elsewhere=(
            Elsewhere(path='/var/snap/docker/current/etc/docker', platform='snap', moves='a refresh of the snap'),
            Elsewhere(path='~/.config/docker', platform='rootless'),
        ),
        notes=('A watch on this directory covers /etc/docker/daemon.json too; a scanner that only searches for the text /etc/docker is satisfied by a rule for daemon.json, which does not cover the directory.',),
        versions={
            'ce-1.1.0': VersionForm(number='1.7', rules_file='/etc/audit/audit.rules', reload='service auditd restart', level='Level 1, Linux Host OS', assessment='Scored', cis_v6=('14.6',), references=('Red Hat Enterprise Linux 6 Security Guide, chapter System Auditing: https://access.redhat.com/documentation/en-US/Red_Hat_Enterprise_Linux/6/html/Security_Guide/chap-system_auditing.html',), single_source=('cis_v6',)),
            '1.2.0': VersionForm(number='1.2.5', cis_v7=('14.9',)),
            '1.3.1': VersionForm(number='1.1.6', reload='systemctl restart auditd', level='', assessment='Automated', cis_v6=(), cis_v7=(), references=(), single_source=('rules_file',)),
            '1.4.0': VersionForm(rules_file='/etc/audit/rules.d/audit.rules', single_source=('number', 'lines', 'rules_file', 'assessment')),
            '1.5.0': VersionForm(single_source=('number', 'lines', 'rules_file', 'assessment')),
            '1.6.0': VersionForm(rules_file='/etc/audit/audit.rules', level='Level 1 and Level 2, Docker on Linux', cis_v7=('14.9',), cis_v8=('8.5',), references=('Red Hat Enterprise Linux 8 System Design Guide, chapter Auditing the system: https://access.redhat.com/documentation/en-us/red_hat_enterprise_linux/8/html/system_design_guide/auditing-the-system_system-design-guide',), single_source=('cis_v7', 'cis_v8')),
            '1.7.0': VersionForm(rules_file='/etc/audit/rules.d/audit.rules', level='Level 1, Docker on Linux', single_source=('rules_file', 'assessment', 'cis_v7', 'cis_v8')),
            '1.8.0': VersionForm(single_source=('assessment', 'cis_v7', 'cis_v8')),
        },
        slug='etc-docker',
    )


def _etc_sysconfig_docker() -> Control:
    return Control(
        title="Audit the daemon's environment file, /etc/sysconfig/docker",
        path='/etc/sysconfig/docker',
        rationale="Options added here take effect as root at the daemon's next start: another address for the API, another storage driver, a registry without TLS. The watch shows who wrote them.",
        classification='compliance',
        framework='cis-docker',
        integration='docker',
        description="/etc/sysconfig/docker is where Fedora, RHEL 7 and SUSE keep the daemon's options and environment for its start. The control asks for a record of each access.",
        impact='Next to nothing: a record when the service starts and when somebody opens the file.',
        noise='Very quiet: one read at each start of the service.',
        default_value='Not audited; the file may be absent.',
        applicability="Applicable where /etc/sysconfig/docker exists. The benchmark calls the control not applicable where it is absent. Debian's family has /etc/default/docker in its place, and usually no /etc/sysconfig at all: a rule there would be refused by the kernel and stop the rules after it.",
        elsewhere=(
            Elsewhere(path='/etc/default/docker', platform='Debian and Ubuntu'),
        ),
        notes=("The Community Edition's benchmark 1.1.0 lacks this control; 1.2.0 brought it back.",),
        versions={
            '1.2.0': VersionForm(number='1.2.9', rules_file='/etc/audit/audit.rules', reload='service auditd restart', level='Level 1, Linux Host OS', assessment='Scored', cis_v6=('14.6',), cis_v7=('14.9',), references=('Red Hat Enterprise Linux 6 Security Guide, chapter System Auditing: https://access.redhat.com/documentation/en-US/Red_Hat_Enterprise_Linux/6/html/Security_Guide/chap-system_auditing.html',)),
            '1.3.1': VersionForm(number='1.1.13', reload='systemctl restart auditd', level='', assessment='Automated', cis_v6=(), cis_v7=(), references=(), single_source=('rules_file',)),
            '1.4.0': VersionForm(rules_file='/etc/audit/rules.d/audit.rules', single_source=('number', 'lines', 'rules_file', 'assessment')),
            '1.5.0': VersionForm(single_source=('number', 'lines', 'rules_file', 'assessment')),
            '1.6.0': VersionForm(rules_file='/etc/audit/audit.rules', level='Level 2, Docker on Linux', cis_v7=('14.9',), cis_v8=('8.5',), references=('Red Hat Enterprise Linux 8 System Design Guide, chapter Auditing the system: https://access.redhat.com/documentation/en-us/red_hat_enterprise_linux/8/html/system_design_guide/auditing-the-system_system-design-guide',), single_source=('cis_v7', 'cis_v8')),
            '1.7.0': VersionForm(single_source=('rules_file', 'assessment', 'cis_v7', 'cis_v8')),
            '1.8.0': VersionForm(single_source=('assessment', 'cis_v7', 'cis_v8')),
        },
        slug='etc-sysconfig-docker',
    )


def _run_containerd() -> Control:
    return Control(
        title="Audit containerd's state directory, /run/containerd",
        path='/run/containerd',
        rationale="The bundle's config.json says what a container may do. Somebody who can write here can raise a container's privileges before it starts, take over the address of its shim, or put a socket of his own in the place of containerd's. None of that passes the Docker API, so Docker's own logs show nothing of it.",
        kind='directory',
        classification='compliance',
        framework='cis-docker',
        integration='docker',
        description='/run/containerd is where containerd keeps what it needs while it runs: its socket, and for every container a bundle with its OCI configuration, its process ids and the mount point of its root file system. The control asks for reads, writes and attribute changes.',
        impact='Records for every container that is started or stopped, and for every health check and docker exec, since each writes files here. Busy hosts need a larger log and a rotation that fits.',
        noise='Loud on busy hosts: each start and stop of a container makes, reads and removes a bundle, and each docker exec and health check writes a few files into it.',
        applicability='The benchmark names no exception, so it expects /run/containerd on every Docker host. This wizard still says not applicable where it is absent: a rule for nothing proves nothing. The directory lies on a tmpfs: it does not exist at boot, until containerd starts.',
        config='/etc/containerd/config.toml',
        setting='state',
        elsewhere=(
            Elsewhere(path='/run/docker/containerd', platform='containerd started by dockerd itself'),
            Elsewhere(path='/run/snap.docker', platform='snap'),
            Elsewhere(path='/run/k3s/containerd', platform='k3s and RKE2'),
            Elsewhere(path='/var/snap/microk8s/common/run/containerd', platform='MicroK8s', confirmed=False),
            Elsewhere(path='/run/k0s/containerd', platform='k0s', confirmed=False),
            Elsewhere(path='$XDG_RUNTIME_DIR/docker', platform='rootless'),
        ),
        notes=('Level in 1.5.0: one source says 2; from 1.6.0 on it is 1.', 'docker-bench-security calls the check automated in every version; 1.7.0 and 1.8.0 call it manual.'),
        versions={
            '1.3.1': VersionForm(number='1.1.4', lines=('-a exit,always -F path=/run/containerd -F perm=war -k docker',), rules_file='/etc/audit/audit.rules', reload='systemctl restart auditd', assessment='Automated', accesses='rwa', single_source=('rules_file',)),
            '1.4.0': VersionForm(rules_file='/etc/audit/rules.d/audit.rules', single_source=('number', 'lines', 'rules_file', 'assessment')),
            '1.5.0': VersionForm(rules_file='/etc/audit/audit.rules', level='Level 2, Linux Host OS', single_source=('rules_file', 'level', 'assessment')),
            '1.6.0': VersionForm(level='Level 1 and Level 2, Docker on Linux', cis_v7=('14.9',), cis_v8=('8.5',), references=('Red Hat Enterprise Linux 8 System Design Guide, chapter Auditing the system: https://access.redhat.com/documentation/en-us/red_hat_enterprise_linux/8/html/system_design_guide/auditing-the-system_system-design-guide',), single_source=('cis_v7', 'cis_v8')),
            '1.7.0': VersionForm(rules_file='/etc/audit/rules.d/audit.rules', level='Level 1, Docker on Linux', assessment='Manual', single_source=('rules_file', 'assessment', 'cis_v7', 'cis_v8')),
            '1.8.0': VersionForm(single_source=('assessment', 'cis_v7', 'cis_v8')),
        },
        slug='run-containerd',
    )


def _runc() -> Control:
    return Control(
        title='Audit the container runtime, runc',
        path='/usr/bin/runc',
        rationale='runc starts as root on the host and hands over to code from the container, which is why break-outs aim at it: CVE-2019-5736 overwrote the file through /proc/self/exe from inside a container. A watch goes by the file itself and not by the name it is opened with, so that it records such a write as well as a replacement from the host.',
        classification='compliance',
        framework='cis-docker',
        integration='docker',
        description='runc is the program that makes a container: it sets up namespaces, control groups and mounts, drops privileges and starts the first process. It is run for each container and for each docker exec, and ends at once. The control asks for a record of each access to its file.',
        impact='Records for every container that is started, stopped, entered or health-checked. Hosts with frequent health checks need a larger log and a rotation that fits.',
        noise='The busiest program of the family: several execve records for each container start and stop, and one or two for each docker exec and each health check. Many releases of runc also read their own file at each start.',
        default_value='Not audited; the file may be absent.',
        applicability='Applicable where runc exists. The benchmark calls the control not applicable where it is absent. 1.2.0 names /usr/sbin/runc, later versions /usr/bin/runc. On Debian the file is /usr/sbin/runc and /usr/bin/runc is a link to it; a watch on the link records nothing of the program.',
        elsewhere=(
            Elsewhere(path='/usr/bin/runc', platform="Docker's containerd.io; a link on Debian"),
            Elsewhere(path='/usr/sbin/runc', platform='Debian and Amazon Linux'),
            Elsewhere(path='/usr/local/sbin/runc', platform='the upstream archive', confirmed=False),
            Elsewhere(path='/usr/sbin/docker-runc', platform='Debian 10'),
            Elsewhere(path='/snap/docker/current/bin/runc', platform='snap', moves='a refresh of the snap'),
            Elsewhere(path='/var/lib/rancher/k3s/data/current/bin/runc', platform='k3s', moves='an upgrade of k3s', lasts='/var/lib/rancher/k3s/data'),
            Elsewhere(path='/var/lib/rancher/rke2/bin/runc', platform='RKE2', confirmed=False, moves='an upgrade of RKE2', lasts='/var/lib/rancher/rke2/data'),
            Elsewhere(path='/snap/microk8s/current/bin/runc', platform='MicroK8s', confirmed=False, moves='a refresh of the snap'),
            Elsewhere(path='/var/lib/k0s/bin/runc', platform='k0s', confirmed=False),
            Elsewhere(path='~/bin/runc', platform="rootless, installed by Docker's script", confirmed=False),
        ),
        notes=("The path has three names: docker-runc up to the Community Edition's 1.1.0, /usr/sbin/runc in 1.2.0, /usr/bin/runc since.", 'docker-bench-security calls the check automated in 1.6.0, all others manual.'),
        versions={
            'ce-1.1.0': VersionForm(number='1.13', path='/usr/bin/docker-runc', rules_file='/etc/audit/audit.rules', reload='service auditd restart', level='Level 1, Linux Host OS', assessment='Scored', cis_v6=('14.6',), references=('Red Hat Enterprise Linux 6 Security Guide, chapter System Auditing: https://access.redhat.com/documentation/en-US/Red_Hat_Enterprise_Linux/6/html/Security_Guide/chap-system_auditing.html', 'docker/docker, pull request 20662: https://github.com/docker/docker/pull/20662', 'containerd.tools: https://containerd.tools/', 'opencontainers/runc: https://github.com/opencontainers/runc'), single_source=('cis_v6',)),
            '1.2.0': VersionForm(number='1.2.12', path='/usr/sbin/runc', cis_v7=('14.9',), references=('Red Hat Enterprise Linux 6 Security Guide, chapter System Auditing: https://access.redhat.com/documentation/en-US/Red_Hat_Enterprise_Linux/6/html/Security_Guide/chap-system_auditing.html', 'docker/docker, pull request 20662: https://github.com/docker/docker/pull/20662', 'containerd.tools: https://containerd.tools/')),
            '1.3.1': VersionForm(number='1.1.18', path='/usr/bin/runc', reload='systemctl restart auditd', level='', assessment='Automated', cis_v6=(), cis_v7=(), references=(), single_source=('rules_file',)),
            '1.4.0': VersionForm(rules_file='/etc/audit/rules.d/audit.rules', single_source=('number', 'lines', 'rules_file', 'assessment')),
            '1.5.0': VersionForm(rules_file='/etc/audit/audit.rules', level='Level 1, Linux Host OS', single_source=('rules_file', 'level', 'assessment')),
            '1.6.0': VersionForm(level='Level 2, Docker on Linux', assessment='Manual', cis_v7=('14.9',), cis_v8=('8.5',), references=('Red Hat Enterprise Linux 8 System Design Guide, chapter Auditing the system: https://access.redhat.com/documentation/en-us/red_hat_enterprise_linux/8/html/system_design_guide/auditing-the-system_system-design-guide', 'containerd.io: https://containerd.io'), single_source=('cis_v7', 'cis_v8')),
            '1.7.0': VersionForm(assessment='Automated', single_source=('rules_file', 'assessment', 'cis_v7', 'cis_v8')),
            '1.8.0': VersionForm(single_source=('assessment', 'cis_v7', 'cis_v8')),
        },
        slug='runc',
    )


def _var_lib_docker() -> Control:
    return Control(
        title="Audit Docker's data directory, /var/lib/docker",
        path='/var/lib/docker',
        rationale="Everything a container stores passes here, secrets in volumes and environment included, and whoever writes here changes images and containers behind the daemon's back. The watch shows accesses from the host that use no Docker command at all.",
        kind='directory',
        classification='compliance',
        framework='cis-docker',
        integration='docker',
        description="/var/lib/docker is the daemon's data root: images, the containers' writable layers, volumes, networks and the containers' configuration. The control asks that what happens to these files is recorded.",
        impact='By far the most expensive control of the family: with every access recorded, each file that a container opens in a volume is a record, and so is each file of each layer that a pull unpacks. Rotate the log, keep it on a partition of its own, and leave out volumes and overlay2 as the later benchmarks do, or record only writes and attribute changes.',
        noise='A flood: every open and every directory listing in volumes counts, in containers that ran when the rule was loaded also every access to their own files. An administrator measured 100 kB of log a second; at that rate the usual 40 MiB of rotation are full in seven minutes, and what was there before is gone.',
        applicability='The benchmark names no exception, so it expects /var/lib/docker on every Docker host. This wizard still says not applicable where it is absent: a rule for nothing proves nothing. From 1.8.0 on, the data root that the daemon is configured with is meant.',
        unit='docker.service',
        option='--data-root',
        config='/etc/docker/daemon.json',
        setting='data-root',
        elsewhere=(
            Elsewhere(path='/var/snap/docker/common/var-lib-docker', platform='snap'),
            Elsewhere(path='/var/lib/rancher/k3s/agent/containerd', platform='k3s'),
            Elsewhere(path='/var/lib/rancher/rke2/agent/containerd', platform='RKE2'),
            Elsewhere(path='/var/snap/microk8s/common/var/lib/containerd', platform='MicroK8s', confirmed=False),
            Elsewhere(path='/var/lib/k0s/containerd', platform='k0s', confirmed=False),
            Elsewhere(path='~/.local/share/docker', platform='rootless'),
        ),
        notes=('In 1.7.0 and 1.8.0 the lines that leave out volumes and overlay2 are printed after the line that records. In this order they do nothing, since the kernel stops at the first rule that matches.', 'A directory watch does not see into file systems that are mounted below it later. Containers started after the load are recorded in their volumes, not in their own root file systems.', 'Where Docker uses the containerd image store, images and snapshots lie in /var/lib/containerd, which no control names.', "In 1.4.0 and 1.5.0 the line is docker-bench-security's; the benchmark's own wording was not seen.", 'With user namespaces the directories lie one level deeper, below the remapped ids, such as /var/lib/docker/165536.165536.', 'docker-bench-security calls the check automated in 1.6.0, all others manual.'),
        versions={
            'ce-1.1.0': VersionForm(number='1.6', rules_file='/etc/audit/audit.rules', reload='service auditd restart', level='Level 1, Linux Host OS', assessment='Scored', cis_v6=('14.6',), references=('Red Hat Enterprise Linux 6 Security Guide, chapter System Auditing: https://access.redhat.com/documentation/en-US/Red_Hat_Enterprise_Linux/6/html/Security_Guide/chap-system_auditing.html',), single_source=('cis_v6',)),
            '1.2.0': VersionForm(number='1.2.4', level='Level 2, Linux Host OS', cis_v7=('14.9',)),
            '1.3.1': VersionForm(number='1.1.5', lines=('-a exit,always -F path=/var/lib/docker -F perm=war -k docker',), reload='systemctl restart auditd', level='', assessment='Automated', accesses='rwa', cis_v6=(), cis_v7=(), references=(), single_source=('rules_file',)),
            '1.4.0': VersionForm(lines=(), rules_file='/etc/audit/rules.d/audit.rules', accesses='rwxa', single_source=('number', 'lines', 'rules_file', 'assessment')),
            '1.5.0': VersionForm(single_source=('number', 'lines', 'rules_file', 'assessment')),
            '1.6.0': VersionForm(lines=('-a exit,always -F path=/var/lib/docker -F perm=war -k docker',), rules_file='/etc/audit/audit.rules', level='Level 1 and Level 2, Docker on Linux', assessment='Manual', accesses='rwa', cis_v7=('14.9',), cis_v8=('8.5',), references=('Red Hat Enterprise Linux 8 System Design Guide, chapter Auditing the system: https://access.redhat.com/documentation/en-us/red_hat_enterprise_linux/8/html/system_design_guide/auditing-the-system_system-design-guide',), single_source=('cis_v7', 'cis_v8')),
            '1.7.0': VersionForm(lines=('-a exit,always -F path=/var/lib/docker -F perm=war -k docker', '-a exit,never -F dir=/var/lib/docker/volumes', '-a exit,never -F dir=/var/lib/docker/overlay2'), rules_file='/etc/audit/rules.d/audit.rules', level='Level 1, Docker on Linux', exclusions=('/var/lib/docker/volumes', '/var/lib/docker/overlay2'), single_source=('rules_file', 'assessment', 'cis_v7', 'cis_v8')),
            '1.8.0': VersionForm(configured=True, references=('Red Hat Enterprise Linux 8 System Design Guide, chapter Auditing the system: https://access.redhat.com/documentation/en-us/red_hat_enterprise_linux/8/html/system_design_guide/auditing-the-system_system-design-guide', 'Docker Engine, daemon data directory: https://docs.docker.com/engine/daemon/#daemon-data-directory'), single_source=('cis_v7', 'cis_v8')),
        },
        slug='var-lib-docker',
    )


CONTROLS = {
    'containerd-config-toml': _containerd_config_toml,
    'containerd-shim-runc-v1': _containerd_shim_runc_v1,
    'containerd-shim-runc-v2': _containerd_shim_runc_v2,
    'containerd-shim': _containerd_shim,
    'containerd-sock': _containerd_sock,
    'containerd': _containerd,
    'daemon-json': _daemon_json,
    'docker-service': _docker_service,
    'docker-socket': _docker_socket,
    'dockerd': _dockerd,
    'etc-default-docker': _etc_default_docker,
    'etc-docker': _etc_docker,
    'etc-sysconfig-docker': _etc_sysconfig_docker,
    'run-containerd': _run_containerd,
    'runc': _runc,
    'var-lib-docker': _var_lib_docker,
}
"""Slug to what makes the control."""

# bash completion for docker-audit-wizard
_docker_audit_wizard_controls() {
  local word version="" words
  for word in "${COMP_WORDS[@]}"; do
    if [[ $version == --benchmark && $word != "=" ]]; then version=$word; break; fi
    [[ $word == --benchmark ]] && version=$word
  done
  case $version in
    ce-1.1.0) words="1.5 1.6 1.7 1.8 1.9 1.10 1.11 1.12 1.13 containerd daemon-json docker-service docker-socket dockerd etc-default-docker etc-docker runc var-lib-docker" ;;
    1.3.1) words="1.1.3 1.1.4 1.1.5 1.1.6 1.1.7 1.1.8 1.1.9 1.1.10 1.1.11 1.1.12 1.1.13 1.1.14 1.1.15 1.1.16 1.1.17 1.1.18 containerd containerd-config-toml containerd-shim containerd-shim-runc-v1 containerd-shim-runc-v2 containerd-sock daemon-json docker-service docker-socket dockerd etc-default-docker etc-docker etc-sysconfig-docker run-containerd runc var-lib-docker" ;;
    1.4.0) words="1.1.3 1.1.4 1.1.5 1.1.6 1.1.7 1.1.8 1.1.9 1.1.10 1.1.11 1.1.12 1.1.13 1.1.14 1.1.15 1.1.16 1.1.17 1.1.18 containerd containerd-config-toml containerd-shim containerd-shim-runc-v1 containerd-shim-runc-v2 containerd-sock daemon-json docker-service docker-socket dockerd etc-default-docker etc-docker etc-sysconfig-docker run-containerd runc var-lib-docker" ;;
    1.5.0) words="1.1.3 1.1.4 1.1.5 1.1.6 1.1.7 1.1.8 1.1.9 1.1.10 1.1.11 1.1.12 1.1.13 1.1.14 1.1.15 1.1.16 1.1.17 1.1.18 containerd containerd-config-toml containerd-shim containerd-shim-runc-v1 containerd-shim-runc-v2 containerd-sock daemon-json docker-service docker-socket dockerd etc-default-docker etc-docker etc-sysconfig-docker run-containerd runc var-lib-docker" ;;
    1.6.0) words="1.1.3 1.1.4 1.1.5 1.1.6 1.1.7 1.1.8 1.1.9 1.1.10 1.1.11 1.1.12 1.1.13 1.1.14 1.1.15 1.1.16 1.1.17 1.1.18 containerd containerd-config-toml containerd-shim containerd-shim-runc-v1 containerd-shim-runc-v2 containerd-sock daemon-json docker-service docker-socket dockerd etc-default-docker etc-docker etc-sysconfig-docker run-containerd runc var-lib-docker" ;;
    1.7.0) words="1.1.3 1.1.4 1.1.5 1.1.6 1.1.7 1.1.8 1.1.9 1.1.10 1.1.11 1.1.12 1.1.13 1.1.14 1.1.15 1.1.16 1.1.17 1.1.18 containerd containerd-config-toml containerd-shim containerd-shim-runc-v1 containerd-shim-runc-v2 containerd-sock daemon-json docker-service docker-socket dockerd etc-default-docker etc-docker etc-sysconfig-docker run-containerd runc var-lib-docker" ;;
    1.8.0) words="1.1.3 1.1.4 1.1.5 1.1.6 1.1.7 1.1.8 1.1.9 1.1.10 1.1.11 1.1.12 1.1.13 1.1.14 1.1.15 1.1.16 1.1.17 1.1.18 containerd containerd-config-toml containerd-shim containerd-shim-runc-v1 containerd-shim-runc-v2 containerd-sock daemon-json docker-service docker-socket dockerd etc-default-docker etc-docker etc-sysconfig-docker run-containerd runc var-lib-docker" ;;
    *) words="1.2.3 1.2.4 1.2.5 1.2.6 1.2.7 1.2.8 1.2.9 1.2.10 1.2.11 1.2.12 containerd daemon-json docker-service docker-socket dockerd etc-default-docker etc-docker etc-sysconfig-docker runc var-lib-docker" ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
_docker_audit_wizard() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} verb="" word words
  COMPREPLY=()
  if [[ $current == "=" ]]; then current=""; elif [[ $previous == "=" ]]; then previous=${COMP_WORDS[COMP_CWORD-2]}; fi
  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case " check plan apply rehearse undo history events capture export report " in *" $word "*) verb=$word; break ;; esac
  done
  case $verb:$previous in
    :--control) _docker_audit_wizard_controls; return; ;;
    :--benchmark) COMPREPLY=($(compgen -W "ce-1.1.0 1.2.0 1.3.1 1.4.0 1.5.0 1.6.0 1.7.0 1.8.0" -- "$current")); return; ;;
    :--controls) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$current")); return; ;;
    :--waivers) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$current")); return; ;;
    :--demo) [[ $current == -* ]] || { COMPREPLY=($(compgen -W "fresh compliant absent foreign-rules hardened shim never never-task lock-waiting immutable broken-neighbour full-partition halt boot-elsewhere auditd-off audit-4 no-return" -- "$current")); [[ ${COMPREPLY[*]} ]] || { compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$current")); }; return; }; ;;
    :--course) [[ $current == -* ]] || { compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$current")); return; }; ;;
    :--course-report) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$current")); return; ;;
    :--theme) COMPREPLY=($(compgen -W "dark light ansi mono" -- "$current")); return; ;;
    check:--control) _docker_audit_wizard_controls; return; ;;
    check:--benchmark) COMPREPLY=($(compgen -W "ce-1.1.0 1.2.0 1.3.1 1.4.0 1.5.0 1.6.0 1.7.0 1.8.0" -- "$current")); return; ;;
    check:--controls) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$current")); return; ;;
    check:--waivers) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$current")); return; ;;
    check:--color) COMPREPLY=($(compgen -W "auto always never" -- "$current")); return; ;;
    check:--host) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$current")); return; ;;
    check:--against) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$current")); return; ;;
    check:--format) COMPREPLY=($(compgen -W "json junit xccdf prometheus docker-bench" -- "$current")); return; ;;
    check:--output|check:-o) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$current")); return; ;;
    plan:--control) _docker_audit_wizard_controls; return; ;;
    plan:--benchmark) COMPREPLY=($(compgen -W "ce-1.1.0 1.2.0 1.3.1 1.4.0 1.5.0 1.6.0 1.7.0 1.8.0" -- "$current")); return; ;;
    plan:--controls) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$current")); return; ;;
    plan:--waivers) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$current")); return; ;;
    plan:--color) COMPREPLY=($(compgen -W "auto always never" -- "$current")); return; ;;
    plan:--host) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$current")); return; ;;
    plan:--out) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$current")); return; ;;
    apply:--control) _docker_audit_wizard_controls; return; ;;
    apply:--benchmark) COMPREPLY=($(compgen -W "ce-1.1.0 1.2.0 1.3.1 1.4.0 1.5.0 1.6.0 1.7.0 1.8.0" -- "$current")); return; ;;
    apply:--controls) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$current")); return; ;;
    apply:--waivers) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$current")); return; ;;
    apply:--color) COMPREPLY=($(compgen -W "auto always never" -- "$current")); return; ;;
    apply:--plan) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$current")); return; ;;
    rehearse:--control) _docker_audit_wizard_controls; return; ;;
    rehearse:--benchmark) COMPREPLY=($(compgen -W "ce-1.1.0 1.2.0 1.3.1 1.4.0 1.5.0 1.6.0 1.7.0 1.8.0" -- "$current")); return; ;;
    rehearse:--controls) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$current")); return; ;;
    rehearse:--color) COMPREPLY=($(compgen -W "auto always never" -- "$current")); return; ;;
    rehearse:--seconds) COMPREPLY=(); return; ;;
    undo:--color) COMPREPLY=($(compgen -W "auto always never" -- "$current")); return; ;;
    history:--control) _docker_audit_wizard_controls; return; ;;
    history:--color) COMPREPLY=($(compgen -W "auto always never" -- "$current")); return; ;;
    history:--since) COMPREPLY=(); return; ;;
    history:--format) COMPREPLY=($(compgen -W "md html json" -- "$current")); return; ;;
    history:--prune) COMPREPLY=(); return; ;;
    history:--output|history:-o) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$current")); return; ;;
    events:--control) _docker_audit_wizard_controls; return; ;;
    events:--benchmark) COMPREPLY=($(compgen -W "ce-1.1.0 1.2.0 1.3.1 1.4.0 1.5.0 1.6.0 1.7.0 1.8.0" -- "$current")); return; ;;
    events:--controls) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$current")); return; ;;
    events:--color) COMPREPLY=($(compgen -W "auto always never" -- "$current")); return; ;;
    events:--host) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$current")); return; ;;
    events:--since) COMPREPLY=(); return; ;;
    capture:--output|capture:-o) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$current")); return; ;;
    report:--waivers) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$current")); return; ;;
    report:--color) COMPREPLY=($(compgen -W "auto always never" -- "$current")); return; ;;
    report:--against) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$current")); return; ;;
    report:--format) COMPREPLY=($(compgen -W "text html md csv junit" -- "$current")); return; ;;
    report:--output|report:-o) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$current")); return; ;;
  esac
  case $verb in
    "") words="--control --benchmark --controls --waivers --demo --predict --course --course-reset --course-report --plain --theme --ascii --no-mouse --named-paths --help --version check plan apply rehearse undo history events capture export report"; ;;
    check) words="--control --benchmark --controls --waivers --ascii --color --host --named-paths --against --format --output -o --json --help"; ;;
    plan) words="--control --benchmark --controls --waivers --ascii --color --host --named-paths --real-paths --benchmark-lines --adopt --drop-kernel-only --no-restart --no-load --lock --out --print-rules --diff --json --help"; ;;
    apply) words="--control --benchmark --controls --waivers --ascii --color --named-paths --real-paths --benchmark-lines --adopt --drop-kernel-only --no-restart --no-load --lock --plan --yes --json --help"; ;;
    rehearse) words="--control --benchmark --controls --ascii --color --named-paths --seconds --yes --json --help"; ;;
    undo) words="--ascii --color --all --yes --json --help"; [[ $current == -* ]] || { COMPREPLY=($(compgen -W "$(command ls /var/lib/docker-audit-wizard/runs 2>/dev/null)" -- "$current")); }; ;;
    history) words="--control --ascii --color --since --format --prune --output -o --yes --json --help"; [[ $current == -* ]] || { COMPREPLY=($(compgen -W "$(command ls /var/lib/docker-audit-wizard/runs 2>/dev/null)" -- "$current")); }; ;;
    events) words="--control --benchmark --controls --ascii --color --host --named-paths --since --json --help"; ;;
    capture) words="--output -o --force --help"; ;;
    export) words="--help"; [[ $current == -* ]] || { { if [[ " ${COMP_WORDS[*]:1:COMP_CWORD-1} " == *" ansible "* ]]; then compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$current")); else COMPREPLY=($(compgen -W "ansible" -- "$current")); fi; }; }; ;;
    report) words="--waivers --ascii --color --against --format --screen --output -o --help"; [[ $current == -* ]] || { compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$current")); }; ;;
  esac
  COMPREPLY+=($(compgen -W "$words" -- "$current"))
}
complete -F _docker_audit_wizard docker-audit-wizard

#compdef docker-audit-wizard
# zsh completion for docker-audit-wizard
_docker_audit_wizard_verbs() {
  [[ ${words[CURRENT-1]} == (--demo|--course) ]] && return 1
  local -a verbs
  verbs=(
    'check:judge the controls on this host; changes nothing and starts no program'
    'plan:show what apply would change, run and warn about; changes nothing'
    'apply:carry the plan out, check every step, prove the result, roll back what fails'
    'rehearse:load the planned watches into the kernel for a while and count what they would record'
    'undo:take a run'\''s change back'
    'history:list the runs, or show one'
    'events:show what the audit log holds of accesses to the controls'\'' objects: how often, by whom, what stands out'
    'capture:write what is known of this host to a file that check, plan and --demo can read'
    'export:write an Ansible role that carries this program, with two playbooks'
    'report:show many hosts side by side: what fails where, what is waived, what differs'
  )
  _describe verb verbs
}
_docker_audit_wizard_controls() {
  local word version=""
  for word in $words; do
    if [[ $version == --benchmark ]]; then version=$word; break; fi
    case $word in --benchmark) version=$word ;; --benchmark=*) version=${word#*=}; break ;; esac
  done
  case $version in
    ce-1.1.0) compadd -- 1.5 1.6 1.7 1.8 1.9 1.10 1.11 1.12 1.13 containerd daemon-json docker-service docker-socket dockerd etc-default-docker etc-docker runc var-lib-docker ;;
    1.3.1) compadd -- 1.1.3 1.1.4 1.1.5 1.1.6 1.1.7 1.1.8 1.1.9 1.1.10 1.1.11 1.1.12 1.1.13 1.1.14 1.1.15 1.1.16 1.1.17 1.1.18 containerd containerd-config-toml containerd-shim containerd-shim-runc-v1 containerd-shim-runc-v2 containerd-sock daemon-json docker-service docker-socket dockerd etc-default-docker etc-docker etc-sysconfig-docker run-containerd runc var-lib-docker ;;
    1.4.0) compadd -- 1.1.3 1.1.4 1.1.5 1.1.6 1.1.7 1.1.8 1.1.9 1.1.10 1.1.11 1.1.12 1.1.13 1.1.14 1.1.15 1.1.16 1.1.17 1.1.18 containerd containerd-config-toml containerd-shim containerd-shim-runc-v1 containerd-shim-runc-v2 containerd-sock daemon-json docker-service docker-socket dockerd etc-default-docker etc-docker etc-sysconfig-docker run-containerd runc var-lib-docker ;;
    1.5.0) compadd -- 1.1.3 1.1.4 1.1.5 1.1.6 1.1.7 1.1.8 1.1.9 1.1.10 1.1.11 1.1.12 1.1.13 1.1.14 1.1.15 1.1.16 1.1.17 1.1.18 containerd containerd-config-toml containerd-shim containerd-shim-runc-v1 containerd-shim-runc-v2 containerd-sock daemon-json docker-service docker-socket dockerd etc-default-docker etc-docker etc-sysconfig-docker run-containerd runc var-lib-docker ;;
    1.6.0) compadd -- 1.1.3 1.1.4 1.1.5 1.1.6 1.1.7 1.1.8 1.1.9 1.1.10 1.1.11 1.1.12 1.1.13 1.1.14 1.1.15 1.1.16 1.1.17 1.1.18 containerd containerd-config-toml containerd-shim containerd-shim-runc-v1 containerd-shim-runc-v2 containerd-sock daemon-json docker-service docker-socket dockerd etc-default-docker etc-docker etc-sysconfig-docker run-containerd runc var-lib-docker ;;
    1.7.0) compadd -- 1.1.3 1.1.4 1.1.5 1.1.6 1.1.7 1.1.8 1.1.9 1.1.10 1.1.11 1.1.12 1.1.13 1.1.14 1.1.15 1.1.16 1.1.17 1.1.18 containerd containerd-config-toml containerd-shim containerd-shim-runc-v1 containerd-shim-runc-v2 containerd-sock daemon-json docker-service docker-socket dockerd etc-default-docker etc-docker etc-sysconfig-docker run-containerd runc var-lib-docker ;;
    1.8.0) compadd -- 1.1.3 1.1.4 1.1.5 1.1.6 1.1.7 1.1.8 1.1.9 1.1.10 1.1.11 1.1.12 1.1.13 1.1.14 1.1.15 1.1.16 1.1.17 1.1.18 containerd containerd-config-toml containerd-shim containerd-shim-runc-v1 containerd-shim-runc-v2 containerd-sock daemon-json docker-service docker-socket dockerd etc-default-docker etc-docker etc-sysconfig-docker run-containerd runc var-lib-docker ;;
    *) compadd -- 1.2.3 1.2.4 1.2.5 1.2.6 1.2.7 1.2.8 1.2.9 1.2.10 1.2.11 1.2.12 containerd daemon-json docker-service docker-socket dockerd etc-default-docker etc-docker etc-sysconfig-docker runc var-lib-docker ;;
  esac
}
_docker_audit_wizard_scenarios() {
  compadd -- fresh compliant absent foreign-rules hardened shim never never-task lock-waiting immutable broken-neighbour full-partition halt boot-elsewhere auditd-off audit-4 no-return || _files
}
_docker_audit_wizard() {
  local verb="" word
  for word in ${words[2,CURRENT-1]}; do
    case " check plan apply rehearse undo history events capture export report " in *" $word "*) verb=$word; break ;; esac
  done
  case $verb in
    "")
      _arguments -S \
        '*--control[a control'\''s number in the benchmark, or its slug; may be repeated]:ID:_docker_audit_wizard_controls' \
        '--benchmark[whose numbering to use\: ce-1.1.0, 1.2.0, 1.3.1, 1.4.0, 1.5.0, 1.6.0, 1.7.0, 1.8.0 (default 1.2.0)]:VERSION:(ce-1.1.0 1.2.0 1.3.1 1.4.0 1.5.0 1.6.0 1.7.0 1.8.0)' \
        '--controls[a folder with controls of your own, as YAML files]:DIR:_files' \
        '--waivers[controls whose failure somebody answers for, as YAML\: shown as waived, left out of plans, no exit status 1]:FILE:_files' \
        '--demo[walk a simulated host\: no root, no auditd, nothing is touched]::NAME|FILE:_docker_audit_wizard_scenarios' \
        '--predict[with --demo\: ask before each step what it will show]' \
        '--course[lessons in order, predicted first, with progress kept\: ours, or a YAML list of scenario names and files]::FILE:_files' \
        '--course-reset[with --course\: forget what was done of it, and begin anew]' \
        '--course-report[with --course\: write what was done of it as JSON, and end]:FILE:_files' \
        '--plain[line prompts instead of screens, for serial lines and screen readers]' \
        '--theme[the look\: dark, light, ansi, mono]:NAME:(dark light ansi mono)' \
        '--ascii[only ASCII signs]' \
        '--no-mouse[leave the mouse to the terminal]' \
        '--named-paths[judge and watch only the path that the benchmark names, even where the object is elsewhere]' \
        '(- *)--help[show how it is used]' \
        '(- *)--version[show the version]' \
        '1:verb:_docker_audit_wizard_verbs'
      ;;
    check)
      _arguments -S \
        '*--control[a control'\''s number in the benchmark, or its slug; may be repeated]:ID:_docker_audit_wizard_controls' \
        '--benchmark[whose numbering to use\: ce-1.1.0, 1.2.0, 1.3.1, 1.4.0, 1.5.0, 1.6.0, 1.7.0, 1.8.0 (default 1.2.0)]:VERSION:(ce-1.1.0 1.2.0 1.3.1 1.4.0 1.5.0 1.6.0 1.7.0 1.8.0)' \
        '--controls[a folder with controls of your own, as YAML files]:DIR:_files' \
        '--waivers[controls whose failure somebody answers for, as YAML\: shown as waived, left out of plans, no exit status 1]:FILE:_files' \
        '--ascii[only ASCII signs]' \
        '--color[colour in what is printed\: auto (on a terminal that has it, unless NO_COLOR is set), always, never]:WHEN:(auto always never)' \
        '--host[judge the host facts in this file (a capture or a scenario) instead of this machine; - is standard input]:FILE:_files' \
        '--named-paths[judge and watch only the path that the benchmark names, even where the object is elsewhere]' \
        '--against[also say what passed in this earlier check document and no longer does, and what went; as text or JSON]:FILE:_files' \
        '--format[print the result as another program reads it\: json, junit, xccdf, prometheus, docker-bench]:NAME:(json junit xccdf prometheus docker-bench)' \
        '(--output -o)'{--output,-o}'[where to write (default\: standard output); a regular file is replaced]:FILE:_files' \
        '--json[one JSON document on standard output, nothing else]' \
        '(- *)--help[show how it is used]' \
        '1: :'
      ;;
    plan)
      _arguments -S \
        '*--control[a control'\''s number in the benchmark, or its slug; may be repeated]:ID:_docker_audit_wizard_controls' \
        '--benchmark[whose numbering to use\: ce-1.1.0, 1.2.0, 1.3.1, 1.4.0, 1.5.0, 1.6.0, 1.7.0, 1.8.0 (default 1.2.0)]:VERSION:(ce-1.1.0 1.2.0 1.3.1 1.4.0 1.5.0 1.6.0 1.7.0 1.8.0)' \
        '--controls[a folder with controls of your own, as YAML files]:DIR:_files' \
        '--waivers[controls whose failure somebody answers for, as YAML\: shown as waived, left out of plans, no exit status 1]:FILE:_files' \
        '--ascii[only ASCII signs]' \
        '--color[colour in what is printed\: auto (on a terminal that has it, unless NO_COLOR is set), always, never]:WHEN:(auto always never)' \
        '--host[judge the host facts in this file (a capture or a scenario) instead of this machine; - is standard input]:FILE:_files' \
        '--named-paths[judge and watch only the path that the benchmark names, even where the object is elsewhere]' \
        '--real-paths[the default by now\: the object is judged and watched where it really is]' \
        '--benchmark-lines[also add the benchmark'\''s own line where a control passes without it]' \
        '--adopt[take lines that stand only in /etc/audit/audit.rules into docker.rules]' \
        '--drop-kernel-only[let go of loaded rules that are on no disk, instead of putting them back]' \
        '--no-restart[leave auditd running; augenrules --load alone loads the rules]' \
        '--no-load[only write docker.rules; the next boot or load brings it in (outcome\: pending reboot)]' \
        '--lock[let a load lock the kernel (-e 2 on disk)\: all is proved first, the lock comes last]' \
        '--out[keep the plan in this file, for apply --plan; what was reviewed is what is done]:FILE:_files' \
        '--print-rules[print nothing but docker.rules as it would be, for other tools to bring to hosts]' \
        '--diff[print nothing but the change as a patch\: patch -p1 -d / takes it, without modes and without a load]' \
        '--json[one JSON document on standard output, nothing else]' \
        '(- *)--help[show how it is used]' \
        '1: :'
      ;;
    apply)
      _arguments -S \
        '*--control[a control'\''s number in the benchmark, or its slug; may be repeated]:ID:_docker_audit_wizard_controls' \
        '--benchmark[whose numbering to use\: ce-1.1.0, 1.2.0, 1.3.1, 1.4.0, 1.5.0, 1.6.0, 1.7.0, 1.8.0 (default 1.2.0)]:VERSION:(ce-1.1.0 1.2.0 1.3.1 1.4.0 1.5.0 1.6.0 1.7.0 1.8.0)' \
        '--controls[a folder with controls of your own, as YAML files]:DIR:_files' \
        '--waivers[controls whose failure somebody answers for, as YAML\: shown as waived, left out of plans, no exit status 1]:FILE:_files' \
        '--ascii[only ASCII signs]' \
        '--color[colour in what is printed\: auto (on a terminal that has it, unless NO_COLOR is set), always, never]:WHEN:(auto always never)' \
        '--named-paths[judge and watch only the path that the benchmark names, even where the object is elsewhere]' \
        '--real-paths[the default by now\: the object is judged and watched where it really is]' \
        '--benchmark-lines[also add the benchmark'\''s own line where a control passes without it]' \
        '--adopt[take lines that stand only in /etc/audit/audit.rules into docker.rules]' \
        '--drop-kernel-only[let go of loaded rules that are on no disk, instead of putting them back]' \
        '--no-restart[leave auditd running; augenrules --load alone loads the rules]' \
        '--no-load[only write docker.rules; the next boot or load brings it in (outcome\: pending reboot)]' \
        '--lock[let a load lock the kernel (-e 2 on disk)\: all is proved first, the lock comes last]' \
        '--plan[carry out the plan kept in this file, or refuse where the host has changed since]:FILE:_files' \
        '--yes[do not ask]' \
        '--json[one JSON document on standard output, nothing else]' \
        '(- *)--help[show how it is used]' \
        '1: :'
      ;;
    rehearse)
      _arguments -S \
        '*--control[a control'\''s number in the benchmark, or its slug; may be repeated]:ID:_docker_audit_wizard_controls' \
        '--benchmark[whose numbering to use\: ce-1.1.0, 1.2.0, 1.3.1, 1.4.0, 1.5.0, 1.6.0, 1.7.0, 1.8.0 (default 1.2.0)]:VERSION:(ce-1.1.0 1.2.0 1.3.1 1.4.0 1.5.0 1.6.0 1.7.0 1.8.0)' \
        '--controls[a folder with controls of your own, as YAML files]:DIR:_files' \
        '--ascii[only ASCII signs]' \
        '--color[colour in what is printed\: auto (on a terminal that has it, unless NO_COLOR is set), always, never]:WHEN:(auto always never)' \
        '--named-paths[judge and watch only the path that the benchmark names, even where the object is elsewhere]' \
        '--seconds[how long to rehearse, from 1 to 86400]:N: ' \
        '--yes[do not ask]' \
        '--json[one JSON document on standard output, nothing else]' \
        '(- *)--help[show how it is used]' \
        '1: :'
      ;;
    undo)
      _arguments -S \
        '--ascii[only ASCII signs]' \
        '--color[colour in what is printed\: auto (on a terminal that has it, unless NO_COLOR is set), always, never]:WHEN:(auto always never)' \
        '--all[take out every line that this program has written, whatever the run, journals lost or not]' \
        '--yes[do not ask]' \
        '--json[one JSON document on standard output, nothing else]' \
        '(- *)--help[show how it is used]' \
        '1: :' \
        '*:RUN:($(command ls /var/lib/docker-audit-wizard/runs 2>/dev/null))'
      ;;
    history)
      _arguments -S \
        '*--control[a control'\''s number in the benchmark, or its slug; may be repeated]:ID:_docker_audit_wizard_controls' \
        '--ascii[only ASCII signs]' \
        '--color[colour in what is printed\: auto (on a terminal that has it, unless NO_COLOR is set), always, never]:WHEN:(auto always never)' \
        '--since[only what is not older\: 2026-11-24, 2026-11-24T09\:00, 09\:00, 90m, 12h, 7d, today or yesterday]:TIME: ' \
        '--format[the run'\''s evidence as one document\: md, html or json]:FORM:(md html json)' \
        '--prune[take all but the newest KEEP runs out of the journal, with their reports; those that undo or a recovery needs stay]:KEEP: ' \
        '(--output -o)'{--output,-o}'[where to write (default\: standard output); a regular file is replaced]:FILE:_files' \
        '--yes[do not ask]' \
        '--json[one JSON document on standard output, nothing else]' \
        '(- *)--help[show how it is used]' \
        '1: :' \
        '*:RUN:($(command ls /var/lib/docker-audit-wizard/runs 2>/dev/null))'
      ;;
    events)
      _arguments -S \
        '*--control[a control'\''s number in the benchmark, or its slug; may be repeated]:ID:_docker_audit_wizard_controls' \
        '--benchmark[whose numbering to use\: ce-1.1.0, 1.2.0, 1.3.1, 1.4.0, 1.5.0, 1.6.0, 1.7.0, 1.8.0 (default 1.2.0)]:VERSION:(ce-1.1.0 1.2.0 1.3.1 1.4.0 1.5.0 1.6.0 1.7.0 1.8.0)' \
        '--controls[a folder with controls of your own, as YAML files]:DIR:_files' \
        '--ascii[only ASCII signs]' \
        '--color[colour in what is printed\: auto (on a terminal that has it, unless NO_COLOR is set), always, never]:WHEN:(auto always never)' \
        '--host[judge the host facts in this file (a capture or a scenario) instead of this machine; - is standard input]:FILE:_files' \
        '--named-paths[judge and watch only the path that the benchmark names, even where the object is elsewhere]' \
        '--since[only what is not older\: 2026-11-24, 2026-11-24T09\:00, 09\:00, 90m, 12h, 7d, today or yesterday]:TIME: ' \
        '--json[one JSON document on standard output, nothing else]' \
        '(- *)--help[show how it is used]' \
        '1: :'
      ;;
    capture)
      _arguments -S \
        '(--output -o)'{--output,-o}'[where to write (default\: standard output); a regular file is replaced only with --force]:FILE:_files' \
        '--force[replace the file that --output names; a regular file only]' \
        '(- *)--help[show how it is used]' \
        '1: :'
      ;;
    export)
      _arguments -S \
        '(- *)--help[show how it is used]' \
        '1: :' \
        '2: :(ansible)' \
        '*:DIR:_files'
      ;;
    report)
      _arguments -S \
        '--waivers[controls whose failure somebody answers for, as YAML\: shown as waived, left out of plans, no exit status 1]:FILE:_files' \
        '--ascii[only ASCII signs]' \
        '--color[colour in what is printed\: auto (on a terminal that has it, unless NO_COLOR is set), always, never]:WHEN:(auto always never)' \
        '--against[also say what passed in these earlier check documents and no longer does, since when, and what went]:FILE|DIR:_files' \
        '--format[what report writes\: text (the default), html (one page, no script), md, csv, junit]:FORM:(text html md csv junit)' \
        '--screen[show the report on screens\: rows are hosts, Enter opens one]' \
        '(--output -o)'{--output,-o}'[where to write (default\: standard output); a regular file is replaced]:FILE:_files' \
        '(- *)--help[show how it is used]' \
        '1: :' \
        '*:FILE...:_files'
      ;;
  esac
}
_docker_audit_wizard "$@"

# bash completion for docker-audit-wizard
_docker_audit_wizard() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} verb="" word words
  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case " check plan apply rehearse undo history events capture export report " in *" $word "*) verb=$word; break ;; esac
  done
  case $previous in
    --demo) COMPREPLY=($(compgen -f -W "fresh compliant absent foreign-rules hardened shim never never-task lock-waiting immutable broken-neighbour full-partition halt boot-elsewhere auditd-off audit-4 no-return" -- "$current")); return ;;
    --benchmark) COMPREPLY=($(compgen -W "ce-1.1.0 1.2.0 1.3.1 1.4.0 1.5.0 1.6.0 1.7.0 1.8.0" -- "$current")); return ;;
    --theme) COMPREPLY=($(compgen -W "dark light ansi mono" -- "$current")); return ;;
    --color) COMPREPLY=($(compgen -W "auto always never" -- "$current")); return ;;
    --format) COMPREPLY=($(compgen -W "text html md csv json junit xccdf prometheus docker-bench" -- "$current")); return ;;
    --controls|--waivers|--course|--course-report|--host|--out|--plan|--against|--output|-o) COMPREPLY=($(compgen -f -- "$current")); return ;;
  esac
  case $verb in
    "") words="--control --benchmark --controls --waivers --demo --predict --course --course-reset --course-report --plain --theme --ascii --no-mouse --named-paths --help --version check plan apply rehearse undo history events capture export report" ;;
    check) words="--control --benchmark --controls --waivers --ascii --color --host --named-paths --against --output -o --format --json --help" ;;
    plan) words="--control --benchmark --controls --waivers --ascii --color --host --named-paths --real-paths --benchmark-lines --adopt --drop-kernel-only --no-restart --no-load --lock --out --print-rules --diff --json --help" ;;
    apply) words="--control --benchmark --controls --waivers --ascii --color --named-paths --real-paths --benchmark-lines --adopt --drop-kernel-only --no-restart --no-load --lock --plan --yes --json --help" ;;
    rehearse) words="--control --benchmark --controls --ascii --color --named-paths --seconds --yes --json --help" ;;
    undo) words="--ascii --color --all --yes --json --help" ;;
    history) words="--control --ascii --color --since --output -o --json --help" ;;
    events) words="--control --benchmark --controls --ascii --color --host --named-paths --since --json --help" ;;
    capture) words="--output -o --force --help" ;;
    export) words="--help" ;;
    report) words="--ascii --color --format --output -o --screen --help" ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -F _docker_audit_wizard docker-audit-wizard

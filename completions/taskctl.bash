# Completes taskctl in bash. It knows nothing itself: the program answers at each Tab.
_taskctl() {
    local words=() rest="${COMP_LINE}" breaks="${COMP_WORDBREAKS//[^:=]/}" kept="" quoted="" index word
    # Bash takes words apart at : and = too: they are put together again for the question.
    for ((index = 0; index <= COMP_CWORD; index++)); do
        word="${COMP_WORDS[index]}"
        if [[ ${index} -gt 0 && "${rest}" == "${word}"* && -n "${word}" ]]; then
            words[${#words[@]}-1]+="${word}"
        else
            rest="${rest#"${rest%%[![:space:]]*}"}"
            words+=("${word}")
        fi
        rest="${rest#"${word}"}"
    done
    # Quotes are the shell's; nothing is expanded.
    words=("${words[@]//[\\\"\']/}")
    local program="${words[0]/#\~\//"${HOME}/"}" current="${words[${#words[@]}-1]}"
    [[ "${program##*/}" == taskctl ]] || program=taskctl
    [[ "${COMP_WORDS[COMP_CWORD]}" == [\"\']* ]] && quoted=1
    # What stands before the last of these is kept by bash, and is taken off the answers.
    if [[ -z "${quoted}" && -n "${breaks}" && "${current}" == *["${breaks}"]* ]]; then
        kept="${current%"${current##*["${breaks}"]}"}"
    fi
    COMPREPLY=()
    while IFS=$'\t' read -r word _; do
        # What is offered goes into the line as it is.
        [[ "${word}" == *[^a-zA-Z0-9_./:@%+=,\>-]* ]] && continue
        word="${word#"${kept}"}"
        [[ -z "${quoted}" ]] && word="${word//>/\\>}"
        COMPREPLY+=("${word}")
    done < <("${program}" __complete -- "${words[@]:1}" 2>/dev/null)
    compopt -o nosort 2>/dev/null
    # More is to follow behind these.
    [[ ${#COMPREPLY[@]} -eq 1 && "${COMPREPLY[0]}" == *[/=] ]] && compopt -o nospace 2>/dev/null
    return 0
}

complete -F _taskctl -o bashdefault -o default taskctl

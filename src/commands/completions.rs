//! `taskctl completions`: the script that makes a shell complete command lines.
//!
//! The scripts are clap_complete's, static and the same for every user. What only the user's configuration and servers
//! know, and the parts of a list behind its commas, are asked of `taskctl __complete` by some lines that are added here
//! for bash, zsh and fish.

use std::fmt::Write as _;
use std::io::Write as _;

use clap_complete::Shell;

use crate::cli;
use crate::outcome::Outcome;
use crate::resolve::context::Context;

/// Asks first, and is the script's own where there is no answer. Bash splits words at `:` and `=` too: they are put
/// together again for the question, and the part that bash keeps is taken off the answers.
const BASH: &str = r#"
# What only the configuration and the servers know is asked of taskctl; all else is known above.
_taskctl_asking() {
    local words=() rest="${COMP_LINE}" index word program
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
    program="${words[0]/#\~\//"${HOME}/"}"
    [[ "${program##*/}" == taskctl ]] || program=taskctl
    local current="${words[${#words[@]}-1]}" kept="" flag="" quoted="" breaks="${COMP_WORDBREAKS//[^:=]/}"
    [[ "${COMP_WORDS[COMP_CWORD]}" == [\"\']* ]] && quoted=1
    # An answer to --flag=VALUE is the value alone.
    [[ "${current}" == --*=* ]] && flag="${current%%=*}="
    # What stands before the last of these is kept by bash.
    if [[ -z "${quoted}" && -n "${breaks}" && "${current}" == *["${breaks}"]* ]]; then
        kept="${current%"${current##*["${breaks}"]}"}"
    fi
    COMPREPLY=()
    while IFS=$'\t' read -r word _; do
        # What is offered goes into the line as it is.
        [[ "${word}" == *[^a-zA-Z0-9_./:@%+=,\>-]* ]] && continue
        word="${flag}${word}"
        word="${word#"${kept}"}"
        [[ -z "${quoted}" ]] && word="${word//>/\\>}"
        COMPREPLY+=("${word}")
    done < <("${program}" __complete -- "${words[@]:1}" 2>/dev/null)
    if [[ ${#COMPREPLY[@]} -eq 0 ]]; then
        _taskctl "$@"
        return
    fi
    compopt -o nosort 2>/dev/null
    # More is to follow behind these.
    if [[ ${#COMPREPLY[@]} -eq 1 && "${COMPREPLY[0]}" == *[/=] ]]; then
        compopt -o nospace 2>/dev/null
    fi
}

complete -F _taskctl_asking -o bashdefault -o default taskctl
"#;

const ZSH: &str = r#"
# What only the configuration and the servers know is asked of taskctl; all else is known above.
_taskctl() {
    local program="${(Q)words[1]}" line word width=0
    [[ "${program:t}" == taskctl ]] || program=taskctl
    local -a answers closed_words closed_lines open_words open_lines as_list
    answers=("${(@f)$("${program/#\~\//${HOME}/}" __complete -- "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null)}")
    if [[ -z "${answers[1]}" ]]; then
        _taskctl_known "$@"
        return
    fi
    for line in "${answers[@]}"; do
        (( ${#line%%$'\t'*} > width )) && width=${#line%%$'\t'*}
    done
    for line in "${answers[@]}"; do
        word="${line%%$'\t'*}"
        if [[ "${line}" == *$'\t'* ]]; then
            line="${(r:width:)word}  -- ${line#*$'\t'}"
            as_list=(-l)
        fi
        # More is to follow behind these.
        if [[ "${word}" == *[/=] ]]; then
            open_words+=("${word}")
            open_lines+=("${line}")
        else
            closed_words+=("${word}")
            closed_lines+=("${line}")
        fi
    done
    # An answer to --flag=VALUE is the value alone.
    compset -P '--*='
    (( ${#closed_words} )) && compadd "${as_list[@]}" -V taskctl -d closed_lines -a closed_words
    (( ${#open_words} )) && compadd "${as_list[@]}" -V taskctl -S '' -d open_lines -a open_words
    return 0
}
"#;

const FISH: &str = r#"
# What only the configuration and the servers know is asked of taskctl; all else is known above.
function __fish_taskctl_ask
    set -l words (commandline -opc) (commandline -ct)
    command taskctl __complete -- $words[2..-1] 2>/dev/null
end
complete -c taskctl -k -f -a '(__fish_taskctl_ask)'
complete -c taskctl -s p -l profile -x -a '(__fish_taskctl_ask)'
complete -c taskctl -l field -x -k -a '(__fish_taskctl_ask)'
complete -c taskctl -l for -x -k -a '(__fish_taskctl_ask)'
complete -c taskctl -l state -x -k -a '(__fish_taskctl_ask)'
"#;

/// Prints the script for a shell.
///
/// # Errors
/// When standard output cannot be written.
pub fn run(context: &mut Context, shell: Shell) -> anyhow::Result<u8> {
    context.stdout.write_all(&script(shell))?;
    Ok(Outcome::Ok.code())
}

/// The script for a shell.
pub fn script(shell: Shell) -> Vec<u8> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut cli::command(), "taskctl", &mut script);
    match shell {
        Shell::Bash => script.extend_from_slice(BASH.as_bytes()),
        // In this order fish shows the meanings of flags that the second part has.
        Shell::Fish => return [FISH.as_bytes(), positional_words().as_bytes(), &script].concat(),
        Shell::Zsh => return asking_first(&String::from_utf8_lossy(&script)).into_bytes(),
        _ => {}
    }
    script
}

/// The words that verbs take without a flag, which clap_complete has for the other shells only.
fn positional_words() -> String {
    let mut lines = String::new();
    for verb in cli::command().get_subcommands() {
        let values = verb.get_positionals().flat_map(clap::Arg::get_possible_values);
        let words: Vec<String> = values.map(|value| value.get_name().to_owned()).collect();
        if !words.is_empty() {
            let (name, words) = (verb.get_name(), words.join(" "));
            let _ = writeln!(
                lines,
                "complete -c taskctl -n \"__fish_taskctl_using_subcommand {name}\" -f -a \"{words}\""
            );
        }
    }
    lines + "\n"
}

/// The script for zsh, whose function is the second choice of one that asks. That one goes before the last lines,
/// which call it when zsh loads the script by itself.
fn asking_first(script: &str) -> String {
    let mut text = String::new();
    for line in script.lines() {
        // References stand in the place of a backend. As a word of their own before it they would shift all behind it.
        if line.starts_with("'::references -- ") {
            continue;
        }
        let line = line.replace("$line[2]", "$line[1]");
        // No file is an id or a profile.
        let is_name = line.starts_with("'*::ids -- ") || line.starts_with("'::name -- ");
        // Two colons would take every flag behind an id for another id.
        let own = |line: String| line.replace("'*::ids -- ", "'*:ids -- ").replace(":_default'", ":()'");
        text.push_str(&if is_name { own(line) } else { line });
        text.push('\n');
    }
    let text = text.replacen("\n_taskctl() {\n", "\n_taskctl_known() {\n", 1);
    let end = text.rfind("\nif [ \"$funcstack[1]\"").unwrap_or(text.len());
    format!("{}\n{ZSH}{}", text[..end].trim_end(), &text[end..])
}

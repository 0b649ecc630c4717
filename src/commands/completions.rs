//! `taskctl completions`: the script that makes a shell complete command lines.
//!
//! The scripts are clap_complete's, static and the same for every user. What only the user's configuration knows, the
//! names of profiles, is asked of `taskctl __complete` by a few lines that are added here.

use std::io::Write;

use clap_complete::Shell;

use crate::app::App;
use crate::cli;
use crate::outcome::Outcome;

/// Completes profiles after -p and in references, and each part of a list. What is left is the script's own.
const BASH: &str = r#"
# The names of profiles, from the configuration.
_taskctl_profiles() {
    local index config=()
    for ((index = 1; index < COMP_CWORD - 1; index++)); do
        [[ "${COMP_WORDS[index]}" == "--config" ]] && config=(--config "${COMP_WORDS[index + 1]}")
    done
    "${COMP_WORDS[0]}" "${config[@]}" __complete profiles 2>/dev/null
}

# Completes what the configuration knows, and the parts of a list behind a comma; else as above.
_taskctl_with_values() {
    local current="${COMP_WORDS[COMP_CWORD]}" before="${COMP_WORDS[COMP_CWORD-1]}"
    # --profile=NAME comes as three words.
    if [[ "${current}" == "=" ]]; then
        current=""
    elif [[ "${before}" == "=" ]]; then
        before="${COMP_WORDS[COMP_CWORD-2]}"
    fi
    case "${before}" in
        -p|--profile)
            COMPREPLY=($(compgen -W "$(_taskctl_profiles)" -- "${current}"))
            return 0
            ;;
    esac
    _taskctl "$@"
    case "${before}" in
        --field|--for)
            if [[ "${current}" == *,* ]]; then
                local head="${current%,*},"
                COMP_WORDS[COMP_CWORD]="${current##*,}"
                _taskctl "$1" "${current##*,}" "${before}"
                COMP_WORDS[COMP_CWORD]="${current}"
                COMPREPLY=("${COMPREPLY[@]/#/${head}}")
            fi
            ;;
        *)
            case "${COMP_WORDS[1]}" in
                get|watch|wait|cancel)
                    if [[ "${COMP_CWORD}" -eq 2 && "${current}" != -* ]]; then
                        local profile
                        for profile in $(compgen -W "$(_taskctl_profiles)" -- "${current}"); do
                            COMPREPLY+=("${profile}/")
                        done
                        if [[ "${#COMPREPLY[@]}" -eq 1 && "${COMPREPLY[0]}" == */ ]]; then
                            compopt -o nospace 2>/dev/null
                        fi
                    fi
                    ;;
            esac
            ;;
    esac
    return 0
}

complete -F _taskctl_with_values -o bashdefault -o default taskctl
"#;

const ZSH: &str = r#"
# The names of profiles, from the configuration.
_taskctl_profiles() {
    local -a names
    names=(${(f)"$(${words[1]:-taskctl} __complete profiles 2>/dev/null)"})
    compadd -a names
}
"#;

const FISH: &str = r#"
# The names of profiles, from the configuration.
complete -c taskctl -s p -l profile -x -a '(taskctl __complete profiles 2>/dev/null)'
"#;

/// Prints the script for a shell.
///
/// # Errors
/// When standard output cannot be written.
pub fn run(app: &mut App, shell: Shell) -> anyhow::Result<u8> {
    app.stdout.write_all(&script(shell))?;
    Ok(Outcome::Ok.code())
}

/// The script for a shell.
pub fn script(shell: Shell) -> Vec<u8> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut cli::command(), "taskctl", &mut script);
    match shell {
        Shell::Bash => script.extend_from_slice(BASH.as_bytes()),
        Shell::Fish => script.extend_from_slice(FISH.as_bytes()),
        Shell::Zsh => return with_profiles(&String::from_utf8_lossy(&script)).into_bytes(),
        _ => {}
    }
    script
}

/// The script for zsh, in which the values of -p are completed by a function. It goes before the last lines, which
/// call the script's own function when zsh loads it by itself.
fn with_profiles(script: &str) -> String {
    let is_of_profile = |line: &str| line.starts_with("'-p+[") || line.starts_with("'--profile=[");
    let lines: Vec<String> = script
        .lines()
        .map(|line| match line.trim_start() {
            option if is_of_profile(option) => line.replace(":_default'", ":_taskctl_profiles'"),
            _ => line.to_owned(),
        })
        .collect();
    let text = lines.join("\n") + "\n";
    let end = text.rfind("\nif [ \"$funcstack[1]\"").unwrap_or(text.len());
    format!("{}{ZSH}{}", &text[..end], &text[end..])
}

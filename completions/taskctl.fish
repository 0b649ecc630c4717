# Completes taskctl in fish. It knows nothing itself: the program answers at each Tab.
function __fish_taskctl_ask
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l answers (command taskctl __complete -- $words[2..-1] "$current" 2>/dev/null)
    if test "$answers[1]" = '*'
        set -l flag (string match -r -- '^--[^=]*=' "$current")
        __fish_complete_path (string replace -- "$flag" '' "$current") | string replace -r -- '^' "$flag"
        return
    end
    printf '%s\n' $answers
end

complete -c taskctl -k -f -a '(__fish_taskctl_ask)'

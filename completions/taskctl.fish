
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
complete -c taskctl -n "__fish_taskctl_using_subcommand doctor" -f -a "velostrata velo vcda vcenter cis snapservice snap ecs"
complete -c taskctl -n "__fish_taskctl_using_subcommand schema" -f -a "task event"
complete -c taskctl -n "__fish_taskctl_using_subcommand completions" -f -a "bash elvish fish powershell zsh"

# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_taskctl_global_optspecs
    string join \n p/profile= config= color= q/quiet v/verbose h/help V/version
end

function __fish_taskctl_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_taskctl_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_taskctl_using_subcommand
    set -l cmd (__fish_taskctl_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c taskctl -n "__fish_taskctl_needs_command" -s p -l profile -d 'The profile to use' -r
complete -c taskctl -n "__fish_taskctl_needs_command" -l config -d 'The configuration file' -r -F
complete -c taskctl -n "__fish_taskctl_needs_command" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can, unless the environment objects'
always\t'Always'
never\t'Never'"
complete -c taskctl -n "__fish_taskctl_needs_command" -s q -l quiet -d 'Print errors only'
complete -c taskctl -n "__fish_taskctl_needs_command" -s v -l verbose -d 'Say what is done; twice traces HTTP with secrets replaced'
complete -c taskctl -n "__fish_taskctl_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c taskctl -n "__fish_taskctl_needs_command" -s V -l version -d 'Print version'
complete -c taskctl -n "__fish_taskctl_needs_command" -f -a "get" -d 'Read tasks once and print them'
complete -c taskctl -n "__fish_taskctl_needs_command" -f -a "watch" -d 'Follow tasks until they end; the outcome is the exit code'
complete -c taskctl -n "__fish_taskctl_needs_command" -f -a "wait" -d 'Follow tasks until they end; the outcome is the exit code'
complete -c taskctl -n "__fish_taskctl_needs_command" -f -a "list" -d 'List a system\'s tasks, newest first'
complete -c taskctl -n "__fish_taskctl_needs_command" -f -a "cancel" -d 'Ask a system to cancel tasks'
complete -c taskctl -n "__fish_taskctl_needs_command" -f -a "config" -d 'Write, list, show and check the configuration'
complete -c taskctl -n "__fish_taskctl_needs_command" -f -a "doctor" -d 'Check a profile step by step, from its file to its rights'
complete -c taskctl -n "__fish_taskctl_needs_command" -f -a "schema" -d 'Print the JSON Schema of an output'
complete -c taskctl -n "__fish_taskctl_needs_command" -f -a "completions" -d 'Print a completion script for a shell'
complete -c taskctl -n "__fish_taskctl_needs_command" -f -a "manual" -d 'Print the manual page, in roff'
complete -c taskctl -n "__fish_taskctl_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -l for -d 'What to wait for: ended, succeeded, failed, cancelled, running, blocked, progress>=N; a comma is "or"' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -l timeout -d 'End the whole wait after this long; 0 looks once' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -l timeout-exit-code -d 'The exit code when --timeout has passed [default: 124]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -s i -l interval -d 'The first gap between two polls [default: 2s; ecs 10s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -l max-interval -d 'The longest gap, while nothing changes [default: 15s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -l retry-for -d 'Go on this long without one good answer [default: 5m; get 10s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -l allow-missing -d 'A task may be unknown this long after the start [default: 0]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -l jobs -d 'Requests in flight for a profile [default: 8]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -l progress -d 'How to show progress on standard error [default: auto]' -r -f -a "auto\t'Bars where standard error is a terminal, lines otherwise and in CI'
tty\t'Bars'
plain\t'Stamped lines'
none\t'Nothing'"
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -l heartbeat -d 'Mention an unchanged task this often in plain progress [default: 60s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -s o -l output -d 'The format of standard output' -r -f -a "table\t'One task in detail, several a row each'
wide\t'As table, with more columns'
json\t'One object or an array'
jsonl\t'A JSON object a line: an item, or with watch an event'
yaml\t'As json'
raw\t'The server\'s own bytes'"
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -l field -d 'Print bare values of these fields, tab-separated, a line a task' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -l url -d 'The server\'s address, in place of the profile\'s' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -l username -d 'The user name, in place of the profile\'s' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -l password-file -d 'Read the password (or token) from this file; - is standard input' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -l ca-file -d 'Trust this CA, or exactly this server\'s own certificate (PEM)' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -s p -l profile -d 'The profile to use' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -l config -d 'The configuration file' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can, unless the environment objects'
always\t'Always'
never\t'Never'"
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -s w -l watch -d 'Follow the tasks until they end, as `taskctl watch` does'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -l exit-status -d 'Let the task\'s state be the exit code: 0 succeeded, 3 failed, 6 cancelled, 8 not ended'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -l tree -d 'Read the tasks\' parts too, and theirs, with --watch as they appear; machine formats get a flat list with `parent` set'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -l any -d 'The first task to get there ends the wait'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -l fail-fast -d 'Leave at the first task that failed'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -l utc -d 'Show times in UTC'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -l no-headers -d 'Leave the table\'s header line out'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -l insecure -d 'Trust any certificate: whoever answers gets the password'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -s q -l quiet -d 'Print errors only'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -s v -l verbose -d 'Say what is done; twice traces HTTP with secrets replaced'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -a "velostrata" -d 'Velostrata, later Migrate for Compute Engine 4.x'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -a "velo" -d 'Velostrata, later Migrate for Compute Engine 4.x'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -a "vcda" -d 'VMware Cloud Director Availability'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -a "vcenter" -d 'VMware vCenter (CIS tasks)'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -a "cis" -d 'VMware vCenter (CIS tasks)'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -a "snapservice" -d 'VMware vSAN Data Protection (snapshot service)'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -a "snap" -d 'VMware vSAN Data Protection (snapshot service)'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -a "ecs" -d 'Dell EMC ECS and ObjectScale'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from velostrata" -l for -d 'What to wait for: ended, succeeded, failed, cancelled, running, blocked, progress>=N; a comma is "or"' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from velostrata" -l timeout -d 'End the whole wait after this long; 0 looks once' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from velostrata" -l timeout-exit-code -d 'The exit code when --timeout has passed [default: 124]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from velostrata" -s i -l interval -d 'The first gap between two polls [default: 2s; ecs 10s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from velostrata" -l max-interval -d 'The longest gap, while nothing changes [default: 15s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from velostrata" -l retry-for -d 'Go on this long without one good answer [default: 5m; get 10s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from velostrata" -l allow-missing -d 'A task may be unknown this long after the start [default: 0]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from velostrata" -l jobs -d 'Requests in flight for a profile [default: 8]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from velostrata" -l progress -d 'How to show progress on standard error [default: auto]' -r -f -a "auto\t'Bars where standard error is a terminal, lines otherwise and in CI'
tty\t'Bars'
plain\t'Stamped lines'
none\t'Nothing'"
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from velostrata" -l heartbeat -d 'Mention an unchanged task this often in plain progress [default: 60s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from velostrata" -s o -l output -d 'The format of standard output' -r -f -a "table\t'One task in detail, several a row each'
wide\t'As table, with more columns'
json\t'One object or an array'
jsonl\t'A JSON object a line: an item, or with watch an event'
yaml\t'As json'
raw\t'The server\'s own bytes'"
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from velostrata" -l field -d 'Print bare values of these fields, tab-separated, a line a task' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from velostrata" -l url -d 'The server\'s address, in place of the profile\'s' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from velostrata" -l username -d 'The user name, in place of the profile\'s' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from velostrata" -l password-file -d 'Read the password (or token) from this file; - is standard input' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from velostrata" -l ca-file -d 'Trust this CA, or exactly this server\'s own certificate (PEM)' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from velostrata" -s p -l profile -d 'The profile to use' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from velostrata" -l config -d 'The configuration file' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from velostrata" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can, unless the environment objects'
always\t'Always'
never\t'Never'"
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from velostrata" -s w -l watch -d 'Follow the tasks until they end, as `taskctl watch` does'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from velostrata" -l exit-status -d 'Let the task\'s state be the exit code: 0 succeeded, 3 failed, 6 cancelled, 8 not ended'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from velostrata" -l tree -d 'Read the tasks\' parts too, and theirs, with --watch as they appear; machine formats get a flat list with `parent` set'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from velostrata" -l any -d 'The first task to get there ends the wait'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from velostrata" -l fail-fast -d 'Leave at the first task that failed'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from velostrata" -l utc -d 'Show times in UTC'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from velostrata" -l no-headers -d 'Leave the table\'s header line out'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from velostrata" -l insecure -d 'Trust any certificate: whoever answers gets the password'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from velostrata" -s q -l quiet -d 'Print errors only'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from velostrata" -s v -l verbose -d 'Say what is done; twice traces HTTP with secrets replaced'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from velostrata" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from velo" -l for -d 'What to wait for: ended, succeeded, failed, cancelled, running, blocked, progress>=N; a comma is "or"' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from velo" -l timeout -d 'End the whole wait after this long; 0 looks once' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from velo" -l timeout-exit-code -d 'The exit code when --timeout has passed [default: 124]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from velo" -s i -l interval -d 'The first gap between two polls [default: 2s; ecs 10s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from velo" -l max-interval -d 'The longest gap, while nothing changes [default: 15s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from velo" -l retry-for -d 'Go on this long without one good answer [default: 5m; get 10s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from velo" -l allow-missing -d 'A task may be unknown this long after the start [default: 0]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from velo" -l jobs -d 'Requests in flight for a profile [default: 8]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from velo" -l progress -d 'How to show progress on standard error [default: auto]' -r -f -a "auto\t'Bars where standard error is a terminal, lines otherwise and in CI'
tty\t'Bars'
plain\t'Stamped lines'
none\t'Nothing'"
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from velo" -l heartbeat -d 'Mention an unchanged task this often in plain progress [default: 60s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from velo" -s o -l output -d 'The format of standard output' -r -f -a "table\t'One task in detail, several a row each'
wide\t'As table, with more columns'
json\t'One object or an array'
jsonl\t'A JSON object a line: an item, or with watch an event'
yaml\t'As json'
raw\t'The server\'s own bytes'"
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from velo" -l field -d 'Print bare values of these fields, tab-separated, a line a task' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from velo" -l url -d 'The server\'s address, in place of the profile\'s' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from velo" -l username -d 'The user name, in place of the profile\'s' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from velo" -l password-file -d 'Read the password (or token) from this file; - is standard input' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from velo" -l ca-file -d 'Trust this CA, or exactly this server\'s own certificate (PEM)' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from velo" -s p -l profile -d 'The profile to use' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from velo" -l config -d 'The configuration file' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from velo" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can, unless the environment objects'
always\t'Always'
never\t'Never'"
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from velo" -s w -l watch -d 'Follow the tasks until they end, as `taskctl watch` does'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from velo" -l exit-status -d 'Let the task\'s state be the exit code: 0 succeeded, 3 failed, 6 cancelled, 8 not ended'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from velo" -l tree -d 'Read the tasks\' parts too, and theirs, with --watch as they appear; machine formats get a flat list with `parent` set'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from velo" -l any -d 'The first task to get there ends the wait'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from velo" -l fail-fast -d 'Leave at the first task that failed'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from velo" -l utc -d 'Show times in UTC'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from velo" -l no-headers -d 'Leave the table\'s header line out'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from velo" -l insecure -d 'Trust any certificate: whoever answers gets the password'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from velo" -s q -l quiet -d 'Print errors only'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from velo" -s v -l verbose -d 'Say what is done; twice traces HTTP with secrets replaced'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from velo" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from vcda" -l site -d 'The site that runs the task; the local one if not given' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from vcda" -l for -d 'What to wait for: ended, succeeded, failed, cancelled, running, blocked, progress>=N; a comma is "or"' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from vcda" -l timeout -d 'End the whole wait after this long; 0 looks once' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from vcda" -l timeout-exit-code -d 'The exit code when --timeout has passed [default: 124]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from vcda" -s i -l interval -d 'The first gap between two polls [default: 2s; ecs 10s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from vcda" -l max-interval -d 'The longest gap, while nothing changes [default: 15s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from vcda" -l retry-for -d 'Go on this long without one good answer [default: 5m; get 10s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from vcda" -l allow-missing -d 'A task may be unknown this long after the start [default: 0]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from vcda" -l jobs -d 'Requests in flight for a profile [default: 8]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from vcda" -l progress -d 'How to show progress on standard error [default: auto]' -r -f -a "auto\t'Bars where standard error is a terminal, lines otherwise and in CI'
tty\t'Bars'
plain\t'Stamped lines'
none\t'Nothing'"
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from vcda" -l heartbeat -d 'Mention an unchanged task this often in plain progress [default: 60s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from vcda" -s o -l output -d 'The format of standard output' -r -f -a "table\t'One task in detail, several a row each'
wide\t'As table, with more columns'
json\t'One object or an array'
jsonl\t'A JSON object a line: an item, or with watch an event'
yaml\t'As json'
raw\t'The server\'s own bytes'"
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from vcda" -l field -d 'Print bare values of these fields, tab-separated, a line a task' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from vcda" -l url -d 'The server\'s address, in place of the profile\'s' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from vcda" -l username -d 'The user name, in place of the profile\'s' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from vcda" -l password-file -d 'Read the password (or token) from this file; - is standard input' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from vcda" -l ca-file -d 'Trust this CA, or exactly this server\'s own certificate (PEM)' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from vcda" -s p -l profile -d 'The profile to use' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from vcda" -l config -d 'The configuration file' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from vcda" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can, unless the environment objects'
always\t'Always'
never\t'Never'"
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from vcda" -s w -l watch -d 'Follow the tasks until they end, as `taskctl watch` does'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from vcda" -l exit-status -d 'Let the task\'s state be the exit code: 0 succeeded, 3 failed, 6 cancelled, 8 not ended'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from vcda" -l tree -d 'Read the tasks\' parts too, and theirs, with --watch as they appear; machine formats get a flat list with `parent` set'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from vcda" -l any -d 'The first task to get there ends the wait'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from vcda" -l fail-fast -d 'Leave at the first task that failed'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from vcda" -l utc -d 'Show times in UTC'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from vcda" -l no-headers -d 'Leave the table\'s header line out'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from vcda" -l insecure -d 'Trust any certificate: whoever answers gets the password'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from vcda" -s q -l quiet -d 'Print errors only'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from vcda" -s v -l verbose -d 'Say what is done; twice traces HTTP with secrets replaced'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from vcda" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from vcenter" -l for -d 'What to wait for: ended, succeeded, failed, cancelled, running, blocked, progress>=N; a comma is "or"' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from vcenter" -l timeout -d 'End the whole wait after this long; 0 looks once' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from vcenter" -l timeout-exit-code -d 'The exit code when --timeout has passed [default: 124]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from vcenter" -s i -l interval -d 'The first gap between two polls [default: 2s; ecs 10s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from vcenter" -l max-interval -d 'The longest gap, while nothing changes [default: 15s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from vcenter" -l retry-for -d 'Go on this long without one good answer [default: 5m; get 10s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from vcenter" -l allow-missing -d 'A task may be unknown this long after the start [default: 0]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from vcenter" -l jobs -d 'Requests in flight for a profile [default: 8]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from vcenter" -l progress -d 'How to show progress on standard error [default: auto]' -r -f -a "auto\t'Bars where standard error is a terminal, lines otherwise and in CI'
tty\t'Bars'
plain\t'Stamped lines'
none\t'Nothing'"
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from vcenter" -l heartbeat -d 'Mention an unchanged task this often in plain progress [default: 60s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from vcenter" -s o -l output -d 'The format of standard output' -r -f -a "table\t'One task in detail, several a row each'
wide\t'As table, with more columns'
json\t'One object or an array'
jsonl\t'A JSON object a line: an item, or with watch an event'
yaml\t'As json'
raw\t'The server\'s own bytes'"
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from vcenter" -l field -d 'Print bare values of these fields, tab-separated, a line a task' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from vcenter" -l url -d 'The server\'s address, in place of the profile\'s' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from vcenter" -l username -d 'The user name, in place of the profile\'s' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from vcenter" -l password-file -d 'Read the password (or token) from this file; - is standard input' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from vcenter" -l ca-file -d 'Trust this CA, or exactly this server\'s own certificate (PEM)' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from vcenter" -s p -l profile -d 'The profile to use' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from vcenter" -l config -d 'The configuration file' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from vcenter" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can, unless the environment objects'
always\t'Always'
never\t'Never'"
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from vcenter" -l return-all -d 'Asks for the operation\'s own data too'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from vcenter" -l exclude-result -d 'Leaves the operation\'s result out of the answer'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from vcenter" -s w -l watch -d 'Follow the tasks until they end, as `taskctl watch` does'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from vcenter" -l exit-status -d 'Let the task\'s state be the exit code: 0 succeeded, 3 failed, 6 cancelled, 8 not ended'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from vcenter" -l tree -d 'Read the tasks\' parts too, and theirs, with --watch as they appear; machine formats get a flat list with `parent` set'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from vcenter" -l any -d 'The first task to get there ends the wait'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from vcenter" -l fail-fast -d 'Leave at the first task that failed'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from vcenter" -l utc -d 'Show times in UTC'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from vcenter" -l no-headers -d 'Leave the table\'s header line out'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from vcenter" -l insecure -d 'Trust any certificate: whoever answers gets the password'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from vcenter" -s q -l quiet -d 'Print errors only'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from vcenter" -s v -l verbose -d 'Say what is done; twice traces HTTP with secrets replaced'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from vcenter" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from cis" -l for -d 'What to wait for: ended, succeeded, failed, cancelled, running, blocked, progress>=N; a comma is "or"' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from cis" -l timeout -d 'End the whole wait after this long; 0 looks once' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from cis" -l timeout-exit-code -d 'The exit code when --timeout has passed [default: 124]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from cis" -s i -l interval -d 'The first gap between two polls [default: 2s; ecs 10s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from cis" -l max-interval -d 'The longest gap, while nothing changes [default: 15s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from cis" -l retry-for -d 'Go on this long without one good answer [default: 5m; get 10s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from cis" -l allow-missing -d 'A task may be unknown this long after the start [default: 0]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from cis" -l jobs -d 'Requests in flight for a profile [default: 8]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from cis" -l progress -d 'How to show progress on standard error [default: auto]' -r -f -a "auto\t'Bars where standard error is a terminal, lines otherwise and in CI'
tty\t'Bars'
plain\t'Stamped lines'
none\t'Nothing'"
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from cis" -l heartbeat -d 'Mention an unchanged task this often in plain progress [default: 60s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from cis" -s o -l output -d 'The format of standard output' -r -f -a "table\t'One task in detail, several a row each'
wide\t'As table, with more columns'
json\t'One object or an array'
jsonl\t'A JSON object a line: an item, or with watch an event'
yaml\t'As json'
raw\t'The server\'s own bytes'"
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from cis" -l field -d 'Print bare values of these fields, tab-separated, a line a task' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from cis" -l url -d 'The server\'s address, in place of the profile\'s' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from cis" -l username -d 'The user name, in place of the profile\'s' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from cis" -l password-file -d 'Read the password (or token) from this file; - is standard input' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from cis" -l ca-file -d 'Trust this CA, or exactly this server\'s own certificate (PEM)' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from cis" -s p -l profile -d 'The profile to use' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from cis" -l config -d 'The configuration file' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from cis" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can, unless the environment objects'
always\t'Always'
never\t'Never'"
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from cis" -l return-all -d 'Asks for the operation\'s own data too'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from cis" -l exclude-result -d 'Leaves the operation\'s result out of the answer'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from cis" -s w -l watch -d 'Follow the tasks until they end, as `taskctl watch` does'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from cis" -l exit-status -d 'Let the task\'s state be the exit code: 0 succeeded, 3 failed, 6 cancelled, 8 not ended'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from cis" -l tree -d 'Read the tasks\' parts too, and theirs, with --watch as they appear; machine formats get a flat list with `parent` set'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from cis" -l any -d 'The first task to get there ends the wait'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from cis" -l fail-fast -d 'Leave at the first task that failed'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from cis" -l utc -d 'Show times in UTC'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from cis" -l no-headers -d 'Leave the table\'s header line out'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from cis" -l insecure -d 'Trust any certificate: whoever answers gets the password'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from cis" -s q -l quiet -d 'Print errors only'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from cis" -s v -l verbose -d 'Say what is done; twice traces HTTP with secrets replaced'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from cis" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from snapservice" -l for -d 'What to wait for: ended, succeeded, failed, cancelled, running, blocked, progress>=N; a comma is "or"' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from snapservice" -l timeout -d 'End the whole wait after this long; 0 looks once' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from snapservice" -l timeout-exit-code -d 'The exit code when --timeout has passed [default: 124]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from snapservice" -s i -l interval -d 'The first gap between two polls [default: 2s; ecs 10s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from snapservice" -l max-interval -d 'The longest gap, while nothing changes [default: 15s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from snapservice" -l retry-for -d 'Go on this long without one good answer [default: 5m; get 10s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from snapservice" -l allow-missing -d 'A task may be unknown this long after the start [default: 0]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from snapservice" -l jobs -d 'Requests in flight for a profile [default: 8]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from snapservice" -l progress -d 'How to show progress on standard error [default: auto]' -r -f -a "auto\t'Bars where standard error is a terminal, lines otherwise and in CI'
tty\t'Bars'
plain\t'Stamped lines'
none\t'Nothing'"
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from snapservice" -l heartbeat -d 'Mention an unchanged task this often in plain progress [default: 60s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from snapservice" -s o -l output -d 'The format of standard output' -r -f -a "table\t'One task in detail, several a row each'
wide\t'As table, with more columns'
json\t'One object or an array'
jsonl\t'A JSON object a line: an item, or with watch an event'
yaml\t'As json'
raw\t'The server\'s own bytes'"
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from snapservice" -l field -d 'Print bare values of these fields, tab-separated, a line a task' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from snapservice" -l url -d 'The server\'s address, in place of the profile\'s' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from snapservice" -l username -d 'The user name, in place of the profile\'s' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from snapservice" -l password-file -d 'Read the password (or token) from this file; - is standard input' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from snapservice" -l ca-file -d 'Trust this CA, or exactly this server\'s own certificate (PEM)' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from snapservice" -s p -l profile -d 'The profile to use' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from snapservice" -l config -d 'The configuration file' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from snapservice" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can, unless the environment objects'
always\t'Always'
never\t'Never'"
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from snapservice" -s w -l watch -d 'Follow the tasks until they end, as `taskctl watch` does'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from snapservice" -l exit-status -d 'Let the task\'s state be the exit code: 0 succeeded, 3 failed, 6 cancelled, 8 not ended'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from snapservice" -l tree -d 'Read the tasks\' parts too, and theirs, with --watch as they appear; machine formats get a flat list with `parent` set'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from snapservice" -l any -d 'The first task to get there ends the wait'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from snapservice" -l fail-fast -d 'Leave at the first task that failed'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from snapservice" -l utc -d 'Show times in UTC'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from snapservice" -l no-headers -d 'Leave the table\'s header line out'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from snapservice" -l insecure -d 'Trust any certificate: whoever answers gets the password'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from snapservice" -s q -l quiet -d 'Print errors only'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from snapservice" -s v -l verbose -d 'Say what is done; twice traces HTTP with secrets replaced'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from snapservice" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from snap" -l for -d 'What to wait for: ended, succeeded, failed, cancelled, running, blocked, progress>=N; a comma is "or"' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from snap" -l timeout -d 'End the whole wait after this long; 0 looks once' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from snap" -l timeout-exit-code -d 'The exit code when --timeout has passed [default: 124]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from snap" -s i -l interval -d 'The first gap between two polls [default: 2s; ecs 10s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from snap" -l max-interval -d 'The longest gap, while nothing changes [default: 15s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from snap" -l retry-for -d 'Go on this long without one good answer [default: 5m; get 10s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from snap" -l allow-missing -d 'A task may be unknown this long after the start [default: 0]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from snap" -l jobs -d 'Requests in flight for a profile [default: 8]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from snap" -l progress -d 'How to show progress on standard error [default: auto]' -r -f -a "auto\t'Bars where standard error is a terminal, lines otherwise and in CI'
tty\t'Bars'
plain\t'Stamped lines'
none\t'Nothing'"
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from snap" -l heartbeat -d 'Mention an unchanged task this often in plain progress [default: 60s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from snap" -s o -l output -d 'The format of standard output' -r -f -a "table\t'One task in detail, several a row each'
wide\t'As table, with more columns'
json\t'One object or an array'
jsonl\t'A JSON object a line: an item, or with watch an event'
yaml\t'As json'
raw\t'The server\'s own bytes'"
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from snap" -l field -d 'Print bare values of these fields, tab-separated, a line a task' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from snap" -l url -d 'The server\'s address, in place of the profile\'s' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from snap" -l username -d 'The user name, in place of the profile\'s' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from snap" -l password-file -d 'Read the password (or token) from this file; - is standard input' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from snap" -l ca-file -d 'Trust this CA, or exactly this server\'s own certificate (PEM)' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from snap" -s p -l profile -d 'The profile to use' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from snap" -l config -d 'The configuration file' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from snap" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can, unless the environment objects'
always\t'Always'
never\t'Never'"
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from snap" -s w -l watch -d 'Follow the tasks until they end, as `taskctl watch` does'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from snap" -l exit-status -d 'Let the task\'s state be the exit code: 0 succeeded, 3 failed, 6 cancelled, 8 not ended'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from snap" -l tree -d 'Read the tasks\' parts too, and theirs, with --watch as they appear; machine formats get a flat list with `parent` set'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from snap" -l any -d 'The first task to get there ends the wait'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from snap" -l fail-fast -d 'Leave at the first task that failed'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from snap" -l utc -d 'Show times in UTC'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from snap" -l no-headers -d 'Leave the table\'s header line out'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from snap" -l insecure -d 'Trust any certificate: whoever answers gets the password'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from snap" -s q -l quiet -d 'Print errors only'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from snap" -s v -l verbose -d 'Say what is done; twice traces HTTP with secrets replaced'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from snap" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from ecs" -l data-store -d 'The data store of an operation id that is given alone, and of a list' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from ecs" -l for -d 'What to wait for: ended, succeeded, failed, cancelled, running, blocked, progress>=N; a comma is "or"' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from ecs" -l timeout -d 'End the whole wait after this long; 0 looks once' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from ecs" -l timeout-exit-code -d 'The exit code when --timeout has passed [default: 124]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from ecs" -s i -l interval -d 'The first gap between two polls [default: 2s; ecs 10s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from ecs" -l max-interval -d 'The longest gap, while nothing changes [default: 15s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from ecs" -l retry-for -d 'Go on this long without one good answer [default: 5m; get 10s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from ecs" -l allow-missing -d 'A task may be unknown this long after the start [default: 0]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from ecs" -l jobs -d 'Requests in flight for a profile [default: 8]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from ecs" -l progress -d 'How to show progress on standard error [default: auto]' -r -f -a "auto\t'Bars where standard error is a terminal, lines otherwise and in CI'
tty\t'Bars'
plain\t'Stamped lines'
none\t'Nothing'"
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from ecs" -l heartbeat -d 'Mention an unchanged task this often in plain progress [default: 60s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from ecs" -s o -l output -d 'The format of standard output' -r -f -a "table\t'One task in detail, several a row each'
wide\t'As table, with more columns'
json\t'One object or an array'
jsonl\t'A JSON object a line: an item, or with watch an event'
yaml\t'As json'
raw\t'The server\'s own bytes'"
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from ecs" -l field -d 'Print bare values of these fields, tab-separated, a line a task' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from ecs" -l url -d 'The server\'s address, in place of the profile\'s' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from ecs" -l username -d 'The user name, in place of the profile\'s' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from ecs" -l password-file -d 'Read the password (or token) from this file; - is standard input' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from ecs" -l ca-file -d 'Trust this CA, or exactly this server\'s own certificate (PEM)' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from ecs" -s p -l profile -d 'The profile to use' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from ecs" -l config -d 'The configuration file' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from ecs" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can, unless the environment objects'
always\t'Always'
never\t'Never'"
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from ecs" -s w -l watch -d 'Follow the tasks until they end, as `taskctl watch` does'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from ecs" -l exit-status -d 'Let the task\'s state be the exit code: 0 succeeded, 3 failed, 6 cancelled, 8 not ended'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from ecs" -l tree -d 'Read the tasks\' parts too, and theirs, with --watch as they appear; machine formats get a flat list with `parent` set'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from ecs" -l any -d 'The first task to get there ends the wait'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from ecs" -l fail-fast -d 'Leave at the first task that failed'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from ecs" -l utc -d 'Show times in UTC'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from ecs" -l no-headers -d 'Leave the table\'s header line out'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from ecs" -l insecure -d 'Trust any certificate: whoever answers gets the password'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from ecs" -s q -l quiet -d 'Print errors only'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from ecs" -s v -l verbose -d 'Say what is done; twice traces HTTP with secrets replaced'
complete -c taskctl -n "__fish_taskctl_using_subcommand get; and __fish_seen_subcommand_from ecs" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -l for -d 'What to wait for: ended, succeeded, failed, cancelled, running, blocked, progress>=N; a comma is "or"' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -l timeout -d 'End the whole wait after this long; 0 looks once' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -l timeout-exit-code -d 'The exit code when --timeout has passed [default: 124]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -s i -l interval -d 'The first gap between two polls [default: 2s; ecs 10s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -l max-interval -d 'The longest gap, while nothing changes [default: 15s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -l retry-for -d 'Go on this long without one good answer [default: 5m; get 10s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -l allow-missing -d 'A task may be unknown this long after the start [default: 0]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -l jobs -d 'Requests in flight for a profile [default: 8]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -l progress -d 'How to show progress on standard error [default: auto]' -r -f -a "auto\t'Bars where standard error is a terminal, lines otherwise and in CI'
tty\t'Bars'
plain\t'Stamped lines'
none\t'Nothing'"
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -l heartbeat -d 'Mention an unchanged task this often in plain progress [default: 60s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -s o -l output -d 'The format of standard output' -r -f -a "table\t'One task in detail, several a row each'
wide\t'As table, with more columns'
json\t'One object or an array'
jsonl\t'A JSON object a line: an item, or with watch an event'
yaml\t'As json'
raw\t'The server\'s own bytes'"
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -l field -d 'Print bare values of these fields, tab-separated, a line a task' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -l url -d 'The server\'s address, in place of the profile\'s' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -l username -d 'The user name, in place of the profile\'s' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -l password-file -d 'Read the password (or token) from this file; - is standard input' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -l ca-file -d 'Trust this CA, or exactly this server\'s own certificate (PEM)' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -s p -l profile -d 'The profile to use' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -l config -d 'The configuration file' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can, unless the environment objects'
always\t'Always'
never\t'Never'"
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -l tree -d 'Follow the tasks\' parts too, and theirs, as they appear; the tasks asked for decide the outcome'
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -l any -d 'The first task to get there ends the wait'
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -l fail-fast -d 'Leave at the first task that failed'
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -l utc -d 'Show times in UTC'
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -l no-headers -d 'Leave the table\'s header line out'
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -l insecure -d 'Trust any certificate: whoever answers gets the password'
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -s q -l quiet -d 'Print errors only'
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -s v -l verbose -d 'Say what is done; twice traces HTTP with secrets replaced'
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -a "velostrata" -d 'Velostrata, later Migrate for Compute Engine 4.x'
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -a "velo" -d 'Velostrata, later Migrate for Compute Engine 4.x'
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -a "vcda" -d 'VMware Cloud Director Availability'
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -a "vcenter" -d 'VMware vCenter (CIS tasks)'
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -a "cis" -d 'VMware vCenter (CIS tasks)'
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -a "snapservice" -d 'VMware vSAN Data Protection (snapshot service)'
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -a "snap" -d 'VMware vSAN Data Protection (snapshot service)'
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -a "ecs" -d 'Dell EMC ECS and ObjectScale'
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from velostrata" -l for -d 'What to wait for: ended, succeeded, failed, cancelled, running, blocked, progress>=N; a comma is "or"' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from velostrata" -l timeout -d 'End the whole wait after this long; 0 looks once' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from velostrata" -l timeout-exit-code -d 'The exit code when --timeout has passed [default: 124]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from velostrata" -s i -l interval -d 'The first gap between two polls [default: 2s; ecs 10s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from velostrata" -l max-interval -d 'The longest gap, while nothing changes [default: 15s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from velostrata" -l retry-for -d 'Go on this long without one good answer [default: 5m; get 10s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from velostrata" -l allow-missing -d 'A task may be unknown this long after the start [default: 0]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from velostrata" -l jobs -d 'Requests in flight for a profile [default: 8]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from velostrata" -l progress -d 'How to show progress on standard error [default: auto]' -r -f -a "auto\t'Bars where standard error is a terminal, lines otherwise and in CI'
tty\t'Bars'
plain\t'Stamped lines'
none\t'Nothing'"
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from velostrata" -l heartbeat -d 'Mention an unchanged task this often in plain progress [default: 60s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from velostrata" -s o -l output -d 'The format of standard output' -r -f -a "table\t'One task in detail, several a row each'
wide\t'As table, with more columns'
json\t'One object or an array'
jsonl\t'A JSON object a line: an item, or with watch an event'
yaml\t'As json'
raw\t'The server\'s own bytes'"
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from velostrata" -l field -d 'Print bare values of these fields, tab-separated, a line a task' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from velostrata" -l url -d 'The server\'s address, in place of the profile\'s' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from velostrata" -l username -d 'The user name, in place of the profile\'s' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from velostrata" -l password-file -d 'Read the password (or token) from this file; - is standard input' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from velostrata" -l ca-file -d 'Trust this CA, or exactly this server\'s own certificate (PEM)' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from velostrata" -s p -l profile -d 'The profile to use' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from velostrata" -l config -d 'The configuration file' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from velostrata" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can, unless the environment objects'
always\t'Always'
never\t'Never'"
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from velostrata" -l tree -d 'Follow the tasks\' parts too, and theirs, as they appear; the tasks asked for decide the outcome'
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from velostrata" -l any -d 'The first task to get there ends the wait'
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from velostrata" -l fail-fast -d 'Leave at the first task that failed'
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from velostrata" -l utc -d 'Show times in UTC'
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from velostrata" -l no-headers -d 'Leave the table\'s header line out'
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from velostrata" -l insecure -d 'Trust any certificate: whoever answers gets the password'
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from velostrata" -s q -l quiet -d 'Print errors only'
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from velostrata" -s v -l verbose -d 'Say what is done; twice traces HTTP with secrets replaced'
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from velostrata" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from velo" -l for -d 'What to wait for: ended, succeeded, failed, cancelled, running, blocked, progress>=N; a comma is "or"' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from velo" -l timeout -d 'End the whole wait after this long; 0 looks once' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from velo" -l timeout-exit-code -d 'The exit code when --timeout has passed [default: 124]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from velo" -s i -l interval -d 'The first gap between two polls [default: 2s; ecs 10s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from velo" -l max-interval -d 'The longest gap, while nothing changes [default: 15s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from velo" -l retry-for -d 'Go on this long without one good answer [default: 5m; get 10s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from velo" -l allow-missing -d 'A task may be unknown this long after the start [default: 0]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from velo" -l jobs -d 'Requests in flight for a profile [default: 8]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from velo" -l progress -d 'How to show progress on standard error [default: auto]' -r -f -a "auto\t'Bars where standard error is a terminal, lines otherwise and in CI'
tty\t'Bars'
plain\t'Stamped lines'
none\t'Nothing'"
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from velo" -l heartbeat -d 'Mention an unchanged task this often in plain progress [default: 60s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from velo" -s o -l output -d 'The format of standard output' -r -f -a "table\t'One task in detail, several a row each'
wide\t'As table, with more columns'
json\t'One object or an array'
jsonl\t'A JSON object a line: an item, or with watch an event'
yaml\t'As json'
raw\t'The server\'s own bytes'"
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from velo" -l field -d 'Print bare values of these fields, tab-separated, a line a task' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from velo" -l url -d 'The server\'s address, in place of the profile\'s' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from velo" -l username -d 'The user name, in place of the profile\'s' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from velo" -l password-file -d 'Read the password (or token) from this file; - is standard input' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from velo" -l ca-file -d 'Trust this CA, or exactly this server\'s own certificate (PEM)' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from velo" -s p -l profile -d 'The profile to use' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from velo" -l config -d 'The configuration file' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from velo" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can, unless the environment objects'
always\t'Always'
never\t'Never'"
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from velo" -l tree -d 'Follow the tasks\' parts too, and theirs, as they appear; the tasks asked for decide the outcome'
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from velo" -l any -d 'The first task to get there ends the wait'
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from velo" -l fail-fast -d 'Leave at the first task that failed'
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from velo" -l utc -d 'Show times in UTC'
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from velo" -l no-headers -d 'Leave the table\'s header line out'
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from velo" -l insecure -d 'Trust any certificate: whoever answers gets the password'
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from velo" -s q -l quiet -d 'Print errors only'
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from velo" -s v -l verbose -d 'Say what is done; twice traces HTTP with secrets replaced'
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from velo" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from vcda" -l site -d 'The site that runs the task; the local one if not given' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from vcda" -l for -d 'What to wait for: ended, succeeded, failed, cancelled, running, blocked, progress>=N; a comma is "or"' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from vcda" -l timeout -d 'End the whole wait after this long; 0 looks once' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from vcda" -l timeout-exit-code -d 'The exit code when --timeout has passed [default: 124]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from vcda" -s i -l interval -d 'The first gap between two polls [default: 2s; ecs 10s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from vcda" -l max-interval -d 'The longest gap, while nothing changes [default: 15s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from vcda" -l retry-for -d 'Go on this long without one good answer [default: 5m; get 10s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from vcda" -l allow-missing -d 'A task may be unknown this long after the start [default: 0]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from vcda" -l jobs -d 'Requests in flight for a profile [default: 8]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from vcda" -l progress -d 'How to show progress on standard error [default: auto]' -r -f -a "auto\t'Bars where standard error is a terminal, lines otherwise and in CI'
tty\t'Bars'
plain\t'Stamped lines'
none\t'Nothing'"
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from vcda" -l heartbeat -d 'Mention an unchanged task this often in plain progress [default: 60s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from vcda" -s o -l output -d 'The format of standard output' -r -f -a "table\t'One task in detail, several a row each'
wide\t'As table, with more columns'
json\t'One object or an array'
jsonl\t'A JSON object a line: an item, or with watch an event'
yaml\t'As json'
raw\t'The server\'s own bytes'"
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from vcda" -l field -d 'Print bare values of these fields, tab-separated, a line a task' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from vcda" -l url -d 'The server\'s address, in place of the profile\'s' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from vcda" -l username -d 'The user name, in place of the profile\'s' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from vcda" -l password-file -d 'Read the password (or token) from this file; - is standard input' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from vcda" -l ca-file -d 'Trust this CA, or exactly this server\'s own certificate (PEM)' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from vcda" -s p -l profile -d 'The profile to use' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from vcda" -l config -d 'The configuration file' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from vcda" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can, unless the environment objects'
always\t'Always'
never\t'Never'"
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from vcda" -l tree -d 'Follow the tasks\' parts too, and theirs, as they appear; the tasks asked for decide the outcome'
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from vcda" -l any -d 'The first task to get there ends the wait'
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from vcda" -l fail-fast -d 'Leave at the first task that failed'
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from vcda" -l utc -d 'Show times in UTC'
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from vcda" -l no-headers -d 'Leave the table\'s header line out'
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from vcda" -l insecure -d 'Trust any certificate: whoever answers gets the password'
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from vcda" -s q -l quiet -d 'Print errors only'
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from vcda" -s v -l verbose -d 'Say what is done; twice traces HTTP with secrets replaced'
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from vcda" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from vcenter" -l for -d 'What to wait for: ended, succeeded, failed, cancelled, running, blocked, progress>=N; a comma is "or"' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from vcenter" -l timeout -d 'End the whole wait after this long; 0 looks once' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from vcenter" -l timeout-exit-code -d 'The exit code when --timeout has passed [default: 124]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from vcenter" -s i -l interval -d 'The first gap between two polls [default: 2s; ecs 10s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from vcenter" -l max-interval -d 'The longest gap, while nothing changes [default: 15s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from vcenter" -l retry-for -d 'Go on this long without one good answer [default: 5m; get 10s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from vcenter" -l allow-missing -d 'A task may be unknown this long after the start [default: 0]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from vcenter" -l jobs -d 'Requests in flight for a profile [default: 8]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from vcenter" -l progress -d 'How to show progress on standard error [default: auto]' -r -f -a "auto\t'Bars where standard error is a terminal, lines otherwise and in CI'
tty\t'Bars'
plain\t'Stamped lines'
none\t'Nothing'"
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from vcenter" -l heartbeat -d 'Mention an unchanged task this often in plain progress [default: 60s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from vcenter" -s o -l output -d 'The format of standard output' -r -f -a "table\t'One task in detail, several a row each'
wide\t'As table, with more columns'
json\t'One object or an array'
jsonl\t'A JSON object a line: an item, or with watch an event'
yaml\t'As json'
raw\t'The server\'s own bytes'"
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from vcenter" -l field -d 'Print bare values of these fields, tab-separated, a line a task' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from vcenter" -l url -d 'The server\'s address, in place of the profile\'s' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from vcenter" -l username -d 'The user name, in place of the profile\'s' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from vcenter" -l password-file -d 'Read the password (or token) from this file; - is standard input' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from vcenter" -l ca-file -d 'Trust this CA, or exactly this server\'s own certificate (PEM)' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from vcenter" -s p -l profile -d 'The profile to use' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from vcenter" -l config -d 'The configuration file' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from vcenter" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can, unless the environment objects'
always\t'Always'
never\t'Never'"
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from vcenter" -l return-all -d 'Asks for the operation\'s own data too'
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from vcenter" -l exclude-result -d 'Leaves the operation\'s result out of the answer'
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from vcenter" -l tree -d 'Follow the tasks\' parts too, and theirs, as they appear; the tasks asked for decide the outcome'
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from vcenter" -l any -d 'The first task to get there ends the wait'
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from vcenter" -l fail-fast -d 'Leave at the first task that failed'
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from vcenter" -l utc -d 'Show times in UTC'
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from vcenter" -l no-headers -d 'Leave the table\'s header line out'
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from vcenter" -l insecure -d 'Trust any certificate: whoever answers gets the password'
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from vcenter" -s q -l quiet -d 'Print errors only'
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from vcenter" -s v -l verbose -d 'Say what is done; twice traces HTTP with secrets replaced'
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from vcenter" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from cis" -l for -d 'What to wait for: ended, succeeded, failed, cancelled, running, blocked, progress>=N; a comma is "or"' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from cis" -l timeout -d 'End the whole wait after this long; 0 looks once' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from cis" -l timeout-exit-code -d 'The exit code when --timeout has passed [default: 124]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from cis" -s i -l interval -d 'The first gap between two polls [default: 2s; ecs 10s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from cis" -l max-interval -d 'The longest gap, while nothing changes [default: 15s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from cis" -l retry-for -d 'Go on this long without one good answer [default: 5m; get 10s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from cis" -l allow-missing -d 'A task may be unknown this long after the start [default: 0]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from cis" -l jobs -d 'Requests in flight for a profile [default: 8]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from cis" -l progress -d 'How to show progress on standard error [default: auto]' -r -f -a "auto\t'Bars where standard error is a terminal, lines otherwise and in CI'
tty\t'Bars'
plain\t'Stamped lines'
none\t'Nothing'"
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from cis" -l heartbeat -d 'Mention an unchanged task this often in plain progress [default: 60s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from cis" -s o -l output -d 'The format of standard output' -r -f -a "table\t'One task in detail, several a row each'
wide\t'As table, with more columns'
json\t'One object or an array'
jsonl\t'A JSON object a line: an item, or with watch an event'
yaml\t'As json'
raw\t'The server\'s own bytes'"
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from cis" -l field -d 'Print bare values of these fields, tab-separated, a line a task' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from cis" -l url -d 'The server\'s address, in place of the profile\'s' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from cis" -l username -d 'The user name, in place of the profile\'s' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from cis" -l password-file -d 'Read the password (or token) from this file; - is standard input' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from cis" -l ca-file -d 'Trust this CA, or exactly this server\'s own certificate (PEM)' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from cis" -s p -l profile -d 'The profile to use' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from cis" -l config -d 'The configuration file' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from cis" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can, unless the environment objects'
always\t'Always'
never\t'Never'"
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from cis" -l return-all -d 'Asks for the operation\'s own data too'
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from cis" -l exclude-result -d 'Leaves the operation\'s result out of the answer'
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from cis" -l tree -d 'Follow the tasks\' parts too, and theirs, as they appear; the tasks asked for decide the outcome'
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from cis" -l any -d 'The first task to get there ends the wait'
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from cis" -l fail-fast -d 'Leave at the first task that failed'
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from cis" -l utc -d 'Show times in UTC'
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from cis" -l no-headers -d 'Leave the table\'s header line out'
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from cis" -l insecure -d 'Trust any certificate: whoever answers gets the password'
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from cis" -s q -l quiet -d 'Print errors only'
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from cis" -s v -l verbose -d 'Say what is done; twice traces HTTP with secrets replaced'
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from cis" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from snapservice" -l for -d 'What to wait for: ended, succeeded, failed, cancelled, running, blocked, progress>=N; a comma is "or"' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from snapservice" -l timeout -d 'End the whole wait after this long; 0 looks once' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from snapservice" -l timeout-exit-code -d 'The exit code when --timeout has passed [default: 124]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from snapservice" -s i -l interval -d 'The first gap between two polls [default: 2s; ecs 10s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from snapservice" -l max-interval -d 'The longest gap, while nothing changes [default: 15s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from snapservice" -l retry-for -d 'Go on this long without one good answer [default: 5m; get 10s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from snapservice" -l allow-missing -d 'A task may be unknown this long after the start [default: 0]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from snapservice" -l jobs -d 'Requests in flight for a profile [default: 8]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from snapservice" -l progress -d 'How to show progress on standard error [default: auto]' -r -f -a "auto\t'Bars where standard error is a terminal, lines otherwise and in CI'
tty\t'Bars'
plain\t'Stamped lines'
none\t'Nothing'"
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from snapservice" -l heartbeat -d 'Mention an unchanged task this often in plain progress [default: 60s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from snapservice" -s o -l output -d 'The format of standard output' -r -f -a "table\t'One task in detail, several a row each'
wide\t'As table, with more columns'
json\t'One object or an array'
jsonl\t'A JSON object a line: an item, or with watch an event'
yaml\t'As json'
raw\t'The server\'s own bytes'"
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from snapservice" -l field -d 'Print bare values of these fields, tab-separated, a line a task' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from snapservice" -l url -d 'The server\'s address, in place of the profile\'s' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from snapservice" -l username -d 'The user name, in place of the profile\'s' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from snapservice" -l password-file -d 'Read the password (or token) from this file; - is standard input' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from snapservice" -l ca-file -d 'Trust this CA, or exactly this server\'s own certificate (PEM)' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from snapservice" -s p -l profile -d 'The profile to use' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from snapservice" -l config -d 'The configuration file' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from snapservice" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can, unless the environment objects'
always\t'Always'
never\t'Never'"
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from snapservice" -l tree -d 'Follow the tasks\' parts too, and theirs, as they appear; the tasks asked for decide the outcome'
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from snapservice" -l any -d 'The first task to get there ends the wait'
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from snapservice" -l fail-fast -d 'Leave at the first task that failed'
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from snapservice" -l utc -d 'Show times in UTC'
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from snapservice" -l no-headers -d 'Leave the table\'s header line out'
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from snapservice" -l insecure -d 'Trust any certificate: whoever answers gets the password'
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from snapservice" -s q -l quiet -d 'Print errors only'
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from snapservice" -s v -l verbose -d 'Say what is done; twice traces HTTP with secrets replaced'
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from snapservice" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from snap" -l for -d 'What to wait for: ended, succeeded, failed, cancelled, running, blocked, progress>=N; a comma is "or"' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from snap" -l timeout -d 'End the whole wait after this long; 0 looks once' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from snap" -l timeout-exit-code -d 'The exit code when --timeout has passed [default: 124]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from snap" -s i -l interval -d 'The first gap between two polls [default: 2s; ecs 10s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from snap" -l max-interval -d 'The longest gap, while nothing changes [default: 15s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from snap" -l retry-for -d 'Go on this long without one good answer [default: 5m; get 10s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from snap" -l allow-missing -d 'A task may be unknown this long after the start [default: 0]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from snap" -l jobs -d 'Requests in flight for a profile [default: 8]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from snap" -l progress -d 'How to show progress on standard error [default: auto]' -r -f -a "auto\t'Bars where standard error is a terminal, lines otherwise and in CI'
tty\t'Bars'
plain\t'Stamped lines'
none\t'Nothing'"
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from snap" -l heartbeat -d 'Mention an unchanged task this often in plain progress [default: 60s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from snap" -s o -l output -d 'The format of standard output' -r -f -a "table\t'One task in detail, several a row each'
wide\t'As table, with more columns'
json\t'One object or an array'
jsonl\t'A JSON object a line: an item, or with watch an event'
yaml\t'As json'
raw\t'The server\'s own bytes'"
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from snap" -l field -d 'Print bare values of these fields, tab-separated, a line a task' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from snap" -l url -d 'The server\'s address, in place of the profile\'s' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from snap" -l username -d 'The user name, in place of the profile\'s' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from snap" -l password-file -d 'Read the password (or token) from this file; - is standard input' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from snap" -l ca-file -d 'Trust this CA, or exactly this server\'s own certificate (PEM)' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from snap" -s p -l profile -d 'The profile to use' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from snap" -l config -d 'The configuration file' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from snap" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can, unless the environment objects'
always\t'Always'
never\t'Never'"
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from snap" -l tree -d 'Follow the tasks\' parts too, and theirs, as they appear; the tasks asked for decide the outcome'
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from snap" -l any -d 'The first task to get there ends the wait'
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from snap" -l fail-fast -d 'Leave at the first task that failed'
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from snap" -l utc -d 'Show times in UTC'
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from snap" -l no-headers -d 'Leave the table\'s header line out'
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from snap" -l insecure -d 'Trust any certificate: whoever answers gets the password'
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from snap" -s q -l quiet -d 'Print errors only'
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from snap" -s v -l verbose -d 'Say what is done; twice traces HTTP with secrets replaced'
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from snap" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from ecs" -l data-store -d 'The data store of an operation id that is given alone, and of a list' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from ecs" -l for -d 'What to wait for: ended, succeeded, failed, cancelled, running, blocked, progress>=N; a comma is "or"' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from ecs" -l timeout -d 'End the whole wait after this long; 0 looks once' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from ecs" -l timeout-exit-code -d 'The exit code when --timeout has passed [default: 124]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from ecs" -s i -l interval -d 'The first gap between two polls [default: 2s; ecs 10s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from ecs" -l max-interval -d 'The longest gap, while nothing changes [default: 15s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from ecs" -l retry-for -d 'Go on this long without one good answer [default: 5m; get 10s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from ecs" -l allow-missing -d 'A task may be unknown this long after the start [default: 0]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from ecs" -l jobs -d 'Requests in flight for a profile [default: 8]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from ecs" -l progress -d 'How to show progress on standard error [default: auto]' -r -f -a "auto\t'Bars where standard error is a terminal, lines otherwise and in CI'
tty\t'Bars'
plain\t'Stamped lines'
none\t'Nothing'"
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from ecs" -l heartbeat -d 'Mention an unchanged task this often in plain progress [default: 60s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from ecs" -s o -l output -d 'The format of standard output' -r -f -a "table\t'One task in detail, several a row each'
wide\t'As table, with more columns'
json\t'One object or an array'
jsonl\t'A JSON object a line: an item, or with watch an event'
yaml\t'As json'
raw\t'The server\'s own bytes'"
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from ecs" -l field -d 'Print bare values of these fields, tab-separated, a line a task' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from ecs" -l url -d 'The server\'s address, in place of the profile\'s' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from ecs" -l username -d 'The user name, in place of the profile\'s' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from ecs" -l password-file -d 'Read the password (or token) from this file; - is standard input' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from ecs" -l ca-file -d 'Trust this CA, or exactly this server\'s own certificate (PEM)' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from ecs" -s p -l profile -d 'The profile to use' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from ecs" -l config -d 'The configuration file' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from ecs" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can, unless the environment objects'
always\t'Always'
never\t'Never'"
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from ecs" -l tree -d 'Follow the tasks\' parts too, and theirs, as they appear; the tasks asked for decide the outcome'
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from ecs" -l any -d 'The first task to get there ends the wait'
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from ecs" -l fail-fast -d 'Leave at the first task that failed'
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from ecs" -l utc -d 'Show times in UTC'
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from ecs" -l no-headers -d 'Leave the table\'s header line out'
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from ecs" -l insecure -d 'Trust any certificate: whoever answers gets the password'
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from ecs" -s q -l quiet -d 'Print errors only'
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from ecs" -s v -l verbose -d 'Say what is done; twice traces HTTP with secrets replaced'
complete -c taskctl -n "__fish_taskctl_using_subcommand watch; and __fish_seen_subcommand_from ecs" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -l for -d 'What to wait for: ended, succeeded, failed, cancelled, running, blocked, progress>=N; a comma is "or"' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -l timeout -d 'End the whole wait after this long; 0 looks once' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -l timeout-exit-code -d 'The exit code when --timeout has passed [default: 124]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -s i -l interval -d 'The first gap between two polls [default: 2s; ecs 10s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -l max-interval -d 'The longest gap, while nothing changes [default: 15s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -l retry-for -d 'Go on this long without one good answer [default: 5m; get 10s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -l allow-missing -d 'A task may be unknown this long after the start [default: 0]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -l jobs -d 'Requests in flight for a profile [default: 8]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -l progress -d 'How to show progress on standard error [default: auto]' -r -f -a "auto\t'Bars where standard error is a terminal, lines otherwise and in CI'
tty\t'Bars'
plain\t'Stamped lines'
none\t'Nothing'"
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -l heartbeat -d 'Mention an unchanged task this often in plain progress [default: 60s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -s o -l output -d 'The format of standard output' -r -f -a "table\t'One task in detail, several a row each'
wide\t'As table, with more columns'
json\t'One object or an array'
jsonl\t'A JSON object a line: an item, or with watch an event'
yaml\t'As json'
raw\t'The server\'s own bytes'"
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -l field -d 'Print bare values of these fields, tab-separated, a line a task' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -l url -d 'The server\'s address, in place of the profile\'s' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -l username -d 'The user name, in place of the profile\'s' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -l password-file -d 'Read the password (or token) from this file; - is standard input' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -l ca-file -d 'Trust this CA, or exactly this server\'s own certificate (PEM)' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -s p -l profile -d 'The profile to use' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -l config -d 'The configuration file' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can, unless the environment objects'
always\t'Always'
never\t'Never'"
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -l tree -d 'Follow the tasks\' parts too, and theirs, as they appear; the tasks asked for decide the outcome'
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -l any -d 'The first task to get there ends the wait'
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -l fail-fast -d 'Leave at the first task that failed'
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -l utc -d 'Show times in UTC'
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -l no-headers -d 'Leave the table\'s header line out'
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -l insecure -d 'Trust any certificate: whoever answers gets the password'
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -s q -l quiet -d 'Print errors only'
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -s v -l verbose -d 'Say what is done; twice traces HTTP with secrets replaced'
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -a "velostrata" -d 'Velostrata, later Migrate for Compute Engine 4.x'
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -a "velo" -d 'Velostrata, later Migrate for Compute Engine 4.x'
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -a "vcda" -d 'VMware Cloud Director Availability'
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -a "vcenter" -d 'VMware vCenter (CIS tasks)'
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -a "cis" -d 'VMware vCenter (CIS tasks)'
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -a "snapservice" -d 'VMware vSAN Data Protection (snapshot service)'
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -a "snap" -d 'VMware vSAN Data Protection (snapshot service)'
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -a "ecs" -d 'Dell EMC ECS and ObjectScale'
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from velostrata" -l for -d 'What to wait for: ended, succeeded, failed, cancelled, running, blocked, progress>=N; a comma is "or"' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from velostrata" -l timeout -d 'End the whole wait after this long; 0 looks once' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from velostrata" -l timeout-exit-code -d 'The exit code when --timeout has passed [default: 124]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from velostrata" -s i -l interval -d 'The first gap between two polls [default: 2s; ecs 10s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from velostrata" -l max-interval -d 'The longest gap, while nothing changes [default: 15s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from velostrata" -l retry-for -d 'Go on this long without one good answer [default: 5m; get 10s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from velostrata" -l allow-missing -d 'A task may be unknown this long after the start [default: 0]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from velostrata" -l jobs -d 'Requests in flight for a profile [default: 8]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from velostrata" -l progress -d 'How to show progress on standard error [default: auto]' -r -f -a "auto\t'Bars where standard error is a terminal, lines otherwise and in CI'
tty\t'Bars'
plain\t'Stamped lines'
none\t'Nothing'"
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from velostrata" -l heartbeat -d 'Mention an unchanged task this often in plain progress [default: 60s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from velostrata" -s o -l output -d 'The format of standard output' -r -f -a "table\t'One task in detail, several a row each'
wide\t'As table, with more columns'
json\t'One object or an array'
jsonl\t'A JSON object a line: an item, or with watch an event'
yaml\t'As json'
raw\t'The server\'s own bytes'"
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from velostrata" -l field -d 'Print bare values of these fields, tab-separated, a line a task' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from velostrata" -l url -d 'The server\'s address, in place of the profile\'s' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from velostrata" -l username -d 'The user name, in place of the profile\'s' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from velostrata" -l password-file -d 'Read the password (or token) from this file; - is standard input' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from velostrata" -l ca-file -d 'Trust this CA, or exactly this server\'s own certificate (PEM)' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from velostrata" -s p -l profile -d 'The profile to use' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from velostrata" -l config -d 'The configuration file' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from velostrata" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can, unless the environment objects'
always\t'Always'
never\t'Never'"
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from velostrata" -l tree -d 'Follow the tasks\' parts too, and theirs, as they appear; the tasks asked for decide the outcome'
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from velostrata" -l any -d 'The first task to get there ends the wait'
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from velostrata" -l fail-fast -d 'Leave at the first task that failed'
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from velostrata" -l utc -d 'Show times in UTC'
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from velostrata" -l no-headers -d 'Leave the table\'s header line out'
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from velostrata" -l insecure -d 'Trust any certificate: whoever answers gets the password'
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from velostrata" -s q -l quiet -d 'Print errors only'
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from velostrata" -s v -l verbose -d 'Say what is done; twice traces HTTP with secrets replaced'
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from velostrata" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from velo" -l for -d 'What to wait for: ended, succeeded, failed, cancelled, running, blocked, progress>=N; a comma is "or"' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from velo" -l timeout -d 'End the whole wait after this long; 0 looks once' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from velo" -l timeout-exit-code -d 'The exit code when --timeout has passed [default: 124]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from velo" -s i -l interval -d 'The first gap between two polls [default: 2s; ecs 10s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from velo" -l max-interval -d 'The longest gap, while nothing changes [default: 15s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from velo" -l retry-for -d 'Go on this long without one good answer [default: 5m; get 10s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from velo" -l allow-missing -d 'A task may be unknown this long after the start [default: 0]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from velo" -l jobs -d 'Requests in flight for a profile [default: 8]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from velo" -l progress -d 'How to show progress on standard error [default: auto]' -r -f -a "auto\t'Bars where standard error is a terminal, lines otherwise and in CI'
tty\t'Bars'
plain\t'Stamped lines'
none\t'Nothing'"
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from velo" -l heartbeat -d 'Mention an unchanged task this often in plain progress [default: 60s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from velo" -s o -l output -d 'The format of standard output' -r -f -a "table\t'One task in detail, several a row each'
wide\t'As table, with more columns'
json\t'One object or an array'
jsonl\t'A JSON object a line: an item, or with watch an event'
yaml\t'As json'
raw\t'The server\'s own bytes'"
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from velo" -l field -d 'Print bare values of these fields, tab-separated, a line a task' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from velo" -l url -d 'The server\'s address, in place of the profile\'s' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from velo" -l username -d 'The user name, in place of the profile\'s' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from velo" -l password-file -d 'Read the password (or token) from this file; - is standard input' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from velo" -l ca-file -d 'Trust this CA, or exactly this server\'s own certificate (PEM)' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from velo" -s p -l profile -d 'The profile to use' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from velo" -l config -d 'The configuration file' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from velo" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can, unless the environment objects'
always\t'Always'
never\t'Never'"
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from velo" -l tree -d 'Follow the tasks\' parts too, and theirs, as they appear; the tasks asked for decide the outcome'
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from velo" -l any -d 'The first task to get there ends the wait'
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from velo" -l fail-fast -d 'Leave at the first task that failed'
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from velo" -l utc -d 'Show times in UTC'
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from velo" -l no-headers -d 'Leave the table\'s header line out'
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from velo" -l insecure -d 'Trust any certificate: whoever answers gets the password'
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from velo" -s q -l quiet -d 'Print errors only'
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from velo" -s v -l verbose -d 'Say what is done; twice traces HTTP with secrets replaced'
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from velo" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from vcda" -l site -d 'The site that runs the task; the local one if not given' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from vcda" -l for -d 'What to wait for: ended, succeeded, failed, cancelled, running, blocked, progress>=N; a comma is "or"' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from vcda" -l timeout -d 'End the whole wait after this long; 0 looks once' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from vcda" -l timeout-exit-code -d 'The exit code when --timeout has passed [default: 124]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from vcda" -s i -l interval -d 'The first gap between two polls [default: 2s; ecs 10s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from vcda" -l max-interval -d 'The longest gap, while nothing changes [default: 15s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from vcda" -l retry-for -d 'Go on this long without one good answer [default: 5m; get 10s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from vcda" -l allow-missing -d 'A task may be unknown this long after the start [default: 0]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from vcda" -l jobs -d 'Requests in flight for a profile [default: 8]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from vcda" -l progress -d 'How to show progress on standard error [default: auto]' -r -f -a "auto\t'Bars where standard error is a terminal, lines otherwise and in CI'
tty\t'Bars'
plain\t'Stamped lines'
none\t'Nothing'"
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from vcda" -l heartbeat -d 'Mention an unchanged task this often in plain progress [default: 60s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from vcda" -s o -l output -d 'The format of standard output' -r -f -a "table\t'One task in detail, several a row each'
wide\t'As table, with more columns'
json\t'One object or an array'
jsonl\t'A JSON object a line: an item, or with watch an event'
yaml\t'As json'
raw\t'The server\'s own bytes'"
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from vcda" -l field -d 'Print bare values of these fields, tab-separated, a line a task' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from vcda" -l url -d 'The server\'s address, in place of the profile\'s' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from vcda" -l username -d 'The user name, in place of the profile\'s' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from vcda" -l password-file -d 'Read the password (or token) from this file; - is standard input' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from vcda" -l ca-file -d 'Trust this CA, or exactly this server\'s own certificate (PEM)' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from vcda" -s p -l profile -d 'The profile to use' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from vcda" -l config -d 'The configuration file' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from vcda" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can, unless the environment objects'
always\t'Always'
never\t'Never'"
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from vcda" -l tree -d 'Follow the tasks\' parts too, and theirs, as they appear; the tasks asked for decide the outcome'
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from vcda" -l any -d 'The first task to get there ends the wait'
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from vcda" -l fail-fast -d 'Leave at the first task that failed'
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from vcda" -l utc -d 'Show times in UTC'
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from vcda" -l no-headers -d 'Leave the table\'s header line out'
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from vcda" -l insecure -d 'Trust any certificate: whoever answers gets the password'
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from vcda" -s q -l quiet -d 'Print errors only'
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from vcda" -s v -l verbose -d 'Say what is done; twice traces HTTP with secrets replaced'
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from vcda" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from vcenter" -l for -d 'What to wait for: ended, succeeded, failed, cancelled, running, blocked, progress>=N; a comma is "or"' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from vcenter" -l timeout -d 'End the whole wait after this long; 0 looks once' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from vcenter" -l timeout-exit-code -d 'The exit code when --timeout has passed [default: 124]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from vcenter" -s i -l interval -d 'The first gap between two polls [default: 2s; ecs 10s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from vcenter" -l max-interval -d 'The longest gap, while nothing changes [default: 15s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from vcenter" -l retry-for -d 'Go on this long without one good answer [default: 5m; get 10s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from vcenter" -l allow-missing -d 'A task may be unknown this long after the start [default: 0]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from vcenter" -l jobs -d 'Requests in flight for a profile [default: 8]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from vcenter" -l progress -d 'How to show progress on standard error [default: auto]' -r -f -a "auto\t'Bars where standard error is a terminal, lines otherwise and in CI'
tty\t'Bars'
plain\t'Stamped lines'
none\t'Nothing'"
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from vcenter" -l heartbeat -d 'Mention an unchanged task this often in plain progress [default: 60s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from vcenter" -s o -l output -d 'The format of standard output' -r -f -a "table\t'One task in detail, several a row each'
wide\t'As table, with more columns'
json\t'One object or an array'
jsonl\t'A JSON object a line: an item, or with watch an event'
yaml\t'As json'
raw\t'The server\'s own bytes'"
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from vcenter" -l field -d 'Print bare values of these fields, tab-separated, a line a task' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from vcenter" -l url -d 'The server\'s address, in place of the profile\'s' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from vcenter" -l username -d 'The user name, in place of the profile\'s' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from vcenter" -l password-file -d 'Read the password (or token) from this file; - is standard input' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from vcenter" -l ca-file -d 'Trust this CA, or exactly this server\'s own certificate (PEM)' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from vcenter" -s p -l profile -d 'The profile to use' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from vcenter" -l config -d 'The configuration file' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from vcenter" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can, unless the environment objects'
always\t'Always'
never\t'Never'"
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from vcenter" -l return-all -d 'Asks for the operation\'s own data too'
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from vcenter" -l exclude-result -d 'Leaves the operation\'s result out of the answer'
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from vcenter" -l tree -d 'Follow the tasks\' parts too, and theirs, as they appear; the tasks asked for decide the outcome'
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from vcenter" -l any -d 'The first task to get there ends the wait'
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from vcenter" -l fail-fast -d 'Leave at the first task that failed'
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from vcenter" -l utc -d 'Show times in UTC'
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from vcenter" -l no-headers -d 'Leave the table\'s header line out'
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from vcenter" -l insecure -d 'Trust any certificate: whoever answers gets the password'
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from vcenter" -s q -l quiet -d 'Print errors only'
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from vcenter" -s v -l verbose -d 'Say what is done; twice traces HTTP with secrets replaced'
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from vcenter" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from cis" -l for -d 'What to wait for: ended, succeeded, failed, cancelled, running, blocked, progress>=N; a comma is "or"' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from cis" -l timeout -d 'End the whole wait after this long; 0 looks once' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from cis" -l timeout-exit-code -d 'The exit code when --timeout has passed [default: 124]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from cis" -s i -l interval -d 'The first gap between two polls [default: 2s; ecs 10s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from cis" -l max-interval -d 'The longest gap, while nothing changes [default: 15s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from cis" -l retry-for -d 'Go on this long without one good answer [default: 5m; get 10s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from cis" -l allow-missing -d 'A task may be unknown this long after the start [default: 0]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from cis" -l jobs -d 'Requests in flight for a profile [default: 8]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from cis" -l progress -d 'How to show progress on standard error [default: auto]' -r -f -a "auto\t'Bars where standard error is a terminal, lines otherwise and in CI'
tty\t'Bars'
plain\t'Stamped lines'
none\t'Nothing'"
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from cis" -l heartbeat -d 'Mention an unchanged task this often in plain progress [default: 60s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from cis" -s o -l output -d 'The format of standard output' -r -f -a "table\t'One task in detail, several a row each'
wide\t'As table, with more columns'
json\t'One object or an array'
jsonl\t'A JSON object a line: an item, or with watch an event'
yaml\t'As json'
raw\t'The server\'s own bytes'"
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from cis" -l field -d 'Print bare values of these fields, tab-separated, a line a task' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from cis" -l url -d 'The server\'s address, in place of the profile\'s' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from cis" -l username -d 'The user name, in place of the profile\'s' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from cis" -l password-file -d 'Read the password (or token) from this file; - is standard input' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from cis" -l ca-file -d 'Trust this CA, or exactly this server\'s own certificate (PEM)' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from cis" -s p -l profile -d 'The profile to use' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from cis" -l config -d 'The configuration file' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from cis" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can, unless the environment objects'
always\t'Always'
never\t'Never'"
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from cis" -l return-all -d 'Asks for the operation\'s own data too'
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from cis" -l exclude-result -d 'Leaves the operation\'s result out of the answer'
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from cis" -l tree -d 'Follow the tasks\' parts too, and theirs, as they appear; the tasks asked for decide the outcome'
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from cis" -l any -d 'The first task to get there ends the wait'
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from cis" -l fail-fast -d 'Leave at the first task that failed'
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from cis" -l utc -d 'Show times in UTC'
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from cis" -l no-headers -d 'Leave the table\'s header line out'
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from cis" -l insecure -d 'Trust any certificate: whoever answers gets the password'
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from cis" -s q -l quiet -d 'Print errors only'
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from cis" -s v -l verbose -d 'Say what is done; twice traces HTTP with secrets replaced'
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from cis" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from snapservice" -l for -d 'What to wait for: ended, succeeded, failed, cancelled, running, blocked, progress>=N; a comma is "or"' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from snapservice" -l timeout -d 'End the whole wait after this long; 0 looks once' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from snapservice" -l timeout-exit-code -d 'The exit code when --timeout has passed [default: 124]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from snapservice" -s i -l interval -d 'The first gap between two polls [default: 2s; ecs 10s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from snapservice" -l max-interval -d 'The longest gap, while nothing changes [default: 15s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from snapservice" -l retry-for -d 'Go on this long without one good answer [default: 5m; get 10s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from snapservice" -l allow-missing -d 'A task may be unknown this long after the start [default: 0]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from snapservice" -l jobs -d 'Requests in flight for a profile [default: 8]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from snapservice" -l progress -d 'How to show progress on standard error [default: auto]' -r -f -a "auto\t'Bars where standard error is a terminal, lines otherwise and in CI'
tty\t'Bars'
plain\t'Stamped lines'
none\t'Nothing'"
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from snapservice" -l heartbeat -d 'Mention an unchanged task this often in plain progress [default: 60s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from snapservice" -s o -l output -d 'The format of standard output' -r -f -a "table\t'One task in detail, several a row each'
wide\t'As table, with more columns'
json\t'One object or an array'
jsonl\t'A JSON object a line: an item, or with watch an event'
yaml\t'As json'
raw\t'The server\'s own bytes'"
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from snapservice" -l field -d 'Print bare values of these fields, tab-separated, a line a task' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from snapservice" -l url -d 'The server\'s address, in place of the profile\'s' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from snapservice" -l username -d 'The user name, in place of the profile\'s' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from snapservice" -l password-file -d 'Read the password (or token) from this file; - is standard input' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from snapservice" -l ca-file -d 'Trust this CA, or exactly this server\'s own certificate (PEM)' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from snapservice" -s p -l profile -d 'The profile to use' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from snapservice" -l config -d 'The configuration file' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from snapservice" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can, unless the environment objects'
always\t'Always'
never\t'Never'"
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from snapservice" -l tree -d 'Follow the tasks\' parts too, and theirs, as they appear; the tasks asked for decide the outcome'
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from snapservice" -l any -d 'The first task to get there ends the wait'
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from snapservice" -l fail-fast -d 'Leave at the first task that failed'
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from snapservice" -l utc -d 'Show times in UTC'
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from snapservice" -l no-headers -d 'Leave the table\'s header line out'
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from snapservice" -l insecure -d 'Trust any certificate: whoever answers gets the password'
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from snapservice" -s q -l quiet -d 'Print errors only'
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from snapservice" -s v -l verbose -d 'Say what is done; twice traces HTTP with secrets replaced'
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from snapservice" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from snap" -l for -d 'What to wait for: ended, succeeded, failed, cancelled, running, blocked, progress>=N; a comma is "or"' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from snap" -l timeout -d 'End the whole wait after this long; 0 looks once' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from snap" -l timeout-exit-code -d 'The exit code when --timeout has passed [default: 124]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from snap" -s i -l interval -d 'The first gap between two polls [default: 2s; ecs 10s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from snap" -l max-interval -d 'The longest gap, while nothing changes [default: 15s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from snap" -l retry-for -d 'Go on this long without one good answer [default: 5m; get 10s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from snap" -l allow-missing -d 'A task may be unknown this long after the start [default: 0]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from snap" -l jobs -d 'Requests in flight for a profile [default: 8]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from snap" -l progress -d 'How to show progress on standard error [default: auto]' -r -f -a "auto\t'Bars where standard error is a terminal, lines otherwise and in CI'
tty\t'Bars'
plain\t'Stamped lines'
none\t'Nothing'"
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from snap" -l heartbeat -d 'Mention an unchanged task this often in plain progress [default: 60s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from snap" -s o -l output -d 'The format of standard output' -r -f -a "table\t'One task in detail, several a row each'
wide\t'As table, with more columns'
json\t'One object or an array'
jsonl\t'A JSON object a line: an item, or with watch an event'
yaml\t'As json'
raw\t'The server\'s own bytes'"
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from snap" -l field -d 'Print bare values of these fields, tab-separated, a line a task' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from snap" -l url -d 'The server\'s address, in place of the profile\'s' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from snap" -l username -d 'The user name, in place of the profile\'s' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from snap" -l password-file -d 'Read the password (or token) from this file; - is standard input' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from snap" -l ca-file -d 'Trust this CA, or exactly this server\'s own certificate (PEM)' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from snap" -s p -l profile -d 'The profile to use' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from snap" -l config -d 'The configuration file' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from snap" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can, unless the environment objects'
always\t'Always'
never\t'Never'"
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from snap" -l tree -d 'Follow the tasks\' parts too, and theirs, as they appear; the tasks asked for decide the outcome'
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from snap" -l any -d 'The first task to get there ends the wait'
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from snap" -l fail-fast -d 'Leave at the first task that failed'
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from snap" -l utc -d 'Show times in UTC'
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from snap" -l no-headers -d 'Leave the table\'s header line out'
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from snap" -l insecure -d 'Trust any certificate: whoever answers gets the password'
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from snap" -s q -l quiet -d 'Print errors only'
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from snap" -s v -l verbose -d 'Say what is done; twice traces HTTP with secrets replaced'
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from snap" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from ecs" -l data-store -d 'The data store of an operation id that is given alone, and of a list' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from ecs" -l for -d 'What to wait for: ended, succeeded, failed, cancelled, running, blocked, progress>=N; a comma is "or"' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from ecs" -l timeout -d 'End the whole wait after this long; 0 looks once' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from ecs" -l timeout-exit-code -d 'The exit code when --timeout has passed [default: 124]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from ecs" -s i -l interval -d 'The first gap between two polls [default: 2s; ecs 10s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from ecs" -l max-interval -d 'The longest gap, while nothing changes [default: 15s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from ecs" -l retry-for -d 'Go on this long without one good answer [default: 5m; get 10s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from ecs" -l allow-missing -d 'A task may be unknown this long after the start [default: 0]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from ecs" -l jobs -d 'Requests in flight for a profile [default: 8]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from ecs" -l progress -d 'How to show progress on standard error [default: auto]' -r -f -a "auto\t'Bars where standard error is a terminal, lines otherwise and in CI'
tty\t'Bars'
plain\t'Stamped lines'
none\t'Nothing'"
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from ecs" -l heartbeat -d 'Mention an unchanged task this often in plain progress [default: 60s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from ecs" -s o -l output -d 'The format of standard output' -r -f -a "table\t'One task in detail, several a row each'
wide\t'As table, with more columns'
json\t'One object or an array'
jsonl\t'A JSON object a line: an item, or with watch an event'
yaml\t'As json'
raw\t'The server\'s own bytes'"
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from ecs" -l field -d 'Print bare values of these fields, tab-separated, a line a task' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from ecs" -l url -d 'The server\'s address, in place of the profile\'s' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from ecs" -l username -d 'The user name, in place of the profile\'s' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from ecs" -l password-file -d 'Read the password (or token) from this file; - is standard input' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from ecs" -l ca-file -d 'Trust this CA, or exactly this server\'s own certificate (PEM)' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from ecs" -s p -l profile -d 'The profile to use' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from ecs" -l config -d 'The configuration file' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from ecs" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can, unless the environment objects'
always\t'Always'
never\t'Never'"
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from ecs" -l tree -d 'Follow the tasks\' parts too, and theirs, as they appear; the tasks asked for decide the outcome'
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from ecs" -l any -d 'The first task to get there ends the wait'
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from ecs" -l fail-fast -d 'Leave at the first task that failed'
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from ecs" -l utc -d 'Show times in UTC'
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from ecs" -l no-headers -d 'Leave the table\'s header line out'
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from ecs" -l insecure -d 'Trust any certificate: whoever answers gets the password'
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from ecs" -s q -l quiet -d 'Print errors only'
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from ecs" -s v -l verbose -d 'Say what is done; twice traces HTTP with secrets replaced'
complete -c taskctl -n "__fish_taskctl_using_subcommand wait; and __fish_seen_subcommand_from ecs" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -l state -d 'Only tasks in one of these states' -r -f -a "pending\t''
running\t''
blocked\t''
failing\t''
cancelling\t''
succeeded\t''
failed\t''
cancelled\t''
unknown\t''"
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -l since -d 'Only tasks that started after this: how long ago, like 2h, or a date' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -l limit -d 'No more than the newest N' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -l retry-for -d 'Go on this long without one good answer [default: 10s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -s o -l output -d 'The format of standard output' -r -f -a "table\t'One task in detail, several a row each'
wide\t'As table, with more columns'
json\t'One object or an array'
jsonl\t'A JSON object a line: an item, or with watch an event'
yaml\t'As json'
raw\t'The server\'s own bytes'"
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -l field -d 'Print bare values of these fields, tab-separated, a line a task' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -l url -d 'The server\'s address, in place of the profile\'s' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -l username -d 'The user name, in place of the profile\'s' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -l password-file -d 'Read the password (or token) from this file; - is standard input' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -l ca-file -d 'Trust this CA, or exactly this server\'s own certificate (PEM)' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -s p -l profile -d 'The profile to use' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -l config -d 'The configuration file' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can, unless the environment objects'
always\t'Always'
never\t'Never'"
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -l all -d 'Ended tasks too, where the API lists active ones by default (velostrata)'
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -l utc -d 'Show times in UTC'
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -l no-headers -d 'Leave the table\'s header line out'
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -l insecure -d 'Trust any certificate: whoever answers gets the password'
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -s q -l quiet -d 'Print errors only'
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -s v -l verbose -d 'Say what is done; twice traces HTTP with secrets replaced'
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -f -a "velostrata" -d 'Velostrata, later Migrate for Compute Engine 4.x'
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -f -a "velo" -d 'Velostrata, later Migrate for Compute Engine 4.x'
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -f -a "vcda" -d 'VMware Cloud Director Availability'
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -f -a "vcenter" -d 'VMware vCenter (CIS tasks)'
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -f -a "cis" -d 'VMware vCenter (CIS tasks)'
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -f -a "snapservice" -d 'VMware vSAN Data Protection (snapshot service)'
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -f -a "snap" -d 'VMware vSAN Data Protection (snapshot service)'
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -f -a "ecs" -d 'Dell EMC ECS and ObjectScale'
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from velostrata" -l state -d 'Only tasks in one of these states' -r -f -a "pending\t''
running\t''
blocked\t''
failing\t''
cancelling\t''
succeeded\t''
failed\t''
cancelled\t''
unknown\t''"
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from velostrata" -l since -d 'Only tasks that started after this: how long ago, like 2h, or a date' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from velostrata" -l limit -d 'No more than the newest N' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from velostrata" -l retry-for -d 'Go on this long without one good answer [default: 10s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from velostrata" -s o -l output -d 'The format of standard output' -r -f -a "table\t'One task in detail, several a row each'
wide\t'As table, with more columns'
json\t'One object or an array'
jsonl\t'A JSON object a line: an item, or with watch an event'
yaml\t'As json'
raw\t'The server\'s own bytes'"
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from velostrata" -l field -d 'Print bare values of these fields, tab-separated, a line a task' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from velostrata" -l url -d 'The server\'s address, in place of the profile\'s' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from velostrata" -l username -d 'The user name, in place of the profile\'s' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from velostrata" -l password-file -d 'Read the password (or token) from this file; - is standard input' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from velostrata" -l ca-file -d 'Trust this CA, or exactly this server\'s own certificate (PEM)' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from velostrata" -s p -l profile -d 'The profile to use' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from velostrata" -l config -d 'The configuration file' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from velostrata" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can, unless the environment objects'
always\t'Always'
never\t'Never'"
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from velostrata" -l all -d 'Ended tasks too, where the API lists active ones by default (velostrata)'
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from velostrata" -l utc -d 'Show times in UTC'
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from velostrata" -l no-headers -d 'Leave the table\'s header line out'
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from velostrata" -l insecure -d 'Trust any certificate: whoever answers gets the password'
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from velostrata" -s q -l quiet -d 'Print errors only'
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from velostrata" -s v -l verbose -d 'Say what is done; twice traces HTTP with secrets replaced'
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from velostrata" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from velo" -l state -d 'Only tasks in one of these states' -r -f -a "pending\t''
running\t''
blocked\t''
failing\t''
cancelling\t''
succeeded\t''
failed\t''
cancelled\t''
unknown\t''"
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from velo" -l since -d 'Only tasks that started after this: how long ago, like 2h, or a date' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from velo" -l limit -d 'No more than the newest N' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from velo" -l retry-for -d 'Go on this long without one good answer [default: 10s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from velo" -s o -l output -d 'The format of standard output' -r -f -a "table\t'One task in detail, several a row each'
wide\t'As table, with more columns'
json\t'One object or an array'
jsonl\t'A JSON object a line: an item, or with watch an event'
yaml\t'As json'
raw\t'The server\'s own bytes'"
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from velo" -l field -d 'Print bare values of these fields, tab-separated, a line a task' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from velo" -l url -d 'The server\'s address, in place of the profile\'s' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from velo" -l username -d 'The user name, in place of the profile\'s' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from velo" -l password-file -d 'Read the password (or token) from this file; - is standard input' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from velo" -l ca-file -d 'Trust this CA, or exactly this server\'s own certificate (PEM)' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from velo" -s p -l profile -d 'The profile to use' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from velo" -l config -d 'The configuration file' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from velo" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can, unless the environment objects'
always\t'Always'
never\t'Never'"
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from velo" -l all -d 'Ended tasks too, where the API lists active ones by default (velostrata)'
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from velo" -l utc -d 'Show times in UTC'
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from velo" -l no-headers -d 'Leave the table\'s header line out'
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from velo" -l insecure -d 'Trust any certificate: whoever answers gets the password'
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from velo" -s q -l quiet -d 'Print errors only'
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from velo" -s v -l verbose -d 'Say what is done; twice traces HTTP with secrets replaced'
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from velo" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from vcda" -l site -d 'The site that runs the task; the local one if not given' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from vcda" -l user -d 'Only tasks of this user, such as org2@site2; for administrators' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from vcda" -l source-org -d 'Only tasks of this source organization' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from vcda" -l destination-org -d 'Only tasks of this destination organization; for administrators, not beside --user' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from vcda" -l type -d 'Only tasks of this workflow, such as failover' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from vcda" -l resource-id -d 'Only tasks on the resource of this id' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from vcda" -l resource-name -d 'Only tasks on the resource of this name (4.0 and later)' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from vcda" -l resource-type -d 'Only tasks on this type of resource, such as vmReplication; may be repeated' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from vcda" -l started-before -d 'Only tasks that started before this' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from vcda" -l ended-after -d 'Only tasks that ended after this' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from vcda" -l ended-before -d 'Only tasks that ended before this' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from vcda" -l state -d 'Only tasks in one of these states' -r -f -a "pending\t''
running\t''
blocked\t''
failing\t''
cancelling\t''
succeeded\t''
failed\t''
cancelled\t''
unknown\t''"
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from vcda" -l since -d 'Only tasks that started after this: how long ago, like 2h, or a date' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from vcda" -l limit -d 'No more than the newest N' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from vcda" -l retry-for -d 'Go on this long without one good answer [default: 10s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from vcda" -s o -l output -d 'The format of standard output' -r -f -a "table\t'One task in detail, several a row each'
wide\t'As table, with more columns'
json\t'One object or an array'
jsonl\t'A JSON object a line: an item, or with watch an event'
yaml\t'As json'
raw\t'The server\'s own bytes'"
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from vcda" -l field -d 'Print bare values of these fields, tab-separated, a line a task' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from vcda" -l url -d 'The server\'s address, in place of the profile\'s' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from vcda" -l username -d 'The user name, in place of the profile\'s' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from vcda" -l password-file -d 'Read the password (or token) from this file; - is standard input' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from vcda" -l ca-file -d 'Trust this CA, or exactly this server\'s own certificate (PEM)' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from vcda" -s p -l profile -d 'The profile to use' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from vcda" -l config -d 'The configuration file' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from vcda" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can, unless the environment objects'
always\t'Always'
never\t'Never'"
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from vcda" -l all -d 'Ended tasks too, where the API lists active ones by default (velostrata)'
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from vcda" -l utc -d 'Show times in UTC'
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from vcda" -l no-headers -d 'Leave the table\'s header line out'
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from vcda" -l insecure -d 'Trust any certificate: whoever answers gets the password'
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from vcda" -s q -l quiet -d 'Print errors only'
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from vcda" -s v -l verbose -d 'Say what is done; twice traces HTTP with secrets replaced'
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from vcda" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from vcenter" -l service -d 'Only tasks of this service; may be repeated' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from vcenter" -l operation -d 'Only tasks of this operation of a service; may be repeated' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from vcenter" -l user -d 'Only tasks of this user; may be repeated' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from vcenter" -l state -d 'Only tasks in one of these states' -r -f -a "pending\t''
running\t''
blocked\t''
failing\t''
cancelling\t''
succeeded\t''
failed\t''
cancelled\t''
unknown\t''"
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from vcenter" -l since -d 'Only tasks that started after this: how long ago, like 2h, or a date' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from vcenter" -l limit -d 'No more than the newest N' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from vcenter" -l retry-for -d 'Go on this long without one good answer [default: 10s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from vcenter" -s o -l output -d 'The format of standard output' -r -f -a "table\t'One task in detail, several a row each'
wide\t'As table, with more columns'
json\t'One object or an array'
jsonl\t'A JSON object a line: an item, or with watch an event'
yaml\t'As json'
raw\t'The server\'s own bytes'"
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from vcenter" -l field -d 'Print bare values of these fields, tab-separated, a line a task' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from vcenter" -l url -d 'The server\'s address, in place of the profile\'s' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from vcenter" -l username -d 'The user name, in place of the profile\'s' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from vcenter" -l password-file -d 'Read the password (or token) from this file; - is standard input' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from vcenter" -l ca-file -d 'Trust this CA, or exactly this server\'s own certificate (PEM)' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from vcenter" -s p -l profile -d 'The profile to use' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from vcenter" -l config -d 'The configuration file' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from vcenter" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can, unless the environment objects'
always\t'Always'
never\t'Never'"
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from vcenter" -l return-all -d 'Asks for the operation\'s own data too'
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from vcenter" -l exclude-result -d 'Leaves the operation\'s result out of the answer'
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from vcenter" -l all -d 'Ended tasks too, where the API lists active ones by default (velostrata)'
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from vcenter" -l utc -d 'Show times in UTC'
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from vcenter" -l no-headers -d 'Leave the table\'s header line out'
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from vcenter" -l insecure -d 'Trust any certificate: whoever answers gets the password'
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from vcenter" -s q -l quiet -d 'Print errors only'
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from vcenter" -s v -l verbose -d 'Say what is done; twice traces HTTP with secrets replaced'
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from vcenter" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from cis" -l service -d 'Only tasks of this service; may be repeated' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from cis" -l operation -d 'Only tasks of this operation of a service; may be repeated' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from cis" -l user -d 'Only tasks of this user; may be repeated' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from cis" -l state -d 'Only tasks in one of these states' -r -f -a "pending\t''
running\t''
blocked\t''
failing\t''
cancelling\t''
succeeded\t''
failed\t''
cancelled\t''
unknown\t''"
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from cis" -l since -d 'Only tasks that started after this: how long ago, like 2h, or a date' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from cis" -l limit -d 'No more than the newest N' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from cis" -l retry-for -d 'Go on this long without one good answer [default: 10s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from cis" -s o -l output -d 'The format of standard output' -r -f -a "table\t'One task in detail, several a row each'
wide\t'As table, with more columns'
json\t'One object or an array'
jsonl\t'A JSON object a line: an item, or with watch an event'
yaml\t'As json'
raw\t'The server\'s own bytes'"
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from cis" -l field -d 'Print bare values of these fields, tab-separated, a line a task' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from cis" -l url -d 'The server\'s address, in place of the profile\'s' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from cis" -l username -d 'The user name, in place of the profile\'s' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from cis" -l password-file -d 'Read the password (or token) from this file; - is standard input' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from cis" -l ca-file -d 'Trust this CA, or exactly this server\'s own certificate (PEM)' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from cis" -s p -l profile -d 'The profile to use' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from cis" -l config -d 'The configuration file' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from cis" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can, unless the environment objects'
always\t'Always'
never\t'Never'"
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from cis" -l return-all -d 'Asks for the operation\'s own data too'
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from cis" -l exclude-result -d 'Leaves the operation\'s result out of the answer'
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from cis" -l all -d 'Ended tasks too, where the API lists active ones by default (velostrata)'
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from cis" -l utc -d 'Show times in UTC'
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from cis" -l no-headers -d 'Leave the table\'s header line out'
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from cis" -l insecure -d 'Trust any certificate: whoever answers gets the password'
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from cis" -s q -l quiet -d 'Print errors only'
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from cis" -s v -l verbose -d 'Say what is done; twice traces HTTP with secrets replaced'
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from cis" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from snapservice" -l service -d 'Only tasks of this service; may be repeated' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from snapservice" -l operation -d 'Only tasks of this operation of a service; may be repeated' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from snapservice" -l user -d 'Only tasks of this user; may be repeated' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from snapservice" -l state -d 'Only tasks in one of these states' -r -f -a "pending\t''
running\t''
blocked\t''
failing\t''
cancelling\t''
succeeded\t''
failed\t''
cancelled\t''
unknown\t''"
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from snapservice" -l since -d 'Only tasks that started after this: how long ago, like 2h, or a date' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from snapservice" -l limit -d 'No more than the newest N' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from snapservice" -l retry-for -d 'Go on this long without one good answer [default: 10s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from snapservice" -s o -l output -d 'The format of standard output' -r -f -a "table\t'One task in detail, several a row each'
wide\t'As table, with more columns'
json\t'One object or an array'
jsonl\t'A JSON object a line: an item, or with watch an event'
yaml\t'As json'
raw\t'The server\'s own bytes'"
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from snapservice" -l field -d 'Print bare values of these fields, tab-separated, a line a task' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from snapservice" -l url -d 'The server\'s address, in place of the profile\'s' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from snapservice" -l username -d 'The user name, in place of the profile\'s' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from snapservice" -l password-file -d 'Read the password (or token) from this file; - is standard input' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from snapservice" -l ca-file -d 'Trust this CA, or exactly this server\'s own certificate (PEM)' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from snapservice" -s p -l profile -d 'The profile to use' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from snapservice" -l config -d 'The configuration file' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from snapservice" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can, unless the environment objects'
always\t'Always'
never\t'Never'"
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from snapservice" -l all -d 'Ended tasks too, where the API lists active ones by default (velostrata)'
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from snapservice" -l utc -d 'Show times in UTC'
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from snapservice" -l no-headers -d 'Leave the table\'s header line out'
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from snapservice" -l insecure -d 'Trust any certificate: whoever answers gets the password'
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from snapservice" -s q -l quiet -d 'Print errors only'
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from snapservice" -s v -l verbose -d 'Say what is done; twice traces HTTP with secrets replaced'
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from snapservice" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from snap" -l service -d 'Only tasks of this service; may be repeated' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from snap" -l operation -d 'Only tasks of this operation of a service; may be repeated' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from snap" -l user -d 'Only tasks of this user; may be repeated' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from snap" -l state -d 'Only tasks in one of these states' -r -f -a "pending\t''
running\t''
blocked\t''
failing\t''
cancelling\t''
succeeded\t''
failed\t''
cancelled\t''
unknown\t''"
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from snap" -l since -d 'Only tasks that started after this: how long ago, like 2h, or a date' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from snap" -l limit -d 'No more than the newest N' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from snap" -l retry-for -d 'Go on this long without one good answer [default: 10s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from snap" -s o -l output -d 'The format of standard output' -r -f -a "table\t'One task in detail, several a row each'
wide\t'As table, with more columns'
json\t'One object or an array'
jsonl\t'A JSON object a line: an item, or with watch an event'
yaml\t'As json'
raw\t'The server\'s own bytes'"
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from snap" -l field -d 'Print bare values of these fields, tab-separated, a line a task' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from snap" -l url -d 'The server\'s address, in place of the profile\'s' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from snap" -l username -d 'The user name, in place of the profile\'s' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from snap" -l password-file -d 'Read the password (or token) from this file; - is standard input' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from snap" -l ca-file -d 'Trust this CA, or exactly this server\'s own certificate (PEM)' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from snap" -s p -l profile -d 'The profile to use' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from snap" -l config -d 'The configuration file' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from snap" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can, unless the environment objects'
always\t'Always'
never\t'Never'"
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from snap" -l all -d 'Ended tasks too, where the API lists active ones by default (velostrata)'
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from snap" -l utc -d 'Show times in UTC'
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from snap" -l no-headers -d 'Leave the table\'s header line out'
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from snap" -l insecure -d 'Trust any certificate: whoever answers gets the password'
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from snap" -s q -l quiet -d 'Print errors only'
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from snap" -s v -l verbose -d 'Say what is done; twice traces HTTP with secrets replaced'
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from snap" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from ecs" -l data-store -d 'The data store of an operation id that is given alone, and of a list' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from ecs" -l state -d 'Only tasks in one of these states' -r -f -a "pending\t''
running\t''
blocked\t''
failing\t''
cancelling\t''
succeeded\t''
failed\t''
cancelled\t''
unknown\t''"
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from ecs" -l since -d 'Only tasks that started after this: how long ago, like 2h, or a date' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from ecs" -l limit -d 'No more than the newest N' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from ecs" -l retry-for -d 'Go on this long without one good answer [default: 10s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from ecs" -s o -l output -d 'The format of standard output' -r -f -a "table\t'One task in detail, several a row each'
wide\t'As table, with more columns'
json\t'One object or an array'
jsonl\t'A JSON object a line: an item, or with watch an event'
yaml\t'As json'
raw\t'The server\'s own bytes'"
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from ecs" -l field -d 'Print bare values of these fields, tab-separated, a line a task' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from ecs" -l url -d 'The server\'s address, in place of the profile\'s' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from ecs" -l username -d 'The user name, in place of the profile\'s' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from ecs" -l password-file -d 'Read the password (or token) from this file; - is standard input' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from ecs" -l ca-file -d 'Trust this CA, or exactly this server\'s own certificate (PEM)' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from ecs" -s p -l profile -d 'The profile to use' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from ecs" -l config -d 'The configuration file' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from ecs" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can, unless the environment objects'
always\t'Always'
never\t'Never'"
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from ecs" -l all -d 'Ended tasks too, where the API lists active ones by default (velostrata)'
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from ecs" -l utc -d 'Show times in UTC'
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from ecs" -l no-headers -d 'Leave the table\'s header line out'
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from ecs" -l insecure -d 'Trust any certificate: whoever answers gets the password'
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from ecs" -s q -l quiet -d 'Print errors only'
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from ecs" -s v -l verbose -d 'Say what is done; twice traces HTTP with secrets replaced'
complete -c taskctl -n "__fish_taskctl_using_subcommand list; and __fish_seen_subcommand_from ecs" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -l for -d 'What to wait for: ended, succeeded, failed, cancelled, running, blocked, progress>=N; a comma is "or"' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -l timeout -d 'End the whole wait after this long; 0 looks once' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -l timeout-exit-code -d 'The exit code when --timeout has passed [default: 124]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -s i -l interval -d 'The first gap between two polls [default: 2s; ecs 10s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -l max-interval -d 'The longest gap, while nothing changes [default: 15s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -l retry-for -d 'Go on this long without one good answer [default: 10s; with --watch 5m]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -l allow-missing -d 'A task may be unknown this long after the start [default: 0]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -l jobs -d 'Requests in flight for a profile [default: 8]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -l progress -d 'How to show progress on standard error [default: auto]' -r -f -a "auto\t'Bars where standard error is a terminal, lines otherwise and in CI'
tty\t'Bars'
plain\t'Stamped lines'
none\t'Nothing'"
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -l heartbeat -d 'Mention an unchanged task this often in plain progress [default: 60s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -s o -l output -d 'The format of standard output' -r -f -a "table\t'One task in detail, several a row each'
wide\t'As table, with more columns'
json\t'One object or an array'
jsonl\t'A JSON object a line: an item, or with watch an event'
yaml\t'As json'
raw\t'The server\'s own bytes'"
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -l field -d 'Print bare values of these fields, tab-separated, a line a task' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -l url -d 'The server\'s address, in place of the profile\'s' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -l username -d 'The user name, in place of the profile\'s' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -l password-file -d 'Read the password (or token) from this file; - is standard input' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -l ca-file -d 'Trust this CA, or exactly this server\'s own certificate (PEM)' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -s p -l profile -d 'The profile to use' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -l config -d 'The configuration file' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can, unless the environment objects'
always\t'Always'
never\t'Never'"
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -s y -l yes -d 'Do not ask; needed where there is no terminal to ask on'
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -s w -l watch -d 'Follow the tasks until they end; 0 if all of them ended cancelled, 3 if one ended otherwise'
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -l any -d 'The first task to get there ends the wait'
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -l fail-fast -d 'Leave at the first task that failed'
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -l utc -d 'Show times in UTC'
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -l no-headers -d 'Leave the table\'s header line out'
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -l insecure -d 'Trust any certificate: whoever answers gets the password'
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -s q -l quiet -d 'Print errors only'
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -s v -l verbose -d 'Say what is done; twice traces HTTP with secrets replaced'
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -a "velostrata" -d 'Velostrata, later Migrate for Compute Engine 4.x'
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -a "velo" -d 'Velostrata, later Migrate for Compute Engine 4.x'
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -a "vcda" -d 'VMware Cloud Director Availability'
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -a "vcenter" -d 'VMware vCenter (CIS tasks)'
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -a "cis" -d 'VMware vCenter (CIS tasks)'
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -a "snapservice" -d 'VMware vSAN Data Protection (snapshot service)'
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -a "snap" -d 'VMware vSAN Data Protection (snapshot service)'
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and not __fish_seen_subcommand_from velostrata velo vcda vcenter cis snapservice snap ecs" -a "ecs" -d 'Dell EMC ECS and ObjectScale'
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from velostrata" -l for -d 'What to wait for: ended, succeeded, failed, cancelled, running, blocked, progress>=N; a comma is "or"' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from velostrata" -l timeout -d 'End the whole wait after this long; 0 looks once' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from velostrata" -l timeout-exit-code -d 'The exit code when --timeout has passed [default: 124]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from velostrata" -s i -l interval -d 'The first gap between two polls [default: 2s; ecs 10s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from velostrata" -l max-interval -d 'The longest gap, while nothing changes [default: 15s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from velostrata" -l retry-for -d 'Go on this long without one good answer [default: 10s; with --watch 5m]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from velostrata" -l allow-missing -d 'A task may be unknown this long after the start [default: 0]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from velostrata" -l jobs -d 'Requests in flight for a profile [default: 8]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from velostrata" -l progress -d 'How to show progress on standard error [default: auto]' -r -f -a "auto\t'Bars where standard error is a terminal, lines otherwise and in CI'
tty\t'Bars'
plain\t'Stamped lines'
none\t'Nothing'"
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from velostrata" -l heartbeat -d 'Mention an unchanged task this often in plain progress [default: 60s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from velostrata" -s o -l output -d 'The format of standard output' -r -f -a "table\t'One task in detail, several a row each'
wide\t'As table, with more columns'
json\t'One object or an array'
jsonl\t'A JSON object a line: an item, or with watch an event'
yaml\t'As json'
raw\t'The server\'s own bytes'"
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from velostrata" -l field -d 'Print bare values of these fields, tab-separated, a line a task' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from velostrata" -l url -d 'The server\'s address, in place of the profile\'s' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from velostrata" -l username -d 'The user name, in place of the profile\'s' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from velostrata" -l password-file -d 'Read the password (or token) from this file; - is standard input' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from velostrata" -l ca-file -d 'Trust this CA, or exactly this server\'s own certificate (PEM)' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from velostrata" -s p -l profile -d 'The profile to use' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from velostrata" -l config -d 'The configuration file' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from velostrata" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can, unless the environment objects'
always\t'Always'
never\t'Never'"
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from velostrata" -s y -l yes -d 'Do not ask; needed where there is no terminal to ask on'
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from velostrata" -s w -l watch -d 'Follow the tasks until they end; 0 if all of them ended cancelled, 3 if one ended otherwise'
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from velostrata" -l any -d 'The first task to get there ends the wait'
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from velostrata" -l fail-fast -d 'Leave at the first task that failed'
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from velostrata" -l utc -d 'Show times in UTC'
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from velostrata" -l no-headers -d 'Leave the table\'s header line out'
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from velostrata" -l insecure -d 'Trust any certificate: whoever answers gets the password'
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from velostrata" -s q -l quiet -d 'Print errors only'
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from velostrata" -s v -l verbose -d 'Say what is done; twice traces HTTP with secrets replaced'
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from velostrata" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from velo" -l for -d 'What to wait for: ended, succeeded, failed, cancelled, running, blocked, progress>=N; a comma is "or"' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from velo" -l timeout -d 'End the whole wait after this long; 0 looks once' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from velo" -l timeout-exit-code -d 'The exit code when --timeout has passed [default: 124]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from velo" -s i -l interval -d 'The first gap between two polls [default: 2s; ecs 10s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from velo" -l max-interval -d 'The longest gap, while nothing changes [default: 15s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from velo" -l retry-for -d 'Go on this long without one good answer [default: 10s; with --watch 5m]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from velo" -l allow-missing -d 'A task may be unknown this long after the start [default: 0]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from velo" -l jobs -d 'Requests in flight for a profile [default: 8]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from velo" -l progress -d 'How to show progress on standard error [default: auto]' -r -f -a "auto\t'Bars where standard error is a terminal, lines otherwise and in CI'
tty\t'Bars'
plain\t'Stamped lines'
none\t'Nothing'"
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from velo" -l heartbeat -d 'Mention an unchanged task this often in plain progress [default: 60s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from velo" -s o -l output -d 'The format of standard output' -r -f -a "table\t'One task in detail, several a row each'
wide\t'As table, with more columns'
json\t'One object or an array'
jsonl\t'A JSON object a line: an item, or with watch an event'
yaml\t'As json'
raw\t'The server\'s own bytes'"
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from velo" -l field -d 'Print bare values of these fields, tab-separated, a line a task' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from velo" -l url -d 'The server\'s address, in place of the profile\'s' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from velo" -l username -d 'The user name, in place of the profile\'s' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from velo" -l password-file -d 'Read the password (or token) from this file; - is standard input' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from velo" -l ca-file -d 'Trust this CA, or exactly this server\'s own certificate (PEM)' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from velo" -s p -l profile -d 'The profile to use' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from velo" -l config -d 'The configuration file' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from velo" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can, unless the environment objects'
always\t'Always'
never\t'Never'"
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from velo" -s y -l yes -d 'Do not ask; needed where there is no terminal to ask on'
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from velo" -s w -l watch -d 'Follow the tasks until they end; 0 if all of them ended cancelled, 3 if one ended otherwise'
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from velo" -l any -d 'The first task to get there ends the wait'
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from velo" -l fail-fast -d 'Leave at the first task that failed'
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from velo" -l utc -d 'Show times in UTC'
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from velo" -l no-headers -d 'Leave the table\'s header line out'
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from velo" -l insecure -d 'Trust any certificate: whoever answers gets the password'
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from velo" -s q -l quiet -d 'Print errors only'
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from velo" -s v -l verbose -d 'Say what is done; twice traces HTTP with secrets replaced'
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from velo" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from vcda" -l site -d 'The site that runs the task; the local one if not given' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from vcda" -l for -d 'What to wait for: ended, succeeded, failed, cancelled, running, blocked, progress>=N; a comma is "or"' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from vcda" -l timeout -d 'End the whole wait after this long; 0 looks once' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from vcda" -l timeout-exit-code -d 'The exit code when --timeout has passed [default: 124]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from vcda" -s i -l interval -d 'The first gap between two polls [default: 2s; ecs 10s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from vcda" -l max-interval -d 'The longest gap, while nothing changes [default: 15s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from vcda" -l retry-for -d 'Go on this long without one good answer [default: 10s; with --watch 5m]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from vcda" -l allow-missing -d 'A task may be unknown this long after the start [default: 0]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from vcda" -l jobs -d 'Requests in flight for a profile [default: 8]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from vcda" -l progress -d 'How to show progress on standard error [default: auto]' -r -f -a "auto\t'Bars where standard error is a terminal, lines otherwise and in CI'
tty\t'Bars'
plain\t'Stamped lines'
none\t'Nothing'"
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from vcda" -l heartbeat -d 'Mention an unchanged task this often in plain progress [default: 60s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from vcda" -s o -l output -d 'The format of standard output' -r -f -a "table\t'One task in detail, several a row each'
wide\t'As table, with more columns'
json\t'One object or an array'
jsonl\t'A JSON object a line: an item, or with watch an event'
yaml\t'As json'
raw\t'The server\'s own bytes'"
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from vcda" -l field -d 'Print bare values of these fields, tab-separated, a line a task' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from vcda" -l url -d 'The server\'s address, in place of the profile\'s' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from vcda" -l username -d 'The user name, in place of the profile\'s' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from vcda" -l password-file -d 'Read the password (or token) from this file; - is standard input' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from vcda" -l ca-file -d 'Trust this CA, or exactly this server\'s own certificate (PEM)' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from vcda" -s p -l profile -d 'The profile to use' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from vcda" -l config -d 'The configuration file' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from vcda" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can, unless the environment objects'
always\t'Always'
never\t'Never'"
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from vcda" -s y -l yes -d 'Do not ask; needed where there is no terminal to ask on'
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from vcda" -s w -l watch -d 'Follow the tasks until they end; 0 if all of them ended cancelled, 3 if one ended otherwise'
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from vcda" -l any -d 'The first task to get there ends the wait'
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from vcda" -l fail-fast -d 'Leave at the first task that failed'
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from vcda" -l utc -d 'Show times in UTC'
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from vcda" -l no-headers -d 'Leave the table\'s header line out'
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from vcda" -l insecure -d 'Trust any certificate: whoever answers gets the password'
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from vcda" -s q -l quiet -d 'Print errors only'
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from vcda" -s v -l verbose -d 'Say what is done; twice traces HTTP with secrets replaced'
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from vcda" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from vcenter" -l for -d 'What to wait for: ended, succeeded, failed, cancelled, running, blocked, progress>=N; a comma is "or"' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from vcenter" -l timeout -d 'End the whole wait after this long; 0 looks once' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from vcenter" -l timeout-exit-code -d 'The exit code when --timeout has passed [default: 124]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from vcenter" -s i -l interval -d 'The first gap between two polls [default: 2s; ecs 10s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from vcenter" -l max-interval -d 'The longest gap, while nothing changes [default: 15s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from vcenter" -l retry-for -d 'Go on this long without one good answer [default: 10s; with --watch 5m]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from vcenter" -l allow-missing -d 'A task may be unknown this long after the start [default: 0]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from vcenter" -l jobs -d 'Requests in flight for a profile [default: 8]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from vcenter" -l progress -d 'How to show progress on standard error [default: auto]' -r -f -a "auto\t'Bars where standard error is a terminal, lines otherwise and in CI'
tty\t'Bars'
plain\t'Stamped lines'
none\t'Nothing'"
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from vcenter" -l heartbeat -d 'Mention an unchanged task this often in plain progress [default: 60s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from vcenter" -s o -l output -d 'The format of standard output' -r -f -a "table\t'One task in detail, several a row each'
wide\t'As table, with more columns'
json\t'One object or an array'
jsonl\t'A JSON object a line: an item, or with watch an event'
yaml\t'As json'
raw\t'The server\'s own bytes'"
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from vcenter" -l field -d 'Print bare values of these fields, tab-separated, a line a task' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from vcenter" -l url -d 'The server\'s address, in place of the profile\'s' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from vcenter" -l username -d 'The user name, in place of the profile\'s' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from vcenter" -l password-file -d 'Read the password (or token) from this file; - is standard input' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from vcenter" -l ca-file -d 'Trust this CA, or exactly this server\'s own certificate (PEM)' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from vcenter" -s p -l profile -d 'The profile to use' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from vcenter" -l config -d 'The configuration file' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from vcenter" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can, unless the environment objects'
always\t'Always'
never\t'Never'"
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from vcenter" -l return-all -d 'Asks for the operation\'s own data too'
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from vcenter" -l exclude-result -d 'Leaves the operation\'s result out of the answer'
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from vcenter" -s y -l yes -d 'Do not ask; needed where there is no terminal to ask on'
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from vcenter" -s w -l watch -d 'Follow the tasks until they end; 0 if all of them ended cancelled, 3 if one ended otherwise'
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from vcenter" -l any -d 'The first task to get there ends the wait'
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from vcenter" -l fail-fast -d 'Leave at the first task that failed'
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from vcenter" -l utc -d 'Show times in UTC'
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from vcenter" -l no-headers -d 'Leave the table\'s header line out'
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from vcenter" -l insecure -d 'Trust any certificate: whoever answers gets the password'
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from vcenter" -s q -l quiet -d 'Print errors only'
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from vcenter" -s v -l verbose -d 'Say what is done; twice traces HTTP with secrets replaced'
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from vcenter" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from cis" -l for -d 'What to wait for: ended, succeeded, failed, cancelled, running, blocked, progress>=N; a comma is "or"' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from cis" -l timeout -d 'End the whole wait after this long; 0 looks once' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from cis" -l timeout-exit-code -d 'The exit code when --timeout has passed [default: 124]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from cis" -s i -l interval -d 'The first gap between two polls [default: 2s; ecs 10s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from cis" -l max-interval -d 'The longest gap, while nothing changes [default: 15s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from cis" -l retry-for -d 'Go on this long without one good answer [default: 10s; with --watch 5m]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from cis" -l allow-missing -d 'A task may be unknown this long after the start [default: 0]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from cis" -l jobs -d 'Requests in flight for a profile [default: 8]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from cis" -l progress -d 'How to show progress on standard error [default: auto]' -r -f -a "auto\t'Bars where standard error is a terminal, lines otherwise and in CI'
tty\t'Bars'
plain\t'Stamped lines'
none\t'Nothing'"
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from cis" -l heartbeat -d 'Mention an unchanged task this often in plain progress [default: 60s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from cis" -s o -l output -d 'The format of standard output' -r -f -a "table\t'One task in detail, several a row each'
wide\t'As table, with more columns'
json\t'One object or an array'
jsonl\t'A JSON object a line: an item, or with watch an event'
yaml\t'As json'
raw\t'The server\'s own bytes'"
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from cis" -l field -d 'Print bare values of these fields, tab-separated, a line a task' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from cis" -l url -d 'The server\'s address, in place of the profile\'s' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from cis" -l username -d 'The user name, in place of the profile\'s' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from cis" -l password-file -d 'Read the password (or token) from this file; - is standard input' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from cis" -l ca-file -d 'Trust this CA, or exactly this server\'s own certificate (PEM)' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from cis" -s p -l profile -d 'The profile to use' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from cis" -l config -d 'The configuration file' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from cis" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can, unless the environment objects'
always\t'Always'
never\t'Never'"
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from cis" -l return-all -d 'Asks for the operation\'s own data too'
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from cis" -l exclude-result -d 'Leaves the operation\'s result out of the answer'
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from cis" -s y -l yes -d 'Do not ask; needed where there is no terminal to ask on'
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from cis" -s w -l watch -d 'Follow the tasks until they end; 0 if all of them ended cancelled, 3 if one ended otherwise'
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from cis" -l any -d 'The first task to get there ends the wait'
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from cis" -l fail-fast -d 'Leave at the first task that failed'
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from cis" -l utc -d 'Show times in UTC'
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from cis" -l no-headers -d 'Leave the table\'s header line out'
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from cis" -l insecure -d 'Trust any certificate: whoever answers gets the password'
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from cis" -s q -l quiet -d 'Print errors only'
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from cis" -s v -l verbose -d 'Say what is done; twice traces HTTP with secrets replaced'
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from cis" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from snapservice" -l for -d 'What to wait for: ended, succeeded, failed, cancelled, running, blocked, progress>=N; a comma is "or"' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from snapservice" -l timeout -d 'End the whole wait after this long; 0 looks once' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from snapservice" -l timeout-exit-code -d 'The exit code when --timeout has passed [default: 124]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from snapservice" -s i -l interval -d 'The first gap between two polls [default: 2s; ecs 10s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from snapservice" -l max-interval -d 'The longest gap, while nothing changes [default: 15s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from snapservice" -l retry-for -d 'Go on this long without one good answer [default: 10s; with --watch 5m]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from snapservice" -l allow-missing -d 'A task may be unknown this long after the start [default: 0]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from snapservice" -l jobs -d 'Requests in flight for a profile [default: 8]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from snapservice" -l progress -d 'How to show progress on standard error [default: auto]' -r -f -a "auto\t'Bars where standard error is a terminal, lines otherwise and in CI'
tty\t'Bars'
plain\t'Stamped lines'
none\t'Nothing'"
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from snapservice" -l heartbeat -d 'Mention an unchanged task this often in plain progress [default: 60s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from snapservice" -s o -l output -d 'The format of standard output' -r -f -a "table\t'One task in detail, several a row each'
wide\t'As table, with more columns'
json\t'One object or an array'
jsonl\t'A JSON object a line: an item, or with watch an event'
yaml\t'As json'
raw\t'The server\'s own bytes'"
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from snapservice" -l field -d 'Print bare values of these fields, tab-separated, a line a task' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from snapservice" -l url -d 'The server\'s address, in place of the profile\'s' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from snapservice" -l username -d 'The user name, in place of the profile\'s' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from snapservice" -l password-file -d 'Read the password (or token) from this file; - is standard input' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from snapservice" -l ca-file -d 'Trust this CA, or exactly this server\'s own certificate (PEM)' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from snapservice" -s p -l profile -d 'The profile to use' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from snapservice" -l config -d 'The configuration file' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from snapservice" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can, unless the environment objects'
always\t'Always'
never\t'Never'"
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from snapservice" -s y -l yes -d 'Do not ask; needed where there is no terminal to ask on'
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from snapservice" -s w -l watch -d 'Follow the tasks until they end; 0 if all of them ended cancelled, 3 if one ended otherwise'
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from snapservice" -l any -d 'The first task to get there ends the wait'
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from snapservice" -l fail-fast -d 'Leave at the first task that failed'
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from snapservice" -l utc -d 'Show times in UTC'
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from snapservice" -l no-headers -d 'Leave the table\'s header line out'
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from snapservice" -l insecure -d 'Trust any certificate: whoever answers gets the password'
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from snapservice" -s q -l quiet -d 'Print errors only'
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from snapservice" -s v -l verbose -d 'Say what is done; twice traces HTTP with secrets replaced'
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from snapservice" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from snap" -l for -d 'What to wait for: ended, succeeded, failed, cancelled, running, blocked, progress>=N; a comma is "or"' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from snap" -l timeout -d 'End the whole wait after this long; 0 looks once' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from snap" -l timeout-exit-code -d 'The exit code when --timeout has passed [default: 124]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from snap" -s i -l interval -d 'The first gap between two polls [default: 2s; ecs 10s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from snap" -l max-interval -d 'The longest gap, while nothing changes [default: 15s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from snap" -l retry-for -d 'Go on this long without one good answer [default: 10s; with --watch 5m]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from snap" -l allow-missing -d 'A task may be unknown this long after the start [default: 0]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from snap" -l jobs -d 'Requests in flight for a profile [default: 8]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from snap" -l progress -d 'How to show progress on standard error [default: auto]' -r -f -a "auto\t'Bars where standard error is a terminal, lines otherwise and in CI'
tty\t'Bars'
plain\t'Stamped lines'
none\t'Nothing'"
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from snap" -l heartbeat -d 'Mention an unchanged task this often in plain progress [default: 60s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from snap" -s o -l output -d 'The format of standard output' -r -f -a "table\t'One task in detail, several a row each'
wide\t'As table, with more columns'
json\t'One object or an array'
jsonl\t'A JSON object a line: an item, or with watch an event'
yaml\t'As json'
raw\t'The server\'s own bytes'"
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from snap" -l field -d 'Print bare values of these fields, tab-separated, a line a task' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from snap" -l url -d 'The server\'s address, in place of the profile\'s' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from snap" -l username -d 'The user name, in place of the profile\'s' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from snap" -l password-file -d 'Read the password (or token) from this file; - is standard input' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from snap" -l ca-file -d 'Trust this CA, or exactly this server\'s own certificate (PEM)' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from snap" -s p -l profile -d 'The profile to use' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from snap" -l config -d 'The configuration file' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from snap" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can, unless the environment objects'
always\t'Always'
never\t'Never'"
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from snap" -s y -l yes -d 'Do not ask; needed where there is no terminal to ask on'
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from snap" -s w -l watch -d 'Follow the tasks until they end; 0 if all of them ended cancelled, 3 if one ended otherwise'
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from snap" -l any -d 'The first task to get there ends the wait'
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from snap" -l fail-fast -d 'Leave at the first task that failed'
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from snap" -l utc -d 'Show times in UTC'
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from snap" -l no-headers -d 'Leave the table\'s header line out'
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from snap" -l insecure -d 'Trust any certificate: whoever answers gets the password'
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from snap" -s q -l quiet -d 'Print errors only'
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from snap" -s v -l verbose -d 'Say what is done; twice traces HTTP with secrets replaced'
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from snap" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from ecs" -l data-store -d 'The data store of an operation id that is given alone, and of a list' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from ecs" -l for -d 'What to wait for: ended, succeeded, failed, cancelled, running, blocked, progress>=N; a comma is "or"' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from ecs" -l timeout -d 'End the whole wait after this long; 0 looks once' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from ecs" -l timeout-exit-code -d 'The exit code when --timeout has passed [default: 124]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from ecs" -s i -l interval -d 'The first gap between two polls [default: 2s; ecs 10s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from ecs" -l max-interval -d 'The longest gap, while nothing changes [default: 15s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from ecs" -l retry-for -d 'Go on this long without one good answer [default: 10s; with --watch 5m]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from ecs" -l allow-missing -d 'A task may be unknown this long after the start [default: 0]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from ecs" -l jobs -d 'Requests in flight for a profile [default: 8]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from ecs" -l progress -d 'How to show progress on standard error [default: auto]' -r -f -a "auto\t'Bars where standard error is a terminal, lines otherwise and in CI'
tty\t'Bars'
plain\t'Stamped lines'
none\t'Nothing'"
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from ecs" -l heartbeat -d 'Mention an unchanged task this often in plain progress [default: 60s]' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from ecs" -s o -l output -d 'The format of standard output' -r -f -a "table\t'One task in detail, several a row each'
wide\t'As table, with more columns'
json\t'One object or an array'
jsonl\t'A JSON object a line: an item, or with watch an event'
yaml\t'As json'
raw\t'The server\'s own bytes'"
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from ecs" -l field -d 'Print bare values of these fields, tab-separated, a line a task' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from ecs" -l url -d 'The server\'s address, in place of the profile\'s' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from ecs" -l username -d 'The user name, in place of the profile\'s' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from ecs" -l password-file -d 'Read the password (or token) from this file; - is standard input' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from ecs" -l ca-file -d 'Trust this CA, or exactly this server\'s own certificate (PEM)' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from ecs" -s p -l profile -d 'The profile to use' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from ecs" -l config -d 'The configuration file' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from ecs" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can, unless the environment objects'
always\t'Always'
never\t'Never'"
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from ecs" -s y -l yes -d 'Do not ask; needed where there is no terminal to ask on'
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from ecs" -s w -l watch -d 'Follow the tasks until they end; 0 if all of them ended cancelled, 3 if one ended otherwise'
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from ecs" -l any -d 'The first task to get there ends the wait'
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from ecs" -l fail-fast -d 'Leave at the first task that failed'
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from ecs" -l utc -d 'Show times in UTC'
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from ecs" -l no-headers -d 'Leave the table\'s header line out'
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from ecs" -l insecure -d 'Trust any certificate: whoever answers gets the password'
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from ecs" -s q -l quiet -d 'Print errors only'
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from ecs" -s v -l verbose -d 'Say what is done; twice traces HTTP with secrets replaced'
complete -c taskctl -n "__fish_taskctl_using_subcommand cancel; and __fish_seen_subcommand_from ecs" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c taskctl -n "__fish_taskctl_using_subcommand config; and not __fish_seen_subcommand_from init list show validate path help" -s p -l profile -d 'The profile to use' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand config; and not __fish_seen_subcommand_from init list show validate path help" -l config -d 'The configuration file' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand config; and not __fish_seen_subcommand_from init list show validate path help" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can, unless the environment objects'
always\t'Always'
never\t'Never'"
complete -c taskctl -n "__fish_taskctl_using_subcommand config; and not __fish_seen_subcommand_from init list show validate path help" -s q -l quiet -d 'Print errors only'
complete -c taskctl -n "__fish_taskctl_using_subcommand config; and not __fish_seen_subcommand_from init list show validate path help" -s v -l verbose -d 'Say what is done; twice traces HTTP with secrets replaced'
complete -c taskctl -n "__fish_taskctl_using_subcommand config; and not __fish_seen_subcommand_from init list show validate path help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c taskctl -n "__fish_taskctl_using_subcommand config; and not __fish_seen_subcommand_from init list show validate path help" -f -a "init" -d 'Write a first configuration file, readable by you alone; never over another'
complete -c taskctl -n "__fish_taskctl_using_subcommand config; and not __fish_seen_subcommand_from init list show validate path help" -f -a "list" -d 'List the profiles'
complete -c taskctl -n "__fish_taskctl_using_subcommand config; and not __fish_seen_subcommand_from init list show validate path help" -f -a "show" -d 'Print every value of a profile and where it came from'
complete -c taskctl -n "__fish_taskctl_using_subcommand config; and not __fish_seen_subcommand_from init list show validate path help" -f -a "validate" -d 'Print every mistake with its line, column and what to do'
complete -c taskctl -n "__fish_taskctl_using_subcommand config; and not __fish_seen_subcommand_from init list show validate path help" -f -a "path" -d 'Print where the configuration file is, or would be'
complete -c taskctl -n "__fish_taskctl_using_subcommand config; and not __fish_seen_subcommand_from init list show validate path help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c taskctl -n "__fish_taskctl_using_subcommand config; and __fish_seen_subcommand_from init" -l backend -d 'The backend of the first profile' -r -f -a "velostrata\t''
velo\t''
vcda\t''
vcenter\t''
cis\t''
snapservice\t''
snap\t''
ecs\t''"
complete -c taskctl -n "__fish_taskctl_using_subcommand config; and __fish_seen_subcommand_from init" -l url -d 'The address of the first profile' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand config; and __fish_seen_subcommand_from init" -s p -l profile -d 'The profile to use' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand config; and __fish_seen_subcommand_from init" -l config -d 'The configuration file' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand config; and __fish_seen_subcommand_from init" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can, unless the environment objects'
always\t'Always'
never\t'Never'"
complete -c taskctl -n "__fish_taskctl_using_subcommand config; and __fish_seen_subcommand_from init" -s q -l quiet -d 'Print errors only'
complete -c taskctl -n "__fish_taskctl_using_subcommand config; and __fish_seen_subcommand_from init" -s v -l verbose -d 'Say what is done; twice traces HTTP with secrets replaced'
complete -c taskctl -n "__fish_taskctl_using_subcommand config; and __fish_seen_subcommand_from init" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c taskctl -n "__fish_taskctl_using_subcommand config; and __fish_seen_subcommand_from list" -s o -l output -d 'The format of standard output [default: table]' -r -f -a "table\t'Lines for people'
json\t'One JSON document'"
complete -c taskctl -n "__fish_taskctl_using_subcommand config; and __fish_seen_subcommand_from list" -s p -l profile -d 'The profile to use' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand config; and __fish_seen_subcommand_from list" -l config -d 'The configuration file' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand config; and __fish_seen_subcommand_from list" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can, unless the environment objects'
always\t'Always'
never\t'Never'"
complete -c taskctl -n "__fish_taskctl_using_subcommand config; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Print errors only'
complete -c taskctl -n "__fish_taskctl_using_subcommand config; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say what is done; twice traces HTTP with secrets replaced'
complete -c taskctl -n "__fish_taskctl_using_subcommand config; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c taskctl -n "__fish_taskctl_using_subcommand config; and __fish_seen_subcommand_from show" -s o -l output -d 'The format of standard output [default: table]' -r -f -a "table\t'Lines for people'
json\t'One JSON document'"
complete -c taskctl -n "__fish_taskctl_using_subcommand config; and __fish_seen_subcommand_from show" -s p -l profile -d 'The profile to use' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand config; and __fish_seen_subcommand_from show" -l config -d 'The configuration file' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand config; and __fish_seen_subcommand_from show" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can, unless the environment objects'
always\t'Always'
never\t'Never'"
complete -c taskctl -n "__fish_taskctl_using_subcommand config; and __fish_seen_subcommand_from show" -l reveal -d 'Print the secrets that stand in the file itself; those elsewhere are never fetched'
complete -c taskctl -n "__fish_taskctl_using_subcommand config; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Print errors only'
complete -c taskctl -n "__fish_taskctl_using_subcommand config; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Say what is done; twice traces HTTP with secrets replaced'
complete -c taskctl -n "__fish_taskctl_using_subcommand config; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c taskctl -n "__fish_taskctl_using_subcommand config; and __fish_seen_subcommand_from validate" -s p -l profile -d 'The profile to use' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand config; and __fish_seen_subcommand_from validate" -l config -d 'The configuration file' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand config; and __fish_seen_subcommand_from validate" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can, unless the environment objects'
always\t'Always'
never\t'Never'"
complete -c taskctl -n "__fish_taskctl_using_subcommand config; and __fish_seen_subcommand_from validate" -l strict -d 'A secret in a file that others can read is a mistake too'
complete -c taskctl -n "__fish_taskctl_using_subcommand config; and __fish_seen_subcommand_from validate" -s q -l quiet -d 'Print errors only'
complete -c taskctl -n "__fish_taskctl_using_subcommand config; and __fish_seen_subcommand_from validate" -s v -l verbose -d 'Say what is done; twice traces HTTP with secrets replaced'
complete -c taskctl -n "__fish_taskctl_using_subcommand config; and __fish_seen_subcommand_from validate" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c taskctl -n "__fish_taskctl_using_subcommand config; and __fish_seen_subcommand_from path" -s p -l profile -d 'The profile to use' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand config; and __fish_seen_subcommand_from path" -l config -d 'The configuration file' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand config; and __fish_seen_subcommand_from path" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can, unless the environment objects'
always\t'Always'
never\t'Never'"
complete -c taskctl -n "__fish_taskctl_using_subcommand config; and __fish_seen_subcommand_from path" -s q -l quiet -d 'Print errors only'
complete -c taskctl -n "__fish_taskctl_using_subcommand config; and __fish_seen_subcommand_from path" -s v -l verbose -d 'Say what is done; twice traces HTTP with secrets replaced'
complete -c taskctl -n "__fish_taskctl_using_subcommand config; and __fish_seen_subcommand_from path" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c taskctl -n "__fish_taskctl_using_subcommand config; and __fish_seen_subcommand_from help" -f -a "init" -d 'Write a first configuration file, readable by you alone; never over another'
complete -c taskctl -n "__fish_taskctl_using_subcommand config; and __fish_seen_subcommand_from help" -f -a "list" -d 'List the profiles'
complete -c taskctl -n "__fish_taskctl_using_subcommand config; and __fish_seen_subcommand_from help" -f -a "show" -d 'Print every value of a profile and where it came from'
complete -c taskctl -n "__fish_taskctl_using_subcommand config; and __fish_seen_subcommand_from help" -f -a "validate" -d 'Print every mistake with its line, column and what to do'
complete -c taskctl -n "__fish_taskctl_using_subcommand config; and __fish_seen_subcommand_from help" -f -a "path" -d 'Print where the configuration file is, or would be'
complete -c taskctl -n "__fish_taskctl_using_subcommand config; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c taskctl -n "__fish_taskctl_using_subcommand doctor" -s o -l output -d 'The format of standard output [default: table]' -r -f -a "table\t'Lines for people'
json\t'One JSON document'"
complete -c taskctl -n "__fish_taskctl_using_subcommand doctor" -l url -d 'The server\'s address, in place of the profile\'s' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand doctor" -l username -d 'The user name, in place of the profile\'s' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand doctor" -l password-file -d 'Read the password (or token) from this file; - is standard input' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand doctor" -l ca-file -d 'Trust this CA, or exactly this server\'s own certificate (PEM)' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand doctor" -s p -l profile -d 'The profile to use' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand doctor" -l config -d 'The configuration file' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand doctor" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can, unless the environment objects'
always\t'Always'
never\t'Never'"
complete -c taskctl -n "__fish_taskctl_using_subcommand doctor" -l insecure -d 'Trust any certificate: whoever answers gets the password'
complete -c taskctl -n "__fish_taskctl_using_subcommand doctor" -s q -l quiet -d 'Print errors only'
complete -c taskctl -n "__fish_taskctl_using_subcommand doctor" -s v -l verbose -d 'Say what is done; twice traces HTTP with secrets replaced'
complete -c taskctl -n "__fish_taskctl_using_subcommand doctor" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c taskctl -n "__fish_taskctl_using_subcommand schema" -s p -l profile -d 'The profile to use' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand schema" -l config -d 'The configuration file' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand schema" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can, unless the environment objects'
always\t'Always'
never\t'Never'"
complete -c taskctl -n "__fish_taskctl_using_subcommand schema" -s q -l quiet -d 'Print errors only'
complete -c taskctl -n "__fish_taskctl_using_subcommand schema" -s v -l verbose -d 'Say what is done; twice traces HTTP with secrets replaced'
complete -c taskctl -n "__fish_taskctl_using_subcommand schema" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c taskctl -n "__fish_taskctl_using_subcommand completions" -s p -l profile -d 'The profile to use' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand completions" -l config -d 'The configuration file' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand completions" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can, unless the environment objects'
always\t'Always'
never\t'Never'"
complete -c taskctl -n "__fish_taskctl_using_subcommand completions" -s q -l quiet -d 'Print errors only'
complete -c taskctl -n "__fish_taskctl_using_subcommand completions" -s v -l verbose -d 'Say what is done; twice traces HTTP with secrets replaced'
complete -c taskctl -n "__fish_taskctl_using_subcommand completions" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c taskctl -n "__fish_taskctl_using_subcommand manual" -s p -l profile -d 'The profile to use' -r
complete -c taskctl -n "__fish_taskctl_using_subcommand manual" -l config -d 'The configuration file' -r -F
complete -c taskctl -n "__fish_taskctl_using_subcommand manual" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can, unless the environment objects'
always\t'Always'
never\t'Never'"
complete -c taskctl -n "__fish_taskctl_using_subcommand manual" -s q -l quiet -d 'Print errors only'
complete -c taskctl -n "__fish_taskctl_using_subcommand manual" -s v -l verbose -d 'Say what is done; twice traces HTTP with secrets replaced'
complete -c taskctl -n "__fish_taskctl_using_subcommand manual" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c taskctl -n "__fish_taskctl_using_subcommand help; and not __fish_seen_subcommand_from get watch list cancel config doctor schema completions manual help" -f -a "get" -d 'Read tasks once and print them'
complete -c taskctl -n "__fish_taskctl_using_subcommand help; and not __fish_seen_subcommand_from get watch list cancel config doctor schema completions manual help" -f -a "watch" -d 'Follow tasks until they end; the outcome is the exit code'
complete -c taskctl -n "__fish_taskctl_using_subcommand help; and not __fish_seen_subcommand_from get watch list cancel config doctor schema completions manual help" -f -a "list" -d 'List a system\'s tasks, newest first'
complete -c taskctl -n "__fish_taskctl_using_subcommand help; and not __fish_seen_subcommand_from get watch list cancel config doctor schema completions manual help" -f -a "cancel" -d 'Ask a system to cancel tasks'
complete -c taskctl -n "__fish_taskctl_using_subcommand help; and not __fish_seen_subcommand_from get watch list cancel config doctor schema completions manual help" -f -a "config" -d 'Write, list, show and check the configuration'
complete -c taskctl -n "__fish_taskctl_using_subcommand help; and not __fish_seen_subcommand_from get watch list cancel config doctor schema completions manual help" -f -a "doctor" -d 'Check a profile step by step, from its file to its rights'
complete -c taskctl -n "__fish_taskctl_using_subcommand help; and not __fish_seen_subcommand_from get watch list cancel config doctor schema completions manual help" -f -a "schema" -d 'Print the JSON Schema of an output'
complete -c taskctl -n "__fish_taskctl_using_subcommand help; and not __fish_seen_subcommand_from get watch list cancel config doctor schema completions manual help" -f -a "completions" -d 'Print a completion script for a shell'
complete -c taskctl -n "__fish_taskctl_using_subcommand help; and not __fish_seen_subcommand_from get watch list cancel config doctor schema completions manual help" -f -a "manual" -d 'Print the manual page, in roff'
complete -c taskctl -n "__fish_taskctl_using_subcommand help; and not __fish_seen_subcommand_from get watch list cancel config doctor schema completions manual help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c taskctl -n "__fish_taskctl_using_subcommand help; and __fish_seen_subcommand_from get" -f -a "velostrata" -d 'Velostrata, later Migrate for Compute Engine 4.x'
complete -c taskctl -n "__fish_taskctl_using_subcommand help; and __fish_seen_subcommand_from get" -f -a "vcda" -d 'VMware Cloud Director Availability'
complete -c taskctl -n "__fish_taskctl_using_subcommand help; and __fish_seen_subcommand_from get" -f -a "vcenter" -d 'VMware vCenter (CIS tasks)'
complete -c taskctl -n "__fish_taskctl_using_subcommand help; and __fish_seen_subcommand_from get" -f -a "snapservice" -d 'VMware vSAN Data Protection (snapshot service)'
complete -c taskctl -n "__fish_taskctl_using_subcommand help; and __fish_seen_subcommand_from get" -f -a "ecs" -d 'Dell EMC ECS and ObjectScale'
complete -c taskctl -n "__fish_taskctl_using_subcommand help; and __fish_seen_subcommand_from watch" -f -a "velostrata" -d 'Velostrata, later Migrate for Compute Engine 4.x'
complete -c taskctl -n "__fish_taskctl_using_subcommand help; and __fish_seen_subcommand_from watch" -f -a "vcda" -d 'VMware Cloud Director Availability'
complete -c taskctl -n "__fish_taskctl_using_subcommand help; and __fish_seen_subcommand_from watch" -f -a "vcenter" -d 'VMware vCenter (CIS tasks)'
complete -c taskctl -n "__fish_taskctl_using_subcommand help; and __fish_seen_subcommand_from watch" -f -a "snapservice" -d 'VMware vSAN Data Protection (snapshot service)'
complete -c taskctl -n "__fish_taskctl_using_subcommand help; and __fish_seen_subcommand_from watch" -f -a "ecs" -d 'Dell EMC ECS and ObjectScale'
complete -c taskctl -n "__fish_taskctl_using_subcommand help; and __fish_seen_subcommand_from list" -f -a "velostrata" -d 'Velostrata, later Migrate for Compute Engine 4.x'
complete -c taskctl -n "__fish_taskctl_using_subcommand help; and __fish_seen_subcommand_from list" -f -a "vcda" -d 'VMware Cloud Director Availability'
complete -c taskctl -n "__fish_taskctl_using_subcommand help; and __fish_seen_subcommand_from list" -f -a "vcenter" -d 'VMware vCenter (CIS tasks)'
complete -c taskctl -n "__fish_taskctl_using_subcommand help; and __fish_seen_subcommand_from list" -f -a "snapservice" -d 'VMware vSAN Data Protection (snapshot service)'
complete -c taskctl -n "__fish_taskctl_using_subcommand help; and __fish_seen_subcommand_from list" -f -a "ecs" -d 'Dell EMC ECS and ObjectScale'
complete -c taskctl -n "__fish_taskctl_using_subcommand help; and __fish_seen_subcommand_from cancel" -f -a "velostrata" -d 'Velostrata, later Migrate for Compute Engine 4.x'
complete -c taskctl -n "__fish_taskctl_using_subcommand help; and __fish_seen_subcommand_from cancel" -f -a "vcda" -d 'VMware Cloud Director Availability'
complete -c taskctl -n "__fish_taskctl_using_subcommand help; and __fish_seen_subcommand_from cancel" -f -a "vcenter" -d 'VMware vCenter (CIS tasks)'
complete -c taskctl -n "__fish_taskctl_using_subcommand help; and __fish_seen_subcommand_from cancel" -f -a "snapservice" -d 'VMware vSAN Data Protection (snapshot service)'
complete -c taskctl -n "__fish_taskctl_using_subcommand help; and __fish_seen_subcommand_from cancel" -f -a "ecs" -d 'Dell EMC ECS and ObjectScale'
complete -c taskctl -n "__fish_taskctl_using_subcommand help; and __fish_seen_subcommand_from config" -f -a "init" -d 'Write a first configuration file, readable by you alone; never over another'
complete -c taskctl -n "__fish_taskctl_using_subcommand help; and __fish_seen_subcommand_from config" -f -a "list" -d 'List the profiles'
complete -c taskctl -n "__fish_taskctl_using_subcommand help; and __fish_seen_subcommand_from config" -f -a "show" -d 'Print every value of a profile and where it came from'
complete -c taskctl -n "__fish_taskctl_using_subcommand help; and __fish_seen_subcommand_from config" -f -a "validate" -d 'Print every mistake with its line, column and what to do'
complete -c taskctl -n "__fish_taskctl_using_subcommand help; and __fish_seen_subcommand_from config" -f -a "path" -d 'Print where the configuration file is, or would be'

# Completes taskctl in PowerShell. It knows nothing itself: the program answers at each Tab.
Register-ArgumentCompleter -Native -CommandName taskctl -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $words = @($commandAst.CommandElements | Select-Object -Skip 1 |
        Where-Object { $_.Extent.EndOffset -lt $cursorPosition } | ForEach-Object { $_.ToString().Trim('"', "'") })
    # An empty word would be lost on the way to the program before PowerShell 7.3.
    $current = if ($wordToComplete) { $wordToComplete.Trim('"', "'") } else { '""' }
    $answers = @(& taskctl __complete -- @words $current 2>$null)
    # Where nothing is returned PowerShell completes files.
    foreach ($answer in $answers | Where-Object { $_ -ne '*' }) {
        $word, $meaning = $answer -split "`t", 2
        if (-not $meaning) { $meaning = $word }
        # What PowerShell would read as more than a word is quoted.
        $text = if ($word -match '^[-\w./:+=%]+$') { $word } else { "'$word'" }
        [System.Management.Automation.CompletionResult]::new($text, $word, 'ParameterValue', $meaning)
    }
}

# Completes taskctl in elvish. It knows nothing itself: the program answers at each Tab.
use str

set edit:completion:arg-completer[taskctl] = {|@words|
    var answers = []
    try {
        set answers = [(e:taskctl __complete -- (all $words[1..]) 2>/dev/null | from-lines)]
    } catch { nop }
    for answer $answers {
        if (eq $answer '*') {
            edit:complete-filename $@words
            continue
        }
        var word meaning = (str:split &max=2 "\t" $answer"\t")
        # More is to follow behind these.
        var space = ' '
        if (or (str:has-suffix $word '/') (str:has-suffix $word '=')) { set space = '' }
        if (eq $meaning '') {
            edit:complex-candidate $word &code-suffix=$space
        } else {
            edit:complex-candidate $word &code-suffix=$space &display=$word' ('(str:trim-space $meaning)')'
        }
    }
}

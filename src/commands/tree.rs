//! How a table shows tasks with their parts: the name of a part stands under its task's.

use std::sync::Arc;

use crate::engine::event::Reading;

/// The items as a table shows them, each `depths` deep, drawn with lines where `lines` may be drawn.
pub(super) fn indented(items: &[Reading], depths: &[usize], lines: bool) -> Vec<Reading> {
    let mut shown = items.to_vec();
    // Whether another item of each depth follows under the same task; so they are gone through from the last.
    let mut goes_on: Vec<bool> = Vec::new();
    for (item, &depth) in shown.iter_mut().zip(depths).rev() {
        goes_on.resize(depth + 1, false);
        let name = Arc::make_mut(&mut item.task_ref);
        name.reference = format!("{}{}", indent(&goes_on[1..], lines), name.reference);
        goes_on[depth] = true;
    }
    shown
}

/// What stands before a name; `goes_on` says for each depth, its own being the last, whether another item follows
/// under the same task.
fn indent(goes_on: &[bool], lines: bool) -> String {
    let Some((own, above)) = goes_on.split_last().filter(|_| lines) else {
        return "  ".repeat(goes_on.len());
    };
    let above = above.iter().map(|goes_on| if *goes_on { "│  " } else { "   " });
    above.chain([if *own { "├─ " } else { "└─ " }]).collect()
}

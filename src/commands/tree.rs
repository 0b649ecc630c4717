//! How a table shows tasks with their subtasks: the name of a subtask stands under its task's.

use std::sync::Arc;

use crate::engine::event::Reading;

/// The readings as a table shows them, each `depths` deep, drawn with lines where `lines` may be drawn.
pub(super) fn indented(readings: &[Reading], depths: &[usize], lines: bool) -> Vec<Reading> {
    let mut shown = readings.to_vec();
    // Whether another task of each depth follows under the same one; so they are gone through from the last.
    let mut goes_on: Vec<bool> = Vec::new();
    for (reading, &depth) in shown.iter_mut().zip(depths).rev() {
        goes_on.resize(depth + 1, false);
        let task_ref = Arc::make_mut(&mut reading.task_ref);
        task_ref.reference.insert_str(0, &indent(&goes_on[1..], lines));
        goes_on[depth] = true;
    }
    shown
}

/// What stands before a reference; `goes_on` says for each depth, its own being the last, whether another task follows
/// under the same one.
fn indent(goes_on: &[bool], lines: bool) -> String {
    let Some((own, above)) = goes_on.split_last().filter(|_| lines) else {
        return "  ".repeat(goes_on.len());
    };
    let above = above.iter().map(|goes_on| if *goes_on { "│  " } else { "   " });
    above.chain([if *own { "├─ " } else { "└─ " }]).collect()
}

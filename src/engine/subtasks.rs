//! Which subtasks tasks have, and theirs: found as tasks are read, each once, and no more than can be followed.
//!
//! Pure: positions in, positions out. The tasks that were asked for come first; a subtask stands under the task that
//! named it first, and a task that was asked for is never a subtask of another.

use std::collections::HashSet;

use crate::task::TaskId;

/// Subtasks are followed to this depth.
pub const DEEPEST: usize = 32;

/// No more tasks than this are read for one call,
pub const MOST: usize = 1000;

/// unless more were asked for: then as many for each of those.
pub const MOST_EACH: usize = 10;

/// The tasks of one call, and how they stand under each other.
#[derive(Debug)]
pub struct Subtasks {
    /// Every id that is followed, by its system.
    known: HashSet<(usize, TaskId)>,
    /// What each task stands under, in the order in which they were found; nothing for those that were asked for.
    parents: Vec<Option<usize>>,
    /// How deep each stands: 0 was asked for.
    depths: Vec<usize>,
    most: usize,
    truncated: bool,
}

impl Subtasks {
    /// The tasks that were asked for, each by its system and its id.
    pub fn new<'a>(asked: impl ExactSizeIterator<Item = (usize, &'a TaskId)>) -> Subtasks {
        let count = asked.len();
        Subtasks {
            known: asked.map(|(system, id)| (system, id.clone())).collect(),
            parents: vec![None; count],
            depths: vec![0; count],
            most: MOST.max(count.saturating_mul(MOST_EACH)),
            truncated: false,
        }
    }

    /// Takes the subtasks that a task names, which live on its system. Returns those that were not known; their
    /// positions are the next ones.
    pub fn grow(&mut self, parent: usize, system: usize, children: &[String]) -> Vec<TaskId> {
        let depth = self.depths[parent] + 1;
        let mut fresh = Vec::new();
        for child in children {
            let Ok(id) = TaskId::new(child) else { continue };
            let id = (system, id);
            if self.known.contains(&id) {
                continue;
            }
            if depth > DEEPEST || self.parents.len() >= self.most {
                self.truncated = true;
                break;
            }
            fresh.push(id.1.clone());
            self.known.insert(id);
            self.parents.push(Some(parent));
            self.depths.push(depth);
        }
        fresh
    }

    /// The task that a subtask stands under; `None` for a task that was asked for.
    pub fn parent(&self, position: usize) -> Option<usize> {
        self.parents[position]
    }

    /// Whether subtasks were left out: there are too many, or they lie too deep.
    pub fn is_truncated(&self) -> bool {
        self.truncated
    }

    /// Every position with its depth: each task before its subtasks.
    pub fn in_order(&self) -> Vec<(usize, usize)> {
        depth_first(&self.parents)
    }
}

/// Positions with their depths, each before those that have it as their parent. A parent has a lower position.
pub fn depth_first(parents: &[Option<usize>]) -> Vec<(usize, usize)> {
    let mut subtasks: Vec<Vec<usize>> = vec![Vec::new(); parents.len()];
    for (position, parent) in parents.iter().enumerate() {
        if let Some(parent) = parent {
            subtasks[*parent].push(position);
        }
    }
    let mut open: Vec<(usize, usize)> =
        (0..parents.len()).rev().filter(|&root| parents[root].is_none()).map(|root| (root, 0)).collect();
    let mut order = Vec::with_capacity(parents.len());
    while let Some((position, depth)) = open.pop() {
        order.push((position, depth));
        open.extend(subtasks[position].iter().rev().map(|&subtask| (subtask, depth + 1)));
    }
    order
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ids(names: &[&str]) -> Vec<TaskId> {
        names.iter().map(|name| TaskId::new(name).expect("an id")).collect()
    }

    fn asked(names: &[&str]) -> Subtasks {
        Subtasks::new(ids(names).iter().map(|id| (0, id)))
    }

    fn grow(subtasks: &mut Subtasks, parent: usize, children: &[&str]) -> Vec<TaskId> {
        let children: Vec<String> = children.iter().map(|child| (*child).to_owned()).collect();
        subtasks.grow(parent, 0, &children)
    }

    #[test]
    fn a_subtask_is_found_once_whoever_names_it_and_however_often() {
        let mut subtasks = asked(&["a", "b"]);
        assert_eq!(grow(&mut subtasks, 0, &["c", "b", "c", " d ", "a", "", ".."]), ids(&["c", "d"]));
        assert_eq!(grow(&mut subtasks, 1, &["d", "e"]), ids(&["e"]));
        assert_eq!(grow(&mut subtasks, 2, &["a", "c", "d", "f"]), ids(&["f"]));
        assert_eq!(grow(&mut subtasks, 0, &["c", "d"]), ids(&[]));
        assert_eq!(
            (0..6).map(|at| subtasks.parent(at)).collect::<Vec<_>>(),
            [None, None, Some(0), Some(0), Some(1), Some(2)]
        );
        assert_eq!(subtasks.in_order(), [(0, 0), (2, 1), (5, 2), (3, 1), (1, 0), (4, 1)]);
        assert!(!subtasks.is_truncated());
    }

    #[test]
    fn the_same_id_of_another_system_is_another_task() {
        let mut subtasks = asked(&["a"]);
        assert_eq!(subtasks.grow(0, 1, &["a".to_owned()]), ids(&["a"]));
    }

    #[test]
    fn what_lies_too_deep_is_left_out() {
        let mut subtasks = asked(&["0"]);
        for depth in 1..=DEEPEST {
            assert_eq!(grow(&mut subtasks, depth - 1, &[&depth.to_string()]).len(), 1);
        }
        assert!(!subtasks.is_truncated());
        assert_eq!(grow(&mut subtasks, DEEPEST, &["too deep"]), ids(&[]));
        assert!(subtasks.is_truncated());
    }

    #[test]
    fn there_are_no_more_than_a_thousand_or_ten_for_each_that_was_asked_for() {
        let endless: Vec<String> = (0..100_000).map(|number| format!("part-{number}")).collect();
        for (count, most) in [(1, MOST), (500, 500 * MOST_EACH)] {
            let names: Vec<String> = (0..count).map(|number| format!("t-{number}")).collect();
            let mut subtasks = asked(&names.iter().map(String::as_str).collect::<Vec<_>>());
            assert_eq!(count + subtasks.grow(0, 0, &endless).len(), most);
            assert!(subtasks.is_truncated());
            assert_eq!(subtasks.grow(0, 0, &endless), []);
            assert_eq!(subtasks.in_order().len(), most);
        }
    }

    proptest! {
        #[test]
        fn whatever_is_named_each_stands_once_and_right_behind_its_task_or_its_siblings(
            named in proptest::collection::vec((0..20usize, proptest::collection::vec(0..20usize, 0..5)), 0..30),
        ) {
            let mut subtasks = asked(&["0", "1"]);
            let mut positions = vec![0, 1];
            for (parent, children) in named {
                let Some(parent) = positions.iter().position(|known| *known == parent) else { continue };
                let children: Vec<String> = children.iter().map(ToString::to_string).collect();
                for id in subtasks.grow(parent, 0, &children) {
                    positions.push(id.as_str().parse().expect("a number"));
                }
            }
            let order = subtasks.in_order();
            let mut seen: Vec<usize> = order.iter().map(|(position, _)| positions[*position]).collect();
            seen.sort_unstable();
            seen.dedup();
            prop_assert_eq!(seen.len(), positions.len());
            let mut above: Vec<usize> = Vec::new();
            for (position, depth) in order {
                above.truncate(depth);
                prop_assert_eq!(subtasks.parent(position), above.last().copied());
                above.push(position);
            }
        }
    }
}

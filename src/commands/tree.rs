//! `get --tree`: a task with its parts, and theirs.
//!
//! The parts of all tasks of a level are read together. The order is depth first, each task before its parts, and a
//! task stands once however many name it as their part. Machine formats get the tasks flat, with `parent` set; a
//! table is indented.

use std::collections::HashSet;
use std::sync::Arc;

use crate::event::{Item, Name, Observer};
use crate::follow::{self, Ended, Followed, Inbox, Plan};
use crate::outcome::Outcome;
use crate::task::TaskId;
use crate::watch::{Goal, Rules};

/// No part is looked for deeper than this.
const DEEPEST: usize = 32;

/// No more tasks than this are read for one call.
const MOST: usize = 1000;

/// A task and its place.
struct Node {
    item: Item,
    system: usize,
    parts: Vec<usize>,
}

/// How tasks stand under each other.
pub(super) struct Tree {
    /// How deep each item stands; 0 is a task that was asked for.
    depths: Vec<usize>,
    /// Some parts were not looked for: there are too many, or they lie too deep.
    pub(super) cut: bool,
}

/// Reads the parts of what was read by a plan, and theirs.
///
/// Returns everything that was read, depth first, and how it stands.
pub(super) fn grow(roots: Ended, plan: &Plan<'_>, observer: &mut dyn Observer) -> (Ended, Tree) {
    let mut outcome = roots.outcome;
    let mut nodes: Vec<Node> = roots
        .items
        .into_iter()
        .zip(plan.tasks)
        .map(|(item, task)| Node { item, system: task.system, parts: Vec::new() })
        .collect();
    let count = nodes.len();
    let mut known: HashSet<(usize, TaskId)> =
        plan.tasks.iter().map(|task| (task.system, task.id.clone())).collect();
    let mut level = 0..count;
    let mut cut = false;
    for depth in 0.. {
        if matches!(outcome, Outcome::Signal(_)) {
            break;
        }
        let mut parts: Vec<Followed> = Vec::new();
        let mut parents: Vec<usize> = Vec::new();
        for parent in level.clone() {
            let Ok(task) = &nodes[parent].item.task else { continue };
            for child in &task.children {
                let Ok(id) = TaskId::new(child) else { continue };
                if known.contains(&(nodes[parent].system, id.clone())) {
                    continue;
                }
                if depth >= DEEPEST || known.len() >= MOST {
                    cut = true;
                    continue;
                }
                known.insert((nodes[parent].system, id.clone()));
                parts.push(part(&nodes[parent], id));
                parents.push(parent);
            }
        }
        if parts.is_empty() {
            break;
        }
        // The state of a part is no state of the task that was asked for.
        let rules = Rules { goal: Goal::Reading { exit_status: false }, ..plan.rules.clone() };
        let next = Plan { tasks: &parts, rules, ..plan.clone() };
        // A level's late answers must not be taken for the next one's.
        let read = follow::follow(next, &Inbox::new(), observer);
        outcome = outcome.merge(read.outcome);
        level = nodes.len()..nodes.len() + parts.len();
        for ((mut item, part), parent) in read.items.into_iter().zip(&parts).zip(parents) {
            let above = nodes[parent].item.name.id.clone();
            if let Ok(task) = &mut item.task {
                task.parent.get_or_insert(above);
            }
            let position = nodes.len();
            nodes[parent].parts.push(position);
            nodes.push(Node { item, system: part.system, parts: Vec::new() });
        }
    }
    let exit_code = if outcome == roots.outcome { roots.exit_code } else { outcome.code() };
    let (items, depths) = in_order(nodes, count);
    (Ended { outcome, exit_code, items }, Tree { depths, cut })
}

/// A part of a task, by its id: it lives where the task does.
fn part(node: &Node, id: TaskId) -> Followed {
    let mut name = Name::clone(&node.item.name);
    name.reference = format!("{}/{id}", name.profile);
    name.id = id.as_str().to_owned();
    Followed { name: Arc::new(name), id, system: node.system }
}

/// Depth first, the first `roots` being the tasks that were asked for.
fn in_order(nodes: Vec<Node>, roots: usize) -> (Vec<Item>, Vec<usize>) {
    let mut order: Vec<(usize, usize)> = Vec::with_capacity(nodes.len());
    let mut open: Vec<(usize, usize)> = (0..roots).rev().map(|root| (root, 0)).collect();
    while let Some((position, depth)) = open.pop() {
        order.push((position, depth));
        open.extend(nodes[position].parts.iter().rev().map(|&part| (part, depth + 1)));
    }
    let mut items: Vec<Option<Item>> = nodes.into_iter().map(|node| Some(node.item)).collect();
    let taken = order.iter().filter_map(|&(position, _)| items[position].take()).collect();
    (taken, order.into_iter().map(|(_, depth)| depth).collect())
}

impl Tree {
    /// The items as a table shows them: the name of a part stands under its task's, drawn with lines where `lines`
    /// may be drawn.
    pub(super) fn indented(&self, items: &[Item], lines: bool) -> Vec<Item> {
        let mut shown = items.to_vec();
        for (position, item) in shown.iter_mut().enumerate() {
            let name = Arc::make_mut(&mut item.name);
            name.reference = format!("{}{}", self.indent(position, lines), name.reference);
        }
        shown
    }

    /// What stands before an item's name.
    fn indent(&self, position: usize, lines: bool) -> String {
        let depth = self.depths[position];
        if !lines {
            return "  ".repeat(depth);
        }
        (1..=depth)
            .map(|column| match (column == depth, self.goes_on(position, column)) {
                (true, true) => "├─ ",
                (true, false) => "└─ ",
                (false, true) => "│  ",
                (false, false) => "   ",
            })
            .collect()
    }

    /// Whether another item of this depth follows under the same task.
    fn goes_on(&self, position: usize, depth: usize) -> bool {
        let after = self.depths[position + 1..].iter().find(|&&other| other <= depth);
        after == Some(&depth)
    }
}

//! Many tasks in one request, where the API has such a form and this server takes it.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};

use super::{Backend, TaskResults};
use crate::error::{Error, Kind};
use crate::task::{Task, TaskId};

/// How many ids a server takes in one request, and whether it takes several at all.
pub struct Batching {
    size: AtomicUsize,
    fits: fn(&TaskId) -> bool,
    /// How many refusals are left before it is not tried any more.
    left: AtomicU8,
}

impl Batching {
    /// A server that never took the form does not have it; one that did may refuse it for a moment.
    const UNKNOWN: u8 = 1;
    const KNOWN: u8 = 3;

    /// Up to `size` ids. Whether this server takes them is not known yet, and will be tried.
    pub(crate) fn new(size: usize) -> Batching {
        Batching { size: size.into(), fits: |_| true, left: AtomicU8::new(Batching::UNKNOWN) }
    }

    /// Up to `size` ids, and only those that are `fits`: another one would spoil the request for all.
    pub(crate) fn only(size: usize, fits: fn(&TaskId) -> bool) -> Batching {
        Batching { fits, ..Batching::new(size) }
    }

    /// How many ids one request may hold now.
    pub(crate) fn size(&self) -> usize {
        if self.is_on() { self.size.load(Ordering::Relaxed) } else { 1 }
    }

    fn is_on(&self) -> bool {
        self.left.load(Ordering::Relaxed) > 0
    }

    fn worked(&self) {
        self.left.store(Batching::KNOWN, Ordering::Relaxed);
    }

    /// `in_words` says that the API itself refused it, and not something that gave no reason.
    fn refused(&self, in_words: bool) {
        let less = |left: u8| Some(if in_words { 0 } else { left.saturating_sub(1) });
        let _ = self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, less);
    }
}

/// Reads ids in one request, and what that request does not answer one by one.
///
/// When the server refuses the batched form and answers to ids alone, the form is given up for the rest of the run.
pub(super) fn get_many<B: Backend + ?Sized>(backend: &B, ids: &[TaskId]) -> TaskResults {
    let Some(batching) = backend.batching().filter(|batching| batching.is_on()) else {
        return one_by_one(backend, ids.iter());
    };
    // An id that was given twice is sent once: to some servers the list is a set.
    let mut known = HashSet::new();
    let together: Vec<&TaskId> = ids.iter().filter(|id| (batching.fits)(id) && known.insert(*id)).collect();
    if together.len() < 2 {
        return one_by_one(backend, ids.iter());
    }
    let found = match backend.get_batch(&together) {
        Ok(found) => {
            batching.worked();
            found
        }
        Err(error) if error.http_status.is_some_and(is_refusal) => {
            let answers = one_by_one(backend, ids.iter());
            // An appliance that starts again refuses everything for a while: that is nothing about the batched form.
            if answers.iter().any(Result::is_ok) {
                backend.client().log().info(format_args!(
                    "{}: the batched read was refused ({error}), reading one by one",
                    backend.host()
                ));
                batching.refused(error.code.is_some());
            }
            return answers;
        }
        // Such as one that is too large: fewer tasks are asked for in one request from now on.
        Err(error) if error.kind == Kind::Decode && !error.retryable => {
            batching.size.fetch_min((ids.len() / 2).max(1), Ordering::Relaxed);
            let (first, second) = ids.split_at(ids.len() / 2);
            let mut answers = get_many(backend, first);
            answers.extend(get_many(backend, second));
            return answers;
        }
        Err(error) => {
            let alone = |id: &TaskId| if (batching.fits)(id) { Err(error.clone()) } else { backend.get(id) };
            return ids.iter().map(alone).collect();
        }
    };
    // The answers by the ids' order. An id that was given twice gets the same answer twice.
    let mut first: HashMap<&TaskId, usize> = HashMap::new();
    let firsts: Vec<usize> = ids.iter().enumerate().map(|(at, id)| *first.entry(id).or_insert(at)).collect();
    let mut answers: Vec<Option<Result<Task, Error>>> = vec![None; ids.len()];
    // Servers spell UUIDs in small letters, whatever they were asked for.
    let fold = |id: &TaskId| id.as_str().to_ascii_lowercase();
    let folded: HashMap<String, usize> = first.iter().map(|(id, &at)| (fold(id), at)).collect();
    for task in found.into_iter().flatten() {
        if let Some(&at) = first.get(&task.id).or_else(|| folded.get(&fold(&task.id))) {
            answers[at] = Some(Ok(Task { id: ids[at].clone(), ..task }));
        }
    }
    // Those that are not in the answer: the server's own word for it, 404 or whatever it is, comes from asking alone.
    let missing: Vec<usize> =
        (0..ids.len()).filter(|&at| firsts[at] == at && answers[at].is_none()).collect();
    for (&at, answer) in missing.iter().zip(one_by_one(backend, missing.iter().map(|&at| &ids[at]))) {
        answers[at] = Some(answer);
    }
    for (at, &first) in firsts.iter().enumerate().filter(|&(at, &first)| first < at) {
        answers[at] = answers[first].clone();
    }
    answers.into_iter().flatten().collect()
}

/// Whether a status may say that this server does not take several ids in one request: a redirect, a refusal that is
/// not about who asks or how often, or that the method is not there.
fn is_refusal(status: u16) -> bool {
    matches!(status, 300..=499 | 501) && !matches!(status, 401 | 403 | 407 | 408 | 429)
}

/// Reads each id alone. Once the server itself is lost, the others share that error instead of waiting for it too.
fn one_by_one<'a, B: Backend + ?Sized>(backend: &B, ids: impl Iterator<Item = &'a TaskId>) -> TaskResults {
    let mut lost: Option<Error> = None;
    ids.map(|id| {
        if let Some(error) = &lost {
            return Err(error.clone());
        }
        let answer = backend.get(id);
        if let Err(error) = &answer
            && error.is_of_the_server()
        {
            lost = Some(error.clone());
        }
        answer
    })
    .collect()
}

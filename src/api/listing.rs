//! Lists of tasks: what is asked for, the pages that a server gives, and the list that they make.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashSet};

use jiff::Timestamp;

use super::{Descriptor, TaskResults};
use crate::task::{Task, TaskId};

/// What a list should hold.
#[derive(Clone, Debug, Default)]
pub struct Query {
    /// Only tasks in one of these states, by our words; empty is any.
    pub states: Vec<String>,
    /// Only tasks that started after this.
    pub since: Option<Timestamp>,
    /// No more than this many.
    pub limit: Option<usize>,
    /// Ended ones too, where the API lists active ones by default.
    pub all: bool,
    /// The API's own filters, by the name of the setting or flag.
    pub filters: BTreeMap<String, Vec<String>>,
    /// Whether the server's own bytes of each task are wanted.
    pub raw: bool,
}

impl Query {
    /// The server's words for the states that are asked for; `None` where any is, or one that no word stands for, so that
    /// the server cannot select them. Empty where no task of this API is ever in such a state.
    pub(crate) fn native_states(&self, api: &Descriptor) -> Option<Vec<&'static str>> {
        if self.states.is_empty() || self.states.iter().any(|state| state == "unknown") {
            return None;
        }
        let mut words = Vec::new();
        for (word, _) in self.states.iter().flat_map(|state| api.words_of(state)) {
            if !words.contains(&word) {
                words.push(word);
            }
        }
        Some(words)
    }

    /// Whether no task of this API is ever in a state that is asked for, so that its server need not be asked.
    pub(crate) fn selects_nothing(&self, api: &Descriptor) -> bool {
        self.native_states(api).is_some_and(|words| words.is_empty())
    }

    /// Whether a task is one that was asked for, by its state and its start. One without a start counts as new while it
    /// has not ended.
    pub(crate) fn admits(&self, task: &Task) -> bool {
        (self.states.is_empty() || self.states.iter().any(|word| word == task.state.word()))
            && self.since.is_none_or(|since| begun(task) > since)
    }
}

/// When a task began, for the order of a list.
fn begun(task: &Task) -> Timestamp {
    let unknown = if task.state.ended() {
        task.ended_at.or(task.updated_at).unwrap_or(Timestamp::MIN)
    } else {
        Timestamp::MAX
    };
    task.started_at.or(task.created_at).unwrap_or(unknown)
}

/// Some tasks of a list.
pub struct Page {
    /// What the server listed; one that cannot be read spoils only itself.
    pub tasks: TaskResults,
    /// Where the next page begins; `None` after the last.
    pub next: Option<u64>,
    /// Whether the server gives the newest first, from page to page.
    pub ordered: bool,
}

impl Page {
    /// Everything there is, in the server's own order.
    pub(crate) fn whole(tasks: TaskResults) -> Page {
        Page { tasks, next: None, ordered: false }
    }

    /// No tasks at all.
    pub(crate) fn empty() -> Page {
        Page::whole(Vec::new())
    }
}

/// Makes a list of pages: nothing twice, nothing that was not asked for, newest first, no more than the limit.
///
/// The pages of a server that sorts are handed on as they come; of one that does not, all of them are needed to know
/// which tasks are the newest.
pub struct Listing {
    query: Query,
    next: Option<u64>,
    left: usize,
    seen: HashSet<TaskId>,
    held: TaskResults,
    /// How many pages in a row held nothing that could be read.
    unreadable: usize,
}

/// No more pages in a row without a readable task are asked for: they may be the same one.
const UNREADABLE_PAGES: usize = 5;

impl Listing {
    /// A list of which no page has been read.
    pub fn new(query: Query) -> Listing {
        let left = query.limit.unwrap_or(usize::MAX);
        Listing { query, next: Some(0), left, seen: HashSet::new(), held: Vec::new(), unreadable: 0 }
    }

    /// Where the page begins that must be read next; `None` when the list is whole.
    pub fn next(&self) -> Option<u64> {
        self.next.filter(|_| self.left > 0)
    }

    /// Takes the page that [`Listing::next`] asked for. Returns what is to be shown now.
    pub fn take(&mut self, page: Page) -> TaskResults {
        let mut fresh = false;
        let readable = page.tasks.iter().any(Result::is_ok);
        self.unreadable = if readable { 0 } else { self.unreadable + 1 };
        for mut task in page.tasks {
            if let Ok(task) = &mut task {
                if !self.query.raw {
                    task.raw = Box::default();
                }
                // Tasks that begin or end meanwhile move the pages: one may come twice.
                if !self.seen.insert(task.id.clone()) {
                    continue;
                }
                fresh = true;
                if !self.query.admits(task) {
                    continue;
                }
            }
            self.held.push(task);
        }
        // A server that gives the same page again and again must not keep us for ever.
        self.next = page.next.filter(|_| fresh || !readable && self.unreadable < UNREADABLE_PAGES);
        let mut shown = std::mem::take(&mut self.held);
        if !page.ordered {
            shown.sort_by_key(|task| Reverse(task.as_ref().map_or(Timestamp::MAX, begun)));
        }
        // What cannot be read does not use the limit up.
        let mut left = self.left;
        shown.retain(|task| {
            let fits = left > 0;
            left -= usize::from(fits && task.is_ok());
            fits
        });
        if !page.ordered && self.next.is_some() {
            self.held = shown;
            return Vec::new();
        }
        self.left = left;
        shown
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;
    use crate::task::State;

    fn task(id: &str, start: Option<i64>, state: State) -> Result<Task, Error> {
        let mut task = Task::new(TaskId::new(id).expect("an id"), state, None);
        task.started_at = start.map(|second| Timestamp::from_second(second).expect("a time"));
        Ok(task)
    }

    fn running(id: &str, start: i64) -> Result<Task, Error> {
        task(id, Some(start), State::Running)
    }

    fn ids(tasks: &[Result<Task, Error>]) -> Vec<&str> {
        tasks.iter().map(|task| task.as_ref().map_or("?", |task| task.id.as_str())).collect()
    }

    #[test]
    fn pages_of_a_server_that_sorts_are_handed_on_as_they_come_and_nothing_twice() {
        let mut listing = Listing::new(Query { limit: Some(4), ..Query::default() });
        assert_eq!(listing.next(), Some(0));
        let page = |tasks, next| Page { tasks, next, ordered: true };
        let first = listing.take(page(vec![running("c", 3), running("b", 2)], Some(2)));
        assert_eq!((ids(&first), listing.next()), (vec!["c", "b"], Some(2)));
        let odd = Err(Error::decode("odd"));
        let second =
            listing.take(page(vec![running("b", 2), odd, running("a", 1), running("z", 0)], Some(9)));
        assert_eq!((ids(&second), listing.next()), (vec!["?", "a", "z"], None), "the limit is reached");
    }

    #[test]
    fn the_newest_of_a_server_that_does_not_sort_are_known_at_the_end() {
        let mut listing = Listing::new(Query { limit: Some(2), ..Query::default() });
        let page = |tasks, next| Page { tasks, next, ordered: false };
        assert!(listing.take(page(vec![running("a", 1), running("b", 2)], Some(1))).is_empty());
        assert!(listing.take(page(vec![running("c", 3)], Some(2))).is_empty());
        assert_eq!(listing.held.len(), 2, "no more is kept than can be shown");
        let all = listing.take(page(vec![running("d", 4), task("queued", None, State::Pending)], None));
        assert_eq!((ids(&all), listing.next()), (vec!["queued", "d"], None));
    }

    #[test]
    fn a_page_that_brings_nothing_new_is_the_last() {
        let mut listing = Listing::new(Query::default());
        for _ in 0..2 {
            listing.take(Page { tasks: vec![running("a", 1)], next: Some(1), ordered: true });
        }
        assert_eq!(listing.next(), None);
    }

    #[test]
    fn a_page_that_cannot_be_read_does_not_hide_those_after_it() {
        let unreadable = || Page { tasks: vec![Err(Error::decode("odd"))], next: Some(1), ordered: true };
        let mut listing = Listing::new(Query::default());
        assert_eq!(listing.take(unreadable()).len(), 1);
        assert_eq!(listing.next(), Some(1));
        let page = Page { tasks: vec![running("b", 2)], next: Some(2), ordered: true };
        assert_eq!((ids(&listing.take(page)), listing.next()), (vec!["b"], Some(2)));
        for _ in 1..UNREADABLE_PAGES {
            listing.take(unreadable());
            assert_eq!(listing.next(), Some(1));
        }
        listing.take(unreadable());
        assert_eq!(listing.next(), None, "it may be the same page for ever");
    }

    #[test]
    fn a_task_without_a_start_is_new_while_it_has_not_ended() {
        let query = Query { since: Timestamp::from_second(5).ok(), ..Query::default() };
        let admitted = |task: Result<Task, Error>| query.admits(&task.expect("a task"));
        assert!(admitted(running("a", 6)) && !admitted(running("a", 5)));
        assert!(admitted(task("a", None, State::Blocked)) && !admitted(task("a", None, State::Succeeded)));
    }
}

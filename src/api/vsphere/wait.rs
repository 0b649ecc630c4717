//! The server tells of changes: one long request for all tasks of a watch, on a property collector of its own.
//!
//! The version that an answer gives says what was told already. It stays valid when a connection breaks, so that nothing
//! is lost between two requests.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use quick_xml::escape::escape;

use super::task::mo_id;
use super::{VSphere, soap, task};
use crate::api::xml::Element;
use crate::api::{Backend as _, TaskResults, Waited};
use crate::error::Error;
use crate::http::Reply;
use crate::task::{State, Task, TaskId};

/// After so many long requests in a row that brought nothing, this server is polled: something in between cuts them.
const MOST_FAILURES: u32 = 3;

/// How many answers may be told in pieces before they are whole.
const MOST_PIECES: usize = 1000;

/// The waiting of one backend.
#[derive(Default)]
pub(super) struct Waiting {
    /// Those that no request is under way for.
    idle: Mutex<Vec<Collector>>,
    failures: AtomicU32,
}

/// A property collector of the server with one filter, and what was told of its tasks.
struct Collector {
    id: String,
    /// Empty before the first answer.
    version: String,
    objects: HashSet<String>,
    /// What is not here is not there any more, and is asked for alone.
    told: HashMap<String, Result<Task, Error>>,
    /// What the virtual machines ask on which tasks run; none is a machine that asks nothing.
    questions: HashMap<String, Option<Element>>,
}

impl VSphere {
    /// As [`crate::api::Backend::wait`].
    pub(super) fn wait_for_changes(&self, ids: &[TaskId], at_most: Duration) -> Option<Waited> {
        if self.waiting.failures.load(Ordering::Relaxed) >= MOST_FAILURES {
            return None;
        }
        let objects: Vec<&str> = ids.iter().map(|id| self.object(id)).collect::<Result<_, _>>().ok()?;
        let mut collector = self.idle_collector(&objects);
        match self.wait_on(&mut collector, &objects, at_most) {
            Ok(at_once) => {
                self.waiting.failures.store(0, Ordering::Relaxed);
                let collector = collector?;
                let results: TaskResults = ids
                    .iter()
                    .map(|id| match collector.told.get(mo_id(id)) {
                        Some(told) => told.clone().map(|task| task::of(collector.with_question(task), id)),
                        None => self.get(id),
                    })
                    .collect();
                self.idle().push(collector);
                self.remember(&results);
                Some(Waited { results, at_once })
            }
            Err(error) => {
                let failures = self.waiting.failures.fetch_add(1, Ordering::Relaxed) + 1;
                self.client
                    .log()
                    .info(format_args!("{}: waiting for changes failed: {error}", self.client.host()));
                if failures == MOST_FAILURES {
                    self.client.log().info(format_args!("{}: polling from now on", self.client.host()));
                }
                // Its version is still good once the server is reached again.
                self.idle().extend(collector);
                // A server that wants to be left alone is not asked in another way either.
                let results = error.retry_after.is_some().then(|| vec![Err(error); ids.len()])?;
                Some(Waited { results, at_once: false })
            }
        }
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Collector>> {
        self.waiting.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A collector that is told of all these objects, and that nobody uses.
    fn idle_collector(&self, objects: &[&str]) -> Option<Collector> {
        let mut idle = self.idle();
        let fits = |collector: &Collector| objects.iter().all(|object| collector.objects.contains(*object));
        idle.iter().position(fits).map(|position| idle.swap_remove(position))
    }

    /// Waits with this collector, or with a new one where there is none, or the server does not know it any more. Returns
    /// whether it is worth asking again at once.
    fn wait_on(
        &self,
        collector: &mut Option<Collector>,
        objects: &[&str],
        at_most: Duration,
    ) -> Result<bool, Error> {
        let was_known = collector.is_some();
        let known = match collector {
            Some(known) => known,
            None => collector.insert(self.new_collector(objects)?),
        };
        match self.take_updates(known, at_most) {
            // The session was renewed, or the server was restarted.
            Err(error) if was_known && is_forgotten(&error) => {
                let fresh = collector.insert(self.new_collector(objects)?);
                self.take_updates(fresh, at_most)
            }
            updates => updates,
        }
    }

    fn new_collector(&self, objects: &[&str]) -> Result<Collector, Error> {
        let service = self.service()?;
        let made = |reply: &Reply| -> Result<String, Error> {
            let answer = soap::answer(reply)?;
            answer
                .text_of("returnval")
                .map(str::to_owned)
                .ok_or_else(|| reply.no_xml("the answer names no object"))
        };
        // Those that this one stands in for.
        let old: Vec<Collector> = {
            let is_covered =
                |old: &mut Collector| old.objects.iter().all(|object| objects.contains(&object.as_str()));
            self.idle().extract_if(.., is_covered).collect()
        };
        for old in old {
            let _ =
                self.client.send(&service.call("DestroyPropertyCollector", "PropertyCollector", &old.id, ""));
        }
        let own = service.property_collector.as_str();
        let create = service.call("CreatePropertyCollector", "PropertyCollector", own, "");
        let id = made(&self.client.send(&create)?)?;
        self.filter(&id, "Task", "info", objects)?;
        let objects = objects.iter().map(|object| (*object).to_owned()).collect();
        let (told, questions) = (HashMap::new(), HashMap::new());
        Ok(Collector { id, version: String::new(), objects, told, questions })
    }

    /// Has a collector tell of a property of these objects too.
    fn filter(&self, collector: &str, kind: &str, property: &str, objects: &[&str]) -> Result<(), Error> {
        let filter = format!(
            "<spec>{}</spec><partialUpdates>false</partialUpdates>",
            soap::specification(kind, property, objects, true)
        );
        let request = self.service()?.call("CreateFilter", "PropertyCollector", collector, &filter);
        soap::answer(&self.client.send(&request)?).map(|_| ())
    }

    /// Takes what has changed since the collector's version, or waits for it. Returns whether something was told.
    fn take_updates(&self, collector: &mut Collector, at_most: Duration) -> Result<bool, Error> {
        let service = self.service()?;
        let machines: HashSet<String> = collector
            .told
            .values()
            .flatten()
            .filter_map(running_on)
            .filter(|machine| !collector.questions.contains_key(*machine))
            .map(str::to_owned)
            .collect();
        if !machines.is_empty() {
            let machines: Vec<&str> = machines.iter().map(String::as_str).collect();
            self.filter(&collector.id, "VirtualMachine", "runtime.question", &machines)?;
            collector.questions.extend(machines.iter().map(|machine| ((*machine).to_owned(), None)));
        }
        let mut was_told = false;
        let mut wait = at_most;
        for _ in 0..MOST_PIECES {
            let arguments = format!(
                "<version>{}</version><options><maxWaitSeconds>{}</maxWaitSeconds></options>",
                escape(&collector.version),
                wait.as_secs()
            );
            let request = service
                .call("WaitForUpdatesEx", "PropertyCollector", &collector.id, &arguments)
                .may_take_longer(wait);
            let reply = self.client.send(&request)?;
            let text = reply.text();
            // Nothing has changed.
            let Some(mut set) = soap::answer(&reply)?.take_all("returnval").next() else {
                return Ok(was_told);
            };
            let version = set.text_of("version").map(str::to_owned);
            for mut filter in set.take_all("filterSet") {
                for object in filter.take_all("objectSet") {
                    collector.take(object, &text);
                }
                for missing in filter.all("missingSet") {
                    collector.told.remove(missing.text_of("obj").unwrap_or_default());
                }
            }
            collector.version = version.ok_or_else(|| reply.no_xml("the answer has no version"))?;
            was_told = true;
            if set.text_of("truncated") != Some("true") {
                return Ok(true);
            }
            wait = Duration::ZERO;
        }
        Ok(true)
    }
}

impl Collector {
    /// The task as told, blocked where its virtual machine asks something.
    fn with_question(&self, mut task: Task) -> Task {
        let question = running_on(&task).and_then(|machine| self.questions.get(machine)?.as_ref());
        if let Some(question) = question {
            task::block(&mut task, question);
        }
        task
    }

    /// Takes what is told of one object.
    fn take(&mut self, mut update: Element, text: &str) {
        let id = update.text_of("obj").unwrap_or_default().to_owned();
        if let Some(question) = self.questions.get_mut(&id) {
            for mut change in update.take_all("changeSet") {
                *question = change.take_all("val").next();
            }
            return;
        }
        let mut told = None;
        for mut change in update.take_all("changeSet") {
            let is_whole = change.text_of("name") == Some("info");
            told = change
                .take_all("val")
                .next()
                .filter(|_| is_whole)
                .map(|info| task::normalise(&info, info.source(text)));
        }
        let missing = update.child("missingSet").map(|missing| Err(soap::unreadable_property(missing)));
        match told.or(missing).filter(|_| update.text_of("kind") != Some("leave")) {
            Some(told) => self.told.insert(id, told),
            None => self.told.remove(&id),
        };
    }
}

/// The virtual machine that a running task works on.
pub(super) fn running_on(task: &Task) -> Option<&str> {
    let target = task.target.as_ref().filter(|_| task.state == State::Running)?;
    target.id.as_deref().filter(|_| target.kind.as_deref() == Some("VirtualMachine"))
}

/// Whether an error says that the server does not know a collector, or its version, any more.
fn is_forgotten(error: &Error) -> bool {
    let forgotten = ["ManagedObjectNotFound", "InvalidCollectorVersion", "RequestCanceled"];
    error.code.as_deref().is_some_and(|code| forgotten.contains(&code))
}

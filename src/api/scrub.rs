//! A backend whose tasks and errors hold no secret of the run, whatever its server echoes.
//!
//! It stands around every backend, so that no format, no progress line and no error has to think of it. Texts are
//! changed and structure is not: states, times, percentages and the keys that the API itself uses stay as they are.

use std::sync::Arc;
use std::time::Duration;

use super::{Backend, Page, Query, Waited};
use crate::error::Error;
use crate::http::{Client, Reply, Request};
use crate::task::{State, Target, Task, TaskId};
use crate::util::redact::Redactor;

/// A backend, and what must not be seen of what it reads.
pub struct Scrubbed {
    inner: Arc<dyn Backend>,
    redactor: Arc<Redactor>,
}

impl Scrubbed {
    /// Stands around this backend.
    pub fn new(inner: Arc<dyn Backend>, redactor: Arc<Redactor>) -> Scrubbed {
        Scrubbed { inner, redactor }
    }

    fn clean(&self, mut result: Result<Task, Error>) -> Result<Task, Error> {
        match &mut result {
            Ok(task) => scrub_task(&self.redactor, task),
            Err(error) => self.redactor.scrub_error(error),
        }
        result
    }

    /// Here, and only here, the id is the server's word.
    fn listed(&self, result: Result<Task, Error>) -> Result<Task, Error> {
        let mut task = self.clean(result)?;
        if let Some(id) = self.redactor.scrubbed(task.id.as_str())
            && let Ok(id) = TaskId::new(&id)
        {
            task.id = id;
        }
        Ok(task)
    }

    fn clean_error(&self, mut error: Error) -> Error {
        self.redactor.scrub_error(&mut error);
        error
    }
}

impl Backend for Scrubbed {
    fn client(&self) -> &Client {
        self.inner.client()
    }

    fn get(&self, id: &TaskId) -> Result<Task, Error> {
        self.clean(self.inner.get(id))
    }

    fn nonexistent_task(&self) -> Request {
        self.inner.nonexistent_task()
    }

    fn batch(&self) -> usize {
        self.inner.batch()
    }

    fn get_many(&self, ids: &[TaskId]) -> Vec<Result<Task, Error>> {
        self.inner.get_many(ids).into_iter().map(|result| self.clean(result)).collect()
    }

    fn can_wait(&self) -> bool {
        self.inner.can_wait()
    }

    fn wait(&self, ids: &[TaskId], at_most: Duration) -> Option<Waited> {
        let waited = self.inner.wait(ids, at_most)?;
        let results = waited.results.into_iter().map(|result| self.clean(result)).collect();
        Some(Waited { results, ..waited })
    }

    fn page(&self, query: &Query, at: u64) -> Result<Page, Error> {
        let mut page = self.inner.page(query, at).map_err(|error| self.clean_error(error))?;
        page.tasks = std::mem::take(&mut page.tasks).into_iter().map(|result| self.listed(result)).collect();
        Ok(page)
    }

    fn cancel(&self, id: &TaskId) -> Result<(), Error> {
        self.inner.cancel(id).map_err(|error| self.clean_error(error))
    }

    fn version(&self) -> Result<Option<String>, Error> {
        let version = self.inner.version().map_err(|error| self.clean_error(error))?;
        Ok(version.map(|text| self.redactor.scrub(&text)))
    }

    fn probe_unauthenticated(&self) -> Result<Reply, Error> {
        self.inner.probe_unauthenticated()
    }

    fn probe(&self) -> Result<(), Error> {
        self.inner.probe().map_err(|error| self.clean_error(error))
    }
}

/// Takes secrets out of every text of a task and out of the server's bytes.
fn scrub_task(redactor: &Redactor, task: &mut Task) {
    // Destructured, so that a new field cannot be forgotten.
    let Task {
        id: _,
        name,
        state,
        native_state,
        progress: _,
        progress_message,
        target,
        user,
        created_at: _,
        started_at: _,
        updated_at: _,
        ended_at: _,
        cancelable: _,
        parent,
        children,
        messages,
        warnings,
        result,
        details,
        raw,
    } = task;
    let scrub = |text: &mut String| redactor.scrub_in_place(text);
    [name, progress_message, user, parent].into_iter().flatten().for_each(scrub);
    children.iter_mut().chain(messages).chain(warnings).for_each(scrub);
    if let Some(Target { kind, id, name }) = target {
        [kind, id, name].into_iter().flatten().for_each(scrub);
    }
    match state {
        State::Failed { failure } => {
            failure.code.iter_mut().chain(&mut failure.message).chain(&mut failure.causes).for_each(scrub);
        }
        // A known word is the API's own; only an unknown one may be anything.
        State::Unknown { reported } => {
            scrub(reported);
            native_state.iter_mut().for_each(scrub);
        }
        State::Pending
        | State::Running
        | State::Blocked
        | State::Failing
        | State::Cancelling
        | State::Succeeded
        | State::Cancelled => {}
    }
    for document in [result, details].into_iter().flatten() {
        document.change(|text| redactor.scrub_json(text), |value| redactor.scrub_value(value));
    }
    *raw = redactor.scrub_bytes(raw).into();
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::task::Failure;
    use crate::task::PackedJson;

    #[test]
    fn a_state_keeps_its_word_and_texts_lose_the_secret() {
        let redactor = Redactor::new();
        for secret in ["RUNNING", "hunter-2", "failed"] {
            redactor.hide(secret);
        }
        let id = TaskId::new("t-1").expect("an id");
        let mut task = Task::new(id.clone(), State::Running, Some("RUNNING".to_owned()));
        task.name = Some("with hunter-2".to_owned());
        task.details = Some(PackedJson::new(json!({"failed": {"deep": ["hunter-2"]}})));
        task.raw = br#"{"a":"hunter-2","failed":true}"#.as_slice().into();
        scrub_task(&redactor, &mut task);
        assert_eq!((&task.state, task.native_state.as_deref()), (&State::Running, Some("RUNNING")));
        assert_eq!(task.name.as_deref(), Some("with ***"));
        assert_eq!(serde_json::Value::Object(task.details()), json!({"failed": {"deep": ["***"]}}));
        assert_eq!(&*task.raw, br#"{"a":"***","failed":true}"#);
        let failure = Failure { message: Some("hunter-2".to_owned()), ..Failure::default() };
        let mut task = Task::new(id, State::Failed { failure }, None);
        scrub_task(&redactor, &mut task);
        assert_eq!(task.state.failure().and_then(|failure| failure.message.as_deref()), Some("***"));
    }
}

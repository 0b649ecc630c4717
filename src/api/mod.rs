//! The management systems: what each is, and what can be asked of it.
//!
//! A backend is one file with one `DESCRIPTOR`, and a line in [`BACKENDS`]. It says what the API is, how it logs in
//! (`login`), its requests, and how a document becomes a task (`document`). Subcommands, help, completions, the
//! README's tables and the conformance tests are made from the registry. What no single API needs does not belong
//! here: waiting is the engine's, sending is `http`'s.

mod batch;
pub mod described;
mod descriptor;
mod document;
pub mod ecs;
mod listing;
mod login;
pub mod scrub;
pub mod snapservice;
mod vapi;
pub mod vcda;
pub mod vcenter;
pub mod velostrata;
pub mod vsphere;
mod xml;

use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;
use url::Url;

pub(crate) use batch::Batching;
pub use descriptor::{
    Capabilities, DerivedState, Descriptor, Filter, FilterKind, Options, Setting, SettingKind,
};
pub use document::{Document, StateWords};
pub use listing::{Listing, Page, Query};

use crate::error::Error;
use crate::http::transport::Transport;
use crate::http::{self, Client, Reply, Request};
use crate::task::{Task, TaskId};

/// Every backend that is written in code, in the order in which help and tables show them.
pub static BACKENDS: &[&Descriptor] = &[
    &velostrata::DESCRIPTOR,
    &vcda::DESCRIPTOR,
    &vcenter::DESCRIPTOR,
    &snapservice::DESCRIPTOR,
    &ecs::DESCRIPTOR,
    &vsphere::DESCRIPTOR,
];

/// The backend of this name or alias, or the described API of this name.
pub fn find(name: &str) -> Option<&'static Descriptor> {
    BACKENDS.iter().copied().find(|backend| backend.is(name)).or_else(|| described::find(name))
}

/// The names of all of them, with their aliases.
pub fn names() -> Vec<&'static str> {
    BACKENDS.iter().flat_map(|backend| backend.names()).chain(described::names()).collect()
}

/// Every backend and every described API. This reads all descriptions: it is for help, completion and messages.
pub fn backends() -> Vec<&'static Descriptor> {
    BACKENDS.iter().copied().chain(described::names().into_iter().filter_map(described::find)).collect()
}

/// The backends, those together whose APIs have the same words for states.
pub fn by_states() -> impl Iterator<Item = &'static [&'static Descriptor]> {
    BACKENDS.chunk_by(|one, next| std::ptr::eq(one.states, next.states))
}

/// Who asks.
#[derive(Clone, Debug, Default)]
pub struct Credentials {
    /// The user name.
    pub username: Option<String>,
    /// The password.
    pub password: Option<SecretString>,
    /// The token, for the ways of `auth` that take one.
    pub token: Option<SecretString>,
    /// Where the secret came from, in words, for hints: `password_env DR_PASSWORD of profile dr`.
    pub source: String,
    /// User name and password of a second login, where the profile has a setting of [`SettingKind::Username`].
    pub second: Option<(String, SecretString)>,
}

/// Makes a transport to another host.
pub type TransportTo = Arc<dyn Fn(&Url) -> Arc<dyn Transport> + Send + Sync>;

/// What a backend is made from.
pub struct Connection {
    /// The way of `auth`, one of the descriptor's; empty where there is no choice.
    pub auth: String,
    /// Who asks.
    pub credentials: Credentials,
    /// The backend's own settings.
    pub options: Options,
    /// Address, transport and the rest that every client needs.
    pub http: http::Settings,
    /// Makes a transport to a second host that the settings name, under the profile's rules of trust.
    pub transport_to: TransportTo,
}

/// What was read of several tasks; one that cannot be read spoils only itself.
pub type TaskResults = Vec<Result<Task, Error>>;

/// What a server told of several tasks when it was asked to tell of changes.
pub struct Waited {
    /// In the order of the ids, one each.
    pub results: TaskResults,
    /// Something was told, so that more may follow at any moment: it is worth asking again at once.
    pub at_once: bool,
}

/// One management system, one session.
pub trait Backend: Send + Sync {
    /// The client that holds the session.
    fn client(&self) -> &Client;

    /// Reads one task.
    ///
    /// # Errors
    /// What the server or the network said; [`crate::error::Kind::NotFound`] when there is no such task.
    fn get(&self, id: &TaskId) -> Result<Task, Error>;

    /// The request that reads a task that does not exist, for `taskctl doctor`.
    fn nonexistent_task(&self) -> Request;

    /// Whether this server takes several ids in one request, as far as is known; `None` where the API has no such form.
    fn batching(&self) -> Option<&Batching> {
        None
    }

    /// Reads several tasks in one request, or a few. What it does not answer is asked for alone.
    ///
    /// # Errors
    /// What the server or the network said of the request.
    fn get_batch(&self, ids: &[&TaskId]) -> Result<TaskResults, Error> {
        Ok(ids.iter().map(|id| self.get(id)).collect())
    }

    /// How many tasks one request may read now; 1 where the API, or this server, has no batched form.
    fn batch(&self) -> usize {
        self.batching().map_or(1, Batching::size)
    }

    /// Reads several tasks in as few requests as the API allows. The results stand in the order of the ids, one
    /// each; one bad id spoils only itself.
    fn get_many(&self, ids: &[TaskId]) -> TaskResults {
        batch::get_many(self, ids)
    }

    /// Whether the API can tell of changes, so that its tasks need not be polled.
    fn can_wait(&self) -> bool {
        false
    }

    /// Reads several tasks that were read before once one of them has changed, or after about `at_most` if none has.
    /// `None` where the server cannot tell of changes, or could not this time: then they are polled.
    fn wait(&self, ids: &[TaskId], at_most: Duration) -> Option<Waited> {
        let _ = (ids, at_most);
        None
    }

    /// One page of a list, by where it begins: 0, then [`Page::next`]. [`Listing`] makes a list of pages.
    ///
    /// # Errors
    /// [`crate::error::Kind::Usage`] where the API cannot list, or not so; else what the server or the network said.
    fn page(&self, query: &Query, at: u64) -> Result<Page, Error> {
        let _ = (query, at);
        Err(Error::usage("this API cannot list tasks"))
    }

    /// Asks the server to cancel a task. That it was asked does not mean that the task has ended.
    ///
    /// # Errors
    /// [`crate::error::Kind::Usage`] where the API cannot cancel; else what the server or the network said.
    fn cancel(&self, id: &TaskId) -> Result<(), Error> {
        let _ = id;
        Err(Error::usage("this API cannot cancel tasks"))
    }

    /// What the API says of its version, in the session; `None` where it has no such request.
    ///
    /// # Errors
    /// What the server or the network said.
    fn version(&self) -> Result<Option<String>, Error> {
        Ok(None)
    }

    /// Asks for the task that does not exist outside the session: the API answers that it wants one. No user name goes
    /// with it, so that no account is nearer to being locked.
    ///
    /// # Errors
    /// When no whole answer came; any status is an answer.
    fn probe_unauthenticated(&self) -> Result<Reply, Error> {
        self.client().send_unauthenticated(&self.nonexistent_task())
    }

    /// Asks for the same task in the session.
    ///
    /// # Errors
    /// [`crate::error::Kind::NotFound`] is what should come. Anything else is what is wrong.
    fn probe(&self) -> Result<(), Error> {
        self.client().send(&self.nonexistent_task()).map(|_| ())
    }

    /// Host and port, for messages.
    fn host(&self) -> String {
        self.client().host()
    }

    /// Closes the session within about `budget`; none is opened after this.
    fn close(&self, budget: Duration) {
        self.client().close(budget);
    }
}

/// The task that an answer is about: the one that was `asked` for alone, or else the one that it names. `state` is the
/// server's word for its state. Beside the id comes a warning where the answer names another task than was asked for.
///
/// # Errors
/// A decode error when it names none and none was asked for alone, and when it has neither an id nor a state, so that it
/// is no task at all.
pub(crate) fn identify(
    answered: Option<String>,
    state: Option<&String>,
    asked: Option<&TaskId>,
) -> Result<(TaskId, Option<String>), Error> {
    match (asked, answered) {
        (Some(_), None) if state.is_none() => Err(Error::decode(NO_TASK)),
        (Some(asked), answered) => {
            let other = answered.filter(|id| !id.eq_ignore_ascii_case(asked.as_str()));
            Ok((asked.clone(), other.map(|id| format!("the answer names another task: {id}"))))
        }
        (None, Some(id)) => TaskId::new(&id)
            .map(|id| (id, None))
            .map_err(|reason| Error::decode(format!("a task in the answer has no usable id: {reason}"))),
        (None, None) => Err(Error::decode("a task in the answer has no id")),
    }
}

/// The error for JSON that stands for no task.
pub(crate) const NO_TASK: &str = "the answer is JSON but no task";

/// What an API says of its version, in one line; `None` where it says nothing.
pub(crate) fn joined(parts: impl IntoIterator<Item = Option<String>>, separator: &str) -> Option<String> {
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(separator))
}

#[cfg(test)]
pub(crate) mod tests;

//! From what was typed to systems that can be asked: typed target → profile → secret → connected system.
//!
//! The only place that joins command line, environment, configuration, secrets and backends. Nothing is sent here, and
//! what is asked of a system afterwards is up to the commands.

pub mod connector;
pub mod context;
pub mod credentials;
pub mod failed_login;
pub mod targets;

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use url::Url;

use crate::api::{Backend, Descriptor};
use crate::cli::ConnectionFlags;
use crate::config::{Config, Overrides, Profile, ProfileSelection};
pub use crate::engine::driver::Target;
use crate::engine::event::TaskRef;
use crate::error::Error;
use crate::http::Notice;
use connector::Connector;
use context::Context;
use credentials::{SecretContext, obtain_credentials};
use targets::Reference;

/// What was typed about tasks and systems.
pub struct TargetArgs<'a> {
    /// The backend that was named.
    pub backend: Option<&'static Descriptor>,
    /// `--profile`.
    pub profile: Option<&'a str>,
    /// Ids or references; `-` stands for standard input.
    pub ids: &'a [String],
    /// The backend's own settings that were given as flags.
    pub settings: &'a [(&'static str, String)],
    /// Flags about connecting.
    pub connection: &'a ConnectionFlags,
    /// Whether standard input may name no task at all: to wait for nothing is no mistake.
    pub may_be_none: bool,
}

/// A server that can be asked.
pub struct System {
    /// The profile that says how it is reached and polled.
    pub profile: Profile,
    /// The server.
    pub backend: Arc<dyn Backend>,
}

impl System {
    /// How a task of it is named in what is displayed.
    pub fn task_ref(&self, id: &str) -> Arc<TaskRef> {
        let name = &self.profile.name;
        Arc::new(TaskRef {
            reference: format!("{name}/{id}"),
            backend: self.profile.backend.name,
            profile: name.clone(),
            id: id.to_owned(),
            host: self.backend.host(),
        })
    }
}

type OnReauth = Box<dyn Fn(usize) + Send + Sync>;

/// Systems that can be asked, and the tasks to ask for. Every session is closed when this is dropped, whatever ends the
/// run.
#[derive(Default)]
pub struct Connected {
    /// The systems, one for each profile in use.
    pub systems: Vec<System>,
    /// The tasks, in the order given.
    pub targets: Vec<Target>,
    on_reauth: Arc<OnceLock<OnReauth>>,
}

impl Connected {
    /// Calls this from now on when a session was rejected and a new login begins, with the position of the system.
    pub fn on_reauth(&self, notify: impl Fn(usize) + Send + Sync + 'static) {
        let _ = self.on_reauth.set(Box::new(notify));
    }

    /// The profiles' own `retry_for`, the longest of them.
    pub fn retry_for(&self) -> Option<Duration> {
        self.systems.iter().filter_map(|system| system.profile.retry_for).max()
    }

    /// The profiles' own `timeout`, the longest of them, if each has one.
    pub fn timeout(&self) -> Option<Duration> {
        let timeouts: Option<Vec<Duration>> =
            self.systems.iter().map(|system| system.profile.timeout).collect();
        timeouts?.into_iter().max()
    }

    /// Closes all sessions side by side, within about `budget` in all. There are no systems any more after it.
    pub fn close(&mut self, budget: Duration) {
        let systems = std::mem::take(&mut self.systems);
        if let [only] = systems.as_slice() {
            only.backend.close(budget);
            return;
        }
        std::thread::scope(|scope| {
            for system in &systems {
                scope.spawn(|| system.backend.close(budget));
            }
        });
    }
}

impl Drop for Connected {
    fn drop(&mut self) {
        self.close(Duration::from_secs(5));
    }
}

/// Displays what the configuration warns of, takes signals from here on, finds the profile of every task, obtains the
/// secrets, and makes the backends. Nothing is sent yet.
///
/// # Errors
/// A mistake on the command line or in the configuration, or a secret that cannot be had.
pub fn connect(context: &Context, config: &Config, args: &TargetArgs<'_>) -> Result<Connected, Error> {
    begin(context, config)?;
    let mut resolver = Resolver::new(context, config, args, Connected::default())?;
    resolver.targets()?;
    Ok(resolver.connected)
}

/// Like [`connect`], for one system that is there whether tasks are named or not: the one that `args.backend` and the
/// flags mean. The tasks that are named are all of that system.
///
/// # Errors
/// As [`connect`]; a usage error when a task is of another system.
pub fn connect_system(context: &Context, config: &Config, args: &TargetArgs<'_>) -> Result<Connected, Error> {
    begin(context, config)?;
    let mut resolver = Resolver::new(context, config, args, Connected::default())?;
    resolver.only_system()?;
    Ok(resolver.connected)
}

/// Like [`connect_system`], for several systems at once. What one of them lacks does not keep the others from being
/// asked: its error is returned with its place among `all`.
///
/// # Errors
/// What concerns all of them.
pub fn connect_systems(
    context: &Context,
    config: &Config,
    all: &[TargetArgs<'_>],
) -> Result<(Connected, Vec<(usize, Error)>), Error> {
    begin(context, config)?;
    let (mut connected, mut errors) = (Connected::default(), Vec::new());
    for (place, args) in all.iter().enumerate() {
        let mut resolver = Resolver::new(context, config, args, connected)?;
        let result = resolver.only_system();
        connected = resolver.connected;
        errors.extend(result.err().map(|error| (place, error)));
    }
    Ok((connected, errors))
}

fn begin(context: &Context, config: &Config) -> Result<(), Error> {
    for warning in &config.warnings {
        context.warn(warning);
    }
    context.take_signals()
}

struct Resolver<'a> {
    context: &'a Context,
    config: &'a Config,
    args: &'a TargetArgs<'a>,
    names: Vec<String>,
    secrets: SecretContext<'a>,
    connected: Connected,
    /// The system of each prefix that was met, and of none.
    by_prefix: HashMap<Option<String>, usize>,
}

impl<'a> Resolver<'a> {
    /// Adds to the systems that are connected already.
    fn new(
        context: &'a Context,
        config: &'a Config,
        args: &'a TargetArgs<'a>,
        connected: Connected,
    ) -> Result<Resolver<'a>, Error> {
        let names = targets::names(context, args)?;
        let secrets =
            SecretContext::new(context, args.connection, args.reads_ids(), |line| context.warn(line));
        Ok(Resolver { context, config, args, names, secrets, connected, by_prefix: HashMap::new() })
    }

    /// The system that is meant, and the tasks that are named, all of that system.
    fn only_system(&mut self) -> Result<(), Error> {
        let (system, begin) = (self.system(None, None)?, self.connected.targets.len());
        self.targets()?;
        let of = |target: &Target| self.connected.systems[target.endpoint].profile.name.as_str();
        match self.connected.targets[begin..].iter().find(|target| target.endpoint != system) {
            Some(target) => {
                let own = &self.connected.systems[system].profile.name;
                Err(Error::usage(format!("one system at a time, and not {own}, {}", of(target))))
            }
            None => Ok(()),
        }
    }

    fn targets(&mut self) -> Result<(), Error> {
        let begin = self.connected.targets.len();
        for name in std::mem::take(&mut self.names) {
            let target = self.target(&name)?;
            self.connected.targets.push(target);
        }
        for target in &mut self.connected.targets[begin..] {
            // What was typed, or came on standard input, may hold a secret by mistake; only now is each one known.
            let task_ref = Arc::make_mut(&mut target.task_ref);
            self.context.redactor.scrub_in_place(&mut task_ref.reference);
            self.context.redactor.scrub_in_place(&mut task_ref.id);
        }
        Ok(())
    }

    fn target(&mut self, name: &str) -> Result<Target, Error> {
        let is_profile = |prefix: &str| self.config.profiles.iter().any(|profile| profile.name == prefix);
        let (system, text) = match Reference::parse(name, self.args.backend.is_some(), is_profile)? {
            Reference::Prefixed { prefix, id } => (self.system_of(Some(prefix))?, id),
            Reference::Id(id) => (self.system_of(None)?, id),
            Reference::Url(url) => {
                let system = self.system(None, Some(&url))?;
                (system, targets::id_in(&url, self.connected.systems[system].profile.backend)?)
            }
        };
        let found = &self.connected.systems[system];
        let id = (found.profile.backend.parse_id)(&text, &found.profile.settings)?;
        Ok(Target { task_ref: found.task_ref(id.as_str()), id, endpoint: system })
    }

    /// The system that a reference's prefix means, found once: nothing else of a choice changes during a run.
    fn system_of(&mut self, prefix: Option<String>) -> Result<usize, Error> {
        if let Some(&system) = self.by_prefix.get(&prefix) {
            return Ok(system);
        }
        let system = self.system(prefix.as_deref(), None)?;
        self.by_prefix.insert(prefix, system);
        Ok(system)
    }

    /// The system that a reference's prefix or address means, or none of them. It is connected if it is a new one.
    fn system(&mut self, prefix: Option<&str>, url: Option<&Url>) -> Result<usize, Error> {
        let choice = ProfileSelection {
            profile: self.args.profile,
            prefix,
            backend: self.args.backend,
            at: url,
            overrides: overrides(self.args.settings, self.args.connection),
        };
        let profile = self.config.select(&choice, &self.context.env)?;
        let is_same = |known: &System| known.profile.name == profile.name && known.profile.url == profile.url;
        match self.connected.systems.iter().position(is_same) {
            Some(system) => Ok(system),
            None => self.connect(profile),
        }
    }

    fn connect(&mut self, profile: Profile) -> Result<usize, Error> {
        for caution in connector::cautions(&profile) {
            self.context.warn(&caution);
        }
        let credentials = obtain_credentials(&profile, &self.secrets)?;
        let system = self.connected.systems.len();
        let on_reauth = Arc::clone(&self.connected.on_reauth);
        let notify = move |notice| {
            if let (Notice::Reauth, Some(notify)) = (notice, on_reauth.get()) {
                notify(system);
            }
        };
        let backend = Connector::new(self.context, &profile)?.backend(&profile, credentials, notify)?;
        self.connected.systems.push(System { profile, backend });
        Ok(system)
    }
}

/// What flags give to keys of a profile.
pub fn overrides(settings: &[(&'static str, String)], flags: &ConnectionFlags) -> Overrides {
    let ca_file = flags.ca_file.as_ref().map(|path| path.to_string_lossy().into_owned());
    let given = [
        ("url", flags.url.clone()),
        ("username", flags.username.clone()),
        ("ca_file", ca_file),
        ("tls_pin", flags.tls_pin.clone()),
        ("insecure", flags.insecure.then(|| "true".to_owned())),
    ];
    let given = given.into_iter().filter_map(|(key, value)| Some((key, value?)));
    settings.iter().cloned().chain(given).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::api::BACKENDS;
    use crate::api::tests::offline;
    use crate::http::{Client, Request};
    use crate::task::{Task, TaskId};
    use crate::util::env::Env;

    struct Closable(AtomicUsize, Client);

    impl Backend for Closable {
        fn get(&self, _id: &TaskId) -> Result<Task, Error> {
            Err(Error::decode("there are no tasks here"))
        }

        fn client(&self) -> &Client {
            &self.1
        }

        fn nonexistent_task(&self) -> Request {
            Request::get(&[])
        }

        fn close(&self, _budget: Duration) {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }

    #[test]
    fn every_session_is_closed_once_even_when_the_run_panics() {
        let overrides = Overrides::from([("url", "https://h".to_owned())]);
        let choice =
            ProfileSelection { backend: Some(BACKENDS[0]), overrides, ..ProfileSelection::default() };
        let env = Env::of([("XDG_CONFIG_HOME", "/nowhere")]);
        let profile =
            Config::load(None, &env).and_then(|config| config.select(&choice, &env)).expect("a profile");
        for panics in [false, true] {
            let backends: Vec<Arc<Closable>> =
                (0..3).map(|_| Arc::new(Closable(AtomicUsize::new(0), offline()))).collect();
            let run = || {
                let system = |backend: &Arc<Closable>| System {
                    profile: profile.clone(),
                    backend: Arc::clone(backend) as Arc<dyn Backend>,
                };
                let systems = backends.iter().map(system).collect();
                let mut connected = Connected::default();
                connected.systems = systems;
                if panics {
                    std::panic::resume_unwind(Box::new("a bug"));
                }
                connected.close(Duration::from_secs(1));
            };
            let ended = std::panic::catch_unwind(std::panic::AssertUnwindSafe(run));
            assert_eq!(ended.is_err(), panics);
            let closed: Vec<usize> = backends.iter().map(|one| one.0.load(Ordering::SeqCst)).collect();
            assert_eq!(closed, [1, 1, 1]);
        }
    }
}

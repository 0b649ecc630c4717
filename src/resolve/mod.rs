//! From what was typed to servers that can be asked: the only place that joins flags, environment, profile, secret
//! and backend.

pub mod context;
pub mod credentials;
pub mod failed_login;
pub mod reference;

use std::collections::HashMap;
use std::io::Read;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use secrecy::ExposeSecret;
use url::Url;

use crate::api::scrub::Scrubbed;
use crate::api::{BACKENDS, Backend, Connection, Credentials, Descriptor, TransportTo};
use crate::cli::{CommonFlags, ConnectionFlags};
use crate::config::{Config, Overrides, Profile, ProfileSelection};
use crate::engine::event::TaskRef;
use crate::error::Error;
use crate::http;
use crate::http::proxy::Proxies;
use crate::http::tls::{self, TlsSettings, Trust};
use crate::http::transport::{ConnectSettings, TransportFactory};
use crate::resolve::credentials::{Prompt, SecretContext, obtain_credentials};
use crate::resolve::failed_login::FailedLoginMarker;
use crate::task::TaskId;
use crate::util::clock::{Clock, Stop};
use crate::util::env::Env;
use crate::util::logger::Log;
use crate::util::redact::{self, Redactor};
use crate::util::terminal::Terminal;
use reference::Reference;

/// What connecting needs of the run.
pub struct Inputs<'a> {
    /// The environment.
    pub env: &'a Env,
    /// Which streams are terminals.
    pub terminal: Terminal,
    /// The time.
    pub clock: &'a Arc<dyn Clock>,
    /// Raised when the run is told to stop.
    pub stop: &'a Stop,
    /// Standard input.
    pub stdin: &'a mut (dyn Read + Send),
    /// Asks for secrets.
    pub prompt: &'a dyn Prompt,
    /// What is done, for `-v` and `-vv`; and what must not be seen.
    pub log: &'a Log,
    /// Makes what carries requests to a server.
    pub transports: &'a TransportFactory,
    /// Called with a line that the user should see although all goes on.
    pub warn: &'a (dyn Fn(&str) + Sync),
}

/// What was typed about tasks and servers.
pub struct TargetArgs<'a> {
    /// The backend that was named.
    pub backend: Option<&'static Descriptor>,
    /// Ids or references; `-` stands for standard input.
    pub ids: &'a [String],
    /// The backend's own settings that were given as flags.
    pub settings: &'a [(&'static str, String)],
    /// Flags of every verb.
    pub common: &'a CommonFlags,
    /// Flags about connecting.
    pub connection: &'a ConnectionFlags,
}

/// A server that can be asked.
pub struct System {
    /// The profile that says how it is reached, and how it is polled.
    pub profile: Profile,
    /// Host and port, for messages.
    pub host: String,
    /// The server.
    pub backend: Arc<dyn Backend>,
}

/// A task that was named.
pub struct Target {
    /// How it is named in what is displayed.
    pub task_ref: Arc<TaskRef>,
    /// Its id.
    pub id: TaskId,
    /// Its system, by its position.
    pub system: usize,
}

/// Called with the position of a system whose session was rejected, when a new login begins.
type OnReauth = Box<dyn Fn(usize) + Send + Sync>;

/// Systems that can be asked, and the tasks to ask for. Nothing was sent yet. Every session is closed when this is
/// dropped, whatever ends the run.
#[derive(Default)]
pub struct Connected {
    /// The systems, one for each profile in use.
    pub systems: Vec<System>,
    /// The tasks, in the order given.
    pub targets: Vec<Target>,
    on_reauth: Arc<OnceLock<OnReauth>>,
}

impl Connected {
    /// Calls this from now on with the position of a system whose session was rejected, when a new login begins.
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

/// Finds the profile of every task, obtains the secrets, and makes the backends.
///
/// # Errors
/// A mistake on the command line or in the configuration, or a secret that cannot be had.
pub fn connect<'a>(
    context: Inputs<'a>,
    config: &'a Config,
    wanted: &'a TargetArgs<'a>,
) -> anyhow::Result<Connected> {
    join(context, config, wanted, |_| Ok(()))
}

/// Like [`connect`], for one system that is there whether tasks are named or not: the one that `wanted.backend` and
/// the flags mean. The tasks that are named are all of that system.
///
/// # Errors
/// As [`connect`]; a usage error when a task is of another system.
pub fn connect_system<'a>(
    context: Inputs<'a>,
    config: &'a Config,
    wanted: &'a TargetArgs<'a>,
) -> anyhow::Result<Connected> {
    let connected = join(context, config, wanted, |joiner| {
        let profile = joiner.choose(None, None)?;
        joiner.system(profile).map(|_| ())
    })?;
    if connected.systems.len() > 1 {
        let names: Vec<&str> = connected.systems.iter().map(|system| system.profile.name.as_str()).collect();
        return Err(Error::usage(format!("one system at a time, and not {}", names.join(", "))).into());
    }
    Ok(connected)
}

fn join<'a>(
    context: Inputs<'a>,
    config: &'a Config,
    wanted: &'a TargetArgs<'a>,
    first: impl FnOnce(&mut Resolver<'a>) -> Result<(), Error>,
) -> anyhow::Result<Connected> {
    let from_input = wanted.ids.iter().any(|id| id == "-");
    let secret_from_input =
        wanted.connection.password_file.as_deref().is_some_and(|path| path.as_os_str() == "-");
    if from_input && secret_from_input {
        return Err(Error::usage("standard input cannot carry both the ids and the password").into());
    }
    let names = names(context.stdin, wanted.ids)?;
    let Inputs { env, clock, log, transports, .. } = context;
    let secrets = secrets(context, wanted.connection, from_input);
    let mut joiner = Resolver {
        config,
        wanted,
        env,
        clock,
        log,
        transports,
        secrets,
        connected: Connected::default(),
        chosen: HashMap::new(),
    };
    first(&mut joiner)?;
    for name in &names {
        joiner.add(name)?;
    }
    let mut connected = joiner.connected;
    for task in &mut connected.targets {
        // What was typed, or came on standard input, may hold a secret by mistake; only now is each one known.
        let name = Arc::make_mut(&mut task.task_ref);
        log.redactor().scrub_in_place(&mut name.reference);
        log.redactor().scrub_in_place(&mut name.id);
    }
    Ok(connected)
}

/// The names that were given, standard input's in the place of `-`.
fn names(stdin: &mut dyn Read, ids: &[String]) -> Result<Vec<String>, Error> {
    let mut names = Vec::new();
    let mut read = false;
    for id in ids {
        if id != "-" {
            names.push(id.clone());
        } else if !read {
            read = true;
            let mut input = String::new();
            stdin
                .read_to_string(&mut input)
                .map_err(|error| Error::usage("standard input cannot be read").cause(error.to_string()))?;
            names.extend(reference::from_input(&input)?);
        }
    }
    Ok(names)
}

struct Resolver<'a> {
    config: &'a Config,
    wanted: &'a TargetArgs<'a>,
    env: &'a Env,
    clock: &'a Arc<dyn Clock>,
    log: &'a Log,
    transports: &'a TransportFactory,
    secrets: SecretContext<'a>,
    connected: Connected,
    /// The system of each prefix that was met, and of none.
    chosen: HashMap<Option<String>, usize>,
}

impl Resolver<'_> {
    fn add(&mut self, name: &str) -> Result<(), Error> {
        let found = self.wanted.backend.is_none().then(|| reference_of_path(name)).flatten();
        let name = found.as_deref().unwrap_or(name);
        let reference = match Reference::parse(name, self.wanted.backend.is_some())? {
            // What taskctl prints itself, `PROFILE/ID`, is understood after a backend's name too.
            Reference::Id(id) => self.own_reference(&id).unwrap_or(Reference::Id(id)),
            other => other,
        };
        let (prefix, url) = match &reference {
            Reference::Prefixed { prefix, .. } => (Some(prefix.as_str()), None),
            Reference::Url(url) => (None, Some(url)),
            Reference::Id(_) => (None, None),
        };
        // All that a choice depends on is the same for every task of a run, but the prefix or the address.
        let chosen = url.is_none().then(|| self.chosen.get(&prefix.map(str::to_owned)).copied()).flatten();
        let system = match chosen {
            Some(system) => system,
            None => {
                let profile = self.choose(prefix, url)?;
                let system = self.system(profile)?;
                if url.is_none() {
                    self.chosen.insert(prefix.map(str::to_owned), system);
                }
                system
            }
        };
        let text = match &reference {
            Reference::Prefixed { id, .. } | Reference::Id(id) => id.clone(),
            Reference::Url(url) => id_in(url, self.connected.systems[system].profile.backend)?,
        };
        let profile = &self.connected.systems[system].profile;
        let id = (profile.backend.parse_id)(&text, &profile.settings)?;
        let name = Arc::new(TaskRef {
            reference: format!("{}/{id}", profile.name),
            backend: profile.backend.name,
            profile: profile.name.clone(),
            id: id.as_str().to_owned(),
            host: profile.host(),
        });
        self.connected.targets.push(Target { task_ref: name, id, system });
        Ok(())
    }

    /// The profile that a reference's prefix or address, or none of them, means.
    fn choose(&self, prefix: Option<&str>, url: Option<&Url>) -> Result<Profile, Error> {
        let choice = ProfileSelection {
            profile: self.wanted.common.profile.as_deref(),
            prefix,
            backend: self.wanted.backend,
            at: url,
            overrides: overrides(self.wanted.settings, self.wanted.connection),
        };
        self.config.select(&choice, self.env)
    }

    /// The position of a profile's system, which is made if there is none yet.
    fn system(&mut self, profile: Profile) -> Result<usize, Error> {
        let is_same = |known: &System| known.profile.name == profile.name && known.profile.url == profile.url;
        let known = self.connected.systems.iter().position(is_same);
        match known {
            Some(system) => Ok(system),
            None => self.connect(profile),
        }
    }

    /// A reference with a profile's name in front, where an id alone would do too.
    fn own_reference(&self, text: &str) -> Option<Reference> {
        let (prefix, id) = text.split_once('/')?;
        let known = self.config.profiles().iter().any(|profile| profile.name == prefix);
        (known && !id.is_empty())
            .then(|| Reference::Prefixed { prefix: prefix.to_owned(), id: id.to_owned() })
    }

    /// Makes the backend of a profile. Returns its position.
    fn connect(&mut self, profile: Profile) -> Result<usize, Error> {
        for caution in cautions(&profile) {
            (self.secrets.warn)(&caution);
        }
        let credentials = credentials(&profile, &self.secrets, self.log.redactor())?;
        let system = self.connected.systems.len();
        let reach = Connector::new(&profile, self.env, self.log.redactor(), self.transports)?;
        let on_reauth = Arc::clone(&self.connected.on_reauth);
        let notify = Arc::new(move |notice| {
            if let (http::Notice::Reauth, Some(notify)) = (notice, on_reauth.get()) {
                notify(system);
            }
        });
        let backend = backend(&profile, credentials, &reach, self.env, self.clock, self.log, notify)?;
        self.connected.systems.push(System { profile, host: backend.host(), backend });
        Ok(system)
    }
}

/// The reference that a path stands for, such as the `link.href` of ECS: its form says which backend it is.
fn reference_of_path(text: &str) -> Option<String> {
    let path = text.trim().strip_prefix('/')?.split(['?', '#']).next()?;
    let path = format!("/{}", percent_encoding::percent_decode_str(path).decode_utf8_lossy());
    BACKENDS.iter().find_map(|backend| Some(format!("{}/{}", backend.name, (backend.id_in_path)(&path)?)))
}

/// The id in a task's URL.
fn id_in(url: &Url, backend: &Descriptor) -> Result<String, Error> {
    let path = percent_encoding::percent_decode_str(url.path()).decode_utf8_lossy();
    (backend.id_in_path)(&path).ok_or_else(|| {
        Error::usage(format!("{url} is no address of a {} task", backend.name))
            .hint("give the id alone, or the address that the API itself has for the task")
    })
}

/// What flags give to keys of a profile.
pub fn overrides(settings: &[(&'static str, String)], flags: &ConnectionFlags) -> Overrides {
    let mut overrides = Overrides::default();
    for (key, value) in settings {
        overrides.set(key, value.clone());
    }
    if let Some(url) = &flags.url {
        overrides.set("url", url.clone());
    }
    if let Some(username) = &flags.username {
        overrides.set("username", username.clone());
    }
    if let Some(path) = &flags.ca_file {
        overrides.set("ca_file", path.to_string_lossy());
    }
    if flags.insecure {
        overrides.set("insecure", "true");
    }
    overrides
}

/// What obtaining secrets needs of the run; `from_input` says that standard input carries ids.
pub fn secrets<'a>(context: Inputs<'a>, connection: &ConnectionFlags, from_input: bool) -> SecretContext<'a> {
    let password_file = connection.password_file.as_ref().map(|path| path.to_string_lossy().into_owned());
    let mut secrets =
        SecretContext::new(context.env, context.prompt, &**context.clock, context.stop, context.warn);
    secrets.password_file = password_file;
    secrets.terminal = context.terminal.stderr && (context.terminal.stdin || cfg!(unix));
    secrets.stdin_has_ids = from_input;
    secrets.stdin = Mutex::new(Box::new(context.stdin));
    secrets
}

/// What the user should know of a profile before its credentials are sent, a line each.
pub fn cautions(profile: &Profile) -> Vec<String> {
    let open = profile.insecure && profile.url.scheme() == "https";
    let insecure = open.then(|| {
        format!(
            "insecure = true: {} may be anyone; `tls_pin` in the profile trusts exactly one certificate instead \
             (`taskctl doctor` prints it)",
            profile.host()
        )
    });
    // A file with a password is warned about when it is read.
    let key = profile
        .readable_by_others()
        .into_iter()
        .filter(|(key, _)| key == "client_key")
        .map(|(_, words)| words);
    profile.ignored_secrets.iter().cloned().chain(insecure).chain(key).collect()
}

/// The credentials of a profile; from now on no output shows them.
///
/// # Errors
/// When a secret cannot be had.
pub fn credentials(
    profile: &Profile,
    secrets: &SecretContext<'_>,
    redactor: &Redactor,
) -> Result<Credentials, Error> {
    let credentials = obtain_credentials(profile, secrets)?;
    let second = credentials.second.as_ref().map(|(_, password)| password);
    for secret in [credentials.password.as_ref(), credentials.token.as_ref(), second].into_iter().flatten() {
        redactor.hide_secret(secret);
        if secret.expose_secret().chars().count() < redact::SHORTEST {
            (secrets.warn)(&format!(
                "the secret from {} has fewer than {} characters: it cannot be kept out of what the server says",
                credentials.source,
                redact::SHORTEST
            ));
        }
    }
    if let (Some(user), Some(password)) = (&credentials.username, &credentials.password) {
        redactor.hide_basic(user, password);
    }
    for value in profile.headers.values() {
        redactor.hide(&String::from_utf8_lossy(value.as_bytes()));
    }
    Ok(credentials)
}

/// How the hosts of a profile are reached, and whom it trusts there.
#[derive(Clone)]
pub struct Connector {
    /// The host of `url`.
    pub main: ConnectSettings,
    /// Another host that a setting names, such as `sts_url`. A pin is of the certificate of `url`'s host alone: another
    /// one is trusted by `ca_file`, and without it by the roots of the system.
    pub other: ConnectSettings,
    transports: TransportFactory,
}

impl Connector {
    /// Reads the files that the profile names, so that a mistake in them is told before anything is sent.
    ///
    /// # Errors
    /// A mistake in one of them.
    pub fn new(
        profile: &Profile,
        env: &Env,
        redactor: &Redactor,
        transports: &TransportFactory,
    ) -> Result<Connector, Error> {
        let read = |key: &str, path: &crate::config::FilePath| {
            std::fs::read(&path.path).map_err(|error| {
                Error::config(format!("`{key}` of profile {}: {path} cannot be read", profile.name))
                    .cause(error.to_string())
            })
        };
        let by_file = match &profile.ca_file {
            Some(path) => Trust::Certificates(read("ca_file", path)?),
            None => Trust::System,
        };
        let (trust, of_others) = match &profile.tls_pin {
            _ if profile.insecure => (Trust::Anyone, Trust::Anyone),
            Some(digest) => (Trust::Pin(*digest), by_file),
            None => (by_file.clone(), by_file),
        };
        let identity = match (&profile.client_cert, &profile.client_key) {
            (Some(certificate), Some(key)) => {
                Some((read("client_cert", certificate)?, read("client_key", key)?))
            }
            _ => None,
        };
        let settings = |trust: Trust, is_second_host: bool| {
            let tls = TlsSettings { trust, identity: identity.clone(), is_second_host };
            tls::check(&tls).map_err(|error| {
                let error = http::transport_failure(error, &profile.host());
                Error::config(format!("the TLS settings of profile {} cannot be used", profile.name))
                    .cause(error.causes.join(": "))
            })?;
            let connect_timeout = profile.connect_timeout;
            let proxies = Proxies::new(env, redactor);
            Ok::<_, Error>(ConnectSettings { connect_timeout, tls, proxies })
        };
        Ok(Connector {
            main: settings(trust, false)?,
            other: settings(of_others, true)?,
            transports: Arc::clone(transports),
        })
    }

    /// Makes transports to any host of a profile: its own, whatever the port, or another.
    fn transport_to(&self, base: &Url) -> TransportTo {
        let (reach, base) = (self.clone(), base.clone());
        Arc::new(move |url| {
            let is_own = url.host() == base.host();
            let settings = if is_own { &reach.main } else { &reach.other };
            (reach.transports)(url, settings.clone())
        })
    }
}

/// Makes the backend of a profile. Nothing is sent.
///
/// # Errors
/// What the backend finds wrong in its settings or credentials.
pub fn backend(
    profile: &Profile,
    credentials: Credentials,
    reach: &Connector,
    env: &Env,
    clock: &Arc<dyn Clock>,
    log: &Log,
    notify: Arc<dyn Fn(http::Notice) + Send + Sync>,
) -> Result<Arc<dyn Backend>, Error> {
    let mark = if profile.complete_ids { FailedLoginMarker::of(profile, env) } else { None };
    let notify: Arc<dyn Fn(http::Notice) + Send + Sync> = match mark {
        None => notify,
        Some(mark) => {
            let log = log.clone();
            Arc::new(move |notice| {
                match notice {
                    http::Notice::Accepted => mark.take_away(&log),
                    http::Notice::Refused => {
                        mark.put();
                    }
                    http::Notice::Reauth => {}
                }
                notify(notice);
            })
        }
    };
    let backend = (profile.backend.connect)(Connection {
        auth: profile.auth.clone(),
        credentials,
        options: profile.settings.clone(),
        http: http::Settings {
            base: profile.url.clone(),
            headers: profile.headers.clone(),
            request_timeout: profile.request_timeout,
            transport: (reach.transports)(&profile.url, reach.main.clone()),
            clock: Arc::clone(clock),
            log: log.clone(),
            notify,
        },
        transport_to: reach.transport_to(&profile.url),
    })?;
    Ok(Arc::new(Scrubbed::new(backend, Arc::clone(log.redactor()))))
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::api::testing::offline;
    use crate::http::{Client, Request};
    use crate::task::{Task, TaskId};

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
        let overrides = {
            let mut overrides = Overrides::default();
            overrides.set("url", "https://h");
            overrides
        };
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
                    host: backend.host(),
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

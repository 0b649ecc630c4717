//! `taskctl doctor`: the way from a profile to its tasks, step by step.
//!
//! A step that fails ends the check, with the exit code that any command would have met it with. The report goes to
//! standard output, why a step failed and what to do about it to standard error, as everywhere.

use std::cell::RefCell;
use std::io::{self, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::output::print_json;
use super::requests::{HASTY_LOGOUT, LOGOUT};
use crate::api::{Backend, Credentials};
use crate::cli::{CommonFlags, Doctor, ReportFormat};
use crate::config::{Profile, ProfileSelection};
use crate::engine::retrier::Retrier;
use crate::error::{Error, Kind};
use crate::http::certificate::{self, Certificate};
use crate::http::proxy::Via;
use crate::http::tls::Trust;
use crate::http::transport::ConnectSettings;
use crate::http::{self, Client, NOT_THE_API, Reply, Request, probe};
use crate::outcome::Outcome;
use crate::render::json::error_object;
use crate::render::style::paint;
use crate::resolve;
use crate::resolve::connector::{self, Connector};
use crate::resolve::context::Context;
use crate::resolve::credentials::{SecretContext, obtain_credentials};
use crate::task::State;
use crate::util::redact::Redactor;
use crate::util::{files, text};

/// The name of the report's shape.
const SCHEMA: &str = "taskctl.doctor/v1";

/// Clocks further apart than this are worth a warning: a SAML token is issued for a moment.
const SKEW: i64 = 60;

/// A step that took fewer milliseconds than this is as good as one that took none.
const NOTEWORTHY: f64 = 10.0;

/// A certificate that ends within this many days is worth one.
const SOON: i64 = 30;

/// Checks a profile, or with `-A` each. Returns the exit code.
///
/// # Errors
/// When standard output cannot be written, and when the profiles cannot be listed: what is wrong with one is reported
/// here.
pub fn run(context: &mut Context, common: &CommonFlags, doctor: &Doctor) -> anyhow::Result<u8> {
    context.take_signals()?;
    let format = doctor.output.unwrap_or_default();
    let names = match doctor.all_profiles {
        true => names_of_all(context, common)?.into_iter().map(Some).collect(),
        false => vec![common.profile.clone()],
    };
    let mut reports: Vec<(Report<'_>, Outcome)> = Vec::new();
    for name in &names {
        let is_live = format == ReportFormat::Table;
        if is_live && !reports.is_empty() {
            writeln!(context.stdout.clone())?;
        }
        let mut report = Report { context, is_live, steps: Vec::new(), profile: None };
        let outcome = check(context, name.as_deref(), common, doctor, &mut report)?;
        reports.push((report, outcome));
        if context.stop.raised().is_some() {
            break;
        }
    }
    let outcome = reports.iter().fold(Outcome::Ok, |all, (_, outcome)| all.merge(*outcome));
    if format == ReportFormat::Json {
        let mut documents: Vec<Value> =
            reports.iter().map(|(report, outcome)| report.document(*outcome)).collect();
        let one = documents.pop_if(|_| !doctor.all_profiles);
        print_json(context, &one.unwrap_or(Value::Array(documents)))?;
    } else if doctor.all_profiles {
        let failed: Vec<&str> = names
            .iter()
            .zip(&reports)
            .filter(|(_, (_, outcome))| *outcome != Outcome::Ok)
            .filter_map(|(name, _)| name.as_deref())
            .collect();
        let passed = reports.len() - failed.len();
        let line = match failed.as_slice() {
            [] => format!("{} of {} profiles work", passed, names.len()),
            failed => format!("{passed} of {} profiles work; not {}", names.len(), failed.join(", ")),
        };
        writeln!(context.stdout.clone(), "\n{}", context.clean(&line, context.terminal.stdout))?;
    }
    Ok(outcome.code())
}

/// The names of the profiles, in the order of the file.
fn names_of_all(context: &Context, common: &CommonFlags) -> Result<Vec<String>, Error> {
    let config = context.load_config(common)?;
    if config.profiles.is_empty() {
        // Says what there is instead, and what to do.
        config.select(&ProfileSelection::default(), &context.env)?;
    }
    Ok(config.profiles.into_iter().map(|profile| profile.name).collect())
}

/// Checks one profile, the named one or the one that is meant without a name, and says how it went. Returns the outcome.
///
/// # Errors
/// When standard output cannot be written.
fn check(
    context: &Context,
    name: Option<&str>,
    common: &CommonFlags,
    doctor: &Doctor,
    report: &mut Report<'_>,
) -> anyhow::Result<Outcome> {
    let result = examine(context, name, common, doctor, report);
    let failure = result.err().map(anyhow::Error::downcast::<Error>).transpose()?;
    let outcome = match (&failure, context.stop.raised()) {
        (None, _) => Outcome::Ok,
        (Some(error), Some(signal)) if error.kind == Kind::Stopped => Outcome::Signal(signal),
        (Some(error), _) => error.outcome(),
    };
    context.stdout.clone().flush()?;
    if let Some(error) = failure.filter(|error| error.kind != Kind::Stopped) {
        context.report_error(&error);
    }
    if report.is_live {
        report.display_verdict(name)?;
    }
    Ok(outcome)
}

/// How a step went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Status {
    #[default]
    Ok,
    Warning,
    Failed,
    /// There was nothing to examine, or no time.
    Skipped,
}

/// A step, and what came of it.
#[derive(Default, Serialize)]
struct Step {
    #[serde(rename = "step")]
    name: &'static str,
    status: Status,
    seconds: f64,
    /// One line.
    message: String,
    /// More lines, under it.
    notes: Vec<String>,
    /// The same for machines.
    details: Map<String, Value>,
    error: Option<Value>,
}

impl Step {
    fn say(&mut self, message: impl Into<String>) {
        self.message = message.into();
    }

    fn skip(&mut self, message: impl Into<String>) {
        self.status = Status::Skipped;
        self.message = message.into();
    }

    fn warn(&mut self, note: impl Into<String>) {
        self.status = Status::Warning;
        self.notes.push(note.into());
    }

    fn fail(&mut self, error: &Error) {
        self.status = Status::Failed;
        self.message = error.to_string();
        let mut object = error_object(error);
        object["hints"] = json!(error.hints);
        self.error = Some(object);
    }

    fn details(&mut self, details: Value) {
        if let Value::Object(mut details) = details {
            self.details.append(&mut details);
        }
    }
}

struct Report<'a> {
    context: &'a Context,
    /// Whether a step is displayed when it ends.
    is_live: bool,
    steps: Vec<Step>,
    profile: Option<Profile>,
}

impl Report<'_> {
    /// Takes a step, unless the run was told to stop.
    ///
    /// # Errors
    /// Why the step failed; that standard output cannot be written.
    fn step<T>(
        &mut self,
        name: &'static str,
        work: impl FnOnce(&mut Step) -> Result<T, Error>,
    ) -> anyhow::Result<T> {
        if self.context.stop.raised().is_some() {
            return Err(Error::new(Kind::Stopped, "the check was stopped").into());
        }
        self.last_step(name, work)
    }

    /// Takes a step, whatever happened before.
    fn last_step<T>(
        &mut self,
        name: &'static str,
        work: impl FnOnce(&mut Step) -> Result<T, Error>,
    ) -> anyhow::Result<T> {
        let begin = self.context.clock.monotonic();
        let mut step = Step { name, ..Step::default() };
        let mut result = work(&mut step);
        if let Err(error) = &mut result {
            self.context.redactor.scrub_error(error);
        }
        step.seconds = self.context.clock.monotonic().saturating_sub(begin).as_secs_f64();
        match &result {
            // That it was cut short says nothing about what it looked at.
            Err(error) if error.kind == Kind::Stopped => step.skip(error.to_string()),
            Err(error) => step.fail(error),
            Ok(_) => {}
        }
        if self.is_live {
            self.display(&step)?;
        }
        self.steps.push(step);
        match (result, &self.profile) {
            (Err(error), Some(profile)) => {
                let (profile, host) = (&profile.name, profile.host());
                let place = format!("checking {profile} ({host}) failed at {name}");
                Err(error.context(place).into())
            }
            (result, _) => Ok(result?),
        }
    }

    fn display(&self, step: &Step) -> io::Result<()> {
        let palette = self.context.stdout_palette();
        let (word, style) = match step.status {
            Status::Ok => ("ok", palette.state(&State::Succeeded)),
            Status::Warning => ("warning", palette.warning()),
            Status::Failed => ("failed", palette.error()),
            Status::Skipped => ("skipped", palette.faint()),
        };
        let word = paint(style, text::fit(word, 7));
        let mut out = self.context.stdout.clone();
        let message = match step.status {
            // Why is said once, with all that is known of it, on standard error.
            Status::Failed => String::new(),
            _ => self.context.clean(&step.message, self.context.terminal.stdout),
        };
        let milliseconds = step.seconds * 1000.0;
        let time = if milliseconds < NOTEWORTHY { String::new() } else { format!(" ({milliseconds:.0} ms)") };
        let mut lines = format!("{word}  {:<7}  {message}{time}", step.name).trim_end().to_owned() + "\n";
        for note in &step.notes {
            let note = self.context.clean(note, self.context.terminal.stdout);
            lines.push_str(&format!("{:18}{note}\n", ""));
        }
        out.write_all(lines.as_bytes())?;
        out.flush()
    }

    /// The last line: whether the profile works.
    fn display_verdict(&self, name: Option<&str>) -> io::Result<()> {
        let palette = self.context.stdout_palette();
        let name = self.profile.as_ref().map(|profile| profile.name.as_str()).or(name).unwrap_or("doctor");
        let count = |status| self.steps.iter().filter(|step| step.status == status).count();
        let failed = self.steps.iter().find(|step| step.status == Status::Failed);
        let (style, verdict) = match (failed, count(Status::Warning)) {
            (Some(step), _) => (palette.error(), format!("failed at {}", step.name)),
            (None, _) if self.context.stop.raised().is_some() => (palette.warning(), "stopped".to_owned()),
            (None, 0) => (palette.state(&State::Succeeded), "works".to_owned()),
            (None, 1) => (palette.warning(), "works, with 1 warning".to_owned()),
            (None, warnings) => (palette.warning(), format!("works, with {warnings} warnings")),
        };
        let name = self.context.clean(name, self.context.terminal.stdout);
        writeln!(self.context.stdout.clone(), "{name}: {}", paint(style, verdict))?;
        self.context.stdout.clone().flush()
    }

    fn document(&self, outcome: Outcome) -> Value {
        let profile = self.profile.as_ref();
        json!({
            "schema": SCHEMA,
            "profile": profile.map(|profile| &profile.name),
            "backend": profile.map(|profile| profile.backend.name),
            "url": profile.map(|profile| profile.url.as_str()),
            "ok": outcome == Outcome::Ok,
            "exitCode": outcome.code(),
            "steps": self.steps,
        })
    }
}

/// Every step, in order.
fn examine(
    context: &Context,
    name: Option<&str>,
    common: &CommonFlags,
    doctor: &Doctor,
    report: &mut Report<'_>,
) -> anyhow::Result<()> {
    let (profile, connector) = report.step("file", |step| read_file(context, name, common, doctor, step))?;
    report.profile = Some(profile.clone());
    let retrier = super::requests::retrier(context, Some(Duration::ZERO));
    let redactor = &*context.redactor;
    let system = System { profile: &profile, settings: &connector.main, redactor, retrier };
    let secrets = |step: &mut Step| system.obtain_secret(context, doctor, step);
    let credentials = report.step("secret", secrets)?;
    let peer = report.step("name", |step| system.look_up(step))?;
    let mut stream = Some(report.step("tcp", |step| system.connect(&peer, step))?);
    if let Some(proxy) = peer.proxy {
        stream = report.step("proxy", |step| system.open_tunnel(stream, proxy, step))?;
    }
    report.step("tls", |step| system.shake_hands(stream, step))?;
    let backend = connector.backend(&profile, credentials, |_| {})?;
    let mut reply = None;
    let recognised = report.step("api", |step| {
        let reply = reply.insert(system.ask(&backend, |backend| backend.probe_unauthenticated())?);
        recognise(backend.client(), reply, step)
    });
    if let Some(reply) = reply {
        report.step("clock", |step| compare_clocks(&reply, context.clock.now(), step))?;
    }
    recognised?;
    let inside = report
        .step("login", |step| system.log_in(&backend, step))
        .and_then(|()| report.step("version", |step| system.read_version(&backend, step)))
        .and_then(|()| report.step("rights", |step| system.check_rights(&backend, step)));
    inside.and(report.last_step("logout", |step| system.log_out(&backend, step)))
}

/// Finds the profile, and looks at the file that it stands in and at the files that it names.
fn read_file<'a>(
    context: &'a Context,
    name: Option<&str>,
    common: &CommonFlags,
    doctor: &Doctor,
    step: &mut Step,
) -> Result<(Profile, Connector<'a>), Error> {
    let config = context.load_config(common)?;
    let profile = config.select(
        &ProfileSelection {
            profile: name,
            backend: doctor.backend(),
            overrides: resolve::overrides(&[], &doctor.connection),
            ..ProfileSelection::default()
        },
        &context.env,
    )?;
    let path = config.location.as_ref().filter(|_| config.exists).map(|location| location.path.as_path());
    let mode = path.and_then(files::mode).map(|mode| format!("{mode:04o}"));
    let place = match (path, &mode) {
        (Some(path), Some(mode)) => format!("{} (mode {mode})", path.display()),
        (Some(path), None) => path.display().to_string(),
        (None, _) => "no file".to_owned(),
    };
    let name = if profile.ad_hoc { "no profile".to_owned() } else { format!("profile {}", profile.name) };
    step.say(format!("{place}, {name}, backend {}", profile.backend.name));
    step.details(json!({ "path": path.map(|path| path.display().to_string()), "mode": mode }));
    let cautions = [connector::cautions(&profile), profile.placeholders()].concat();
    for warning in config.warnings.iter().chain(&cautions) {
        step.warn(warning);
    }
    let connector = Connector::new(context, &profile)?;
    Ok((profile, connector))
}

/// What is connected to: the server, or its proxy.
struct Peer {
    name: String,
    addresses: Vec<SocketAddr>,
    proxy: Option<Via>,
}

/// What is examined. Each question is asked so that a signal does not wait for the answer.
struct System<'a> {
    profile: &'a Profile,
    settings: &'a ConnectSettings,
    redactor: &'a Redactor,
    retrier: Retrier<'a>,
}

impl System<'_> {
    fn obtain_secret(
        &self,
        context: &Context,
        doctor: &Doctor,
        step: &mut Step,
    ) -> Result<Credentials, Error> {
        let warnings: RefCell<Vec<String>> = RefCell::default();
        let warn = |line: &str| warnings.borrow_mut().push(line.to_owned());
        let secrets = SecretContext::new(context, &doctor.connection, false, warn);
        let credentials = obtain_credentials(self.profile, &secrets)?;
        let what = match &credentials.username {
            Some(user) if credentials.password.is_some() => format!("the password of {user}"),
            _ => "the token".to_owned(),
        };
        step.say(format!("{what} came from {}", credentials.source));
        warnings.take().into_iter().for_each(|line| step.warn(line));
        Ok(credentials)
    }

    fn look_up(&self, step: &mut Step) -> Result<Peer, Error> {
        let Profile { url, connect_timeout: limit, .. } = self.profile;
        let proxy = self.settings.proxies.via(url);
        let proxy = proxy.map_err(|error| http::transport_failure(error, &self.profile.host()))?;
        let (host, port) = match &proxy {
            Some(via) => (via.host().0.to_owned(), via.host().1),
            None => http::address::target(url),
        };
        let (name, limit) = (host.clone(), *limit);
        let addresses = self.retrier.once(move || probe::resolve(&name, port, limit))?;
        let texts: Vec<String> = addresses.iter().map(|address| address.ip().to_string()).collect();
        step.say(match &proxy {
            Some(via) => format!("the proxy {via} is at {}", texts.join(", ")),
            None if texts.contains(&host) => format!("{host} is an address"),
            None => format!("{host} is at {}", texts.join(", ")),
        });
        step.details(json!({ "addresses": texts, "proxy": proxy.as_ref().map(ToString::to_string) }));
        Ok(Peer { name: format!("{host}:{port}"), addresses, proxy })
    }

    fn connect(&self, peer: &Peer, step: &mut Step) -> Result<TcpStream, Error> {
        let (name, addresses, limit) =
            (peer.name.clone(), peer.addresses.clone(), self.profile.connect_timeout);
        let (stream, address) = self.retrier.once(move || probe::connect(&name, &addresses, limit))?;
        step.say(format!("connected to {address}"));
        step.details(json!({ "address": address.to_string() }));
        Ok(stream)
    }

    /// Asks the proxy for a way to the server. `None` where it cannot be looked through.
    fn open_tunnel(
        &self,
        stream: Option<TcpStream>,
        proxy: Via,
        step: &mut Step,
    ) -> Result<Option<TcpStream>, Error> {
        if self.profile.url.scheme() != "https" {
            step.skip("http:// needs no tunnel");
            return Ok(stream);
        }
        if proxy.is_tls() {
            step.skip("the proxy speaks TLS itself: what lies behind it is seen in the steps after the next");
            return Ok(None);
        }
        let url = self.profile.url.clone();
        let stream = stream.map(|mut stream| {
            self.retrier.once(move || probe::tunnel(&mut stream, &proxy, &url).map(|()| stream))
        });
        step.say(format!("opened a tunnel to {}", self.profile.host()));
        stream.transpose()
    }

    fn shake_hands(&self, stream: Option<TcpStream>, step: &mut Step) -> Result<(), Error> {
        let (url, tls) = (self.profile.url.clone(), self.settings.tls.clone());
        if url.scheme() != "https" {
            step.skip("http:// is sent in the clear");
            return Ok(());
        }
        let Some(stream) = stream else {
            step.skip("not looked into through such a proxy");
            return Ok(());
        };
        let handshake = self.retrier.once(move || probe::handshake(stream, &url, &tls))?;
        let rule = match self.settings.tls.trust {
            Trust::System => "trusted by the system's roots",
            Trust::Certificates(_) => "trusted by `ca_file`",
            Trust::Pin(_) => "it is the one of `tls_pin`",
            Trust::Anyone => "NOT CHECKED: `insecure`",
        };
        let chain = match handshake.chain.len() {
            1 => "1 certificate".to_owned(),
            count => format!("{count} certificates"),
        };
        step.details(json!({ "version": handshake.version, "chainLength": handshake.chain.len() }));
        let Some(own) = handshake.chain.first() else {
            step.say(format!("{}, no certificate", handshake.version));
            return Ok(());
        };
        let certificate = Certificate::read(own).map(|mut certificate| {
            let texts = [&mut certificate.subject, &mut certificate.issuer];
            texts
                .into_iter()
                .chain(&mut certificate.names)
                .for_each(|text| self.redactor.scrub_in_place(text));
            certificate
        });
        let days = certificate.as_ref().map(|known| known.days_left(self.retrier.clock.now()));
        if days.is_some_and(|days| days < SOON) || self.settings.tls.trust == Trust::Anyone {
            step.status = Status::Warning;
        }
        let left = match days {
            None => "its end is unknown".to_owned(),
            Some(days @ ..0) => format!("ended {} days ago", -days),
            Some(days) => format!("{days} days left"),
        };
        step.say(format!("{}, {chain}, {left}, {rule}", handshake.version));
        if let Some(certificate) = certificate {
            step.notes.push(certificate.describe());
            step.details(json!({
                "subject": certificate.subject,
                "issuer": certificate.issuer,
                "names": certificate.names,
                "notBefore": certificate.not_before.to_string(),
                "notAfter": certificate.not_after.to_string(),
                "daysLeft": days,
            }));
        }
        let digest = certificate::digest(own);
        let line = certificate::pin_line(&digest);
        step.details(json!({ "pin": certificate::pin(&digest), "line": line }));
        step.notes.push(line);
        Ok(())
    }

    fn ask<T: Send + 'static>(
        &self,
        backend: &Arc<dyn Backend>,
        question: impl FnOnce(&dyn Backend) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let backend = Arc::clone(backend);
        self.retrier.once(move || question(&*backend))
    }

    fn log_in(&self, backend: &Arc<dyn Backend>, step: &mut Step) -> Result<(), Error> {
        self.ask(backend, |backend| backend.client().open())?;
        match &self.profile.username {
            _ if !backend.client().has_login() => {
                step.skip("there is no login: the credentials go with every request");
            }
            Some(user) => step.say(format!("as {user}")),
            None => step.say("as the holder of the token"),
        }
        Ok(())
    }

    fn read_version(&self, backend: &Arc<dyn Backend>, step: &mut Step) -> Result<(), Error> {
        match self.ask(backend, |backend| backend.version()) {
            Ok(Some(version)) => {
                step.details(json!({ "version": version }));
                step.say(version);
            }
            Ok(None) => step.skip("this API does not tell it"),
            // Who may read tasks need not be let in everywhere.
            Err(error) if error.http_status == Some(403) => {
                step.skip(format!("this account is not told: {error}"));
            }
            Err(error) if matches!(error.kind, Kind::Network | Kind::Tls | Kind::Stopped) => {
                return Err(error);
            }
            Err(error) => {
                step.say("the server did not tell it");
                step.warn(error.to_string());
            }
        }
        Ok(())
    }

    fn check_rights(&self, backend: &Arc<dyn Backend>, step: &mut Step) -> Result<(), Error> {
        match self.ask(backend, |backend| backend.probe()) {
            Ok(()) => step.say("tasks may be read"),
            // The API itself knows no such task. Anything else that is not found is a path, and says nothing of rights.
            Err(Error { kind: Kind::NotFound, code: Some(_), .. }) => step.say("tasks may be read"),
            // So does a web server say it of a path.
            Err(error @ Error { kind: Kind::NotFound, from_intermediary: false, .. }) => {
                step.say("not certain: a task that does not exist was not found, but no error code says so");
                step.warn(error.to_string());
            }
            Err(error) if error.kind == Kind::Stopped => return Err(error),
            Err(error) => {
                let error = of_no_api(error);
                return Err(error.context(format!("{} cannot read tasks", self.profile.name)));
            }
        }
        Ok(())
    }

    fn log_out(&self, backend: &Arc<dyn Backend>, step: &mut Step) -> Result<(), Error> {
        let budget = if self.retrier.signal().is_some() { HASTY_LOGOUT } else { LOGOUT };
        match backend.client().log_out(budget)? {
            true => step.say("the session is closed"),
            false => step.skip("there is no session to close"),
        }
        Ok(())
    }
}

/// Checks that this is what the API answers to a request without credentials.
fn recognise(client: &Client, reply: &Reply, step: &mut Step) -> Result<(), Error> {
    let status = reply.status;
    step.details(json!({ "httpStatus": status.as_u16() }));
    if client.asks_for_login(reply) {
        step.say(format!("it answers, and asks for a login (HTTP {})", status.as_u16()));
        return Ok(());
    }
    let error = match reply.json::<Value>() {
        Ok(_) if status.is_success() => {
            let message = format!("{} shows tasks without a login", client.host());
            return Err(Error::decode(message).hint(NOT_THE_API));
        }
        Err(error) if status.is_success() => error,
        _ => client.error_of(&Request::get(&[]), reply),
    };
    let error = of_no_api(error);
    Err(error.context(format!("{} does not answer as the API", client.host())))
}

/// As it is, unless something is missing: that is no task then, it is the API.
fn of_no_api(mut error: Error) -> Error {
    if error.kind == Kind::NotFound {
        error.kind = Kind::Http;
        if !error.hints.iter().any(|hint| hint == NOT_THE_API) {
            error = error.hint(NOT_THE_API);
        }
    }
    error
}

/// The difference between the clocks, by the answer's `Date`.
fn compare_clocks(reply: &Reply, now: Timestamp, step: &mut Step) -> Result<(), Error> {
    let date = reply.header("date").and_then(|text| httpdate::parse_http_date(text).ok());
    let Some(theirs) = date.and_then(|date| Timestamp::try_from(date).ok()) else {
        step.skip("the server does not say what time it has");
        return Ok(());
    };
    // `Date` has whole seconds.
    let ahead = now.as_second() - theirs.as_second();
    step.details(json!({ "secondsAhead": ahead }));
    step.say(match ahead {
        0 => "this machine and the server have the same time".to_owned(),
        1.. => format!("this machine is {ahead} s ahead of the server"),
        _ => format!("this machine is {} s behind the server", ahead.abs()),
    });
    if ahead.abs() > SKEW {
        step.warn("tokens and certificates are judged by the clock: set both by the same time service");
    }
    Ok(())
}

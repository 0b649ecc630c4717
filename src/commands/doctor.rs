//! `taskctl doctor`: the way from a profile to its tasks, step by step.
//!
//! A step that fails ends the examination, with the exit code that any command would have met it with. The report goes
//! to standard output, what to do about a failure to standard error, as everywhere.

use std::cell::RefCell;
use std::io::Write as _;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::requests::{HASTY_LOGOUT, LOGOUT};
use crate::api::Backend;
use crate::cli::{CommonFlags, Doctor, ReportFormat};
use crate::config::{Profile, ProfileSelection};
use crate::engine::retrier::Retrier;
use crate::error::{Error, Kind};
use crate::http::certificate::{self, Certificate};
use crate::http::tls::Trust;
use crate::http::{Client, NOT_THE_API, Reply, probe};
use crate::outcome::Outcome;
use crate::render::json::error_object;
use crate::render::style::{Palette, paint};
use crate::resolve;
use crate::resolve::connector::{self, Connector};
use crate::resolve::context::Context;
use crate::resolve::credentials::{SecretContext, obtain_credentials};
use crate::util::clock::{Clock, Stop};
use crate::util::files;
use crate::util::redact::Redactor;
use crate::util::streams::Shared;
use crate::util::text;

/// The name of the report's shape.
const SCHEMA: &str = "taskctl.doctor/v1";

/// Clocks further apart than this are worth a warning: a SAML token is issued for a moment.
const SKEW: i64 = 60;

/// A certificate that ends within this many days is worth one.
const SOON: i64 = 30;

/// Examines a profile. Returns the exit code.
///
/// # Errors
/// When standard output cannot be written: what is wrong with the profile is reported here.
pub fn run(context: &mut Context, common: &CommonFlags, doctor: &Doctor) -> anyhow::Result<u8> {
    let format = doctor.output.unwrap_or_default();
    context.take_signals()?;
    let mut report = Report {
        live: (format == ReportFormat::Table).then(|| context.stdout.clone()),
        clock: Arc::clone(&context.clock),
        stop: Arc::clone(&context.stop),
        palette: context.stdout_palette(),
        on_terminal: context.terminal.stdout,
        redactor: Arc::clone(&context.redactor),
        steps: Vec::new(),
        profile: None,
        broken: None,
    };
    let result = examine(context, common, doctor, &mut report);
    if let Some(error) = report.broken.take() {
        return Err(error.into());
    }
    let outcome = match (&result, context.stop.raised()) {
        (Ok(()), _) => Outcome::Ok,
        (Err(error), Some(signal)) if error.kind == Kind::Stopped => Outcome::Signal(signal),
        (Err(error), _) => error.outcome(),
    };
    if format == ReportFormat::Json {
        let mut document = report.document(outcome);
        scrub(&mut document, &context.redactor);
        let document = serde_json::to_string_pretty(&document)?;
        let document = if context.terminal.stdout { text::escape_json(&document) } else { document };
        writeln!(context.stdout, "{document}")?;
    }
    context.stdout.flush()?;
    if let Err(error) = result
        && error.kind != Kind::Stopped
    {
        let error = match report.end() {
            Some(end) => error.context(end),
            None => error,
        };
        context.report_error(&error);
    }
    Ok(outcome.code())
}

/// Takes secrets out of every text, and leaves the document's form alone whatever a secret looks like.
fn scrub(value: &mut Value, redactor: &Redactor) {
    match value {
        Value::String(text) => *text = redactor.scrub(text),
        Value::Array(items) => items.iter_mut().for_each(|item| scrub(item, redactor)),
        Value::Object(object) => object.values_mut().for_each(|value| scrub(value, redactor)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// How a step went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Status {
    Ok,
    Warning,
    Failed,
    /// There was nothing to examine, or no time.
    Skipped,
}

impl Status {
    fn word(self) -> &'static str {
        match self {
            Status::Ok => "ok",
            Status::Warning => "warning",
            Status::Failed => "failed",
            Status::Skipped => "skipped",
        }
    }
}

/// What a step has to say.
struct Note {
    status: Status,
    /// One line.
    message: String,
    /// More lines, under it.
    lines: Vec<String>,
    /// The same for machines.
    details: Map<String, Value>,
}

impl Note {
    fn new() -> Note {
        Note { status: Status::Ok, message: String::new(), lines: Vec::new(), details: Map::new() }
    }

    fn say(&mut self, message: impl Into<String>) {
        self.message = message.into();
    }

    fn skip(&mut self, message: impl Into<String>) {
        self.status = Status::Skipped;
        self.message = message.into();
    }

    fn warn(&mut self, line: impl Into<String>) {
        self.status = Status::Warning;
        self.lines.push(line.into());
    }

    fn detail(&mut self, key: &str, value: impl Into<Value>) {
        self.details.insert(key.to_owned(), value.into());
    }
}

struct Report {
    /// Where lines go as steps end.
    live: Option<Shared>,
    clock: Arc<dyn Clock>,
    /// Raised when there is to be an end.
    stop: Arc<Stop>,
    palette: Palette,
    on_terminal: bool,
    redactor: Arc<Redactor>,
    steps: Vec<Value>,
    profile: Option<Profile>,
    /// Why no more can be written.
    broken: Option<std::io::Error>,
}

impl Report {
    /// Takes a step, unless the run was told to stop or nobody reads the report.
    fn step<T>(
        &mut self,
        name: &'static str,
        work: impl FnOnce(&mut Note) -> Result<T, Error>,
    ) -> Result<T, Error> {
        if self.stop.raised().is_some() || self.broken.is_some() {
            return Err(Error::new(Kind::Stopped, "the examination was stopped"));
        }
        self.take(name, work)
    }

    /// Takes a step, and tells how it went.
    fn take<T>(
        &mut self,
        name: &'static str,
        work: impl FnOnce(&mut Note) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let begin = self.clock.monotonic();
        let mut note = Note::new();
        let result = work(&mut note);
        let took = self.clock.monotonic().saturating_sub(begin);
        match &result {
            // That it was cut short says nothing about what it looked at.
            Err(error) if error.kind == Kind::Stopped => note.skip(error.to_string()),
            Err(error) => {
                note.status = Status::Failed;
                note.message = error.to_string();
            }
            Ok(_) => {}
        }
        self.tell(name, &note, took);
        let failure = result.as_ref().err().filter(|error| error.kind != Kind::Stopped);
        let error = failure.map(|error| {
            let mut object = error_object(error);
            object["hints"] = json!(error.hints);
            object
        });
        self.steps.push(json!({
            "step": name, "status": note.status.word(), "seconds": took.as_secs_f64(), "message": note.message,
            "notes": note.lines, "details": note.details, "error": error,
        }));
        result
    }

    fn tell(&mut self, name: &str, note: &Note, took: Duration) {
        let Some(mut out) = self.live.clone() else { return };
        let style = match note.status {
            Status::Ok => self.palette.state(&crate::task::State::Succeeded),
            Status::Warning => self.palette.warning(),
            Status::Failed => self.palette.error(),
            Status::Skipped => self.palette.faint(),
        };
        let word = paint(style, text::fit(note.status.word(), 7));
        let time = format!("{:.0} ms", took.as_secs_f64() * 1000.0);
        let mut lines = format!("{word}  {name:<7}  {time:>9}  {}\n", self.clean(&note.message));
        for line in &note.lines {
            lines.push_str(&format!("{:29}{}\n", "", self.clean(line)));
        }
        if let Err(error) = out.write_all(lines.as_bytes()).and_then(|()| out.flush()) {
            self.broken.get_or_insert(error);
        }
    }

    fn clean(&self, text: &str) -> String {
        let text = self.redactor.scrub(text);
        if self.on_terminal { text::escape(&text).into_owned() } else { text::one_line(&text).into_owned() }
    }

    /// Where it ended, once it is known whose examination it is.
    fn end(&self) -> Option<String> {
        let profile = self.profile.as_ref()?;
        let failed = self.steps.iter().find(|step| step["status"] == Status::Failed.word())?;
        let step = failed["step"].as_str()?;
        Some(format!("the examination of {} ({}) ended at {step}", profile.name, profile.host()))
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

fn examine(
    context: &Context,
    common: &CommonFlags,
    doctor: &Doctor,
    report: &mut Report,
) -> Result<(), Error> {
    let (profile, reach) = report.step("file", |note| file(context, common, doctor, note))?;
    report.profile = Some(profile.clone());
    let warnings: RefCell<Vec<String>> = RefCell::default();
    let warn = |line: &str| warnings.borrow_mut().push(line.to_owned());
    let secrets = SecretContext::new(context, &doctor.connection, false, warn);
    let credentials = report.step("secret", |note| {
        let credentials = obtain_credentials(&profile, &secrets)?;
        note.say(match &credentials.username {
            Some(user) if credentials.password.is_some() => {
                format!("the password of {user} came from {}", credentials.source)
            }
            _ => format!("the token came from {}", credentials.source),
        });
        for line in warnings.borrow_mut().drain(..) {
            note.warn(line);
        }
        Ok(credentials)
    })?;
    let patience = Retrier { clock: &*context.clock, stop: &context.stop, retry_for: Duration::ZERO };
    the_way(&profile, &reach, report, &patience)?;
    let backend = reach.backend(&profile, credentials, |_| {})?;
    the_api(&backend, report, &patience)?;
    let inside = in_session(&profile, &backend, report, &patience);
    let budget = if context.stop.raised().is_some() { HASTY_LOGOUT } else { LOGOUT };
    let outside = report.take("logout", |note| {
        match backend.client().log_out(budget)? {
            true => note.say("the session is closed"),
            false => note.skip("there is no session to close"),
        }
        Ok(())
    });
    inside.and(outside)
}

/// Asks a server, so that a signal does not wait for the answer.
///
/// # Errors
/// What was said; of kind [`Kind::Stopped`] when the run was told to stop meanwhile.
fn ask<T: Send + 'static>(
    patience: &Retrier<'_>,
    backend: &Arc<dyn Backend>,
    question: impl FnOnce(&dyn Backend) -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    let backend = Arc::clone(backend);
    patience.once(move || question(&*backend))
}

/// Finds the profile, and looks at the file that it stands in and at the files that it names.
fn file<'a>(
    context: &'a Context,
    common: &CommonFlags,
    doctor: &Doctor,
    note: &mut Note,
) -> Result<(Profile, Connector<'a>), Error> {
    let config = context.load_config(common)?;
    let choice = ProfileSelection {
        profile: common.profile.as_deref(),
        backend: doctor.backend,
        overrides: resolve::overrides(&[], &doctor.connection),
        ..ProfileSelection::default()
    };
    let profile = config.select(&choice, &context.env)?;
    let path = config.location().filter(|_| config.exists()).map(|location| location.path.as_path());
    let what = if profile.ad_hoc {
        format!("no profile, backend {}", profile.backend.name)
    } else {
        format!("profile {}, backend {}", profile.name, profile.backend.name)
    };
    let mode = path.and_then(files::mode);
    note.say(match (path, mode) {
        (Some(path), Some(mode)) => format!("{} (mode {mode:04o}), {what}", path.display()),
        (Some(path), None) => format!("{}, {what}", path.display()),
        (None, _) => format!("no file, {what}"),
    });
    note.detail("path", path.map(|path| path.display().to_string()));
    note.detail("mode", mode.map(|mode| format!("{mode:04o}")));
    for warning in config.warnings() {
        note.warn(warning);
    }
    for caution in connector::cautions(&profile) {
        note.warn(caution);
    }
    let reach = Connector::new(context, &profile)?;
    Ok((profile, reach))
}

/// Name, connection, TLS.
fn the_way(
    profile: &Profile,
    reach: &Connector<'_>,
    report: &mut Report,
    patience: &Retrier<'_>,
) -> Result<(), Error> {
    let url = &profile.url;
    let limit = profile.connect_timeout;
    let settings = &reach.main;
    let via =
        settings.proxies.via(url).map_err(|error| crate::http::transport_failure(error, &profile.host()));
    let (host, port, addresses) = report.step("name", |note| {
        let via = via.as_ref().map_err(Clone::clone)?;
        let (host, port) = match via {
            Some(via) => (via.host().0.to_owned(), via.host().1),
            None => crate::http::address::target(url),
        };
        let name = host.clone();
        let addresses = patience.once(move || probe::resolve(&name, port, limit))?;
        let texts: Vec<String> = addresses.iter().map(|address| address.ip().to_string()).collect();
        note.say(match via {
            Some(via) => format!("the proxy {via} is at {}", texts.join(", ")),
            None if texts.contains(&host) => format!("{host} is an address"),
            None => format!("{host} is at {}", texts.join(", ")),
        });
        note.detail("addresses", texts);
        note.detail("proxy", via.as_ref().map(ToString::to_string));
        Ok((host, port, addresses))
    })?;
    let mut stream = report.step("tcp", |note| {
        let place = format!("{host}:{port}");
        let (stream, address) = patience.once(move || probe::connect(&place, &addresses, limit))?;
        note.say(format!("connected to {address}"));
        note.detail("address", address.to_string());
        Ok(stream)
    })?;
    if let Some(via) = via? {
        let open = report.step("proxy", |note| {
            if url.scheme() != "https" {
                note.skip("http:// needs no tunnel");
                return Ok(Some(stream));
            }
            if via.is_tls() {
                note.skip(
                    "the proxy speaks TLS itself: what lies behind it is seen in the steps after the next",
                );
                return Ok(None);
            }
            let url = url.clone();
            let stream = patience.once(move || probe::tunnel(&mut stream, &via, &url).map(|()| stream))?;
            note.say(format!("gives a way to {}", profile.host()));
            Ok(Some(stream))
        })?;
        let Some(open) = open else {
            return report.step("tls", |note| {
                note.skip("not looked into through such a proxy");
                Ok(())
            });
        };
        stream = open;
    }
    report.step("tls", |note| {
        if url.scheme() != "https" {
            note.skip("http:// is sent in the clear");
            return Ok(());
        }
        let (to, tls) = (url.clone(), settings.tls.clone());
        let handshake = patience.once(move || probe::handshake(stream, &to, &tls))?;
        let rule = match settings.tls.trust {
            Trust::System => "trusted by the system's roots",
            Trust::Certificates(_) => "trusted by `ca_file`",
            Trust::Pin(_) => "it is the one of `tls_pin`",
            Trust::Anyone => "NOT CHECKED: `insecure`",
        };
        let chain = match handshake.chain.len() {
            1 => "1 certificate".to_owned(),
            count => format!("{count} certificates"),
        };
        note.detail("version", handshake.version);
        note.detail("chainLength", handshake.chain.len());
        let Some(own) = handshake.chain.first() else {
            note.say(format!("{}, no certificate", handshake.version));
            return Ok(());
        };
        let digest = certificate::digest(own);
        let mut left = "its end is unknown".to_owned();
        if let Some(certificate) = Certificate::read(own) {
            let days = certificate.days_left(patience.clock.now());
            left = match days {
                ..0 => format!("ended {} days ago", -days),
                days => format!("{days} days left"),
            };
            note.lines.push(certificate.describe());
            note.detail("subject", certificate.subject.as_str());
            note.detail("issuer", certificate.issuer.as_str());
            note.detail("names", certificate.names.clone());
            note.detail("notBefore", certificate.not_before.to_string());
            note.detail("notAfter", certificate.not_after.to_string());
            note.detail("daysLeft", days);
            if days < SOON {
                note.status = Status::Warning;
            }
        }
        if settings.tls.trust == Trust::Anyone {
            note.status = Status::Warning;
        }
        note.say(format!("{}, {chain}, {left}, {rule}", handshake.version));
        note.lines.push(certificate::pin_line(&digest));
        note.detail("pin", certificate::pin(&digest));
        note.detail("line", certificate::pin_line(&digest));
        Ok(())
    })
}

/// Whether it is the API that answers, and what time it has there.
fn the_api(backend: &Arc<dyn Backend>, report: &mut Report, patience: &Retrier<'_>) -> Result<(), Error> {
    let mut reply = None;
    let answered = report.step("api", |note| {
        let answer = reply.insert(ask(patience, backend, |backend| backend.probe_unauthenticated())?);
        note.detail("httpStatus", answer.status.as_u16());
        recognise(backend.client(), answer)?;
        note.say(format!("it answers, and asks for a login (HTTP {})", answer.status.as_u16()));
        Ok(())
    });
    if let Some(reply) = reply {
        report.step("clock", |note| {
            compare(&reply, patience.clock.now(), note);
            Ok(())
        })?;
    }
    answered
}

/// Whether the answer to a request without credentials is one that the API gives.
fn recognise(client: &Client, reply: &Reply) -> Result<(), Error> {
    if client.asks_for_login(reply) {
        return Ok(());
    }
    if reply.status.is_success() {
        return match reply.json::<Value>() {
            Ok(_) => {
                Err(Error::decode(format!("{} lets strangers read tasks", client.host())).hint(NOT_THE_API))
            }
            Err(error) => Err(error.context(format!("{} does not answer as the API", client.host()))),
        };
    }
    let mut error = client.refuse(&crate::http::Request::get(&[]), reply);
    if error.kind == Kind::NotFound {
        // What is missing is no task: it is the API.
        error.kind = Kind::Http;
        if !error.hints.iter().any(|hint| hint == NOT_THE_API) {
            error = error.hint(NOT_THE_API);
        }
    }
    Err(error.context(format!("{} does not answer as the API", client.host())))
}

/// The difference between the clocks, by the answer's `Date`.
fn compare(reply: &Reply, now: Timestamp, note: &mut Note) {
    let date = reply.header("date").and_then(|text| httpdate::parse_http_date(text).ok());
    let Some(theirs) = date.and_then(|date| Timestamp::try_from(date).ok()) else {
        note.skip("the server does not say what time it has");
        return;
    };
    // `Date` has whole seconds.
    let ahead = now.as_second() - theirs.as_second();
    note.detail("secondsAhead", ahead);
    note.say(match ahead {
        0 => "this machine and the server have the same time".to_owned(),
        1.. => format!("this machine is {ahead} s ahead of the server"),
        _ => format!("this machine is {} s behind the server", ahead.abs()),
    });
    if ahead.abs() > SKEW {
        note.warn("tokens and certificates are judged by the clock: set both by the same time service");
    }
}

/// Login, version, the right to read.
fn in_session(
    profile: &Profile,
    backend: &Arc<dyn Backend>,
    report: &mut Report,
    patience: &Retrier<'_>,
) -> Result<(), Error> {
    report.step("login", |note| {
        ask(patience, backend, |backend| backend.client().open())?;
        if !backend.client().has_login() {
            note.skip("there is no login: the credentials go with every request");
            return Ok(());
        }
        let who = profile.username.as_deref().unwrap_or("the holder of the token");
        note.say(format!("as {who}"));
        Ok(())
    })?;
    report.step("version", |note| {
        match ask(patience, backend, |backend| backend.version()) {
            Ok(Some(version)) => {
                note.detail("version", version.as_str());
                note.say(version);
            }
            Ok(None) => note.skip("this API does not tell it"),
            // Who may read tasks need not be let in everywhere.
            Err(error) if error.http_status == Some(403) => {
                note.skip(format!("this account is not told: {error}"));
            }
            Err(error) if !matches!(error.kind, Kind::Network | Kind::Tls | Kind::Stopped) => {
                note.say("the server did not tell it");
                note.warn(error.to_string());
            }
            Err(error) => return Err(error),
        }
        Ok(())
    })?;
    report.step("rights", |note| match ask(patience, backend, |backend| backend.probe()) {
        Ok(()) => {
            note.say("tasks may be read");
            Ok(())
        }
        Err(error) if error.kind == Kind::Stopped => Err(error),
        Err(error) if error.kind == Kind::NotFound && !error.from_intermediary => {
            note.say("tasks may be read: one that does not exist is said not to exist");
            Ok(())
        }
        Err(error) => Err(error.context(format!("{} cannot read tasks", profile.name))),
    })
}

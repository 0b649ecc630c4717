//! A described API at work: its login, and its requests.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http::header::HeaderValue;
use http::{Method, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use serde_json::value::RawValue;
use url::Url;

use super::description::{Description, List, SessionWay, Way, WayKind};
use super::pointer::{Answer, Field, Pointer, first_text};
use super::task::{self, About};
use super::template::{Call, Fill, Header, Headers, Template, on_host, with_header};
use crate::api::login::{basic, refused};
use crate::api::{Backend, Batching, Connection, Credentials, Document, Page, Query, TaskResults, document};
use crate::error::{Error, Kind};
use crate::http::{ApiAuth, ApiError, Client, RawClient, Reply, Request, Session};
use crate::task::{Task, TaskId};
use crate::util::clock::Clock;

/// Names and their values: settings, or headers.
type Values = Vec<(&'static str, String)>;

/// Connects to an API as its description says.
///
/// # Errors
/// When a setting is missing, or cannot stand where it is used.
pub(super) fn connect(
    description: &'static Description,
    connection: Connection,
) -> Result<Arc<dyn Backend>, Error> {
    let Connection { auth, credentials, options, http, .. } = connection;
    let way = description.ways.iter().find(|way| way.name == auth).or(description.ways.first());
    let way = way.ok_or_else(|| Error::config("its description has no way of logging in"))?;
    let mut values = Values::new();
    for (key, setting) in &description.settings {
        let needed = || description.task.iter().chain(way.calls()).any(|call| call.uses(key));
        match options.get(key).or(setting.default.as_deref()) {
            Some(value) => values.push((key, value.to_owned())),
            None if needed() => return Err(Error::config(format!("`{key}` is needed in the profile"))),
            None => {}
        }
    }
    let names = borrowed(&values);
    let headers = filled(&description.headers, &Fill { names: &names, ..Fill::default() });
    let headers =
        Arc::new(headers.map_err(|name| Error::config(format!("nothing fills the header {name}")))?);
    let base = http.base.clone();
    let (client_headers, client_base, client_values) = (Arc::clone(&headers), base.clone(), values.clone());
    let auth = Auth {
        description,
        way,
        credentials,
        values: client_values,
        headers: client_headers,
        base: client_base,
        token_headers: way.token_headers(),
        clock: Arc::clone(&http.clock),
        opened: Mutex::default(),
    };
    Ok(Arc::new(Described {
        description,
        client: Client::new(http, Box::new(auth)),
        values,
        headers,
        base,
        batching: description.batch.as_ref().map(|batch| Batching::new(batch.max)),
        last: AtomicUsize::new(0),
        next: Mutex::default(),
    }))
}

fn borrowed(values: &Values) -> Vec<(&str, &str)> {
    values.iter().map(|(key, value)| (*key, value.as_str())).collect()
}

/// The headers with their values; the name of one that cannot have its own.
fn filled(headers: &'static Headers, fill: &Fill<'_>) -> Result<Values, &'static str> {
    let header = |(name, value): (&'static Header, &Template)| {
        let text = value.fill(fill).filter(|text| HeaderValue::from_str(text).is_ok());
        text.map(|text| (name.name(), text.to_string())).ok_or_else(|| name.name())
    };
    headers.iter().map(header).collect()
}

/// The request with the headers that go with every one, under its own.
fn with_headers(request: Request, headers: &Values) -> Request {
    headers.iter().fold(request, |request, (name, value)| match request.headers.contains_key(*name) {
        true => request,
        false => with_header(request, name, value),
    })
}

fn session_of(headers: Values) -> Session {
    let headers = headers.into_iter().map(|(name, value)| (name, SecretString::from(value)));
    Session { headers: headers.collect(), note: String::new(), logout: None }
}

impl Way {
    fn session(&self) -> Option<&SessionWay> {
        if let WayKind::Session(session) = &self.kind { Some(session) } else { None }
    }

    fn calls(&self) -> impl Iterator<Item = &Call> {
        self.session().into_iter().flat_map(|session| std::iter::once(&session.open).chain(&session.close))
    }

    /// The headers of a login's answer that hold a secret.
    fn token_headers(&'static self) -> Vec<&'static str> {
        let tokens = self.session().into_iter().flat_map(|session| &session.token);
        tokens.flat_map(|(name, value)| std::iter::once(name.name()).chain(value.answer_headers())).collect()
    }
}

/// From this age on a session may have died of it.
const OLD: Duration = Duration::from_secs(300);

struct Auth {
    description: &'static Description,
    way: &'static Way,
    credentials: Credentials,
    values: Values,
    headers: Arc<Values>,
    base: Url,
    token_headers: Vec<&'static str>,
    clock: Arc<dyn Clock>,
    /// When the session was opened, by the clock.
    opened: Mutex<Duration>,
}

impl Auth {
    /// Settings and credentials.
    fn names(&self) -> Vec<(&str, &str)> {
        let Credentials { username, password, token, .. } = &self.credentials;
        let secrets = [("password", password), ("token", token)];
        let secrets =
            secrets.into_iter().filter_map(|(key, value)| Some((key, value.as_ref()?.expose_secret())));
        let username = username.as_deref().map(|name| ("username", name));
        borrowed(&self.values).into_iter().chain(username).chain(secrets).collect()
    }

    fn open(&self, raw: &RawClient, session: &'static SessionWay) -> Result<Session, Error> {
        let names = self.names();
        let fill = Fill { names: &names, ..Fill::default() };
        let missing = |_| Error::config("this way of logging in needs what the profile does not have");
        let request = session.open.request(&fill).map_err(missing)?.secret_answer().secret_body();
        let mut request = with_headers(request, &self.headers);
        if session.basic {
            request = request.secret_header("authorization", &basic(raw, &self.credentials)?);
        }
        let reply = raw.send(&request)?;
        let host = raw.host();
        if !reply.status.is_success() {
            return Err(refused(raw.error_of(&request, &reply), &host, &self.credentials));
        }
        let body: Value = serde_json::from_slice(&reply.body).unwrap_or_default();
        let answer =
            Answer { status: reply.status.as_u16(), headers: Some(&reply.headers), body: &body, id: "" };
        let of_answer = Fill { names: &names, answer: Some(&answer), base: Some(&self.base) };
        session.token.values().flat_map(|value| value.secrets(&answer)).for_each(|secret| raw.hide(&secret));
        *self.opened.lock().unwrap_or_else(PoisonError::into_inner) = self.clock.monotonic();
        let token = filled(&session.token, &of_answer).map_err(|name| {
            let error = Error::decode(format!("{host} logged in without giving a token"));
            reply.hint_at_page(error.cause(format!("the answer has nothing for the header {name}")))
        });
        let mut opened = session_of(token?);
        opened.logout = session.close.as_ref().and_then(|close| {
            let request = close.request(&of_answer);
            let request =
                request.inspect_err(|error| raw.log().info(format_args!("{host}: no logout: {error}")));
            Some(with_headers(request.ok()?.secret_body(), &self.headers))
        });
        Ok(opened)
    }
}

impl ApiAuth for Auth {
    fn login(&self, raw: &RawClient) -> Result<Session, Error> {
        match &self.way.kind {
            WayKind::Basic => Ok(Session::header("authorization", basic(raw, &self.credentials)?)),
            WayKind::Headers(headers) => {
                let names = self.names();
                let headers = filled(headers, &Fill { names: &names, ..Fill::default() });
                headers.map(session_of).map_err(|_| Error::config("this way of logging in needs a token"))
            }
            WayKind::Session(session) => self.open(raw, session),
        }
    }

    fn logout(&self, session: &Session) -> Option<Request> {
        session.logout.clone()
    }

    fn can_renew(&self) -> bool {
        self.way.session().is_some()
    }

    fn is_rejected(&self, reply: &Reply) -> bool {
        if reply.status == StatusCode::UNAUTHORIZED {
            return true;
        }
        // Any other refusal of a young session is about a right, and logging in again would not change it.
        let is_old = || {
            let opened = *self.opened.lock().unwrap_or_else(PoisonError::into_inner);
            self.clock.monotonic().saturating_sub(opened) >= OLD
        };
        self.way.session().is_some_and(|session| session.rejected.contains(&reply.status.as_u16()))
            && is_old()
    }

    fn read_error(&self, reply: &Reply) -> ApiError {
        self.description.read_error(reply)
    }

    fn token_headers(&self) -> &[&'static str] {
        &self.token_headers
    }
}

struct Described {
    description: &'static Description,
    client: Client,
    values: Values,
    headers: Arc<Values>,
    base: Url,
    batching: Option<Batching>,
    /// The request that found a task the last time: the next one is likely to be there, too.
    last: AtomicUsize,
    /// Where the pages after the first are, where the server gives their addresses.
    next: Mutex<Vec<String>>,
}

impl Described {
    /// A request with these names filled in.
    fn request(&self, call: &Call, more: &[(&str, &str)]) -> Result<Request, Error> {
        let names = [more, &borrowed(&self.values)].concat();
        let fill = Fill { names: &names, answer: None, base: Some(&self.base) };
        Ok(with_headers(call.request(&fill)?, &self.headers))
    }

    /// The request about one task.
    fn about(&self, call: &Call, id: &str) -> Result<Request, Error> {
        let mut names = vec![("id", id)];
        for (name, pattern) in &self.description.id_parts {
            match pattern.find(id) {
                Some(part) => names.push((name, part)),
                None if call.uses(name) => return Err(self.no_id(id)),
                None => {}
            }
        }
        self.request(call, &names)
    }

    fn no_id(&self, id: &str) -> Error {
        let example = self.description.example_id.as_deref().unwrap_or("ID");
        Error::usage(format!("{id:?} is no task id of this API")).hint(format!("an id is such as {example}"))
    }

    /// Sends the first of these requests that is for this id; where it finds nothing, the next one.
    fn first_of<T>(
        &self,
        calls: &[Call],
        last: &AtomicUsize,
        id: &TaskId,
        send: impl Fn(&Call, &Request) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let before = last.load(Ordering::Relaxed);
        let mut fitting: Vec<usize> = (0..calls.len()).filter(|&at| calls[at].is_for(id.as_str())).collect();
        fitting.sort_by_key(|&at| at != before);
        let mut missing = None;
        for at in fitting {
            match send(&calls[at], &self.about(&calls[at], id.as_str())?) {
                Ok(found) => {
                    last.store(at, Ordering::Relaxed);
                    return Ok(found);
                }
                Err(error) if error.kind == Kind::NotFound => missing = Some(error),
                Err(error) => return Err(error),
            }
        }
        Err(missing.unwrap_or_else(|| self.no_id(id.as_str())))
    }

    fn read(&self, reply: &Reply, asked: Option<&TaskId>) -> Result<Task, Error> {
        let about =
            About { status: reply.status.as_u16(), headers: Some(&reply.headers), asked, is_element: false };
        if reply.body.is_empty() {
            return task::read(self.description, "", about).map(|(task, _)| task).map_err(|_| Error {
                http_status: Some(about.status),
                ..Error::decode("the answer is empty")
            });
        }
        let body = reply.json::<Box<RawValue>>()?;
        task::read(self.description, body.get(), about).map(|(task, _)| task)
    }

    /// The tasks of a list, each from its own bytes. No list, or `null`, is none.
    fn elements(&self, reply: &Reply, items: &Pointer, list: Option<&List>) -> Result<TaskResults, Error> {
        let text = reply.text();
        let text = text.trim_start_matches('\u{feff}');
        let unreadable = |error: serde_json::Error| reply.unreadable(&error);
        let mut raw: &RawValue = serde_json::from_str(text).map_err(unreadable)?;
        for name in items.names() {
            let mut fields: BTreeMap<String, &RawValue> =
                serde_json::from_str(raw.get()).map_err(unreadable)?;
            raw = match fields.remove(name) {
                Some(inner) => inner,
                None => return Ok(Vec::new()),
            };
        }
        let found: Option<Vec<&RawValue>> = serde_json::from_str(raw.get()).map_err(unreadable)?;
        let about = About { status: reply.status.as_u16(), headers: None, asked: None, is_element: true };
        let read = |item: &&RawValue| {
            let body: Value = serde_json::from_str(item.get()).unwrap_or_default();
            let answer = Answer { status: about.status, headers: None, body: &body, id: "" };
            if list.and_then(|list| list.skip.as_ref()).is_some_and(|skip| skip.hold(&answer)) {
                return None;
            }
            let state = self.description.state.iter().any(|picker| !picker.values(&answer).is_empty());
            let link = list.and_then(|list| first_text(&list.read, &answer)).filter(|_| !state);
            Some(match link {
                Some(link) => self.linked(&link),
                None => task::read(self.description, item.get(), about).map(|(task, _)| task),
            })
        };
        Ok(found.unwrap_or_default().iter().filter_map(read).collect())
    }

    /// The task at an address that a list gave.
    fn linked(&self, link: &str) -> Result<Task, Error> {
        let request = with_headers(on_host(Method::GET, link, &self.base)?, &self.headers);
        let reply = self.client.send(&request)?;
        self.read(&reply, TaskId::new(&self.description.id_of(link)).ok().as_ref())
    }

    /// What narrows a list to one state, where the server can: more of its query. `None` where it cannot.
    fn filter(&self, list: &'static List, query: &Query) -> Option<&'static str> {
        let [only] = query.states.as_slice() else { return None };
        if list.filter.0.is_empty() {
            return None;
        }
        let named = list.states.iter().find(|(ours, _)| ours.state().word() == only);
        named.map(|(_, word)| word.as_str()).or_else(|| {
            let mut words = self.description.words.iter().filter(|(_, state)| state.word() == only);
            words
                .next()
                .map(|(word, _)| word.as_str())
                .filter(|_| words.next().is_none() && !self.has_rule(only))
        })
    }

    fn has_rule(&self, state: &str) -> bool {
        self.description.rules.iter().any(|rule| rule.state.get_ref().state().word() == state)
    }

    /// Whether no task is ever in a state that is asked for.
    fn selects_nothing(&self, query: &Query) -> bool {
        let known = |state: &String| {
            state == "unknown"
                || self.has_rule(state)
                || self.description.words.iter().any(|(_, known)| known.word() == state)
        };
        !query.states.is_empty() && !query.states.iter().any(known)
    }
}

impl Backend for Described {
    fn client(&self) -> &Client {
        &self.client
    }

    fn get(&self, id: &TaskId) -> Result<Task, Error> {
        self.first_of(&self.description.task, &self.last, id, |call, request| {
            let reply = self.client.try_send(request)?;
            if reply.status.is_success() {
                return self.read(&reply, Some(id));
            }
            let tells = call.statuses.contains(&reply.status.as_u16());
            let told = if tells { self.read(&reply, Some(id)).ok() } else { None };
            told.ok_or_else(|| self.client.error_of(request, &reply))
        })
    }

    fn nonexistent_task(&self) -> Request {
        let id = self.description.no_such_id.as_deref().unwrap_or("taskctl-doctor");
        let mut calls = self.description.task.iter().filter(|call| call.is_for(id));
        calls.find_map(|call| self.about(call, id).ok()).unwrap_or_else(|| Request::get(&[id]))
    }

    fn batching(&self) -> Option<&Batching> {
        self.batching.as_ref()
    }

    fn get_batch(&self, ids: &[&TaskId]) -> Result<TaskResults, Error> {
        let Some(batch) = &self.description.batch else {
            return Ok(ids.iter().map(|id| self.get(id)).collect());
        };
        let list = ids.iter().map(|id| id.as_str()).collect::<Vec<_>>().join(",");
        let reply = self.client.send(&self.request(&batch.call(), &[("ids", &list)])?)?;
        self.elements(&reply, &batch.items, None)
    }

    fn page(&self, query: &Query, at: u64) -> Result<Page, Error> {
        let Some(list) = &self.description.list else {
            return Err(Error::usage("this API cannot list tasks"));
        };
        if self.selects_nothing(query) {
            return Ok(Page::empty());
        }
        let word = self.filter(list, query);
        let mut pages = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let given = usize::try_from(at).ok().and_then(|at| pages.get(at.checked_sub(1)?).cloned());
        let is_whole = query.states.is_empty() || word.is_some();
        let size = query
            .limit
            .filter(|_| is_whole && list.newest_first)
            .map_or(list.limit, |limit| limit.clamp(1, list.limit));
        let request = if let Some(link) = given.filter(|_| !list.next.is_empty()) {
            with_headers(on_host(Method::GET, &link, &self.base)?, &self.headers)
        } else {
            // Where the number of the first page is not known, `at` is the number that the answer before has said.
            let first = if list.page.is_empty() { list.first_page } else { 0 };
            let (limit, offset, page) = (size.to_string(), at.to_string(), (first + at).to_string());
            let mut names = vec![("limit", limit.as_str()), ("offset", &offset), ("page", &page)];
            let mut call = list.call();
            if at == 0 && !list.page.is_empty() {
                call = call.without("page");
            }
            if let Some(word) = word {
                names.push(("state", word));
                call = call.with_query(&list.filter);
            }
            self.request(&call, &names)?
        };
        let reply = self.client.send(&request)?;
        let tasks = self.elements(&reply, &list.items, Some(list))?;
        let body: Value =
            serde_json::from_str(reply.text().trim_start_matches('\u{feff}')).unwrap_or_default();
        let answer =
            Answer { status: reply.status.as_u16(), headers: Some(&reply.headers), body: &body, id: "" };
        let number = |field: &Field| {
            let mut values = field.iter().flat_map(|picker| picker.values(&answer));
            values.find_map(|value| document::int(&value)).and_then(|number| u64::try_from(number).ok())
        };
        let count = list.items.get(&body).and_then(Value::as_array).map_or(0, Vec::len);
        let next = if let Some(link) = first_text(&list.next, &answer) {
            pages.truncate(usize::try_from(at).unwrap_or_default());
            pages.push(link);
            Some(at + 1)
        } else if list.call().uses("offset") {
            let end = at + count as u64;
            let more = number(&list.total).map_or(count >= size, |total| end < total);
            (more && count > 0).then_some(end)
        } else if let Some(page) = number(&list.page) {
            (count >= size).then_some(page + 1)
        } else if list.call().uses("page") {
            let more = match (number(&list.pages), number(&list.total)) {
                (Some(pages), _) => at + 1 < pages,
                (None, Some(total)) => (at + 1) * (size as u64) < total,
                (None, None) => count >= size,
            };
            (more && count > 0).then_some(at + 1)
        } else {
            None
        };
        Ok(Page { tasks, next, ordered: list.newest_first })
    }

    fn cancel(&self, id: &TaskId) -> Result<(), Error> {
        if self.description.cancel.is_empty() {
            return Err(Error::usage("this API cannot cancel tasks"));
        }
        let last = AtomicUsize::default();
        self.first_of(&self.description.cancel, &last, id, |_, request| self.client.send(request).map(|_| ()))
    }

    fn version(&self) -> Result<Option<String>, Error> {
        let Some(version) = &self.description.version else { return Ok(None) };
        let reply = self.client.send(&self.request(&version.call(), &[])?)?;
        let body = Value::from(reply.json::<Document>()?);
        let answer =
            Answer { status: reply.status.as_u16(), headers: Some(&reply.headers), body: &body, id: "" };
        Ok(first_text(&version.at, &answer))
    }
}

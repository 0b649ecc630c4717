//! Requests with placeholders. What fills one is encoded as one segment of the path or one value of the query, so that
//! it cannot lead elsewhere.

use std::collections::BTreeMap;

use http::Method;
use http::header::HeaderName;
use percent_encoding::percent_decode_str;
use secrecy::SecretString;
use serde::Deserialize;
use serde_json::Value;
use url::{Url, form_urlencoded};
use zeroize::Zeroizing;

use super::pointer::{Answer, Pattern, Source};
use super::reader::{Many, Shorthand};
use crate::error::Error;
use crate::http::Request;
use crate::task::TaskId;

/// What fills placeholders.
#[derive(Clone, Copy, Default)]
pub(super) struct Fill<'a> {
    /// By name.
    pub names: &'a [(&'a str, &'a str)],
    /// What a login answered.
    pub answer: Option<&'a Answer<'a>>,
    /// Where the server is: a path that it gave must lead there.
    pub base: Option<&'a Url>,
}

/// A text with placeholders: `{name}`, or `{/pointer}` and `{header:NAME}` with what a login answered; there `|` parts
/// several places, of which the first that has something counts.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Template(Vec<Piece>);

#[derive(Clone, Debug)]
enum Piece {
    Text(String),
    Name(String),
    Answer(Vec<Source>),
}

impl TryFrom<String> for Template {
    type Error = String;

    fn try_from(text: String) -> Result<Template, String> {
        let mut pieces = Vec::new();
        let mut rest = text.as_str();
        while let Some((before, behind)) = rest.split_once('{') {
            let end = behind.split_once('}').ok_or_else(|| format!("{text:?} has a `{{` without its `}}`"));
            let (inside, after) = end?;
            if !before.is_empty() {
                pieces.push(Piece::Text(before.to_owned()));
            }
            pieces.push(if inside.starts_with('/') || inside.starts_with("header:") {
                Piece::Answer(inside.split('|').map(str::parse).collect::<Result<_, _>>()?)
            } else {
                Piece::Name(inside.to_owned())
            });
            rest = after;
        }
        if !rest.is_empty() || pieces.is_empty() {
            pieces.push(Piece::Text(rest.to_owned()));
        }
        Ok(Template(pieces))
    }
}

impl Template {
    /// The text. `None` where something that it needs is missing.
    pub fn fill(&self, fill: &Fill<'_>) -> Option<Zeroizing<String>> {
        let mut text = Zeroizing::new(String::new());
        for piece in &self.0 {
            match piece {
                Piece::Text(piece) => text.push_str(piece),
                Piece::Name(name) => text.push_str(fill.names.iter().find(|(known, _)| known == name)?.1),
                Piece::Answer(places) => {
                    text.push_str(&places.iter().find_map(|place| place.text(fill.answer?))?);
                }
            }
        }
        Some(text)
    }

    fn places(&self) -> impl Iterator<Item = &Vec<Source>> {
        self.0.iter().filter_map(|piece| if let Piece::Answer(places) = piece { Some(places) } else { None })
    }

    /// What it takes from a login's answer, each a secret.
    pub fn secrets(&self, answer: &Answer<'_>) -> Vec<SecretString> {
        let texts = self.places().filter_map(|places| places.iter().find_map(|place| place.text(answer)));
        texts.map(SecretString::from).collect()
    }

    /// The headers of an answer from which it takes something.
    pub fn answer_headers(&self) -> impl Iterator<Item = &str> {
        self.places().flatten().filter_map(Source::header)
    }

    /// Its placeholders.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|piece| match piece {
            Piece::Text(_) => None,
            Piece::Name(name) => Some(name.as_str()),
            Piece::Answer(_) => Some("/"),
        })
    }

    fn plain(&self) -> Option<&str> {
        if let [Piece::Text(text)] = self.0.as_slice() { Some(text) } else { None }
    }
}

/// The name of a header, in small letters.
#[derive(Clone, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd)]
#[serde(try_from = "String")]
pub(super) struct Header(String);

impl TryFrom<String> for Header {
    type Error = String;

    fn try_from(text: String) -> Result<Header, String> {
        let name: HeaderName =
            text.parse().map_err(|_| format!("{text:?} cannot be the name of a header"))?;
        Ok(Header(name.as_str().to_owned()))
    }
}

impl Header {
    pub fn name(&self) -> &str {
        &self.0
    }
}

/// Headers with their values.
pub(super) type Headers = BTreeMap<Header, Template>;

/// Method, path and query.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Line {
    method: Method,
    path: Path,
    query: Query,
}

#[derive(Clone, Debug)]
enum Path {
    Segments(Vec<Template>),
    /// A path that the user typed or the server gave: every segment is encoded anew, and it stays on the host.
    Given(Template),
}

/// The pairs of a query.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Query(pub Vec<(Template, Template)>);

impl TryFrom<String> for Query {
    type Error = String;

    fn try_from(text: String) -> Result<Query, String> {
        let pair = |pair: &str| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            Ok((Template::try_from(name.to_owned())?, Template::try_from(value.to_owned())?))
        };
        text.split('&').filter(|pair| !pair.is_empty()).map(pair).collect::<Result<_, String>>().map(Query)
    }
}

impl Query {
    /// Its placeholders.
    pub fn names(&self) -> Vec<String> {
        let templates = self.0.iter().flat_map(|(name, value)| [name, value]);
        templates.flat_map(Template::names).map(str::to_owned).collect()
    }
}

impl TryFrom<String> for Line {
    type Error = String;

    fn try_from(text: String) -> Result<Line, String> {
        let (method, target) = text.trim().split_once(' ').unwrap_or((&text, ""));
        let known = [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE];
        let Some(method) = known.into_iter().find(|known| known.as_str() == method) else {
            return Err(format!("{text:?} is no request: it is written like GET /tasks/{{id}}"));
        };
        let target = target.trim();
        if target.starts_with('{') && target.ends_with('}') && target.matches('{').count() == 1 {
            let path = Path::Given(Template::try_from(target.to_owned())?);
            return Ok(Line { method, path, query: Query::default() });
        }
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let Some(path) = path.strip_prefix('/').filter(|path| !path.starts_with('/')) else {
            return Err(format!("{text:?} leaves the host: its path must begin with one `/`"));
        };
        // A placeholder may be a pointer, whose slashes part no segments.
        let mut depth = 0;
        let segments = path.split(|c| {
            depth += i32::from(c == '{') - i32::from(c == '}');
            c == '/' && depth == 0
        });
        let segments: Vec<&str> = segments.collect();
        if segments.iter().any(|segment| matches!(*segment, "." | "..")) {
            return Err(format!("{text:?} goes up in its path"));
        }
        let segments = segments.into_iter().map(|segment| Template::try_from(segment.to_owned()));
        let path = Path::Segments(segments.collect::<Result<_, _>>()?);
        Ok(Line { method, path, query: Query::try_from(query.to_owned())? })
    }
}

/// A request.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Call {
    request: Line,
    /// A body as JSON, with placeholders in its texts.
    json: Option<Value>,
    form: Option<BTreeMap<String, Template>>,
    #[serde(default)]
    headers: Headers,
    /// Only for ids that look like this.
    id: Option<Pattern>,
    /// Error statuses with which the server tells tasks.
    #[serde(default)]
    pub statuses: Vec<u16>,
}

impl From<Line> for Call {
    fn from(request: Line) -> Call {
        Call { request, json: None, form: None, headers: Headers::new(), id: None, statuses: Vec::new() }
    }
}

impl Shorthand for Call {
    type Table = Call;

    fn of_text(text: &str) -> Result<Call, String> {
        Line::try_from(text.to_owned()).map(Call::from)
    }

    fn of_table(table: Call) -> Result<Call, String> {
        Ok(table)
    }
}

impl Call {
    /// A call with this body.
    pub fn new(
        line: Line,
        json: Option<Value>,
        form: Option<BTreeMap<String, Template>>,
        headers: Headers,
    ) -> Call {
        Call { json, form, headers, ..Call::from(line) }
    }

    /// Adds pairs to the query.
    #[must_use]
    pub fn with_query(&self, more: &Query) -> Call {
        let mut call = self.clone();
        call.request.query.0.extend(more.0.iter().cloned());
        call
    }

    /// The same without the pairs of the query that use this placeholder.
    pub fn without(mut self, name: &str) -> Call {
        self.request.query.0.retain(|(_, value)| value.names().all(|known| known != name));
        self
    }

    /// Its placeholders; `/` for a place in a login's answer.
    pub fn names(&self) -> Vec<String> {
        let mut names = Vec::new();
        let mut take = |template: &Template| names.extend(template.names().map(str::to_owned));
        match &self.request.path {
            Path::Segments(segments) => segments.iter().for_each(&mut take),
            Path::Given(given) => take(given),
        }
        self.headers.values().chain(self.form.iter().flat_map(BTreeMap::values)).for_each(&mut take);
        let mut inner: Vec<&Value> = self.json.iter().collect();
        while let Some(value) = inner.pop() {
            match value {
                Value::String(text) => {
                    take(&Template::try_from(text.clone()).unwrap_or(Template(Vec::new())))
                }
                Value::Array(items) => inner.extend(items),
                Value::Object(fields) => inner.extend(fields.values()),
                _ => {}
            }
        }
        names.extend(self.request.query.names());
        names
    }

    /// Whether it uses this placeholder.
    pub fn uses(&self, name: &str) -> bool {
        self.names().iter().any(|known| known == name)
    }

    /// Whether its path is given by who asks.
    pub fn is_given(&self) -> bool {
        matches!(self.request.path, Path::Given(_))
    }

    /// Whether it is for such an id.
    pub fn is_for(&self, id: &str) -> bool {
        self.id.as_ref().is_none_or(|pattern| pattern.0.is_match(id))
    }

    /// The id in a decoded path that this request would have; other placeholders fit any segment.
    pub fn id_in_path(&self, path: &str) -> Option<String> {
        let Path::Segments(segments) = &self.request.path else {
            return (self.id.is_some() && self.is_for(path)).then(|| path.to_owned());
        };
        let given: Vec<&str> = path.strip_prefix('/')?.trim_end_matches('/').split('/').collect();
        let fits = |(segment, given): (&Template, &&str)| {
            !given.is_empty() && segment.plain().is_none_or(|text| text == *given)
        };
        if given.len() != segments.len() || !segments.iter().zip(&given).all(fits) {
            return None;
        }
        let at = segments.iter().position(|segment| segment.names().any(|name| name == "id"))?;
        given.get(at).map(|id| (*id).to_owned()).filter(|id| self.is_for(id))
    }

    /// The request itself.
    ///
    /// # Errors
    /// When something that it needs is missing, or a given path leaves the host.
    pub fn request(&self, fill: &Fill<'_>) -> Result<Request, Error> {
        let filled = |template: &Template| {
            template.fill(fill).ok_or_else(|| Error::decode("the answer lacks what the next request needs"))
        };
        let method = self.request.method.clone();
        let mut request = match (&self.request.path, fill.base) {
            (Path::Segments(segments), _) => {
                let segments = segments.iter().map(filled).collect::<Result<Vec<_>, _>>()?;
                for segment in segments.iter().filter(|segment| !segment.is_empty()) {
                    TaskId::new(segment).map_err(|reason| {
                        Error::usage(format!("{:?} cannot stand in a path: {reason}", segment.as_str()))
                    })?;
                }
                Request::new(method, &segments.iter().map(|segment| segment.as_str()).collect::<Vec<_>>())
            }
            (Path::Given(given), Some(base)) => on_host(method, &filled(given)?, base)?,
            (Path::Given(_), None) => return Err(Error::decode("there is no address to stay at")),
        };
        for (name, value) in &self.request.query.0 {
            request = request.query(&filled(name)?, &filled(value)?);
        }
        for (name, value) in &self.headers {
            request = with_header(request, name.name(), &filled(value)?);
        }
        if let Some(Value::Object(fields)) = &self.json
            && fields.values().all(Value::is_string)
        {
            let texts = fields.iter().filter_map(|(name, value)| Some((name, value.as_str()?)));
            let texts = texts.map(|(name, text)| Ok((name.as_str(), filled(&template(text)?)?)));
            let texts = texts.collect::<Result<Vec<_>, Error>>()?;
            let pairs: Vec<_> = texts.iter().map(|(name, text)| (*name, text.as_str())).collect();
            return Ok(request.secret_json(&pairs));
        }
        if let Some(json) = &self.json {
            return Ok(request.json(&fill_json(json, &filled)?));
        }
        let Some(form) = &self.form else { return Ok(request) };
        let mut body = form_urlencoded::Serializer::new(String::new());
        for (name, value) in form {
            body.append_pair(name, &filled(value)?);
        }
        Ok(request.body("application/x-www-form-urlencoded", body.finish().into_bytes()))
    }
}

fn template(text: &str) -> Result<Template, Error> {
    Template::try_from(text.to_owned()).map_err(Error::config)
}

fn fill_json(
    json: &Value,
    filled: &dyn Fn(&Template) -> Result<Zeroizing<String>, Error>,
) -> Result<Value, Error> {
    Ok(match json {
        Value::String(text) => Value::from(filled(&template(text)?)?.as_str()),
        Value::Array(items) => items.iter().map(|item| fill_json(item, filled)).collect::<Result<_, _>>()?,
        Value::Object(fields) => {
            let field = |(name, item): (&String, &Value)| Ok((name.clone(), fill_json(item, filled)?));
            Value::Object(fields.iter().map(field).collect::<Result<_, Error>>()?)
        }
        other => other.clone(),
    })
}

/// A header whose name was checked when its description was read.
pub(super) fn with_header(mut request: Request, name: &str, value: &str) -> Request {
    if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), value.parse()) {
        request.headers.insert(name, value);
    }
    request
}

/// A request for a path or an address that somebody gave, on the host of `base` and no other.
///
/// # Errors
/// When it leads to another host.
pub(super) fn on_host(method: Method, given: &str, base: &Url) -> Result<Request, Error> {
    let elsewhere = || Error::decode(format!("{given:?} leads to another host, and is not followed"));
    let url = base.join(given).map_err(|_| elsewhere())?;
    if url.origin() != base.origin() {
        return Err(elsewhere());
    }
    let path = url.path().strip_prefix(base.path().trim_end_matches('/')).unwrap_or(url.path());
    let decoded = |segment| percent_decode_str(segment).decode_utf8_lossy().into_owned();
    let segments: Vec<String> = path.trim_start_matches('/').split('/').map(decoded).collect();
    if segments.iter().any(|segment| matches!(segment.as_str(), "." | "..")) {
        return Err(elsewhere());
    }
    let request = Request::new(method, &segments.iter().map(String::as_str).collect::<Vec<_>>());
    Ok(url.query_pairs().fold(request, |request, (name, value)| request.query(&name, &value)))
}

/// The calls of a list.
pub(super) type Calls = Many<Call>;

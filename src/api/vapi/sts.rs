//! A SAML token from vCenter's Security Token Service, and the header that carries it.
//!
//! WS-Trust 1.4, request type Issue, for a bearer assertion, by user name and password over SOAP 1.1; the header is
//! `Authorization: SIGN token="…"`, the assertion compressed and in base64. The assertion is signed: it is taken from
//! the answer byte for byte.

use std::io::Write as _;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;
use jiff::{SignedDuration, Timestamp};
use quick_xml::Reader;
use quick_xml::escape::escape;
use quick_xml::events::Event;
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use crate::api::Credentials;
use crate::api::xml::Element;
use crate::error::{Error, Kind};
use crate::http::transport::Transport;
use crate::http::{ApiError, RawClient, Reply, Request};

/// How long a token is asked to live. A rejected one is replaced, so the figure only bounds what a stolen one is worth.
const LIFETIME: SignedDuration = SignedDuration::from_mins(30);

/// Clocks further apart than this are worth a hint.
const SKEW: Duration = Duration::from_secs(60);

/// Gets a token from the STS at `url` and makes the value of an `Authorization` header of it.
///
/// # Errors
/// As [`assertion`].
pub(in crate::api) fn authorization(
    raw: &RawClient,
    credentials: &Credentials,
    url: &Url,
    transport: &dyn Transport,
) -> Result<SecretString, Error> {
    let assertion = assertion(raw, credentials, url, transport)?;
    let token = SecretString::from(compress(assertion.expose_secret().as_bytes())?);
    raw.hide(&token);
    Ok(SecretString::from(format!("SIGN token=\"{}\"", token.expose_secret())))
}

/// Gets a token from the STS at `url`: the assertion, byte for byte.
///
/// # Errors
/// [`Kind::Auth`] when the STS refuses the credentials; a decode error when its answer holds no assertion; a
/// configuration error when the profile or this machine's clock is unfit.
pub(in crate::api) fn assertion(
    raw: &RawClient,
    credentials: &Credentials,
    url: &Url,
    transport: &dyn Transport,
) -> Result<SecretString, Error> {
    let (Some(username), Some(password)) = (&credentials.username, &credentials.password) else {
        return Err(Error::config("a token of the STS needs a user name and a password"));
    };
    let now = raw.now();
    // The body holds the password with XML's own escapes, which the trace would not recognise.
    raw.hide(&SecretString::from(escape(password.expose_secret()).into_owned()));
    let body = issue(username, password.expose_secret(), now)?;
    // The path is for messages alone: the address is `url`.
    let path: Vec<&str> = url.path_segments().map(Iterator::collect).unwrap_or_default();
    let request = Request::post(&path)
        .header("soapaction", "http://docs.oasis-open.org/ws-sx/ws-trust/200512/RST/Issue")
        .header("accept", "text/xml")
        .body("text/xml; charset=UTF-8", body.into_bytes())
        .secret_body()
        .secret_answer();
    let reply = raw.send_elsewhere(&request, url, transport)?;
    if !reply.status.is_success() {
        return Err(with_skew(raw.error_of(&request, &reply), &reply, now));
    }
    let text = reply.text();
    let Some(assertion) = find_assertion(&text) else {
        let mut error = Error::decode(format!("the STS at {url} answered without a SAML assertion"));
        error.http_status = Some(reply.status.as_u16());
        return Err(error.hint("check `sts_url`: https://VCENTER/sts/STSService/SSO-DOMAIN"));
    };
    Ok(SecretString::from(assertion))
}

/// The envelope of a request for a token.
fn issue(username: &str, password: &str, now: Timestamp) -> Result<String, Error> {
    let expires = now.checked_add(LIFETIME).map_err(|error| {
        Error::config(format!("this machine's clock says {now}, which no token can be asked for"))
            .cause(error.to_string())
    })?;
    let (created, expires) = (format!("{now:.3}"), format!("{expires:.3}"));
    let (username, password) = (escape(username), escape(password));
    Ok(format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\
<S:Envelope xmlns:S=\"http://schemas.xmlsoap.org/soap/envelope/\">\
<S:Header>\
<wsse:Security xmlns:wsse=\"http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd\" \
xmlns:wsu=\"http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd\">\
<wsu:Timestamp><wsu:Created>{created}</wsu:Created><wsu:Expires>{expires}</wsu:Expires></wsu:Timestamp>\
<wsse:UsernameToken><wsse:Username>{username}</wsse:Username>\
<wsse:Password Type=\"http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordText\">\
{password}</wsse:Password></wsse:UsernameToken>\
</wsse:Security>\
</S:Header>\
<S:Body>\
<wst:RequestSecurityToken xmlns:wst=\"http://docs.oasis-open.org/ws-sx/ws-trust/200512\" \
xmlns:wsu=\"http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd\">\
<wst:TokenType>urn:oasis:names:tc:SAML:2.0:assertion</wst:TokenType>\
<wst:RequestType>http://docs.oasis-open.org/ws-sx/ws-trust/200512/Issue</wst:RequestType>\
<wst:Lifetime><wsu:Created>{created}</wsu:Created><wsu:Expires>{expires}</wsu:Expires></wst:Lifetime>\
<wst:Renewing Allow=\"false\" OK=\"false\"/>\
<wst:Delegatable>true</wst:Delegatable>\
<wst:KeyType>http://docs.oasis-open.org/ws-sx/ws-trust/200512/Bearer</wst:KeyType>\
<wst:SignatureAlgorithm>http://www.w3.org/2001/04/xmldsig-more#rsa-sha256</wst:SignatureAlgorithm>\
</wst:RequestSecurityToken>\
</S:Body>\
</S:Envelope>"
    ))
}

/// The first assertion of a document, from its `<` to its `>`.
fn find_assertion(document: &str) -> Option<&str> {
    // The reader does not count the mark that it skips.
    let document = document.trim_start_matches('\u{feff}');
    let mut reader = Reader::from_str(document);
    loop {
        let before = reader.buffer_position();
        match reader.read_event().ok()? {
            Event::Start(start) if start.local_name().as_ref() == "Assertion" => {
                let end = start.to_end().into_owned();
                reader.read_to_end(end.name()).ok()?;
                let after = reader.buffer_position();
                return document.get(usize::try_from(before).ok()?..usize::try_from(after).ok()?);
            }
            Event::Eof => return None,
            _ => {}
        }
    }
}

fn compress(bytes: &[u8]) -> Result<String, Error> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes)?;
    Ok(STANDARD.encode(encoder.finish()?))
}

/// What a SOAP fault says, if the answer is one.
pub(in crate::api) fn fault(reply: &Reply) -> Option<ApiError> {
    let text = reply.text();
    if !text.trim_start_matches('\u{feff}').trim_start().starts_with('<') || reply.is_html() {
        return None;
    }
    let envelope = Element::parse(&text)?;
    let fault = envelope.find("Fault")?;
    let part = |name| fault.child(name).map(|part| part.text.as_str()).unwrap_or_default();
    let message = part("faultstring").to_owned();
    // `ns0:FailedAuthentication`: the prefix means nothing.
    let code = part("faultcode").rsplit(':').next().unwrap_or_default().trim().to_owned();
    let lower = message.to_lowercase();
    let of_credentials = ["credential", "password", "locked"].iter().any(|word| lower.contains(word));
    let mut refusal = ApiError { retryable: Some(false), ..ApiError::default() };
    match code.as_str() {
        // The server's own trouble, unless it says that it is about who asks.
        "Server" | "Receiver" | "RequestFailed" if !of_credentials => refusal.retryable = None,
        "InvalidTimeRange" | "MessageExpired" => {
            refusal.kind = Some(Kind::Http);
            refusal.hints.push("the clocks of this machine and of vCenter must agree".to_owned());
        }
        // Whatever else is wrong with the request is wrong with it the next time too, and may count as an attempt.
        _ => refusal.kind = Some(Kind::Auth),
    }
    refusal.code = Some(code).filter(|code| !code.is_empty());
    refusal.message = Some(message).filter(|message| !message.is_empty());
    Some(refusal)
}

/// Adds what the answer's own date tells about the two clocks.
fn with_skew(error: Error, reply: &Reply, now: Timestamp) -> Error {
    let theirs = reply
        .header("date")
        .and_then(|date| httpdate::parse_http_date(date).ok())
        .and_then(|time| Timestamp::try_from(time).ok());
    let Some(theirs) = theirs else { return error };
    let apart = now.duration_since(theirs);
    if apart.unsigned_abs() <= SKEW {
        return error;
    }
    let side = if apart.is_positive() { "ahead of" } else { "behind" };
    error.hint(format!(
        "this machine's clock is {} s {side} the server's, and tokens are valid by the clock",
        apart.unsigned_abs().as_secs()
    ))
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use http::{HeaderMap, StatusCode};

    use super::*;

    fn now() -> Timestamp {
        "2026-11-20T10:15:00.5Z".parse().expect("a time")
    }

    #[test]
    fn a_user_name_and_a_password_cannot_break_out_of_their_elements() {
        let body = issue("a&b<c>\"'@x", "]]>&lt;/p\u{e4}", now()).expect("an envelope");
        assert!(body.contains("<wsse:Username>a&amp;b&lt;c&gt;&quot;&apos;@x</wsse:Username>"), "{body}");
        let envelope = Element::parse(&body).expect("XML");
        let password = envelope.find("Password").map(|password| password.text.as_str());
        assert_eq!(password, Some("]]>&lt;/p\u{e4}"));
        assert!(body.contains("<wsu:Created>2026-11-20T10:15:00.500Z</wsu:Created>"));
        assert!(body.contains("<wsu:Expires>2026-11-20T10:45:00.500Z</wsu:Expires>"));
    }

    #[test]
    fn a_clock_at_the_end_of_time_is_an_error() {
        let error = issue("a", "b", Timestamp::MAX).expect_err("no time left");
        assert_eq!(error.kind, Kind::Config);
    }

    #[test]
    fn the_assertion_is_taken_byte_for_byte() {
        let assertion = "<saml2:Assertion xmlns:saml2='urn:oasis:names:tc:SAML:2.0:assertion'\r\n  ID=\"_1\" >\n<!-- a \
            &amp; b -->\t<saml2:Assertion>inner</saml2:Assertion>&#13;<x a='\"'/><![CDATA[</saml2:Assertion>]]> \u{e4}</saml2:Assertion >";
        let document =
            format!("\u{feff}<?xml version=\"1.0\"?>\n <e:E xmlns:e=\"u\">text {assertion} more</e:E>");
        assert_eq!(find_assertion(&document), Some(assertion));
        let packed = STANDARD.decode(compress(assertion.as_bytes()).expect("gzip")).expect("base64");
        let mut unpacked = String::new();
        flate2::read::GzDecoder::new(packed.as_slice()).read_to_string(&mut unpacked).expect("gzip");
        assert_eq!(unpacked, assertion);
    }

    #[test]
    fn what_is_cut_off_or_no_xml_has_no_assertion() {
        for document in ["", "no XML", "{}", "<a/>", "<a:Assertion>", "<Assertion><b></Assertion>", "<a"] {
            assert_eq!(find_assertion(document), None, "{document}");
        }
    }

    fn refusal(code: &str, text: &str) -> ApiError {
        let body = format!(
            "<S:Envelope xmlns:S=\"http://schemas.xmlsoap.org/soap/envelope/\"><S:Body><S:Fault \
             xmlns:ns4=\"http://www.w3.org/2003/05/soap-envelope\"><faultcode \
             xmlns:ns0=\"http://docs.oasis-open.org/ws-sx/ws-trust/200512/\">{code}</faultcode>\
             <faultstring>{text}</faultstring></S:Fault></S:Body></S:Envelope>"
        );
        let status = StatusCode::INTERNAL_SERVER_ERROR;
        fault(&Reply { status, headers: HeaderMap::new(), body: body.into_bytes(), correlation: None })
            .expect("a fault")
    }

    #[test]
    fn a_fault_about_who_asks_is_a_refusal_whatever_its_status() {
        let refused = refusal("ns0:FailedAuthentication", "Invalid &quot;credentials&quot; &amp; more");
        assert_eq!((refused.kind, refused.retryable), (Some(Kind::Auth), Some(false)));
        assert_eq!(refused.code.as_deref(), Some("FailedAuthentication"));
        assert_eq!(refused.message.as_deref(), Some("Invalid \"credentials\" & more"));
        assert_eq!(refusal("S:Server", "The account is locked.").kind, Some(Kind::Auth));
        assert_eq!(refusal("wsse:InvalidSecurity", "").kind, Some(Kind::Auth));
        assert_eq!((refusal("S:Server", "Busy").kind, refusal("S:Server", "Busy").retryable), (None, None));
        let expired = refusal("ns0:InvalidTimeRange", "The token authority rejected an issue request");
        assert_eq!((expired.kind, expired.retryable), (Some(Kind::Http), Some(false)));
        assert!(expired.hints[0].contains("clocks"));
    }

    #[test]
    fn clocks_that_differ_are_reported() {
        let mut headers = HeaderMap::new();
        headers.insert("date", http::HeaderValue::from_static("Fri, 20 Nov 2026 10:05:00 GMT"));
        let reply =
            Reply { status: StatusCode::INTERNAL_SERVER_ERROR, headers, body: Vec::new(), correlation: None };
        let hints = with_skew(Error::new(Kind::Auth, "x"), &reply, now()).hints;
        assert_eq!(
            hints,
            ["this machine's clock is 600 s ahead of the server's, and tokens are valid by the clock"]
        );
        let close: Timestamp = "2026-11-20T10:05:10Z".parse().expect("a time");
        assert!(with_skew(Error::new(Kind::Auth, "x"), &reply, close).hints.is_empty());
    }
}

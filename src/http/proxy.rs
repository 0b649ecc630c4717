//! The proxy between us and a server, by the environment that was handed in: `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY`
//! and `NO_PROXY`, each in either case. Loopback is never sent through one.

use std::sync::Arc;

use http::{HeaderValue, Uri};
use hyper_util::client::proxy::matcher::Matcher;
use percent_encoding::percent_decode_str;
use url::Url;

use super::address::is_loopback;
use super::failure::{TransportError, Trouble};
use crate::util::env::Env;
use crate::util::redact::Redactor;

/// Which proxies the environment names. Neither its `Debug` nor anything else shows their passwords.
#[derive(Clone, Debug, Default)]
pub struct Proxies {
    /// For `http`, and for `https`: the proxy, or why what is named is none.
    http: Option<Result<Via, TransportError>>,
    https: Option<Result<Via, TransportError>>,
    /// Lets everything through to some proxy, but for what `NO_PROXY` excepts.
    exceptions: Option<Arc<Matcher>>,
}

/// The proxy to one server.
#[derive(Clone, Debug)]
pub struct Via {
    /// Its address, without user and password.
    pub uri: Uri,
    /// The variable that names it.
    pub variable: &'static str,
    /// What it wants in `Proxy-Authorization`.
    pub authorization: Option<HeaderValue>,
}

impl Via {
    /// The proxy that a variable names; its password is hidden from now on.
    fn read(variable: &'static str, value: String, redactor: &Redactor) -> Result<Via, TransportError> {
        hide_password(&value, redactor);
        let proxy =
            Matcher::builder().all(value).build().intercept(&Uri::from_static("http://server.invalid"));
        match proxy {
            Some(proxy) if matches!(proxy.uri().scheme_str(), Some("http" | "https")) => {
                let (uri, authorization) = (proxy.uri().clone(), proxy.basic_auth().cloned());
                Ok(Via { uri, variable, authorization })
            }
            _ => {
                let cause =
                    format!("{variable} does not name an HTTP proxy, such as http://proxy.example.com:3128");
                Err(TransportError::new(Trouble::Setup, vec![cause]))
            }
        }
    }

    /// Host and port.
    pub fn host(&self) -> (&str, u16) {
        let port = if self.is_tls() { 443 } else { 80 };
        (self.uri.host().unwrap_or_default(), self.uri.port_u16().unwrap_or(port))
    }

    /// What the user can do where it is in the way.
    pub(super) fn hint(&self) -> String {
        format!("the way goes through the proxy {self}; NO_PROXY takes a host out of it")
    }

    /// Whether the proxy itself speaks TLS.
    pub fn is_tls(&self) -> bool {
        self.uri.scheme_str() == Some("https")
    }
}

impl std::fmt::Display for Via {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (host, port) = self.host();
        write!(f, "{host}:{port} ({})", self.variable)
    }
}

impl Proxies {
    /// Reads the environment; passwords in it are hidden from now on.
    pub fn new(env: &Env, redactor: &Redactor) -> Proxies {
        let first = |names: &[&'static str]| {
            names.iter().find_map(|name| env.get(name).map(|value| (*name, value.to_owned())))
        };
        let all = first(&["all_proxy", "ALL_PROXY"]);
        let http = first(&["http_proxy", "HTTP_PROXY"]).or_else(|| all.clone());
        let https = first(&["https_proxy", "HTTPS_PROXY"]).or(all);
        if http.is_none() && https.is_none() {
            return Proxies::default();
        }
        let excepted = first(&["no_proxy", "NO_PROXY"]).map(|(_, value)| value).unwrap_or_default();
        let exceptions = Matcher::builder().all("http://proxy.invalid").no(excepted).build();
        let via = |(variable, value): (&'static str, String)| Via::read(variable, value, redactor);
        Proxies { http: http.map(via), https: https.map(via), exceptions: Some(Arc::new(exceptions)) }
    }

    /// The proxy to the host of an address; `None` is the direct way.
    ///
    /// # Errors
    /// [`Trouble::Setup`] when the variable in use does not name an HTTP proxy: to go on without one could be to go
    /// where the user did not want to.
    pub fn via(&self, url: &Url) -> Result<Option<Via>, TransportError> {
        let via = if url.scheme() == "https" { &self.https } else { &self.http };
        let (Some(via), Some(exceptions)) = (via, &self.exceptions) else { return Ok(None) };
        let Ok(uri) = url.as_str().parse::<Uri>() else { return Ok(None) };
        if is_loopback(url) || exceptions.intercept(&uri).is_none() {
            return Ok(None);
        }
        via.clone().map(Some)
    }
}

/// Hides the password in a proxy's address, as it stands there and as it is meant.
fn hide_password(value: &str, redactor: &Redactor) {
    let rest = value.split_once("://").map_or(value, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let Some((userinfo, _)) = authority.rsplit_once('@') else { return };
    let Some((user, password)) = userinfo.split_once(':') else { return };
    redactor.hide(password);
    let decoded = percent_decode_str(password).decode_utf8_lossy().into_owned();
    redactor.hide(&decoded);
    let user = percent_decode_str(user).decode_utf8_lossy();
    redactor.hide_basic(&user, &decoded.into());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn via(pairs: &[(&str, &str)], url: &str) -> Option<String> {
        let proxies = Proxies::new(&Env::of(pairs.iter().copied()), &Redactor::new());
        let via = proxies.via(&url.parse().expect("an address")).expect("a usable proxy");
        via.map(|via| via.to_string())
    }

    #[test]
    fn the_scheme_decides_which_variable_counts() {
        let all = [("HTTPS_PROXY", "http://s:1"), ("http_proxy", "http://p:2"), ("ALL_PROXY", "http://a:3")];
        assert_eq!(via(&all, "https://vc01").as_deref(), Some("s:1 (HTTPS_PROXY)"));
        assert_eq!(via(&all, "http://vc01").as_deref(), Some("p:2 (http_proxy)"));
        assert_eq!(via(&all[2..], "https://vc01").as_deref(), Some("a:3 (ALL_PROXY)"));
        assert_eq!(via(&all[1..2], "https://vc01"), None);
        assert_eq!(
            via(&[("https_proxy", "proxy:3128")], "https://vc01").as_deref(),
            Some("proxy:3128 (https_proxy)")
        );
        assert_eq!(via(&[("HTTPS_PROXY", "")], "https://vc01"), None);
    }

    #[test]
    fn no_proxy_excepts_names_domains_and_networks() {
        let proxy = ("HTTPS_PROXY", "http://p:1");
        for (excepted, host, direct) in [
            ("vc01.example.com", "vc01.example.com", true),
            (".example.com", "vc01.example.com", true),
            ("example.com", "vc01.example.com", true),
            ("ample.com", "vc01.example.com", false),
            ("10.0.0.0/8", "10.1.83.70", true),
            ("10.0.0.0/8", "11.1.83.70", false),
            ("a, vc01", "vc01", true),
            ("*", "vc01", true),
        ] {
            let url = format!("https://{host}:4443");
            assert_eq!(via(&[proxy, ("NO_PROXY", excepted)], &url).is_none(), direct, "{excepted} {host}");
        }
    }

    #[test]
    fn loopback_is_reached_directly_under_every_name() {
        for host in ["127.0.0.1", "127.9.9.9", "[::1]", "localhost", "localhost.", "a.localhost", "LOCALHOST"]
        {
            assert_eq!(via(&[("ALL_PROXY", "http://p:1")], &format!("https://{host}:1")), None, "{host}");
        }
    }

    #[test]
    fn the_password_of_a_proxy_is_hidden_in_every_spelling() {
        let redactor = Redactor::new();
        let env = Env::of([("HTTPS_PROXY", "http://squid:p%40ss%2FWort@proxy:3128")]);
        let proxies = Proxies::new(&env, &redactor);
        let via =
            proxies.via(&"https://vc01".parse().expect("an address")).expect("usable").expect("a proxy");
        let header = via.authorization.clone().expect("a header");
        let texts = [
            format!("{via} {via:?} {proxies:?}"),
            redactor.scrub("p%40ss%2FWort p@ss/Wort"),
            redactor.scrub(header.to_str().expect("text")),
        ];
        for text in texts {
            assert!(!text.contains("Wort") && !text.contains("c3F1aWQ6"), "{text}");
        }
    }
}

//! What a server's certificate says of itself, for people: nothing here decides whether it is trusted.
//!
//! Every text in a certificate was written by whoever made it; it is cut here and made harmless where it is printed.

use std::net::IpAddr;

use jiff::Timestamp;
use sha2::Digest as _;
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::GeneralName;
use x509_parser::x509::X509Version;

/// How many names are shown, and how long each text may be.
const MOST_NAMES: usize = 8;
const LONGEST: usize = 200;

/// A certificate, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// The subject's distinguished name.
    pub subject: String,
    /// The issuer's.
    pub issuer: String,
    /// Host names and addresses that it is for.
    pub names: Vec<String>,
    /// When it begins to be valid.
    pub not_before: Timestamp,
    /// When it ends to be.
    pub not_after: Timestamp,
    /// Whether issuer and subject are the same; the signature is not looked at.
    pub is_self_issued: bool,
    /// Whether it may stand as an authority over others: CA:TRUE, or the first version of certificates, which has no
    /// place to say so.
    pub is_authority: bool,
}

impl Certificate {
    /// Reads a certificate as it travels (DER); `None` when it is none.
    pub fn read(der: &[u8]) -> Option<Certificate> {
        let (_, certificate) = x509_parser::parse_x509_certificate(der).ok()?;
        // "99991231235959Z", which stands for no end, is later than a Timestamp can be.
        let time = |seconds: i64| {
            let beyond = if seconds < 0 { Timestamp::MIN } else { Timestamp::MAX };
            Timestamp::from_second(seconds).unwrap_or(beyond)
        };
        Some(Certificate {
            subject: cut(&certificate.subject().to_string()),
            issuer: cut(&certificate.issuer().to_string()),
            names: names(&certificate),
            not_before: time(certificate.validity().not_before.timestamp()),
            not_after: time(certificate.validity().not_after.timestamp()),
            is_self_issued: certificate.subject().as_raw() == certificate.issuer().as_raw(),
            is_authority: is_authority(&certificate),
        })
    }

    /// What it is, in one line.
    pub fn describe(&self) -> String {
        let names = match self.names.len() {
            0 => "no names".to_owned(),
            count if count > MOST_NAMES => {
                format!("names {} and {} more", self.names[..MOST_NAMES].join(", "), count - MOST_NAMES)
            }
            _ => format!("names {}", self.names.join(", ")),
        };
        format!(
            "subject {}; issuer {}; {names}; valid from {} to {}",
            or_empty(&self.subject),
            or_empty(&self.issuer),
            self.not_before,
            self.not_after,
        )
    }

    /// Whole days from `now` to its end; below 0 when that has passed.
    pub fn days_left(&self, now: Timestamp) -> i64 {
        self.not_after.as_second().saturating_sub(now.as_second()).div_euclid(24 * 60 * 60)
    }
}

/// The SHA-256 of a certificate as it travels.
pub fn digest(der: &[u8]) -> [u8; 32] {
    sha2::Sha256::digest(der).into()
}

/// A digest as profiles spell it: `SHA-256:AB:CD:…`.
pub fn pin(digest: &[u8; 32]) -> String {
    let pairs: Vec<String> = digest.iter().map(|byte| format!("{byte:02X}")).collect();
    format!("SHA-256:{}", pairs.join(":"))
}

/// The line of a profile that trusts exactly the certificate with this digest.
pub fn pin_line(digest: &[u8; 32]) -> String {
    format!("tls_pin = \"{}\"", pin(digest))
}

fn is_authority(certificate: &X509Certificate<'_>) -> bool {
    match certificate.basic_constraints() {
        Ok(Some(constraints)) => constraints.value.ca,
        Ok(None) => certificate.version() == X509Version::V1,
        Err(_) => false,
    }
}

fn names(certificate: &X509Certificate<'_>) -> Vec<String> {
    let Ok(Some(extension)) = certificate.subject_alternative_name() else { return Vec::new() };
    let name = |name: &GeneralName<'_>| match name {
        GeneralName::DNSName(name) => Some(cut(name)),
        GeneralName::IPAddress(bytes) => address(bytes).map(|address| address.to_string()),
        _ => None,
    };
    extension.value.general_names.iter().filter_map(name).collect()
}

fn address(bytes: &[u8]) -> Option<IpAddr> {
    <[u8; 4]>::try_from(bytes)
        .map(IpAddr::from)
        .or_else(|_| <[u8; 16]>::try_from(bytes).map(IpAddr::from))
        .ok()
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

fn or_empty(name: &str) -> &str {
    if name.is_empty() { "(empty)" } else { name }
}

#[cfg(test)]
mod tests {
    use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, KeyPair, date_time_ymd};

    use super::*;

    fn certificate(change: impl FnOnce(&mut CertificateParams)) -> Vec<u8> {
        let mut params = CertificateParams::new(["a.example.com".to_owned()]).expect("names");
        params.not_before = date_time_ymd(2026, 1, 1);
        params.not_after = date_time_ymd(2027, 1, 1);
        change(&mut params);
        let key = KeyPair::generate().expect("a key");
        params.self_signed(&key).expect("a certificate").der().to_vec()
    }

    #[test]
    fn a_certificate_is_described_in_one_line() {
        let der = certificate(|params| params.distinguished_name.push(DnType::CommonName, "appliance"));
        let read = Certificate::read(&der).expect("a certificate");
        assert_eq!(
            read.describe(),
            "subject CN=appliance; issuer CN=appliance; names a.example.com; valid from 2026-01-01T00:00:00Z to \
             2027-01-01T00:00:00Z"
        );
        assert!(read.is_self_issued && !read.is_authority);
        let at = |text: &str| read.days_left(text.parse().expect("a time"));
        assert_eq!((at("2026-12-31T00:00:00Z"), at("2026-12-31T12:00:00Z")), (1, 0));
        assert_eq!(at("2027-01-01T12:00:00Z"), -1);
    }

    #[test]
    fn an_authority_says_so_and_a_long_text_is_cut() {
        let der = certificate(|params| {
            params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
            params.distinguished_name.push(DnType::CommonName, "ü".repeat(5000));
            let names = (0..20).map(|number| format!("host{number}.example.com"));
            params.subject_alt_names =
                names.map(|name| rcgen::SanType::DnsName(name.try_into().expect("a name"))).collect();
        });
        let read = Certificate::read(&der).expect("a certificate");
        assert!(read.is_authority);
        assert!(read.subject.chars().count() <= LONGEST + 1);
        let described = read.describe();
        assert!(described.contains("host7.example.com and 12 more"), "{described}");
    }

    #[test]
    fn an_end_beyond_every_calendar_is_the_last_day() {
        let der = certificate(|params| params.not_after = date_time_ymd(9999, 12, 31));
        assert_eq!(Certificate::read(&der).expect("a certificate").not_after, Timestamp::MAX);
    }

    #[test]
    fn what_is_no_certificate_is_none() {
        let der = certificate(|_| {});
        for length in [0, 1, 10, der.len() / 2, der.len() - 1] {
            assert_eq!(Certificate::read(&der[..length]), None, "{length}");
        }
    }
}

//! Certificates made on the spot, and what a server needs to show them.

use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, SanType, date_time_ymd,
};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, SupportedProtocolVersion};
use sha2::Digest as _;

/// The address that every simulated server has.
pub const LOOPBACK: &str = "127.0.0.1";

/// What a certificate says.
pub struct Says {
    pub name: String,
    pub for_names: Vec<String>,
    /// The years between which it is valid.
    pub years: (i32, i32),
    /// Month and day of its last year.
    pub ends: (u8, u8),
    pub authority: bool,
}

impl Says {
    /// A certificate of a server for these names, valid for long.
    pub fn server(for_names: &[&str]) -> Says {
        let for_names = for_names.iter().map(|name| (*name).to_owned()).collect();
        Says {
            name: "appliance.example.com".to_owned(),
            for_names,
            years: (2020, 2090),
            ends: (1, 1),
            authority: false,
        }
    }

    /// The certificate of an authority.
    pub fn authority(name: &str) -> Says {
        Says { name: name.to_owned(), authority: true, ..Says::server(&[]) }
    }

    fn params(&self) -> CertificateParams {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, self.name.as_str());
        params.subject_alt_names = self
            .for_names
            .iter()
            .map(|name| match name.parse() {
                Ok(address) => SanType::IpAddress(address),
                Err(_) => SanType::DnsName(name.as_str().try_into().expect("a name")),
            })
            .collect();
        params.not_before = date_time_ymd(self.years.0, 1, 1);
        params.not_after = date_time_ymd(self.years.1, self.ends.0, self.ends.1);
        if self.authority {
            params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        }
        params
    }
}

/// A certificate with its key, and the certificates between it and its root.
pub struct Identity {
    pub chain: Vec<CertificateDer<'static>>,
    pub key: KeyPair,
}

impl Identity {
    /// Signed by itself, as appliances come.
    pub fn self_signed(says: &Says) -> Identity {
        let key = KeyPair::generate().expect("a key");
        let certificate = says.params().self_signed(&key).expect("a certificate");
        Identity { chain: vec![certificate.der().clone()], key }
    }

    /// The server's own certificate as PEM.
    pub fn pem(&self) -> String {
        pem(&self.chain[0])
    }

    /// The whole chain as PEM.
    pub fn chain_pem(&self) -> String {
        self.chain.iter().map(pem).collect()
    }

    pub fn key_pem(&self) -> String {
        self.key.serialize_pem()
    }

    /// The pin of the server's own certificate, spelled here without the program's help.
    pub fn pin(&self) -> String {
        let digest = sha2::Sha256::digest(&self.chain[0]);
        let pairs: Vec<String> = digest.iter().map(|byte| format!("{byte:02X}")).collect();
        format!("SHA-256:{}", pairs.join(":"))
    }

    fn private(&self) -> PrivateKeyDer<'static> {
        PrivateKeyDer::try_from(self.key.serialize_der()).expect("a key")
    }

    /// A server that shows this certificate to anyone, in every version of TLS.
    pub fn server(&self) -> Arc<ServerConfig> {
        self.server_of(rustls::ALL_VERSIONS, None)
    }

    /// A server of these versions of TLS, which may ask for client certificates of an authority.
    pub fn server_of(
        &self,
        versions: &[&'static SupportedProtocolVersion],
        clients: Option<&Authority>,
    ) -> Arc<ServerConfig> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_protocol_versions(versions)
            .expect("versions of TLS");
        let builder = match clients {
            None => builder.with_no_client_auth(),
            Some(authority) => {
                let mut roots = RootCertStore::empty();
                roots.add(authority.der()).expect("a root");
                let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build();
                builder.with_client_cert_verifier(verifier.expect("a verifier"))
            }
        };
        Arc::new(builder.with_single_cert(self.chain.clone(), self.private()).expect("a server"))
    }
}

/// A certificate that signs others.
pub struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    /// Those between it and its root, itself first; empty for a root.
    between: Vec<CertificateDer<'static>>,
}

impl Authority {
    /// A root.
    pub fn root(name: &str) -> Authority {
        let key = KeyPair::generate().expect("a key");
        let issuer = CertifiedIssuer::self_signed(Says::authority(name).params(), key).expect("a root");
        Authority { issuer, between: Vec::new() }
    }

    /// A server's own certificate that is put to work as an authority, whatever it says of itself.
    pub fn misused(says: &Says) -> Authority {
        let key = KeyPair::generate().expect("a key");
        Authority {
            issuer: CertifiedIssuer::self_signed(says.params(), key).expect("a certificate"),
            between: Vec::new(),
        }
    }

    /// One below this.
    pub fn intermediate(&self, name: &str) -> Authority {
        let key = KeyPair::generate().expect("a key");
        let issuer = CertifiedIssuer::signed_by(Says::authority(name).params(), key, &self.issuer);
        let issuer = issuer.expect("an intermediate");
        let mut between = vec![issuer.der().clone()];
        between.extend(self.between.iter().cloned());
        Authority { issuer, between }
    }

    /// A certificate signed by this.
    pub fn sign(&self, says: &Says) -> Identity {
        let key = KeyPair::generate().expect("a key");
        let certificate = says.params().signed_by(&key, &self.issuer).expect("a certificate");
        let mut chain = vec![certificate.der().clone()];
        chain.extend(self.between.iter().cloned());
        Identity { chain, key }
    }

    pub fn der(&self) -> CertificateDer<'static> {
        self.issuer.der().clone()
    }

    pub fn pem(&self) -> String {
        pem(&self.der())
    }
}

fn pem(der: &CertificateDer<'_>) -> String {
    use base64::Engine as _;
    let text = base64::engine::general_purpose::STANDARD.encode(der);
    let lines: Vec<&str> =
        text.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).expect("base64")).collect();
    format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines.join("\n"))
}

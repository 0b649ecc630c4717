//! Keeps completion from locking an account: a marker that a login did not succeed, kept from run to run.
//!
//! Appliances lock an account after a few refused logins, and whoever presses TAB sees no refusal. So completion sets
//! the marker before it logs in, only a server that accepts the credentials clears it, and while it is set completion asks
//! nothing. A refused login, one that got no answer, and a run that was killed all leave it; the next command that logs in
//! clears it. There are markers only of profiles with `complete_ids`.

use std::fs;
use std::io;
use std::path::PathBuf;

use sha2::{Digest as _, Sha256};

use crate::config::Profile;
use crate::util::env::Env;
use crate::util::files;
use crate::util::logger::Log;

/// The marker of one account at one server.
pub struct FailedLoginMarker {
    path: PathBuf,
    text: String,
}

impl FailedLoginMarker {
    /// The marker of the accounts that a profile logs in with; `None` where there is no place to keep it.
    pub fn of(profile: &Profile, env: &Env) -> Option<FailedLoginMarker> {
        let user = profile.username.as_deref().unwrap_or_default();
        let mut account = vec![profile.backend.name, profile.url.as_str(), profile.auth.as_str(), user];
        let second = profile.second_user();
        account.extend(second.iter().map(|(user, _)| *user));
        // A digest: the file's name does not show which accounts there are.
        let digest = Sha256::digest(account.join("\n"));
        let name: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        let text = format!(
            "A login with profile {} did not come to a good end. Completion does not log in with it until a command \
             has.\n",
            profile.name
        );
        Some(FailedLoginMarker { path: files::state_directory(env)?.join("taskctl/marks").join(name), text })
    }

    /// Whether it is set.
    pub fn is_set(&self) -> bool {
        self.path.exists()
    }

    /// Sets it. Returns false when it was set already, or cannot be set.
    pub fn set(&self) -> bool {
        files::write_new(&self.path, &self.text).is_ok()
    }

    /// Clears it, if it is set.
    pub fn clear(&self, log: &Log) {
        if let Err(error) = fs::remove_file(&self.path)
            && error.kind() != io::ErrorKind::NotFound
        {
            log.info(format_args!("{} cannot be removed: {error}", self.path.display()));
        }
    }
}

//! Files and directories of the user: where they are by the environment that was handed in, and who can read them.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::env::Env;

/// Whether the XDG variables and `HOME` decide where directories are.
const XDG: bool = cfg!(all(unix, not(target_vendor = "apple")));

/// The home directory.
pub fn home(env: &Env) -> Option<PathBuf> {
    env.get("HOME").filter(|_| cfg!(unix)).map(PathBuf::from).or_else(dirs::home_dir)
}

/// The directory of configuration files: `$XDG_CONFIG_HOME`, `~/.config`, or what the platform has.
pub fn config_directory(env: &Env) -> Option<PathBuf> {
    xdg_directory(env, "XDG_CONFIG_HOME", ".config").or_else(dirs::config_dir)
}

/// The directory of what programs remember: `$XDG_STATE_HOME`, `~/.local/state`, or what the platform has.
pub fn state_directory(env: &Env) -> Option<PathBuf> {
    if XDG { xdg_directory(env, "XDG_STATE_HOME", ".local/state") } else { dirs::data_local_dir() }
}

fn xdg_directory(env: &Env, variable: &str, below_home: &str) -> Option<PathBuf> {
    let named = env.get(variable).map(PathBuf::from).filter(|path| path.is_absolute());
    named.or_else(|| env.get("HOME").map(|home| Path::new(home).join(below_home))).filter(|_| XDG)
}

/// Makes directories that only their owner can look into; those that are there stay as they are.
///
/// # Errors
/// When one cannot be made.
pub fn make_directories(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Writes a file that only its owner can read, and its directories; half a file is taken away again.
///
/// # Errors
/// When there is a file already, and when it cannot be written.
pub fn write_new(path: &Path, text: &str) -> io::Result<()> {
    if let Some(directory) = path.parent().filter(|directory| !directory.as_os_str().is_empty()) {
        make_directories(directory)?;
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    let written = file.write_all(text.as_bytes()).and_then(|()| file.sync_all());
    if written.is_err() {
        let _ = fs::remove_file(path);
    }
    written
}

/// Puts a text in the place of a file's, all of it or nothing, with the permissions that the file has. A link stays one.
///
/// # Errors
/// When it cannot be written.
pub fn replace(path: &Path, text: &str) -> io::Result<()> {
    let path = fs::canonicalize(path)?;
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let draft = path.with_file_name(format!(".{name}.{}", std::process::id()));
    let permissions = fs::metadata(&path)?.permissions();
    write_new(&draft, text)?;
    let moved = fs::set_permissions(&draft, permissions).and_then(|()| fs::rename(&draft, &path));
    if moved.is_err() {
        let _ = fs::remove_file(&draft);
    }
    moved
}

/// The permission bits of a file, where the platform has such.
pub fn mode(path: &Path) -> Option<u32> {
    #[cfg(unix)]
    return fs::metadata(path).ok().map(|data| std::os::unix::fs::MetadataExt::mode(&data) & 0o777);
    #[cfg(not(unix))]
    return {
        let _ = path;
        None
    };
}

/// The permission bits of a regular file that its group or others can read.
pub fn mode_readable_by_others(path: &Path) -> Option<u32> {
    mode(path).filter(|mode| mode & 0o044 != 0 && path.is_file())
}

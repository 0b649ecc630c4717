//! The server's own bytes of each task.

use std::io::{self, Write};

use crate::engine::event::Reading;

/// Writes each task's bytes, unchanged, and a newline after each. For what could not be read there is nothing: there
/// are no bytes of a task.
///
/// # Errors
/// When `out` cannot be written.
pub(super) fn write(out: &mut dyn Write, readings: &[Reading]) -> io::Result<()> {
    for task in readings.iter().filter_map(|reading| reading.task.as_ref().ok()) {
        out.write_all(&task.raw)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;
    use crate::render::{Format, Options};

    #[test]
    fn bytes_are_unchanged_in_a_pipe() {
        let mut reading = samples::synced();
        reading.task.as_mut().expect("a task").raw = b"{ \"id\" :\t1.0 }\xff".as_slice().into();
        let mut out = Vec::new();
        let readings = [reading, samples::unreadable("vcda/x")];
        write(&mut out, &readings).expect("a buffer takes everything");
        assert_eq!(out, b"{ \"id\" :\t1.0 }\xff\n");
    }

    #[test]
    fn text_is_escaped_on_a_terminal() {
        let mut reading = samples::synced();
        reading.task.as_mut().expect("a task").raw = "<a>\t\u{9b}2J\u{1b}\n</a>".as_bytes().into();
        let mut out = Vec::new();
        let options = Options { format: Format::Raw, ..samples::on_terminal(80) };
        crate::render::write(&mut out, &[reading], &options).expect("a buffer takes everything");
        assert_eq!(String::from_utf8(out).expect("UTF-8"), "<a>\t\\u{9b}2J\\u{1b}\n</a>\n");
    }
}

//! The standard streams, handed in so that a test can own them.

use std::io::{self, Read, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// A stream that several parts of a run write to: clones share it.
#[derive(Clone)]
pub struct Shared(Arc<Mutex<dyn Write + Send>>);

impl Shared {
    /// Takes a writer.
    pub fn new(writer: impl Write + Send + 'static) -> Shared {
        Shared(Arc::new(Mutex::new(writer)))
    }

    /// Takes a writer that is standard output.
    pub fn output(writer: impl Write + Send + 'static) -> Shared {
        Shared::new(Output(writer))
    }
}

/// Standard output, whose errors say what they are about.
struct Output<W>(W);

impl<W: Write> Write for Output<W> {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        self.0.write(buffer).map_err(unwritten)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush().map_err(unwritten)
    }
}

/// Of the same kind: a reader that has gone is no trouble.
fn unwritten(error: io::Error) -> io::Error {
    io::Error::new(error.kind(), Unwritten(error))
}

#[derive(Debug)]
struct Unwritten(io::Error);

impl std::fmt::Display for Unwritten {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("cannot write to standard output")
    }
}

impl std::error::Error for Unwritten {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0)
    }
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Shared")
    }
}

impl Write for Shared {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).write(buffer)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).flush()
    }
}

/// A stream that is read while nothing is open yet: from the first read until it is dropped, its flag is up. Nothing
/// but the end of the process ends a read that waits for somebody who does not write.
pub struct Awaited<'a> {
    stream: &'a mut (dyn Read + Send),
    flag: Arc<AtomicBool>,
}

impl<'a> Awaited<'a> {
    /// A stream that nobody reads yet.
    pub fn new(stream: &'a mut (dyn Read + Send), flag: Arc<AtomicBool>) -> Awaited<'a> {
        Awaited { stream, flag }
    }
}

impl Read for Awaited<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.flag.store(true, Ordering::SeqCst);
        self.stream.read(buffer)
    }
}

impl Drop for Awaited<'_> {
    fn drop(&mut self) {
        self.flag.store(false, Ordering::SeqCst);
    }
}

impl std::fmt::Debug for Awaited<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Awaited")
    }
}

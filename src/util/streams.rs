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
    io::Error::new(error.kind(), anyhow::Error::new(error).context("cannot write to standard output"))
}

impl Write for Shared {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).write(buffer)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).flush()
    }
}

/// Standard input. Clones share it.
#[derive(Clone)]
pub struct Input {
    stream: Arc<Mutex<dyn Read + Send>>,
    awaited: Arc<AtomicBool>,
}

impl Input {
    /// Takes a reader.
    pub fn new(reader: impl Read + Send + 'static) -> Input {
        Input { stream: Arc::new(Mutex::new(reader)), awaited: Arc::default() }
    }

    /// Reads it.
    ///
    /// # Errors
    /// Those of `read`.
    pub fn read<T>(&self, read: impl FnOnce(&mut dyn Read) -> io::Result<T>) -> io::Result<T> {
        let mut stream = self.stream.lock().unwrap_or_else(PoisonError::into_inner);
        self.awaited.store(true, Ordering::SeqCst);
        let result = read(&mut *stream);
        self.awaited.store(false, Ordering::SeqCst);
        result
    }

    /// Whether it is being read. Nothing but the end of the process ends a read that waits for somebody who does not
    /// write.
    pub fn is_awaited(&self) -> bool {
        self.awaited.load(Ordering::SeqCst)
    }
}

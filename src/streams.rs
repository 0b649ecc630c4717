//! The standard streams, handed in so that a test can own them.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

/// A stream that several parts of a run write to: clones share it.
#[derive(Clone)]
pub struct Shared(Arc<Mutex<dyn Write + Send>>);

impl Shared {
    /// Takes a writer.
    pub fn new(writer: impl Write + Send + 'static) -> Shared {
        Shared(Arc::new(Mutex::new(writer)))
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

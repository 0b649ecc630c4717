//! Worker threads for requests.
//!
//! Workers are detached on purpose: a request that hangs must not keep the program from keeping its deadline, from
//! logging out, or from leaving on Ctrl-C. They are started when there is work for them, never more than `limit`.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

type Job = Box<dyn FnOnce() + Send>;

/// At most `limit` threads that run jobs in the order in which they came.
pub struct Pool {
    shared: Arc<Shared>,
    limit: usize,
}

struct Shared {
    state: Mutex<State>,
    more: Condvar,
}

#[derive(Default)]
struct State {
    jobs: VecDeque<Job>,
    workers: usize,
    idle: usize,
    closed: bool,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Pool {
    /// A pool without any thread yet.
    pub fn new(limit: usize) -> Pool {
        let shared = Shared { state: Mutex::default(), more: Condvar::new() };
        Pool { shared: Arc::new(shared), limit: limit.max(1) }
    }

    /// Runs a job as soon as a worker is free. A job that panics takes its worker with it; the next job starts
    /// another.
    ///
    /// # Errors
    /// When no thread can be started and none is there.
    pub fn submit(&self, job: impl FnOnce() + Send + 'static) -> std::io::Result<()> {
        let mut state = self.shared.lock();
        state.jobs.push_back(Box::new(job));
        // A worker that was called for another job counts as idle until it wakes.
        if state.idle >= state.jobs.len() {
            self.shared.more.notify_one();
            return Ok(());
        }
        if state.workers >= self.limit {
            return Ok(());
        }
        let shared = Arc::clone(&self.shared);
        let started = std::thread::Builder::new()
            .name("request".to_owned())
            .stack_size(512 * 1024)
            .spawn(move || work(&shared));
        match started {
            Ok(_) => state.workers += 1,
            Err(_) if state.workers > 0 => {}
            Err(error) => {
                state.jobs.pop_back();
                return Err(error);
            }
        }
        Ok(())
    }
}

fn work(shared: &Arc<Shared>) {
    let _gone = Gone { shared: Arc::clone(shared) };
    let mut state = shared.lock();
    loop {
        if state.closed {
            return;
        }
        if let Some(job) = state.jobs.pop_front() {
            drop(state);
            job();
            state = shared.lock();
            continue;
        }
        state.idle += 1;
        state = shared.more.wait(state).unwrap_or_else(PoisonError::into_inner);
        state.idle -= 1;
    }
}

/// Counts a worker out, however it ends.
struct Gone {
    shared: Arc<Shared>,
}

impl Drop for Gone {
    fn drop(&mut self) {
        // The guard of `work` may still be held on an orderly return; it is dropped before this one.
        self.shared.lock().workers -= 1;
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        let mut state = self.shared.lock();
        state.closed = true;
        state.jobs.clear();
        self.shared.more.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;

    #[test]
    fn every_job_runs_on_no_more_threads_than_allowed() {
        let pool = Pool::new(3);
        let (sender, receiver) = channel();
        for number in 0..100 {
            let sender = sender.clone();
            pool.submit(move || sender.send((number, std::thread::current().id())).expect("a receiver"))
                .expect("a pool");
        }
        drop(sender);
        let mut done: Vec<_> = receiver.iter().take(100).collect();
        done.sort_by_key(|(number, _)| *number);
        assert_eq!(done.iter().map(|(number, _)| *number).collect::<Vec<_>>(), (0..100).collect::<Vec<_>>());
        let threads: std::collections::HashSet<_> = done.iter().map(|(_, thread)| *thread).collect();
        assert!(threads.len() <= 3);
    }

    #[test]
    fn a_job_does_not_wait_for_one_that_came_just_before_while_there_may_be_more_threads() {
        // Often enough for the second to come before the only worker has woken for the first.
        for _ in 0..100 {
            let pool = Pool::new(2);
            pool.submit(|| ()).expect("a pool");
            while pool.shared.lock().idle == 0 {
                std::thread::yield_now();
            }
            let (release, held) = channel::<()>();
            let (sender, receiver) = channel();
            let hang = move || {
                let _ = held.recv();
            };
            pool.submit(hang).expect("a pool");
            let tell = move || {
                let _ = sender.send(());
            };
            pool.submit(tell).expect("a pool");
            receiver.recv_timeout(std::time::Duration::from_secs(60)).expect("the second has run");
            drop(release);
        }
    }

    #[test]
    fn a_panic_does_not_stop_the_jobs_after_it() {
        let pool = Pool::new(1);
        let (sender, receiver) = channel();
        pool.submit(|| std::panic::resume_unwind(Box::new("a bug"))).expect("a pool");
        // The worker may be dying with jobs in its queue: each submission may start its successor.
        let mut answered = false;
        while !answered {
            let sender = sender.clone();
            pool.submit(move || {
                let _ = sender.send(());
            })
            .expect("a pool");
            answered = receiver.recv_timeout(std::time::Duration::from_millis(20)).is_ok();
        }
    }
}

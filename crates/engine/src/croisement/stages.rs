//! Where the time of a croisement goes: by stage and thread.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// A stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Reading batches.
    Decode,
    /// Packing, checking and scattering them.
    Partition,
    /// Joining by the person's handle.
    Link,
    /// Putting foyers in order and reading their facts.
    Aggregate,
    /// The rules, folds over persons among them.
    Rules,
    /// Rows, and writing them.
    Write,
}

impl Stage {
    /// All, in order.
    pub const ALL: [Self; 6] = [Self::Decode, Self::Partition, Self::Link, Self::Aggregate, Self::Rules, Self::Write];
}

/// Threads told apart; those beyond are counted with the last.
const THREADS: usize = 64;

/// Time spent by each thread in each stage. While no thread waits for a core, that is its CPU time.
#[derive(Debug)]
pub struct Stages(Vec<[AtomicU64; 6]>);

impl Default for Stages {
    fn default() -> Self {
        Self::new()
    }
}

impl Stages {
    pub(super) fn new() -> Self {
        Self((0..THREADS).map(|_| Default::default()).collect())
    }

    /// A clock for this thread, from now on.
    #[must_use]
    pub fn clock(&self) -> Clock<'_> {
        let thread = rayon::current_thread_index().unwrap_or(0).min(THREADS - 1);
        Clock { to: self.0.get(thread), last: Instant::now() }
    }

    /// Time of a stage on each thread that did something.
    #[must_use]
    pub fn of(&self, stage: Stage) -> Vec<Duration> {
        let used = |t: &&[AtomicU64; 6]| t.iter().any(|s| s.load(Ordering::Relaxed) > 0);
        let time = |t: &[AtomicU64; 6]| Duration::from_nanos(t.get(stage as usize).map_or(0, |s| s.load(Ordering::Relaxed)));
        self.0.iter().filter(used).map(time).collect()
    }
}

/// Measures one thread.
#[derive(Debug)]
pub struct Clock<'a> {
    to: Option<&'a [AtomicU64; 6]>,
    last: Instant,
}

impl Clock<'_> {
    /// What passed since the last lap belongs to a stage.
    pub fn lap(&mut self, stage: Stage) {
        let now = Instant::now();
        let passed = u64::try_from((now - self.last).as_nanos()).unwrap_or(u64::MAX);
        if let Some(s) = self.to.and_then(|t| t.get(stage as usize)) {
            s.fetch_add(passed, Ordering::Relaxed);
        }
        self.last = now;
    }
}

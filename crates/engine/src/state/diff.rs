//! What changed between two snapshots, and the second one again from the first and what changed.

use super::{Entry, Key, Snapshot};
use recours_rules::date::Days;

/// What became of one right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Whose right.
    pub key: Key,
    /// As it was; none for a right or a unit of which the first snapshot does not speak.
    pub before: Option<Entry>,
    /// As it is; none where the second does not speak of it.
    pub after: Option<Entry>,
}

/// What changed between two days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Day of the first snapshot.
    pub from: Days,
    /// Day of the second.
    pub to: Days,
    /// In the order of keys; what stayed the same is left out.
    pub changes: Vec<Change>,
}

/// Why a difference does not apply to a snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DifferenceError {
    /// It starts on another day.
    #[error("cette différence part d'un autre jour")]
    Day,
    /// It starts from something else.
    #[error("cette différence part d'un autre état")]
    State,
}

/// What changed from `a` to `b`.
#[must_use]
pub fn difference(a: &Snapshot, b: &Snapshot) -> Difference {
    let mut keys: Vec<&Key> = a.entries.keys().chain(b.entries.keys()).collect();
    keys.sort_unstable();
    keys.dedup();
    let changes = keys
        .into_iter()
        .map(|k| Change { key: k.clone(), before: a.entries.get(k).cloned(), after: b.entries.get(k).cloned() })
        .filter(|c| c.before != c.after)
        .collect();
    Difference { from: a.as_of, to: b.as_of, changes }
}

/// The second snapshot, from the first and what changed.
///
/// # Errors
/// When the difference is not of this snapshot.
pub fn apply(a: &Snapshot, d: &Difference) -> Result<Snapshot, DifferenceError> {
    if a.as_of != d.from {
        return Err(DifferenceError::Day);
    }
    let mut out = Snapshot { as_of: d.to, entries: a.entries.clone() };
    for c in &d.changes {
        if out.entries.get(&c.key) != c.before.as_ref() {
            return Err(DifferenceError::State);
        }
        match &c.after {
            Some(e) => out.entries.insert(c.key.clone(), e.clone()),
            None => out.entries.remove(&c.key),
        };
    }
    Ok(out)
}

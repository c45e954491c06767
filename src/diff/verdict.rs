//! The verdicts that are compared. Their text is for readers alone: nothing is decided by it.

use crate::decide::Node;
use serde::{Serialize, Serializer};
use std::cmp::Reverse;
use std::fmt;

/// What one side says of a subject. Each sort of subject has verdicts of its own; shown, and serialized, as a reviewer reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// A term is so.
    Yes,
    /// A term is not so.
    No,
    /// A functionality is demanded.
    Demand,
    /// An access is exempt.
    Exempt,
    /// Quotas give so many places per server.
    ExemptUpTo(u64),
    /// An access is prohibited.
    Prohibited,
    /// An access is not prohibited.
    Allowed,
    /// A unit covers.
    Covers,
    /// A unit does not cover.
    DoesNotCover,
    /// A reading leaves the verdict open.
    Open,
    /// A reading leaves open whether a quota holds.
    OpenWithinLimit,
    /// The reading of this name applies.
    Reading(String),
    /// A side has no such reading, or none applies.
    NoReading,
    /// Several readings apply, by their names in order, and none of them is preferred.
    Tied(Vec<String>),
}

impl Verdict {
    /// The verdict where a function of what is unknown is yes, or is no; what is not settled is open.
    pub(super) fn of(node: Node, [yes, no]: [Verdict; 2]) -> Verdict {
        node.known().map_or(Verdict::Open, |known| if known { yes } else { no })
    }

    /// The verdict where the readings of these names apply.
    pub(super) fn applying(mut names: Vec<String>) -> Verdict {
        names.sort_unstable();
        match names.len() {
            0 => Verdict::NoReading,
            1 => Verdict::Reading(names.remove(0)),
            _ => Verdict::Tied(names),
        }
    }

    /// Whether a reading leaves it open.
    pub fn is_open(&self) -> bool {
        matches!(self, Verdict::Open | Verdict::OpenWithinLimit)
    }

    /// Whether nothing can be judged where it holds: no reading applies, or several of which none is preferred.
    pub fn is_undefined(&self) -> bool {
        matches!(self, Verdict::NoReading | Verdict::Tied(_))
    }

    /// How many places quotas give.
    pub fn limit(&self) -> Option<u64> {
        let Verdict::ExemptUpTo(limit) = self else { return None };
        Some(*limit)
    }

    /// How much it asks of whoever comes, and of quotas how few places they give. What is open is neither more nor less, and a
    /// term has no direction of its own.
    pub(super) fn strictness(&self) -> Option<(u8, Reverse<u64>)> {
        match self {
            Verdict::Exempt | Verdict::Allowed | Verdict::Covers => Some((0, Reverse(0))),
            Verdict::ExemptUpTo(limit) => Some((1, Reverse(*limit))),
            Verdict::Demand | Verdict::Prohibited | Verdict::DoesNotCover => Some((2, Reverse(0))),
            Verdict::Open | Verdict::OpenWithinLimit => None,
            Verdict::Yes | Verdict::No | Verdict::Reading(_) | Verdict::NoReading | Verdict::Tied(_) => None,
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Verdict::Yes => f.write_str("yes"),
            Verdict::No => f.write_str("no"),
            Verdict::Demand => f.write_str("demand"),
            Verdict::Exempt => f.write_str("exempt"),
            Verdict::ExemptUpTo(limit) => write!(f, "exempt up to {limit} per server"),
            Verdict::Prohibited => f.write_str("prohibited"),
            Verdict::Allowed => f.write_str("allowed"),
            Verdict::Covers => f.write_str("covers"),
            Verdict::DoesNotCover => f.write_str("does not cover"),
            Verdict::Open => f.write_str("open"),
            Verdict::OpenWithinLimit => f.write_str("open within a limit"),
            Verdict::Reading(name) => f.write_str(name),
            Verdict::NoReading => f.write_str("none"),
            Verdict::Tied(names) => match names.as_slice() {
                [most @ .., last] if most.len() > 1 => write!(f, "{} and {last}, none preferred", most.join(", ")),
                names => write!(f, "{}, neither preferred", names.join(" and ")),
            },
        }
    }
}

impl Serialize for Verdict {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

//! The meetings of one pair → what the table of pairs says of it, window by window.
//!
//! **Invariant:** in each window an object counts once a day, the day of the earlier action, at
//! its earliest meeting; windows cumulate, since a meeting within one is within every larger one.

use concerted_model::Span;

use super::DAY_US;

/// Two accounts acting on one object within the largest window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Meeting {
    pub(super) a: u32,
    pub(super) b: u32,
    pub(super) object: u32,
    /// When the earlier of the two acted.
    pub(super) time: i64,
    pub(super) first: First,
    /// The smallest window that holds it, by its place among the windows.
    pub(super) window: u8,
}

/// Which of the two was first. Of meetings at one moment, the simultaneous one counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum First {
    Neither,
    A,
    B,
}

/// What one pair did in one window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) a: u32,
    pub(super) b: u32,
    pub(super) objects: u32,
    pub(super) episodes: u32,
    pub(super) a_first: u32,
    pub(super) b_first: u32,
    pub(super) first: i64,
    pub(super) last: i64,
}

/// Memory that is used again for each pair.
#[derive(Default)]
pub(super) struct Scratch {
    times: Vec<i64>,
}

/// What `meetings`, all of one pair and in order, come to in the window at this place.
pub(super) fn row(
    meetings: &[Meeting],
    window: u8,
    gap: Span,
    scratch: &mut Scratch,
) -> Option<Row> {
    let times = &mut scratch.times;
    times.clear();
    let (mut a_first, mut b_first) = (0, 0);
    let mut before = None;
    for meeting in meetings.iter().filter(|meeting| meeting.window <= window) {
        let day = (meeting.object, meeting.time.div_euclid(DAY_US));
        if before != Some(day) {
            before = Some(day);
            times.push(meeting.time);
            a_first += u32::from(meeting.first == First::A);
            b_first += u32::from(meeting.first == First::B);
        }
    }
    times.sort_unstable();
    let pauses = times.windows(2).filter(|two| two[1] - two[0] >= gap.as_micros()).count();
    Some(Row {
        a: meetings.first()?.a,
        b: meetings.first()?.b,
        objects: times.len() as u32,
        episodes: 1 + pauses as u32,
        a_first,
        b_first,
        first: *times.first()?,
        last: *times.last()?,
    })
}

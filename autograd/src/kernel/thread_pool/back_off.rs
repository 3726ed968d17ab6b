//! When a pool leaves its work to the caller: while another program competes for the processors.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

/// A wait for a part that takes longer than all that the caller did of the split, and this on top, is a stall.
const STALL: Duration = Duration::from_micros(200);

/// Stalls with this many times as long between them are left alone: the system does something else now and then, and
/// threads gain more than the seventeenth of the time that it takes.
const SELDOM: u32 = 16;

/// How many times as long as a stall the pool backs off at first: they take a sixty-fourth of the time at most, unless they are so long
/// that [`LONGEST`] cuts the back-off.
const FACTOR: u32 = 64;

/// The longest first back-off: after a stop of the whole process, say, which tells nothing of the processors.
const LONGEST: Duration = Duration::from_millis(500);

/// How often the back-off is doubled while each try ends in a stall again.
const DOUBLINGS: u32 = 3;

/// Whether splits are shared now. Times are since the start of the pool. Whoever splits reports stalls, one caller at a time;
/// any thread asks whether it is on.
#[derive(Default)]
pub(super) struct BackOff {
    /// Until when nothing is shared, in nanoseconds; 0 for no such time, which spares asking for the time.
    until: AtomicU64,
    /// When work was shared again after the last stall, in nanoseconds.
    resumed: AtomicU64,
    /// How many stalls have come one soon after the other.
    repeated: AtomicU32,
}

impl BackOff {
    /// Whether the pool leaves its work to the caller for now; `now` is asked where it may.
    pub(super) fn is_on(&self, now: impl FnOnce() -> Duration) -> bool {
        let until = self.until.load(Ordering::Relaxed);
        if until == 0 {
            return false;
        }
        let is_on = now() < Duration::from_nanos(until);
        if !is_on {
            // Another caller may have stalled meanwhile: what it has set stays.
            let _ = self
                .until
                .compare_exchange(until, 0, Ordering::Relaxed, Ordering::Relaxed);
        }
        is_on
    }

    /// Reports that the caller has waited for others after a share of its own; `now` is asked if that was a stall.
    pub(super) fn waited(&self, own: Duration, waited: Duration, now: impl FnOnce() -> Duration) {
        if waited <= STALL + own {
            return;
        }
        let now = now();
        let resumed = Duration::from_nanos(self.resumed.load(Ordering::Relaxed));
        let ran = now.saturating_sub(resumed).saturating_sub(waited);
        let repeated = self.repeated.load(Ordering::Relaxed);
        let (resumed, repeated) = match length(ran, waited, repeated) {
            None => (now, 0),
            Some(length) => {
                let until = now + length;
                self.until.store(nanoseconds(until), Ordering::Relaxed);
                (until, repeated.saturating_add(1))
            }
        };
        self.resumed.store(nanoseconds(resumed), Ordering::Relaxed);
        self.repeated.store(repeated, Ordering::Relaxed);
    }

    /// Until when nothing is shared, after the start of the pool.
    #[cfg(test)]
    pub(super) fn until(&self) -> Duration {
        Duration::from_nanos(self.until.load(Ordering::SeqCst))
    }
}

/// How long to back off for a stall, after work has been shared for a while; `None` if stalls are seldom.
fn length(ran: Duration, stall: Duration, repeated: u32) -> Option<Duration> {
    let first = stall.saturating_mul(FACTOR).min(LONGEST);
    (ran < stall.saturating_mul(SELDOM)).then(|| first * (1 << repeated.min(DOUBLINGS)))
}

fn nanoseconds(time: Duration) -> u64 {
    // Half a thousand years.
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    #[test]
    fn each_try_that_stalls_again_is_followed_by_twice_the_time_alone() {
        let back_off = BackOff::default();
        let mut now = Duration::ZERO;
        let mut lengths = Vec::new();
        for _ in 0..6 {
            // Three milliseconds of work and three of waiting, as beside an endless loop.
            now += 6 * MS;
            back_off.waited(MS, 3 * MS, || now);
            lengths.push((back_off.until() - now).as_millis());
            assert!(back_off.is_on(|| now));
            now = back_off.until();
            assert!(!back_off.is_on(|| now));
        }
        assert_eq!(lengths, [192, 384, 768, 1536, 1536, 1536]);
        // It has worked for so long that the next stall is one of its own.
        now += 100 * MS;
        back_off.waited(MS, 3 * MS, || now);
        assert!(!back_off.is_on(|| now));
        now += 10 * MS;
        back_off.waited(MS, 3 * MS, || now);
        assert_eq!(back_off.until() - now, 192 * MS);
    }

    #[test]
    fn a_wait_as_long_as_the_own_share_is_no_stall() {
        let back_off = BackOff::default();
        back_off.waited(3 * MS, 3 * MS, || unreachable!());
        assert!(!back_off.is_on(|| unreachable!()));
        back_off.waited(Duration::ZERO, 20 * MS, || 21 * MS);
        assert_eq!(back_off.until(), 521 * MS);
    }
}

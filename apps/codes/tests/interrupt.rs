//! A wish to stop is the process's, so it has a test program of its own.

use std::thread;
use std::time::{Duration, Instant};

use codes::{Points, tsne};
use experiment::{AppError, interrupt};

#[test]
fn t_sne_hears_a_wish_to_stop_within_a_second() {
    // Enough points to take a minute and more.
    let values = (0..12_000_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 8) as f32);
    let points = Points::new(2, values.collect());
    let asking = thread::spawn(|| {
        thread::sleep(Duration::from_millis(700));
        interrupt::request();
        Instant::now()
    });
    let found = tsne(&points, 0, 1);
    let ended = Instant::now();
    assert!(matches!(found, Err(AppError::Interrupted(_))), "{found:?}");
    let waited = ended.duration_since(asking.join().unwrap());
    assert!(waited < Duration::from_secs(1), "{waited:?}");
    assert!(matches!(tsne(&points, 0, 1), Err(AppError::Interrupted(_))));
}

//! Placement of contour labels.

/// Lines shorter than this, in pixels, have no label.
const SHORTEST_LABELED: f64 = 90.0;
/// Labels are so far from each other, in pixels.
const APART: f64 = 46.0;
/// Labels are so far from the track.
const BESIDE_TRACK: f64 = 20.0;

/// Points that labels keep away from, in pixels.
pub(super) struct Taken {
    pub(super) labels: Vec<(f64, f64)>,
    pub(super) track: Vec<(f64, f64)>,
}

impl Taken {
    fn is_near(&self, at: (f64, f64)) -> bool {
        let within = |places: &[(f64, f64)], reach| places.iter().any(|p| distance(*p, at) < reach);
        within(&self.labels, APART) || within(&self.track, BESIDE_TRACK)
    }
}

pub(super) fn distance(a: (f64, f64), b: (f64, f64)) -> f64 {
    (a.0 - b.0).hypot(a.1 - b.1)
}

/// Place and rotation of a line's label in a frame of left, top, width and height: the straightest stretch far from other labels.
pub(super) fn label_place(
    line: &[(f64, f64)],
    frame: [f64; 4],
    taken: &Taken,
) -> Option<((f64, f64), f64)> {
    let length: f64 = line.windows(2).map(|p| distance(p[0], p[1])).sum();
    if length < SHORTEST_LABELED {
        return None;
    }
    let [left, top, width, height] = frame;
    let inside = |(x, y): (f64, f64)| {
        let (x, y) = (x - left, y - top);
        x > 22.0 && x < width - 22.0 && y > 14.0 && y < height - 14.0
    };
    let mut best: Option<(f64, (f64, f64), f64)> = None;
    for (i, &at) in line.iter().enumerate() {
        if !inside(at) || taken.is_near(at) {
            continue;
        }
        // The stretch that the label covers.
        let far = |p: &&(f64, f64)| distance(**p, at) >= 16.0;
        let (Some(before), Some(after)) =
            (line[..i].iter().rev().find(far), line[i..].iter().find(far))
        else {
            continue;
        };
        let (along, round) = (
            distance(*before, *after),
            distance(*before, at) + distance(at, *after),
        );
        let straight = along / round;
        if best.is_none_or(|(least, ..)| straight > least + 1e-3) {
            let degrees = (after.1 - before.1).atan2(after.0 - before.0).to_degrees();
            // Never upside down.
            let upright = (degrees + 90.0).rem_euclid(180.0) - 90.0;
            best = Some((straight, at, upright));
        }
    }
    best.map(|(_, at, degrees)| (at, degrees))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRAME: [f64; 4] = [0.0, 0.0, 400.0, 400.0];

    #[test]
    fn labels_follow_their_line_and_are_never_upside_down() {
        let down = |i| (300.0 - 10.0 * f64::from(i), 100.0 + 10.0 * f64::from(i));
        let line: Vec<_> = (0..=20).map(down).collect();
        let free = Taken {
            labels: Vec::new(),
            track: Vec::new(),
        };
        let (at, degrees) = label_place(&line, FRAME, &free).unwrap();
        assert!(line.contains(&at));
        assert!((degrees + 45.0).abs() < 1e-9, "{degrees}");
    }

    #[test]
    fn labels_keep_off_each_other_and_the_track() {
        let line: Vec<_> = (0..=30)
            .map(|i| (50.0 + 10.0 * f64::from(i), 200.0))
            .collect();
        let mut taken = Taken {
            labels: Vec::new(),
            track: vec![(60.0, 200.0), (70.0, 200.0)],
        };
        let (first, _) = label_place(&line, FRAME, &taken).unwrap();
        assert!(first.0 >= 70.0 + BESIDE_TRACK);
        taken.labels.push(first);
        let (second, _) = label_place(&line, FRAME, &taken).unwrap();
        assert!(distance(first, second) >= APART);
        taken.track = line.clone();
        assert_eq!(label_place(&line, FRAME, &taken), None);
        assert_eq!(label_place(&line[..3], FRAME, &taken), None);
    }
}

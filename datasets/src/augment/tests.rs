use super::*;
use crate::InputKind;

const SIDE: usize = 28;

fn plan(text: &str) -> Plan {
    text.parse().unwrap()
}

/// A batch of equal images with a dot each.
fn dots(rows: usize, channels: usize, [y, x]: [usize; 2]) -> Tensor<f64> {
    let mut batch = Tensor::zeros(&[rows, channels, SIDE, SIDE]);
    for plane in batch.as_mut_slice().chunks_exact_mut(SIDE * SIDE) {
        plane[y * SIDE + x] = 1.0;
    }
    batch
}

/// Mass, and the middle of it, of each plane.
fn middles(batch: &Tensor<f64>) -> Vec<[f64; 3]> {
    let middle = |plane: &[f64]| {
        let sum: f64 = plane.iter().sum();
        let weigh = |place: fn(usize) -> usize| {
            let weighed = plane.iter().enumerate().map(|(i, x)| place(i) as f64 * x);
            weighed.sum::<f64>() / sum
        };
        [sum, weigh(|i| i / SIDE), weigh(|i| i % SIDE)]
    };
    batch
        .to_vec()
        .chunks_exact(SIDE * SIDE)
        .map(middle)
        .collect()
}

fn augmented(text: &str, mut batch: Tensor<f64>) -> Tensor<f64> {
    plan(text).apply(&mut batch, 1, 2, 3);
    batch
}

#[test]
fn plans_are_read_and_written() {
    let all = plan("noise:0.25, flip,shift,elastic,crop,rotate");
    assert_eq!(all.to_string(), "shift,rotate,flip,crop,elastic,noise:0.25");
    assert_eq!(all.to_string().parse(), Ok(all));
    for (text, complaint) in [
        (
            "blur",
            "\"blur\" is no augmentation of images; there are shift, rotate, flip, crop, noise:S and elastic",
        ),
        (
            "",
            "\"\" is no augmentation of images; there are shift, rotate, flip, crop, noise:S and elastic",
        ),
        (
            "shift:3",
            "\"shift:3\" is no augmentation of images; there are shift, rotate, flip, crop, noise:S and elastic",
        ),
        ("flip,flip", "flip is named twice"),
        ("noise:1,noise:2", "noise is named twice"),
        (
            "noise",
            "\"noise:\": noise has a standard deviation above 0, such as noise:0.1",
        ),
        (
            "noise:-1",
            "\"noise:-1\": noise has a standard deviation above 0, such as noise:0.1",
        ),
        (
            "noise:inf",
            "\"noise:inf\": noise has a standard deviation above 0, such as noise:0.1",
        ),
    ] {
        assert_eq!(text.parse::<Plan>().unwrap_err().to_string(), complaint);
    }
    let table = InputKind::Table {
        columns: vec!["x".into()],
    };
    assert_eq!(
        plan("flip").check(&table, "iris").unwrap_err().to_string(),
        "only images can be augmented, and iris is a table"
    );
}

#[test]
fn a_shift_moves_whole_pixels_up_to_two_each_way() {
    let out = augmented("shift", dots(500, 1, [10, 20]));
    let mut seen = [[0; 5]; 5];
    for [sum, y, x] in middles(&out) {
        assert_eq!(sum, 1.0);
        seen[(y - 8.0) as usize][(x - 18.0) as usize] += 1;
    }
    // 20 of each place are expected.
    assert!(seen.as_flattened().iter().all(|&n| n > 4), "{seen:?}");
}

#[test]
fn a_crop_moves_up_to_an_eighth_and_what_comes_in_is_0() {
    let out = augmented("crop", dots(300, 1, [0, 0]));
    let gone = middles(&out).iter().filter(|[sum, ..]| *sum == 0.0).count();
    // The corner stays with probability 5/9 · 5/9.
    assert!((150..250).contains(&gone), "{gone}");
    for [sum, y, x] in middles(&out) {
        assert!(sum == 0.0 || (y <= 4.0 && x <= 4.0));
    }
}

#[test]
fn one_in_two_is_mirrored() {
    let out = augmented("flip", dots(400, 2, [5, 3]));
    let middles = middles(&out);
    for channels in middles.chunks_exact(2) {
        assert_eq!(channels[0], channels[1], "channels go together");
        assert!(channels[0] == [1.0, 5.0, 3.0] || channels[0] == [1.0, 5.0, 24.0]);
    }
    let mirrored = middles.iter().filter(|m| m[2] == 24.0).count() / 2;
    // Five standard deviations around a half.
    assert!((150..250).contains(&mirrored), "{mirrored}");
}

#[test]
fn a_turn_goes_round_the_middle_by_up_to_ten_degrees() {
    // In the middle of the right half: 13.5 is the middle, the dot 8.5 to the right of it and half a pixel above.
    let out = augmented("rotate", dots(400, 1, [13, 22]));
    let start = (-0.5f64).atan2(8.5).to_degrees();
    let mut angles: Vec<f64> = Vec::new();
    for [sum, y, x] in middles(&out) {
        let (y, x) = (y - 13.5, x - 13.5);
        assert!((sum - 1.0).abs() < 0.3, "{sum}");
        assert!((y.hypot(x) - 0.5f64.hypot(8.5)).abs() < 0.3);
        angles.push(y.atan2(x).to_degrees() - start);
    }
    let (least, most) = angles
        .iter()
        .fold((0.0f64, 0.0f64), |(a, b), x| (a.min(*x), b.max(*x)));
    assert!(
        (-12.0..-8.0).contains(&least) && (8.0..12.0).contains(&most),
        "{least} {most}"
    );
}

#[test]
fn elastic_bends_smoothly_and_little() {
    // A slope stays a slope: its places move by what is displaced, a few pixels at most.
    let slope: Vec<f64> = (0..SIDE * SIDE).map(|i| (i % SIDE) as f64).collect();
    let slopes = Tensor::new(&[50, 1, SIDE, SIDE], &slope.repeat(50));
    let out = augmented("elastic", slopes);
    let mut squares = 0.0;
    let mut count = 0;
    for plane in out.to_vec().chunks_exact(SIDE * SIDE) {
        for y in 6..22 {
            for x in 6..22 {
                let moved = plane[y * SIDE + x] - x as f64;
                let next = plane[y * SIDE + x + 1] - plane[y * SIDE + x];
                assert!(
                    moved.abs() < 5.0 && (next - 1.0).abs() < 0.9,
                    "{moved} {next}"
                );
                squares += moved * moved;
                count += 1;
            }
        }
    }
    let deviation = (squares / f64::from(count)).sqrt();
    // 1.68 pixels at the points, times what the spline leaves of independent ones: between 0.44 and 0.57 squared, twice.
    assert!((0.6..1.1).contains(&deviation), "{deviation}");
}

#[test]
fn noise_has_its_deviation() {
    let out = augmented("noise:0.25", Tensor::zeros(&[64, 1, SIDE, SIDE])).to_vec();
    let n = out.len() as f64;
    let (sum, squares) = out.iter().fold((0.0, 0.0), |(s, q), x| (s + x, q + x * x));
    assert!((sum / n).abs() < 5.0 * 0.25 / n.sqrt());
    assert!((squares / n - 0.0625).abs() < 5.0 * 0.0625 * (2.0 / n).sqrt());
}

#[test]
fn a_row_depends_on_seed_epoch_step_and_place_alone() {
    let all = plan("shift,rotate,flip,crop,elastic,noise:0.1");
    let run = |rows: usize, seed, epoch, step| {
        let mut batch = dots(rows, 1, [9, 12]);
        all.apply(&mut batch, seed, epoch, step);
        batch.to_vec()
    };
    let base = run(8, 1, 2, 3);
    assert_eq!(base, run(8, 1, 2, 3));
    assert_eq!(base[..4 * SIDE * SIDE], run(4, 1, 2, 3));
    for other in [run(8, 0, 2, 3), run(8, 1, 0, 3), run(8, 1, 2, 0)] {
        assert_ne!(base, other);
    }
    let (first, second) = base.split_at(SIDE * SIDE);
    assert_ne!(first, &second[..SIDE * SIDE]);
    // What else is done does not move a shift.
    let shifted = middles(&augmented("shift", dots(50, 1, [14, 14])));
    let turned = middles(&augmented("shift,rotate", dots(50, 1, [14, 14])));
    for (a, b) in shifted.iter().zip(&turned) {
        assert!((a[1] - b[1]).abs() < 0.5 && (a[2] - b[2]).abs() < 0.5);
    }
}

#[test]
fn a_turn_by_nothing_leaves_all_as_it_is() {
    let mut canvas = Canvas::<f64>::new(5, 7);
    let image: Vec<f64> = (1..=70).map(f64::from).collect();
    let mut out = image.clone();
    let still = Draw {
        mirrored: false,
        moved: [0, 0],
        turn: Some([0.0, 1.0]),
        grid: None,
    };
    canvas.warp(&mut out, &still);
    assert_eq!(out, image);
    // With and without arithmetic, moves and mirrors are the same.
    for (mirrored, moved) in [
        (true, [0, 0]),
        (false, [1, -2]),
        (true, [-3, 2]),
        (true, [9, 0]),
    ] {
        let draw = |turn| Draw {
            mirrored,
            moved,
            turn,
            grid: None,
        };
        let (mut copied, mut interpolated) = (image.clone(), image.clone());
        canvas.warp(&mut copied, &draw(None));
        canvas.warp(&mut interpolated, &draw(Some([0.0, 1.0])));
        assert_eq!(copied, interpolated, "{mirrored} {moved:?}");
    }
}

#[test]
#[should_panic(expected = "instead of [rows, channels, height, width]")]
fn a_batch_of_a_table_panics() {
    plan("flip").apply(&mut Tensor::<f32>::zeros(&[4, 3]), 0, 0, 0);
}

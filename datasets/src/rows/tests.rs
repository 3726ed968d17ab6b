use proptest::prelude::*;

use super::*;

/// What a gather has to give, cell by cell: products and sums in the precision that the kernel promises.
fn expected<T: Real>(rows: &Rows, chosen: &[u32]) -> Vec<T> {
    let mut out = Vec::new();
    for &r in chosen {
        for j in 0..rows.row_len {
            let at = r as usize * rows.row_len + j;
            let (scale, shift) = rows.affine.column(j);
            out.push(match &rows.cells {
                Cells::Bytes(c) => {
                    let cell = T::from_f64(f64::from(c[at]));
                    cell * T::from_f64(scale) + T::from_f64(shift)
                }
                Cells::Reals32(c) => T::from_f64(f64::from(c[at]) * scale + shift),
                Cells::Reals64(c) => T::from_f64(c[at] * scale + shift),
            });
        }
    }
    out
}

fn same_on_every_isa<T: Real>(rows: &Rows, chosen: &[u32]) {
    let expected = expected::<T>(rows, chosen);
    for isa in Isa::available() {
        let mut out = vec![T::NAN; expected.len()];
        rows.gather_with(isa, chosen, &mut out);
        assert_eq!(out, expected, "{isa:?}, {}", T::NAME);
    }
}

fn affine(width: usize) -> impl Strategy<Value = Affine> {
    let number = -3.0..3.0f64;
    prop_oneof![
        Just(Affine::Identity),
        (number.clone(), number.clone())
            .prop_map(|(scale, shift)| Affine::Uniform { scale, shift }),
        prop::collection::vec((number.clone(), number), width).prop_map(|columns| {
            let (scale, shift): (Vec<f64>, Vec<f64>) = columns.into_iter().unzip();
            Affine::per_column(scale, shift)
        }),
    ]
}

/// Rows of one of the three kinds, and a choice of them with repetitions.
fn rows_and_choice() -> impl Strategy<Value = (Rows, Vec<u32>)> {
    (1usize..70, 1usize..40).prop_flat_map(|(width, len)| {
        let cells = prop::collection::vec(any::<u8>(), width * len);
        let choice = prop::collection::vec(0..len as u32, 0..60);
        (cells, 0..3, affine(width), choice).prop_map(move |(cells, kind, affine, choice)| {
            let real = |c: &u8| f64::from(*c) * 1.7 - 100.0;
            let rows = match kind {
                0 => Rows::bytes(&[width], cells),
                1 => Rows::reals32(
                    &[width],
                    cells.iter().map(|c| real(c) as f32).collect::<Vec<_>>(),
                ),
                _ => Rows::reals64(&[width], cells.iter().map(real).collect::<Vec<_>>()),
            };
            (rows.scaled(affine), choice)
        })
    })
}

proptest! {
    #[test]
    fn a_gather_gives_the_chosen_rows_on_every_instruction_set((rows, choice) in rows_and_choice()) {
        same_on_every_isa::<f32>(&rows, &choice);
        same_on_every_isa::<f64>(&rows, &choice);
    }

    #[test]
    fn a_batch_gathered_in_parts_has_the_same_bits((rows, choice) in rows_and_choice(), cut in 0usize..60) {
        let cut = cut.min(choice.len());
        let mut whole = vec![0f32; choice.len() * rows.row_len()];
        rows.gather_into(&choice, &mut whole);
        let mut parts = vec![0f32; whole.len()];
        let (first, second) = parts.split_at_mut(cut * rows.row_len());
        rows.gather_into(&choice[cut..], second);
        rows.gather_into(&choice[..cut], first);
        prop_assert_eq!(whole, parts);
    }

    #[test]
    fn a_row_in_f64_agrees_with_the_gather((rows, choice) in rows_and_choice()) {
        for &r in choice.iter().take(3) {
            let mut out = vec![0f64; rows.row_len()];
            rows.gather_into(&[r], &mut out);
            prop_assert_eq!(rows.row(r as usize), out);
        }
    }

    #[test]
    fn two_maps_in_turn_are_their_composition(
        (first, second) in (1usize..9).prop_flat_map(|w| (affine(w), affine(w))),
        x in -5.0..5.0f64,
    ) {
        let both = first.then(&second);
        for j in 0..both.columns().unwrap_or(1) {
            let ((a, b), (c, d), (scale, shift)) = (first.column(j), second.column(j), both.column(j));
            prop_assert!((x * scale + shift - ((x * a + b) * c + d)).abs() < 1e-12);
        }
    }
}

#[test]
fn bytes_are_scaled_by_255_unless_told_otherwise() {
    let rows = Rows::bytes(&[1, 2], [0, 255, 51, 102]);
    assert_eq!((rows.len(), rows.row_len()), (2, 2));
    assert_eq!(rows.row_shape(), [1, 2]);
    let close = |a: &[f64], b: &[f64]| a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-15);
    assert!(close(&rows.row(0), &[0.0, 1.0]) && close(&rows.row(1), &[0.2, 0.4]));
    assert_eq!(rows.scaled(Affine::Identity).row(1), [51.0, 102.0]);
}

#[test]
fn centring_a_column_far_from_zero_keeps_its_digits() {
    let years = Rows::reals64(&[1], [2000.125, 2000.25]).scaled(Affine::Uniform {
        scale: 8.0,
        shift: -16000.0,
    });
    let mut out = [0f32; 2];
    years.gather_into(&[0, 1], &mut out);
    assert_eq!(out, [1.0, 2.0]);
}

#[test]
fn clones_share_their_cells() {
    let rows = Rows::bytes(&[4], vec![7u8; 16]);
    let Cells::Bytes(cells) = &rows.cells else {
        panic!("bytes were turned into something else");
    };
    let copy = rows.clone().scaled(Affine::Identity);
    assert_eq!(Arc::strong_count(cells), 2);
    drop(copy);
}

#[test]
fn the_least_and_the_empty() {
    let none = Rows::reals32(&[3], Vec::new());
    assert!(none.is_empty());
    none.gather_into::<f32>(&[], &mut []);
    let scalars = Rows::reals32(&[], [1.5, 2.5]);
    let mut out = [0f32; 3];
    scalars.gather_into(&[1, 0, 1], &mut out);
    assert_eq!(out, [2.5, 1.5, 2.5]);
}

#[test]
#[should_panic(expected = "row 2 of 2 rows")]
fn a_row_that_does_not_exist_panics() {
    Rows::bytes(&[2], [1, 2, 3, 4]).gather_into(&[0, 2], &mut [0f32; 4]);
}

#[test]
#[should_panic(expected = "2 rows of 2 cells do not fit into 3 elements")]
fn a_batch_of_the_wrong_size_panics() {
    Rows::bytes(&[2], [1, 2, 3, 4]).gather_into(&[0, 1], &mut [0f32; 3]);
}

#[test]
#[should_panic(expected = "3 cells do not make whole rows of shape [2]")]
fn cells_that_make_no_whole_rows_panic() {
    Rows::bytes(&[2], [1, 2, 3]);
}

#[test]
#[should_panic(expected = "1 scales and 1 shifts for rows of 2 cells")]
fn a_map_for_another_width_panics() {
    let _ = Rows::bytes(&[2], [1, 2]).scaled(Affine::per_column([1.0], [0.0]));
}

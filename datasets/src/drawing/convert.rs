//! Grey values to a data set's form: the rule of the module above.

use super::grey::Grey;
use super::{Centre, Form, Refusal};

/// Ink must stand out from the background by this much of 255.
const LEAST_CONTRAST: f32 = 40.0;
/// What stands out by less than this share of the ink is the paper's grain or a codec's.
const GRAIN: f32 = 0.1;
/// Ink covers at most this share of an image, and this of its border.
const MOST_INK: f32 = 0.65;
const MOST_INK_ON_BORDER: f32 = 0.35;
/// The less of darker and lighter than the background is at most this share of the other.
const MOST_OF_BOTH: f64 = 0.5;

pub(super) fn to_form(image: &Grey, form: &Form) -> Result<Vec<u8>, Refusal> {
    let ink = find_ink(image)?;
    let side = form.side * form.fineness;
    let placed = place(&ink, form.ink * form.fineness, side, form.centre);
    let cells = averaged(&placed, side, form.fineness);
    let brightest = cells.iter().copied().fold(0.0, f32::max);
    let full = f32::from(form.full);
    Ok(cells
        .into_iter()
        .map(|cell| (full * cell / brightest).round() as u8)
        .collect())
}

/// A rectangle of ink, 0 none to 1 full.
struct Ink {
    width: usize,
    height: usize,
    values: Vec<f32>,
}

/// Ink of either polarity, cut to the box around it.
fn find_ink(image: &Grey) -> Result<Ink, Refusal> {
    let (width, height) = (image.width, image.height);
    let background = median(border(image, &image.values));
    let (mut darker, mut lighter) = (0.0_f64, 0.0_f64);
    let (mut darkest, mut lightest) = (0.0_f32, 0.0_f32);
    for value in &image.values {
        let difference = value - background;
        if difference < 0.0 {
            darker -= f64::from(difference);
            darkest = darkest.max(-difference);
        } else {
            lighter += f64::from(difference);
            lightest = lightest.max(difference);
        }
    }
    let (sign, contrast) = if darker >= lighter {
        (-1.0, darkest)
    } else {
        (1.0, lightest)
    };
    if contrast < LEAST_CONTRAST {
        return Err(Refusal::Blank);
    }
    if darker.min(lighter) > MOST_OF_BOTH * darker.max(lighter) {
        return Err(Refusal::NoPolarity);
    }
    let stretched = image.values.iter().map(|value| {
        let share = sign * (value - background) / contrast;
        if share < GRAIN { 0.0 } else { share }
    });
    let values: Vec<f32> = stretched.collect();
    let inked =
        |values: &[f32]| values.iter().filter(|v| **v > 0.0).count() as f32 / values.len() as f32;
    let on_border: Vec<f32> = border(image, &values).collect();
    if inked(&values) > MOST_INK || inked(&on_border) > MOST_INK_ON_BORDER {
        return Err(Refusal::Full);
    }
    cut(&values, width, height)
}

/// The values along the border of an image's shape.
fn border<'a>(image: &Grey, values: &'a [f32]) -> impl Iterator<Item = f32> + 'a {
    let (width, height) = (image.width, image.height);
    values.iter().enumerate().filter_map(move |(i, value)| {
        let (row, column) = (i / width, i % width);
        let edge = row == 0 || column == 0 || row + 1 == height || column + 1 == width;
        edge.then_some(*value)
    })
}

fn median(values: impl Iterator<Item = f32>) -> f32 {
    let mut values: Vec<f32> = values.collect();
    let middle = values.len() / 2;
    *values.select_nth_unstable_by(middle, f32::total_cmp).1
}

/// The box around all ink.
fn cut(values: &[f32], width: usize, height: usize) -> Result<Ink, Refusal> {
    let row_has = |row: &usize| values[row * width..][..width].iter().any(|v| *v > 0.0);
    let column_has = |column: &usize| (0..height).any(|row| values[row * width + column] > 0.0);
    let ends = |mut filled: Vec<usize>| Some((*filled.first()?, filled.pop()?));
    let rows = ends((0..height).filter(row_has).collect());
    let columns = ends((0..width).filter(column_has).collect());
    let (Some((top, bottom)), Some((left, right))) = (rows, columns) else {
        return Err(Refusal::Blank);
    };
    let width_of_ink = right - left + 1;
    let cut = (top..=bottom).flat_map(|row| &values[row * width + left..][..width_of_ink]);
    Ok(Ink {
        width: width_of_ink,
        height: bottom - top + 1,
        values: cut.copied().collect(),
    })
}

/// Scales the ink to fit a box and places it on an empty square.
fn place(ink: &Ink, fit: usize, side: usize, centre: Centre) -> Vec<f32> {
    let longer = ink.width.max(ink.height) as f64;
    let scaled = |length: usize| {
        let length = (length as f64 * fit as f64 / longer).round() as usize;
        length.clamp(1, fit)
    };
    let (width, height) = (scaled(ink.width), scaled(ink.height));
    let values = resized(ink, width, height);
    let middle = match centre {
        Centre::Box => (height as f64 / 2.0, width as f64 / 2.0),
        Centre::Mass => centre_of_mass(&values, width),
    };
    // Ink that is far from its centre of mass is kept inside all the same.
    let offset = |middle: f64, length: usize| {
        let wanted = (side as f64 / 2.0 - middle).round();
        wanted.clamp(0.0, (side - length) as f64) as usize
    };
    let (top, left) = (offset(middle.0, height), offset(middle.1, width));
    let mut square = vec![0.0; side * side];
    for (row, line) in values.chunks_exact(width).enumerate() {
        square[(top + row) * side + left..][..width].copy_from_slice(line);
    }
    square
}

/// Each new cell is the mean of the area it covers, so thin strokes grow fainter and never vanish.
fn resized(ink: &Ink, width: usize, height: usize) -> Vec<f32> {
    let columns = covers(ink.width, width);
    let rows = covers(ink.height, height);
    let narrow: Vec<f32> = ink
        .values
        .chunks_exact(ink.width)
        .flat_map(|line| {
            columns
                .iter()
                .map(|cover| cover.iter().map(|(i, share)| share * line[*i]).sum::<f32>())
        })
        .collect();
    rows.iter()
        .flat_map(|cover| {
            let narrow = &narrow;
            (0..width).map(move |column| {
                cover
                    .iter()
                    .map(|(row, share)| share * narrow[row * width + column])
                    .sum::<f32>()
            })
        })
        .collect()
}

/// For each of `new` cells along a line: which of the `old` ones it covers, and the share each has in it.
fn covers(old: usize, new: usize) -> Vec<Vec<(usize, f32)>> {
    let ratio = old as f64 / new as f64;
    let cover = |cell: usize| {
        let (start, end) = (cell as f64 * ratio, (cell + 1) as f64 * ratio);
        let last = (end.ceil() as usize).min(old);
        (start.floor() as usize..last)
            .map(|i| {
                let shared = end.min((i + 1) as f64) - start.max(i as f64);
                (i, (shared.max(0.0) / ratio) as f32)
            })
            .collect()
    };
    (0..new).map(cover).collect()
}

/// Row and column of the centre of mass, the middle of the first cell at 0: that is how MNIST centres, whose rows have
/// their mass at cell 14 on average, half a cell beyond the middle of 28.
fn centre_of_mass(values: &[f32], width: usize) -> (f64, f64) {
    let (mut mass, mut down, mut across) = (0.0, 0.0, 0.0);
    for (i, value) in values.iter().enumerate() {
        let value = f64::from(*value);
        mass += value;
        down += value * (i / width) as f64;
        across += value * (i % width) as f64;
    }
    (down / mass, across / mass)
}

/// Means over blocks of `fineness` × `fineness`.
fn averaged(square: &[f32], side: usize, fineness: usize) -> Vec<f32> {
    let cells = side / fineness;
    let mut means = vec![0.0; cells * cells];
    for (i, value) in square.iter().enumerate() {
        let (row, column) = (i / side / fineness, i % side / fineness);
        means[row * cells + column] += value / (fineness * fineness) as f32;
    }
    means
}

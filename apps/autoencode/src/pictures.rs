//! Numbers as pictures.

use autograd::{Real, Tensor};
use codes::{AutoencoderModel, Points, between, centroids, noisy};
use datasets::InputKind;
use experiment::run::Prepared;
use plot::Pixels;
use plot::{Figure, PictureSheet};

/// Classes that have a column on a sheet.
const MOST_COLUMNS: usize = 12;
/// Width of a drawn picture.
const SIDE: u32 = 52;

/// Test pictures, the first of each class: their rows, and the names of their classes.
pub(crate) fn shown(data: &Prepared, names: &[String]) -> (Vec<u32>, Vec<String>) {
    let test = &data.data.test;
    let classes = data.classes(test);
    let first = |class: usize| {
        let place = classes.iter().position(|c| *c as usize == class)?;
        Some((test[place], names[class].clone()))
    };
    (0..names.len())
        .filter_map(first)
        .take(MOST_COLUMNS)
        .unzip()
}

/// Pictures over what is left of them after the code.
pub(crate) fn rebuilt<T: Real>(
    autoencoder: &AutoencoderModel<'_, T>,
    data: &Prepared,
    (rows, names): (&[u32], &[String]),
) -> Figure {
    let clean = noisy::<T>(data.examples().inputs, rows, 0.0, 0);
    let made = autoencoder.rebuild(&clean);
    let lines = [("original", &clean), ("rebuilt", &made)];
    sheet(
        "Test pictures",
        &lines.map(|(n, x)| (n.to_owned(), x)),
        names,
        data,
    )
}

/// Pictures under noise of some deviations over what is made of them.
pub(crate) fn denoised<T: Real>(
    autoencoder: &AutoencoderModel<'_, T>,
    data: &Prepared,
    (rows, names): (&[u32], &[String]),
    deviations: &[f64],
    seed: u64,
) -> Figure {
    let inputs = data.examples().inputs;
    let mut lines = vec![("original".to_owned(), noisy::<T>(inputs, rows, 0.0, seed))];
    for deviation in deviations {
        let seen = noisy(inputs, rows, *deviation, seed);
        let made = autoencoder.rebuild(&seen);
        lines.push((format!("noise {deviation}"), seen));
        lines.push(("rebuilt".to_owned(), made));
    }
    let lines: Vec<_> = lines.iter().map(|(name, x)| (name.clone(), x)).collect();
    sheet("Test pictures under noise", &lines, names, data)
}

/// What lies between the classes' mean codes; `None` where no class has training pictures.
pub(crate) fn grid<T: Real>(
    autoencoder: &AutoencoderModel<'_, T>,
    data: &Prepared,
    (train, labels): (&Points, &[u32]),
    names: &[String],
) -> Option<Figure> {
    let middles = centroids(train, labels, names.len());
    let there = middles.iter().zip(names);
    let (ends, names): (Vec<&[f32]>, Vec<String>) = there
        .filter_map(|(middle, name)| Some((middle.as_deref()?, name.clone())))
        .take(MOST_COLUMNS)
        .unzip();
    if ends.is_empty() {
        return None;
    }
    let made = autoencoder.decode(&between(&ends)).to_vec();
    let width = made.len() / (ends.len() * ends.len());
    let rows: Vec<Vec<Option<Pixels>>> = made
        .chunks(width * ends.len())
        .map(|row| row.chunks(width).map(|x| pixels(x, data)).collect())
        .collect();
    let sheet = PictureSheet {
        title: "Between the mean codes of classes",
        rows: &names,
        columns: &names,
        pictures: &rows,
        side: SIDE,
    };
    Some(sheet.draw())
}

fn sheet<T: Real>(
    title: &str,
    lines: &[(String, &Tensor<T>)],
    columns: &[String],
    data: &Prepared,
) -> Figure {
    let line = |(_, x): &(String, &Tensor<T>)| {
        let cells = x.to_vec();
        let width = cells.len() / columns.len().max(1);
        let pictures = cells.chunks(width.max(1)).map(|x| pixels(x, data));
        pictures.collect::<Vec<_>>()
    };
    let pictures: Vec<_> = lines.iter().map(line).collect();
    let rows: Vec<String> = lines.iter().map(|(name, _)| name.clone()).collect();
    let sheet = PictureSheet {
        title,
        rows: &rows,
        columns,
        pictures: &pictures,
        side: SIDE,
    };
    sheet.draw()
}

/// Cells from 0 to 1 as bytes, channels innermost. What lies beyond is black or white.
fn pixels<T: Real>(cells: &[T], data: &Prepared) -> Option<Pixels> {
    let InputKind::Image {
        height,
        width,
        channels,
    } = data.data.set.input
    else {
        return None;
    };
    let plane = height * width;
    let byte = |i: usize| {
        let cell = cells[i % channels * plane + i / channels].to_f64();
        (cell.clamp(0.0, 1.0) * 255.0).round() as u8
    };
    Some(Pixels {
        height: u32::try_from(height).ok()?,
        width: u32::try_from(width).ok()?,
        channels: u32::try_from(channels).ok()?,
        values: (0..cells.len()).map(byte).collect(),
    })
}

//! Figures with images.

use autograd::{Real, Tensor};
use codes::{AutoencoderModel, Points, centroids, interpolation_grid, with_noise};
use datasets::InputKind;
use experiment::run::Prepared;
use plot::Pixels;
use plot::{Figure, ImageGrid};
use settings::PixelNoise;

/// Maximum number of columns, one per class.
const MOST_COLUMNS: usize = 12;
/// Width of a drawn image in pixels.
const SIDE: u32 = 52;

/// The first test image of each class: rows and class names.
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

/// Test images over their reconstructions.
pub(crate) fn reconstructions<T: Real>(
    autoencoder: &AutoencoderModel<'_, T>,
    data: &Prepared,
    (rows, names): (&[u32], &[String]),
) -> Figure {
    let clean = data.examples().inputs.gather::<T>(rows);
    let made = autoencoder.reconstruct(&clean);
    let lines = [("input", &clean), ("reconstruction", &made)];
    sheet(
        "Reconstructions of test images",
        &lines.map(|(n, x)| (n.to_owned(), x)),
        names,
        data,
    )
}

/// Noisy images over their reconstructions, for each level of noise.
pub(crate) fn denoised<T: Real>(
    autoencoder: &AutoencoderModel<'_, T>,
    data: &Prepared,
    (rows, names): (&[u32], &[String]),
    levels: &[PixelNoise],
    seed: u64,
) -> Figure {
    let inputs = data.examples().inputs;
    let mut lines = vec![("input".to_owned(), inputs.gather::<T>(rows))];
    for noise in levels {
        let seen = with_noise(inputs, rows, *noise, seed);
        let made = autoencoder.reconstruct(&seen);
        lines.push((format!("noise σ = {}", noise.deviation), seen));
        lines.push(("reconstruction".to_owned(), made));
    }
    let lines: Vec<_> = lines.iter().map(|(name, x)| (name.clone(), x)).collect();
    sheet("Denoising of test images", &lines, names, data)
}

/// Interpolation between class means in latent space; `None` if no class has training images.
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
    let made = autoencoder.decode(&interpolation_grid(&ends)).to_vec();
    let width = made.len() / (ends.len() * ends.len());
    let rows: Vec<Vec<Option<Pixels>>> = made
        .chunks(width * ends.len())
        .map(|row| row.chunks(width).map(|x| pixels(x, data)).collect())
        .collect();
    let sheet = ImageGrid {
        title: "Latent interpolation between class means",
        rows: &names,
        columns: &names,
        images: &rows,
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
        let images = cells.chunks(width.max(1)).map(|x| pixels(x, data));
        images.collect::<Vec<_>>()
    };
    let images: Vec<_> = lines.iter().map(line).collect();
    let rows: Vec<String> = lines.iter().map(|(name, _)| name.clone()).collect();
    let sheet = ImageGrid {
        title,
        rows: &rows,
        columns,
        images: &images,
        side: SIDE,
    };
    sheet.draw()
}

/// Values from 0 to 1 as bytes, channels innermost, clipped to black and white.
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

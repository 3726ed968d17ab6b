//! Images of another size.

/// The part of each source pixel in one pixel of the result.
struct Weights {
    start: usize,
    weights: Vec<f32>,
}

/// A plane in another size: every pixel is a mean of those below it and around, by a triangle as wide as two of the
/// larger pixels, so that no pixel of a large image is passed over (Pillow's `BILINEAR`).
pub(super) fn resized(plane: &[u8], from: [usize; 2], to: [usize; 2]) -> Vec<u8> {
    let [height, width] = from;
    let across = weights(width, to[1]);
    let down = weights(height, to[0]);
    let mut rows = Vec::with_capacity(height * to[1]);
    for row in plane.chunks_exact(width) {
        for Weights { start, weights } in &across {
            let pixels = row[*start..].iter().zip(weights);
            rows.push(
                pixels
                    .map(|(&pixel, weight)| f32::from(pixel) * weight)
                    .sum::<f32>(),
            );
        }
    }
    let mut result = Vec::with_capacity(to[0] * to[1]);
    for Weights { start, weights } in &down {
        for x in 0..to[1] {
            let pixels = weights.iter().enumerate();
            let sum: f32 = pixels
                .map(|(y, weight)| rows[(start + y) * to[1] + x] * weight)
                .sum();
            // The cast keeps to 0 and 255.
            result.push((sum + 0.5) as u8);
        }
    }
    result
}

fn weights(from: usize, to: usize) -> Vec<Weights> {
    let scale = from as f64 / to as f64;
    let reach = scale.max(1.0);
    let pixel = |x: usize| {
        let centre = (x as f64 + 0.5) * scale;
        let start = (centre - reach + 0.5).max(0.0) as usize;
        let end = ((centre + reach + 0.5) as usize).min(from);
        let weight = |i: usize| (1.0 - ((i as f64 + 0.5 - centre) / reach).abs()).max(0.0);
        let weights: Vec<f64> = (start..end).map(weight).collect();
        let sum: f64 = weights.iter().sum();
        Weights {
            start,
            weights: weights.iter().map(|weight| (weight / sum) as f32).collect(),
        }
    };
    (0..to).map(pixel).collect()
}

//! Color scale and contour levels.

use plotters::style::RGBColor;

use super::axis::{LOG_FROM, Scale, drawable, multiples, nice_step};

/// A color scale with contour levels. Figures to be compared share one.
#[derive(Clone, Debug, PartialEq)]
pub struct ColorScale {
    scale: Scale,
    /// Places of the least and of the greatest number; equal if there is but one number.
    range: (f64, f64),
    levels: Vec<f64>,
}

impl ColorScale {
    /// A scale over all numbers that can be drawn: logarithmic if they are positive and span more than a factor of 30.
    /// `None` if there are none.
    pub fn over(values: impl Iterator<Item = f64>) -> Option<Self> {
        let (low, high) = values
            .filter(|v| drawable(*v))
            .map(|v| (v, v))
            .reduce(|(low, high), (v, _)| (low.min(v), high.max(v)))?;
        let scale = if low > 0.0 && high / low > LOG_FROM {
            Scale::Logarithmic
        } else {
            Scale::Linear
        };
        let range = (scale.place(low), scale.place(high));
        let levels = match scale {
            Scale::Linear => linear_levels(low, high),
            Scale::Logarithmic => logarithmic_levels(range.0, range.1),
        };
        let inside = |v: &f64| *v > low && *v < high;
        Some(Self {
            scale,
            range,
            levels: levels.into_iter().filter(inside).collect(),
        })
    }

    /// True for a logarithmic scale.
    pub fn is_logarithmic(&self) -> bool {
        self.scale == Scale::Logarithmic
    }

    /// Contour levels, ascending.
    pub fn levels(&self) -> &[f64] {
        &self.levels
    }

    pub(super) fn scale(&self) -> Scale {
        self.scale
    }

    /// Relative position of a place between the least and the greatest, from 0 to 1.
    pub(super) fn share(&self, place: f64) -> f64 {
        let (low, high) = self.range;
        if high > low {
            ((place - low) / (high - low)).clamp(0.0, 1.0)
        } else {
            0.5
        }
    }

    /// The least and the greatest number.
    pub(super) fn ends(&self) -> (f64, f64) {
        (
            self.scale.value(self.range.0),
            self.scale.value(self.range.1),
        )
    }

    /// Colors below the first level, between each two, and above the last.
    pub(super) fn bands(&self) -> Vec<RGBColor> {
        let (low, high) = self.range;
        let places = self.levels.iter().map(|level| self.scale.place(*level));
        let edges: Vec<f64> = std::iter::once(low).chain(places).chain([high]).collect();
        let middle = |pair: &[f64]| viridis(self.share((pair[0] + pair[1]) / 2.0));
        edges.windows(2).map(middle).collect()
    }
}

/// About ten round numbers.
fn linear_levels(low: f64, high: f64) -> Vec<f64> {
    if high <= low {
        return Vec::new();
    }
    multiples(nice_step((high - low) / 12.0), low, high)
}

/// About ten round numbers, evenly on a logarithmic axis from one place to another.
fn logarithmic_levels(low: f64, high: f64) -> Vec<f64> {
    let factors: &[f64] = match high - low {
        decades if decades < 2.5 => &[1.0, 1.5, 2.0, 3.0, 5.0, 7.0],
        decades if decades < 4.5 => &[1.0, 2.0, 5.0],
        decades if decades < 8.0 => &[1.0, 3.0],
        _ => &[1.0],
    };
    let step = ((high - low) / 12.0).ceil().max(1.0);
    multiples(step, low.floor(), high)
        .into_iter()
        .flat_map(|power| {
            factors
                .iter()
                .map(move |factor| decimal(*factor, power as i32))
        })
        .collect()
}

/// A number of one or two digits, as near as can be to what it is written as.
fn decimal(factor: f64, power: i32) -> f64 {
    match power {
        0.. => factor * 10_f64.powi(power),
        _ => factor / 10_f64.powi(-power),
    }
}

/// The color map viridis (Smith and van der Walt, 2015): of even steps to the eye, from dark to light, and for
/// color-blind readers too. By the polynomial of Zucker (2019), <https://www.shadertoy.com/view/WlfXRN>.
pub(super) fn viridis(share: f64) -> RGBColor {
    const COEFFICIENTS: [[f64; 3]; 7] = [
        [0.277_727_327, 0.005_407_345, 0.334_099_805],
        [0.105_093_043, 1.404_613_530, 1.384_590_163],
        [-0.330_861_829, 0.214_847_559, 0.095_095_163],
        [-4.634_230_499, -5.799_100_973, -19.332_440_956],
        [6.228_269_936, 14.179_933_367, 56.690_552_601],
        [4.776_384_998, -13.745_145_378, -65.353_032_633],
        [-5.435_455_856, 4.645_852_612, 26.312_435_250],
    ];
    let channel = |c: usize| {
        let sum = COEFFICIENTS
            .iter()
            .rev()
            .fold(0.0, |sum, row| sum * share + row[c]);
        (255.0 * sum).round().clamp(0.0, 255.0) as u8
    };
    RGBColor(channel(0), channel(1), channel(2))
}

/// Checks that dark text reads better on a color than light text: its relative luminance, with the weights of sRGB.
pub(super) fn is_light(RGBColor(r, g, b): RGBColor) -> bool {
    let linear = |c: u8| (f64::from(c) / 255.0).powf(2.2);
    0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b) > 0.2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_round_and_some_ten() {
        for (low, high) in [
            (0.0, 1.0),
            (2.3, 2.31),
            (0.05, 8.0),
            (1e-3, 4.0),
            (1e-9, 1e3),
            (0.1, 1e30),
            (-5.0, 800.0),
        ] {
            let scale = ColorScale::over([low, high].into_iter()).unwrap();
            let count = scale.levels().len();
            assert!((5..=15).contains(&count), "{low} {high} {scale:?}");
            assert!(scale.levels().windows(2).all(|pair| pair[0] < pair[1]));
            assert_eq!(scale.bands().len(), count + 1);
        }
        let scale = ColorScale::over([0.3, 70.0].into_iter()).unwrap();
        assert!(scale.is_logarithmic());
        assert_eq!(scale.levels()[..4], [0.5, 0.7, 1.0, 1.5]);
    }

    #[test]
    fn one_number_has_the_middle_color_and_no_levels() {
        let scale = ColorScale::over([2.0, 2.0, f64::NAN].into_iter()).unwrap();
        assert_eq!((scale.share(2.0), scale.levels()), (0.5, &[][..]));
        assert_eq!(ColorScale::over([f64::INFINITY].into_iter()), None);
    }

    #[test]
    fn the_map_is_viridis_and_grows_lighter() {
        let near = |RGBColor(r, g, b): RGBColor, [x, y, z]: [u8; 3]| {
            [(r, x), (g, y), (b, z)]
                .iter()
                .all(|(a, b)| a.abs_diff(*b) <= 4)
        };
        assert!(near(viridis(0.0), [0x44, 0x01, 0x54]));
        assert!(near(viridis(0.5), [0x21, 0x91, 0x8c]));
        assert!(near(viridis(1.0), [0xfd, 0xe7, 0x25]));
        let luma = |RGBColor(r, g, b): RGBColor| {
            0.2126 * f64::from(r) + 0.7152 * f64::from(g) + 0.0722 * f64::from(b)
        };
        let steps: Vec<f64> = (0..=50)
            .map(|i| luma(viridis(f64::from(i) / 50.0)))
            .collect();
        assert!(steps.windows(2).all(|pair| pair[0] < pair[1]), "{steps:?}");
    }
}

//! How parameters start.

use std::f64::consts::SQRT_2;
use std::fmt;
use std::mem::discriminant;
use std::str::FromStr;

use autograd::Real;
use autograd::random::{Stream, unit};
use rand_distr::{Distribution, StandardNormal};
use thiserror::Error;

use crate::shape::element_count;

/// An initializer of one segment.
///
/// Values are drawn in `f64` and rounded, so `f32` and `f64` models of one seed start from the same numbers. Normal
/// numbers are `rand_distr`'s `StandardNormal` (ziggurat), uniform ones are 53 random bits.
///
/// Fan-in and fan-out are `in` and `out` for a linear weight `[in, out]`, and `in·height·width` and `out·height·width`
/// for a convolution `[out, in, height, width]`.
///
/// As text ([`FromStr`]): the name in the command line's spelling, and after a colon its number, as in `he-normal`,
/// `normal:0.01`, `orthogonal:1.4`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Init {
    /// All 0.
    Zeros,
    /// All equal.
    Constant(f64),
    /// Uniform on [−x, x).
    Uniform(f64),
    /// Normal with mean 0 and this standard deviation.
    Normal(f64),
    /// Uniform with variance gain²·2/(fan-in + fan-out) (Glorot and Bengio 2010).
    XavierUniform(f64),
    /// Normal with variance gain²·2/(fan-in + fan-out) (Glorot and Bengio 2010).
    XavierNormal(f64),
    /// Uniform with variance gain²/fan-in (He et al. 2015; gain √2 for ReLU).
    HeUniform(f64),
    /// Normal with variance gain²/fan-in (He et al. 2015; gain √2 for ReLU).
    HeNormal(f64),
    /// Normal with variance gain²/fan-in, not truncated (LeCun et al. 1998; gain 1).
    LecunNormal(f64),
    /// Rows or columns orthogonal, whichever are fewer, each of norm gain (Saxe, McClelland and Ganguli 2014). A shape
    /// of more than two axes is taken as a matrix of its first axis by all others.
    Orthogonal(f64),
}

/// A name, the initializer with a number, and the number it has if none is given.
type Named = (&'static str, fn(f64) -> Init, f64);

impl Init {
    /// Xavier's uniform distribution with gain 1.
    pub const XAVIER_UNIFORM: Self = Self::XavierUniform(1.0);
    /// Xavier's normal distribution with gain 1.
    pub const XAVIER_NORMAL: Self = Self::XavierNormal(1.0);
    /// He's uniform distribution with the gain of ReLU, √2.
    pub const HE_UNIFORM: Self = Self::HeUniform(SQRT_2);
    /// He's normal distribution with the gain of ReLU, √2.
    pub const HE_NORMAL: Self = Self::HeNormal(SQRT_2);
    /// LeCun's normal distribution.
    pub const LECUN_NORMAL: Self = Self::LecunNormal(1.0);
    /// An orthogonal matrix.
    pub const ORTHOGONAL: Self = Self::Orthogonal(1.0);

    /// The same for a layer that no activation follows. He's gain √2 makes up for the half that ReLU cuts off; where
    /// nothing is cut off it only makes the first outputs too large.
    pub fn without_activation(self) -> Self {
        match self {
            Self::HeUniform(gain) => Self::HeUniform(gain / SQRT_2),
            Self::HeNormal(gain) => Self::HeNormal(gain / SQRT_2),
            other => other,
        }
    }

    /// Every initializer by name.
    const NAMED: [Named; 10] = [
        ("zeros", |_| Self::Zeros, 0.0),
        ("constant", Self::Constant, 0.0),
        ("uniform", Self::Uniform, 1.0),
        ("normal", Self::Normal, 1.0),
        ("xavier-uniform", Self::XavierUniform, 1.0),
        ("xavier-normal", Self::XavierNormal, 1.0),
        ("he-uniform", Self::HeUniform, SQRT_2),
        ("he-normal", Self::HeNormal, SQRT_2),
        ("lecun-normal", Self::LecunNormal, 1.0),
        ("orthogonal", Self::Orthogonal, 1.0),
    ];

    /// The names that can be parsed.
    pub fn names() -> impl Iterator<Item = &'static str> {
        Self::NAMED.iter().map(|(name, ..)| *name)
    }

    /// The number that goes with the name.
    fn number(self) -> f64 {
        match self {
            Self::Zeros => 0.0,
            Self::Constant(x)
            | Self::Uniform(x)
            | Self::Normal(x)
            | Self::XavierUniform(x)
            | Self::XavierNormal(x)
            | Self::HeUniform(x)
            | Self::HeNormal(x)
            | Self::LecunNormal(x)
            | Self::Orthogonal(x) => x,
        }
    }

    /// Checks that this initializer can fill a segment of this shape; the error says why not. Those that need a fan or a
    /// matrix take weights of linear layers (2 axes) and convolutions (4 axes) only.
    pub fn check(self, shape: &[usize]) -> Result<(), String> {
        match self {
            Self::Zeros | Self::Constant(_) | Self::Uniform(_) | Self::Normal(_) => Ok(()),
            _ if fans(shape).is_some() => Ok(()),
            _ => Err(format!(
                "{self} needs a shape of 2 or 4 axes, and this is {shape:?}"
            )),
        }
    }

    /// Fills `out`, row-major of this shape.
    ///
    /// # Panics
    /// If [`check`](Self::check) refuses the shape, or `out` is not of its size.
    #[track_caller]
    #[inline(never)]
    pub fn fill<T: Real>(self, shape: &[usize], rng: &mut Stream, out: &mut [T]) {
        if let Err(why) = self.check(shape) {
            panic!("{why}");
        }
        let len = element_count(shape);
        assert!(
            len == Some(out.len()),
            "{} numbers for the shape {shape:?}",
            out.len()
        );
        let (fan_in, fan_out) = fans(shape).unwrap_or((1.0, 1.0));
        let xavier = (2.0 / (fan_in + fan_out)).sqrt();
        let he = (1.0 / fan_in).sqrt();
        match self {
            Self::Zeros => out.fill(T::ZERO),
            Self::Constant(x) => out.fill(T::from_f64(x)),
            Self::Uniform(bound) => uniform(bound, rng, out),
            Self::Normal(std) => normal(std, rng, out),
            Self::XavierUniform(gain) => uniform(gain * xavier * 3f64.sqrt(), rng, out),
            Self::XavierNormal(gain) => normal(gain * xavier, rng, out),
            Self::HeUniform(gain) => uniform(gain * he * 3f64.sqrt(), rng, out),
            Self::HeNormal(gain) | Self::LecunNormal(gain) => normal(gain * he, rng, out),
            Self::Orthogonal(gain) => orthogonal(gain, shape[0], rng, out),
        }
    }
}

/// Fan-in and fan-out of a linear weight or a convolution.
fn fans(shape: &[usize]) -> Option<(f64, f64)> {
    match *shape {
        [fan_in, fan_out] => Some((fan_in as f64, fan_out as f64)),
        [channels_out, channels_in, height, width] => {
            let area = height as f64 * width as f64;
            Some((channels_in as f64 * area, channels_out as f64 * area))
        }
        _ => None,
    }
}

/// Uniform on [−bound, bound).
fn uniform<T: Real>(bound: f64, rng: &mut Stream, out: &mut [T]) {
    for x in out {
        *x = T::from_f64((2.0 * unit(rng) - 1.0) * bound);
    }
}

/// Normal with mean 0.
fn normal<T: Real>(std: f64, rng: &mut Stream, out: &mut [T]) {
    for x in out {
        let z: f64 = StandardNormal.sample(rng);
        *x = T::from_f64(z * std);
    }
}

/// An orthogonal matrix times `gain`, uniform among all of them (Mezzadri 2007): the Q of a matrix of normal numbers whose
/// R has a positive diagonal, which Gram–Schmidt gives without a correction of signs.
fn orthogonal<T: Real>(gain: f64, rows: usize, rng: &mut Stream, out: &mut [T]) {
    if out.is_empty() {
        return;
    }
    let cols = out.len() / rows;
    let (few, many) = (rows.min(cols), rows.max(cols));
    let mut q = vec![0.0; few * many];
    normal(1.0, rng, &mut q);
    for j in 0..few {
        let (before, rest) = q.split_at_mut(j * many);
        let v = &mut rest[..many];
        // A second pass removes what rounding left of the first (Giraud et al. 2005: twice is enough).
        for _ in 0..2 {
            for u in before.chunks_exact(many) {
                let along = dot(u, v);
                v.iter_mut().zip(u).for_each(|(v, u)| *v -= along * u);
            }
        }
        let norm = dot(v, v).sqrt();
        v.iter_mut().for_each(|x| *x /= norm);
    }
    for (i, x) in out.iter_mut().enumerate() {
        let (row, col) = (i / cols, i % cols);
        let at = if rows <= cols {
            row * many + col
        } else {
            col * many + row
        };
        *x = T::from_f64(gain * q[at]);
    }
}

/// The inner product, in eight running sums so that it vectorizes.
fn dot(a: &[f64], b: &[f64]) -> f64 {
    let (a, a_rest) = a.as_chunks::<8>();
    let (b, b_rest) = b.as_chunks::<8>();
    let mut sums = [0.0; 8];
    for (a, b) in a.iter().zip(b) {
        for k in 0..8 {
            sums[k] += a[k] * b[k];
        }
    }
    let rest: f64 = a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum();
    sums.iter().sum::<f64>() + rest
}

/// Text that names no initializer.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum InitError {
    /// An unknown name.
    #[error("there is no initializer {0:?}; choose one of {list}", list = Init::names().collect::<Vec<_>>().join(", "))]
    Unknown(String),
    /// A number that cannot be read, is not finite, or is negative where it scales.
    #[error("the initializer {0:?} has no usable number after its colon; write it as in {1}:0.5")]
    Number(String, &'static str),
}

impl FromStr for Init {
    type Err = InitError;

    fn from_str(text: &str) -> Result<Self, InitError> {
        let (name, number) = match text.split_once(':') {
            Some((name, number)) => (name, Some(number)),
            None => (text, None),
        };
        let (name, make, default) = *Self::NAMED
            .iter()
            .find(|(known, ..)| *known == name)
            .filter(|(known, ..)| number.is_none() || *known != "zeros")
            .ok_or_else(|| InitError::Unknown(text.to_owned()))?;
        let Some(number) = number else {
            return Ok(make(default));
        };
        let usable = |x: &f64| match name {
            "constant" => x.is_finite(),
            _ => x.is_finite() && *x >= 0.0,
        };
        let number = number.parse().ok().filter(usable);
        number
            .map(make)
            .ok_or_else(|| InitError::Number(text.to_owned(), name))
    }
}

/// The text that parses back to it.
impl fmt::Display for Init {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, _, default) = Self::NAMED
            .iter()
            .find(|(_, make, _)| discriminant(&make(0.0)) == discriminant(self))
            .ok_or(fmt::Error)?;
        let number = self.number();
        if number == *default {
            write!(f, "{name}")
        } else {
            write!(f, "{name}:{number}")
        }
    }
}

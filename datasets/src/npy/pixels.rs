//! The scale of pixels in arrays.

use super::Elements;
use crate::reading::Pixels;
use crate::{Affine, Rows};

/// Images with their scale, which [`Pixels::Auto`] takes from the level that training samples suggest. The same values have
/// the same scale, whatever the type of the elements.
pub(super) fn images(
    shape: &[usize],
    elements: Elements,
    (pixels, suggested): (Pixels, f64),
) -> (Rows, Option<String>) {
    let level = match pixels {
        Pixels::Auto => suggested,
        Pixels::Raw => 1.0,
        Pixels::DividedBy(by) => by,
    };
    let whole = elements.are_bytes();
    let rows = match elements {
        Elements::Bytes(bytes) => Rows::bytes(shape, bytes),
        Elements::Reals32(reals) if whole => {
            let bytes: Vec<u8> = reals.into_iter().map(|x| x as u8).collect();
            Rows::bytes(shape, bytes)
        }
        Elements::Reals64(reals) if whole => {
            let bytes: Vec<u8> = reals.into_iter().map(|x| x as u8).collect();
            Rows::bytes(shape, bytes)
        }
        Elements::Reals32(reals) => Rows::reals32(shape, reals),
        Elements::Reals64(reals) => Rows::reals64(shape, reals),
    };
    let scale = if level == 1.0 {
        Affine::Identity
    } else {
        Affine::scale(1.0 / level)
    };
    let usual = (whole && level == 255.0) || (!whole && level == 1.0);
    let note = match pixels {
        Pixels::Auto if !usual && level == 1.0 => {
            Some("pixels are 0 or 1 and are taken as they are".into())
        }
        Pixels::Auto if !usual => Some(format!(
            "pixels are divided by {level}, as their values suggest"
        )),
        _ => None,
    };
    (rows.scaled(scale), note)
}

impl Elements {
    /// Whether all are whole numbers from 0 to 255.
    fn are_bytes(&self) -> bool {
        let is_byte = |x: f64| x.fract() == 0.0 && (0.0..=255.0).contains(&x);
        match self {
            Self::Bytes(_) => true,
            Self::Reals32(reals) => reals.iter().all(|&x| is_byte(f64::from(x))),
            Self::Reals64(reals) => reals.iter().all(|&x| is_byte(x)),
        }
    }

    /// The value of a white pixel, as [`Pixels::Auto`] judges it.
    pub(super) fn level(&self) -> f64 {
        let mut whole = true;
        let (mut least, mut most) = (f64::INFINITY, f64::NEG_INFINITY);
        let mut see = |x: f64| {
            whole &= x.fract() == 0.0;
            least = least.min(x);
            most = most.max(x);
        };
        match self {
            Self::Bytes(bytes) => bytes.iter().for_each(|&x| see(f64::from(x))),
            Self::Reals32(reals) => reals.iter().for_each(|&x| see(f64::from(x))),
            Self::Reals64(reals) => reals.iter().for_each(|&x| see(x)),
        }
        let levels = [1.0, 16.0, 255.0, 65535.0];
        match levels.into_iter().find(|&level| most <= level) {
            _ if least < 0.0 => 1.0,
            Some(level) if whole => level,
            Some(255.0) if most > 64.0 => 255.0,
            _ => 1.0,
        }
    }
}

//! Elements going into tensors and out of them.

use autograd::prelude::*;
use autograd::{Tape, Tensor, random};

#[test]
fn from_lists() {
    let list = vec![1.0f32, 2.0, 3.0];
    assert_eq!(Tensor::from(list.clone()), Tensor::from([1.0, 2.0, 3.0]));
    assert_eq!(Tensor::from(&list[1..]), Tensor::from([2.0, 3.0]));
    assert_eq!(Tensor::from(Vec::<f64>::new()).shape(), [0]);
    assert_eq!(Tensor::from(list.clone()).into_vec(), list);
}

/// By iteration as by copying, in every layout, on both sides of the chunks that are read at a time.
#[test]
fn iteration() {
    for n in [0, 1, 63, 64, 65, 200] {
        let x = Tensor::<f64>::arange(2 * n).reshape(&[n, 2]);
        for t in [
            x.clone(),
            x.transpose(),
            x.flip(&[0]),
            x.slice_step(1, 0, 1, 2),
            Tensor::scalar(1.0).broadcast_to(&[n, 3]),
        ] {
            assert!(t.iter().eq(t.to_vec()), "{n} rows");
            assert_eq!(t.iter().len(), t.len());
            let mut rest = t.iter();
            let skipped = rest.by_ref().take(2).count();
            assert_eq!(rest.len(), t.len() - skipped);
        }
    }
    assert!(Tensor::scalar(2.0f32).iter().eq([2.0]));
    let mut sum = 0.0;
    for x in &Tensor::from([1.0, 2.0f64]) {
        sum += x;
    }
    assert_eq!(sum, 3.0);
}

#[test]
fn shapes_of_variables() {
    let tape = Tape::<f32>::new();
    let x = tape.leaf(Tensor::zeros(&[2, 3]));
    assert_eq!(x.shape(), [2, 3]);
    assert_eq!(x.sum().shape(), []);
    assert_ne!(x.shape(), [3, 2]);
    assert_eq!(x.shape()[1], 3);
}

#[test]
fn uniform_numbers() {
    let rng = || random::stream(3, "rand", 0, 0);
    let (single, double) = (
        Tensor::<f32>::rand(&[100, 100], &mut rng()),
        Tensor::<f64>::rand(&[100, 100], &mut rng()),
    );
    for (s, d) in single.iter().zip(&double) {
        assert!((0.0..1.0).contains(&s) && (0.0..1.0).contains(&d));
        assert!((0.0..2f64.powi(-24)).contains(&(d - f64::from(s))));
    }
    // Five standard errors.
    let n = double.len() as f64;
    let (mean, var) = (double.mean().item(), double.var_axes(&[0, 1], 1).item());
    assert!((mean - 0.5).abs() < 5.0 * (1.0 / 12.0 / n).sqrt(), "{mean}");
    assert!(
        (var - 1.0 / 12.0).abs() < 5.0 * (1.0 / 180.0 / n).sqrt(),
        "{var}"
    );
}

/// An `f64` just below 1 would round up to 1 as an `f32`.
#[test]
fn uniform_numbers_stay_below_one() {
    struct Ones;
    impl rand::TryRng for Ones {
        type Error = std::convert::Infallible;
        fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
            Ok(u32::MAX)
        }
        fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
            Ok(u64::MAX)
        }
        fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Self::Error> {
            out.fill(u8::MAX);
            Ok(())
        }
    }
    assert_eq!(
        Tensor::<f32>::rand(&[], &mut Ones).item(),
        1.0 - f32::EPSILON / 2.0
    );
    assert_eq!(
        Tensor::<f64>::rand(&[], &mut Ones).item(),
        1.0 - f64::EPSILON / 2.0
    );
}

#[test]
fn normal_numbers() {
    let rng = || random::stream(3, "randn", 0, 0);
    let double = Tensor::<f64>::randn(&[100, 100], &mut rng());
    assert_eq!(Tensor::<f32>::randn(&[100, 100], &mut rng()), double.cast());
    let n = double.len() as f64;
    let moment = |k: i32| double.powi(k).mean().item();
    // Five standard errors of the moments 0, 1, 0, 3, whose variances are 1, 2, 15, 96.
    for (k, want, variance) in [(1, 0.0, 1.0), (2, 1.0, 2.0), (3, 0.0, 15.0), (4, 3.0, 96.0)] {
        let off = (moment(k) - want).abs();
        assert!(
            off < 5.0 * f64::sqrt(variance / n),
            "moment {k}: off by {off}"
        );
    }
    // One stream goes on where the last tensor ended.
    let mut rng = rng();
    let parts = [(); 2].map(|()| Tensor::<f64>::randn(&[50, 100], &mut rng));
    assert_eq!(Tensor::concat(&[&parts[0], &parts[1]], 0), double);
}

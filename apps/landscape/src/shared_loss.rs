//! The mean loss of a run as a sum over blocks of samples, of which each rank has some that follow each other: products with
//! its Hessian, and its gradient. The root asks for them and gets the sums, which have the bits of one process.

use autograd::{Real, Tape, isa};
use experiment::AppError;
use nn::curvature::Operator;
use nn::{Hessian, MeanLoss, Params};
use ranks::{Element, Settings, World};

use crate::folder::hash_of_model;
use crate::subject::Subject;

/// What the root asks all ranks for, before the numbers that it is for.
const DONE: u8 = 0;
const PRODUCT: u8 = 1;
const GRADIENT: u8 = 2;

/// A rank's blocks of a mean loss.
pub(crate) struct SharedLoss<'a, T: Real> {
    world: &'a World,
    subject: &'a Subject<T>,
    hessian: Hessian<'a, T>,
    /// Parameters at the point of the last gradient.
    moved: Params<T>,
    tape: Tape<T>,
}

/// What curvature depends on, for comparison between ranks.
///
/// # Errors
/// If the model cannot be read.
pub(crate) fn settings<T: Real>(subject: &Subject<T>, center: f64) -> Result<Settings, AppError> {
    let settings = [
        ("the model", hash_of_model(&subject.run)?),
        ("GRADUS_ISA", isa().name().to_owned()),
        ("samples", subject.samples.in_words()),
        ("the loss at the centre", center.to_string()),
    ];
    Ok(settings
        .map(|(name, value)| (name.to_owned(), value))
        .into())
}

impl<'a, T: Real + Element> SharedLoss<'a, T> {
    /// This rank's blocks; at most so many bytes of tapes are kept for products. All ranks come here together.
    pub(crate) fn new(world: &'a World, subject: &'a Subject<T>, bytes: usize) -> Self {
        let samples = subject.examples().samples(&subject.rows);
        let own = |blocks| world.part(world.rank(), blocks);
        let (model, loss) = (&subject.model, subject.loss());
        Self {
            hessian: Hessian::of_blocks(model, &samples, loss, bytes, own),
            moved: model.params.clone(),
            tape: Tape::new(),
            world,
            subject,
        }
    }

    /// On another rank than the root: computes what the root asks for, until it asks no more.
    pub(crate) fn serve(mut self) {
        loop {
            let mut asked = vec![DONE];
            self.world.broadcast(&mut asked);
            match asked[0] {
                PRODUCT => {
                    self.share_of_product(Vec::new());
                }
                GRADIENT => {
                    self.share_of_gradient(Vec::new());
                }
                _ => return,
            }
        }
    }

    /// At the root: the Hessian with respect to all parameters.
    pub(crate) fn operator(&mut self) -> Operator<'_> {
        if self.world.is_alone() {
            return self.hessian.operator();
        }
        let n = self.hessian.len();
        Operator::new(n, move |v, out| {
            self.world.broadcast(&mut vec![PRODUCT]);
            let product = self.share_of_product(v.iter().map(|v| T::from_f64(*v)).collect());
            let places = out.iter_mut().zip(product);
            places.for_each(|(o, p)| *o = p.to_f64());
        })
    }

    /// At the root: writes the gradient at some parameters, and returns the loss there.
    pub(crate) fn gradient(&mut self, at: &[f64], gradient: &mut [T]) -> f64 {
        let at = at.iter().map(|x| T::from_f64(*x)).collect();
        if self.world.is_alone() {
            self.move_to(at);
            let (subject, layers) = (self.subject, &self.subject.model.layers);
            let (data, rows, loss) = (subject.examples(), &subject.rows, subject.loss());
            return nn::mean_gradient(
                &mut self.tape,
                layers,
                &self.moved,
                data,
                rows,
                loss,
                gradient,
            );
        }
        self.world.broadcast(&mut vec![GRADIENT]);
        let sums = self.share_of_gradient(at);
        let targets = self.subject.examples().targets;
        let n = targets.total_weight(&self.subject.rows);
        let places = gradient.iter_mut().zip(&sums);
        places.for_each(|(g, sum)| *g = T::from_f64(sum / n));
        sums[gradient.len()] / n
    }

    /// On all ranks: the product with the root's vector, which only that gets.
    fn share_of_product(&mut self, mut v: Vec<T>) -> Vec<T> {
        self.world.broadcast_numbers(&mut v);
        let mut parts = Vec::new();
        self.hessian
            .each_block(&v, &mut |part| parts.extend_from_slice(part));
        self.world.sum(self.hessian.len(), &parts)
    }

    /// On all ranks: the sums of gradient and loss at the root's parameters, which only that gets.
    fn share_of_gradient(&mut self, mut at: Vec<T>) -> Vec<f64> {
        self.world.broadcast_numbers(&mut at);
        self.move_to(at);
        let of = MeanLoss {
            layers: &self.subject.model.layers,
            params: &self.moved,
            data: self.subject.examples(),
            rows: &self.subject.rows,
            loss: self.subject.loss(),
        };
        let own = self.world.part(self.world.rank(), of.blocks());
        let parts = own.flat_map(|block| of.block(&mut self.tape, block));
        let parts: Vec<f64> = parts.collect();
        self.world.sum(self.moved.len() + 1, &parts)
    }

    fn move_to(&mut self, at: Vec<T>) {
        self.moved.values_mut().copy_from_slice(&at);
    }
}

impl<T: Real> SharedLoss<'_, T> {
    /// Where the parameters lie that are trained.
    pub(crate) fn trained(&self) -> Vec<std::ops::Range<usize>> {
        self.hessian.trained()
    }
}

/// The root asks no more, also where it ends by an error or a panic: others wait for it.
impl<T: Real> Drop for SharedLoss<'_, T> {
    fn drop(&mut self) {
        if self.world.is_root() {
            self.world.broadcast(&mut vec![DONE]);
        }
    }
}

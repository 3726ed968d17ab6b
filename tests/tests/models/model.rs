//! A model as data: layers with their sizes, and how it is trained. Its text is source that can be pasted.

use std::fmt;

use autograd::Activation;
use autograd::prelude::*;
use nn::layers::{
    Activate, AvgPool2d, BatchNorm1d, BatchNorm2d, Conv2d, Dropout, Flatten, LayerNorm, Linear,
    MaxPool2d, Sequential,
};
use nn::{Init, L1, L2, LossFunction, ParamsBuilder, TrainConfig};

/// A layer.
#[derive(Clone, Debug)]
pub(crate) enum Block {
    Linear(usize, usize, Activation),
    Activate(Activation),
    Dropout(f64),
    BatchNorm1d(usize),
    BatchNorm2d(usize),
    LayerNorm(Vec<usize>),
    Conv2d([usize; 2], [usize; 2], Conv2dParams, bool),
    MaxPool2d(usize),
    AvgPool2d(usize),
    Flatten,
}

/// A model, its data and its training.
#[derive(Clone, Debug)]
pub(crate) struct Spec {
    /// Of the parameters and the data.
    pub(crate) seed: u64,
    pub(crate) rows: usize,
    /// The shape of a row.
    pub(crate) row: Vec<usize>,
    pub(crate) blocks: Vec<Block>,
    pub(crate) outputs: usize,
    pub(crate) init: Init,
    pub(crate) loss: LossFunction,
    /// Targets are labels of classes, not values.
    pub(crate) labels: bool,
    pub(crate) l1: Option<L1>,
    pub(crate) l2: Option<L2>,
}

impl Spec {
    /// How it is trained.
    pub(crate) fn config(&self) -> TrainConfig {
        TrainConfig {
            l1: self.l1,
            l2: self.l2,
            ..TrainConfig::default()
        }
    }

    /// Declares the layers.
    pub(crate) fn declare(&self, params: &mut ParamsBuilder, layers: &mut Sequential<f64>) {
        let init = self.init;
        for (i, block) in self.blocks.iter().enumerate() {
            let name = i.to_string();
            match block {
                Block::Linear(inputs, outputs, activation) => {
                    layers.push(Linear::new(
                        params,
                        &name,
                        *inputs,
                        *outputs,
                        *activation,
                        init,
                    ));
                }
                Block::Activate(activation) => layers.push(Activate(*activation)),
                Block::Dropout(p) => layers.push(Dropout::new(&name, *p)),
                Block::BatchNorm1d(n) => layers.push(BatchNorm1d::new(params, &name, *n)),
                Block::BatchNorm2d(n) => layers.push(BatchNorm2d::new(params, &name, *n)),
                Block::LayerNorm(shape) => layers.push(LayerNorm::new(params, &name, shape)),
                Block::Conv2d(channels, kernel, window, bias) => {
                    layers.push(Conv2d::new(
                        params, &name, *channels, *kernel, *window, *bias, init,
                    ));
                }
                Block::MaxPool2d(size) => layers.push(MaxPool2d::new(*size)),
                Block::AvgPool2d(size) => layers.push(AvgPool2d::new(*size)),
                Block::Flatten => layers.push(Flatten),
            }
        }
    }
}

/// A call of `assert_right` that checks the model.
impl fmt::Display for Spec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            seed,
            rows,
            row,
            outputs,
            loss,
            labels,
            init,
            l1,
            l2,
            ..
        } = self;
        writeln!(f, "let init = Init::{init:?};")?;
        writeln!(f, "let loss = LossFunction::{loss:?};")?;
        writeln!(f, "let config = TrainConfig {{")?;
        if let Some(L1 { strength, form }) = l1 {
            writeln!(
                f,
                "    l1: Some(L1 {{ strength: {strength:?}, form: L1Form::{form:?} }}),"
            )?;
        }
        if let Some(L2 { strength, form }) = l2 {
            writeln!(
                f,
                "    l2: Some(L2 {{ strength: {strength:?}, form: L2Form::{form:?} }}),"
            )?;
        }
        writeln!(f, "    ..TrainConfig::default()")?;
        writeln!(f, "}};")?;
        writeln!(
            f,
            "let data = Data::new({seed}, {rows}, &{row:?}, {outputs}, {labels});"
        )?;
        writeln!(
            f,
            "assert_right({seed}, &data, loss, config, |p, layers| {{"
        )?;
        for (i, block) in self.blocks.iter().enumerate() {
            let layer = match block {
                Block::Linear(inputs, outputs, activation) => {
                    format!(
                        "Linear::new(p, \"{i}\", {inputs}, {outputs}, Activation::{activation:?}, init)"
                    )
                }
                Block::Activate(activation) => format!("Activate(Activation::{activation:?})"),
                Block::Dropout(p) => format!("Dropout::new(\"{i}\", {p:?})"),
                Block::BatchNorm1d(n) => format!("BatchNorm1d::new(p, \"{i}\", {n})"),
                Block::BatchNorm2d(n) => format!("BatchNorm2d::new(p, \"{i}\", {n})"),
                Block::LayerNorm(shape) => format!("LayerNorm::new(p, \"{i}\", &{shape:?})"),
                Block::Conv2d(channels, kernel, window, bias) => {
                    format!(
                        "Conv2d::new(p, \"{i}\", {channels:?}, {kernel:?}, {window:?}, {bias}, init)"
                    )
                }
                Block::MaxPool2d(size) => format!("MaxPool2d::new({size})"),
                Block::AvgPool2d(size) => format!("AvgPool2d::new({size})"),
                Block::Flatten => String::from("Flatten"),
            };
            writeln!(f, "    layers.push({layer});")?;
        }
        writeln!(f, "}});")
    }
}

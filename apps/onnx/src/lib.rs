//! Models as ONNX graphs, which other programs compute: onnxruntime, TensorRT, OpenVINO, tract and so on.
//!
//! ```
//! use nn::Sequential;
//! use onnx::{Element, of_model};
//!
//! let model = Sequential::input([4]).linear(8).relu().linear(3).init::<f32>(0)?;
//! let file = of_model(&model, &[4], Element::F32)?;      // from the input x, [rows, 4], to the output y, [rows, 3]
//! # assert!(!file.is_empty());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A [`Graph`] is written node by node, [`layers`] writes those of a model into one, and [`to_network`] and
//! [`from_network`] scale what goes in and comes out. Written are the operators of opset 17 in a model of IR version 8, which
//! onnxruntime reads from 1.12 on. A layer is written from its [`nn::Operation`], so a layer of one's own without one is
//! refused, and so is a `Sequential` with such a layer in it.
//!
//! Numbers are those of the model's precision, or of the one that is asked for. In double precision what has a parameter of
//! single precision as an operator, or no kernel in onnxruntime, is written in smaller operators: activations, and
//! normalizations, whose `epsilon` is of single precision in any graph and whose means may be, too (`stash_type`).

mod activation;
mod error;
mod graph;
mod layers;
mod normalization;
mod proto;
mod scaling;

pub use error::ExportError;
pub use graph::{Element, Graph, Port};
pub use layers::{layers, of_model};
pub use proto::AttributeProto as Attribute;
pub use scaling::{from_network, to_network};

//! Data as a network takes it.

use datasets::{Affine, Rows, Targets};
use datasets::{InputKind, Scaler};
use nn::DataView;

use crate::data::Data;
use crate::model_config::{InputConfig, ModelConfig, OutputConfig};

/// Data, and its rows scaled for a network. The cells are those of the data: nothing is copied.
pub struct Prepared {
    /// The data as it was read.
    pub data: Data,
    /// What the network sees.
    inputs: Rows,
    /// What its outputs are compared with.
    targets: Targets,
}

impl Prepared {
    /// The data as a model takes it. What reconstructs its inputs is compared with them.
    ///
    /// # Panics
    /// If the scales are for other rows than these.
    pub fn of_config(data: Data, config: &ModelConfig) -> Self {
        let mut prepared = Self::new(data, &config.rows, config.outputs.as_ref());
        if config.reconstructs() {
            // Nothing weighs images: they are no rows of a file.
            prepared.targets = Targets::Values(prepared.inputs.clone().flattened());
        }
        prepared
    }

    /// The data with these scales.
    ///
    /// # Panics
    /// If the scales are for other rows than these.
    pub fn new(data: Data, rows: &InputConfig, outputs: Option<&OutputConfig>) -> Self {
        let part = &data.set.part;
        let inputs = part.inputs.clone().scaled(rows.affine());
        let targets = match (part.targets.unweighted(), outputs) {
            (Targets::Values(values), Some(outputs)) => {
                Targets::Values(values.clone().scaled(outputs.to_outputs()))
            }
            (targets, _) => targets.clone(),
        };
        // Of the mean 1 over the training samples, so that losses are of the usual size.
        let targets = match part.targets.weights() {
            Some(weights) => targets.weighted(weights).normalized(&data.train),
            None => targets,
        };
        Self {
            data,
            inputs,
            targets,
        }
    }

    /// Rows for the network.
    pub fn examples(&self) -> DataView<'_> {
        DataView {
            inputs: &self.inputs,
            targets: &self.targets,
        }
    }

    /// The classes of some rows; zeros where the targets are values.
    pub fn classes(&self, rows: &[u32]) -> Vec<u32> {
        let mut labels = vec![0; rows.len()];
        if let Targets::Classes { .. } = self.data.set.part.targets.unweighted() {
            self.data.set.part.targets.labels_into(rows, &mut labels);
        }
        labels
    }

    /// How much some rows count, as the file has it; `None` where all count the same.
    pub fn weights(&self, rows: &[u32]) -> Option<Vec<f64>> {
        let weights = self.data.set.part.targets.weights()?;
        Some(rows.iter().map(|row| weights[*row as usize]).collect())
    }
}

impl InputConfig {
    /// The rows of a data set, standardized over those that are trained on, or as they are.
    pub fn of(data: &Data, standardize: bool) -> Self {
        let inputs = &data.set.part.inputs;
        let affine = if standardize {
            standardized(inputs, &data.train, data.set.part.targets.weights())
        } else {
            inputs.affine().clone()
        };
        let (scale, shift) = Self::scaling(&affine, inputs.row_len());
        Self {
            shape: inputs.row_shape().to_vec(),
            columns: match &data.set.input {
                InputKind::Table { columns } => columns.clone(),
                InputKind::Image { .. } => Vec::new(),
            },
            scale,
            shift,
            classes: data.set.class_names.clone(),
            targets: data.set.target_names.clone(),
        }
    }
}

impl OutputConfig {
    /// What outputs have to mean for the targets to have mean 0 and standard deviation 1 over the training samples, so that
    /// the learning rate need not know the targets' unit; or for the targets as they are. `weights` says how much every row
    /// counts.
    pub fn of(targets: &Rows, train: &[u32], weights: Option<&[f64]>, standardize: bool) -> Self {
        if !standardize {
            return Self {
                scale: vec![1.0; targets.row_len()],
                shift: vec![0.0; targets.row_len()],
            };
        }
        let to_outputs = standardized(targets, train, weights);
        let (scale, shift) = (0..targets.row_len())
            .map(|j| {
                let (factor, plus) = to_outputs.column(j);
                (1.0 / factor, -plus / factor)
            })
            .unzip();
        Self { scale, shift }
    }

    /// From the targets' own units to what the network says.
    fn to_outputs(&self) -> Affine {
        let both = self.scale.iter().zip(&self.shift);
        let (scale, shift): (Vec<f64>, Vec<f64>) = both
            .map(|(scale, shift)| (1.0 / scale, -shift / scale))
            .unzip();
        Affine::per_column(scale, shift)
    }
}

/// The map to mean 0 and standard deviation 1 over the training samples.
fn standardized(rows: &Rows, train: &[u32], weights: Option<&[f64]>) -> Affine {
    match weights {
        Some(weights) => Scaler::Standardize.fit_weighted(rows, train, weights),
        None => Scaler::Standardize.fit(rows, train),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outputs_mean_what_was_learned() {
        let targets = Rows::reals64(&[2], [10.0, 0.5, 30.0, 0.25, 99.0, 1.0]);
        let config = OutputConfig::of(&targets, &[0, 1], None, true);
        let scaled = targets.clone().scaled(config.to_outputs());
        assert_eq!(scaled.row(0), [-1.0, 1.0]);
        let outputs: Vec<f64> = (0..3).flat_map(|i| scaled.row(i)).collect();
        for (got, want) in config
            .in_own_units(&outputs)
            .iter()
            .zip([10.0, 0.5, 30.0, 0.25, 99.0, 1.0])
        {
            assert!((got - want).abs() < 1e-12);
        }
    }
}

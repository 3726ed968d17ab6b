//! A model in a table.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt;

use autograd::{Real, Tensor};

use crate::layer::{ForwardContext, Mode, ParamSource};
use crate::model::Model;
use crate::params::{ParamId, Params};

/// Summary of a model, layer by layer. Prints as a table like that of Keras' `summary`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// A line for each layer, in order.
    pub lines: Vec<SummaryLine>,
    /// Parameters that are trained.
    pub trained: usize,
    /// Others, such as running means.
    pub untrained: usize,
    /// The bytes of all of them.
    pub bytes: usize,
}

/// A layer of a [`Summary`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SummaryLine {
    /// Start of the names of its parameters, such as `0` for `0.weight`; empty if it has none.
    pub name: String,
    /// Its description.
    pub layer: String,
    /// The shape of what it makes of a row.
    pub output: Vec<usize>,
    /// Number of its parameters, those that are not trained included. What two layers share counts for the first.
    pub parameters: usize,
}

impl Summary {
    /// The summary of a model whose rows have this shape. A row of zeros is sent through the layers.
    ///
    /// # Panics
    /// If the shape does not fit the first layer.
    #[track_caller]
    #[inline(never)]
    pub fn new<T: Real>(model: &Model<T>, row_shape: &[usize]) -> Self {
        let params = &model.params;
        let asked = Asked {
            params,
            ids: RefCell::default(),
        };
        let ctx = ForwardContext {
            params: &asked,
            mode: Mode::Evaluate,
        };
        let mut counted = vec![false; params.segments().len()];
        let mut x = Tensor::zeros(&[&[1], row_shape].concat());
        let line = |layer: &dyn crate::DynLayer<T>| {
            x = layer.on_tensor(&ctx, &x);
            let ids = asked.ids.take();
            let owners: BTreeSet<&str> = ids.iter().map(|id| owner(params, *id)).collect();
            // A layer may have parameters that it does not ask for, such as a count of batches.
            let mut parameters = 0;
            for (id, segment, _) in params.iter() {
                if owners.contains(owner(params, id)) && !counted[id.position()] {
                    counted[id.position()] = true;
                    parameters += segment.range.len();
                }
            }
            SummaryLine {
                name: owners.into_iter().collect::<Vec<_>>().join(", "),
                layer: layer.describe(),
                output: x.shape()[1..].to_vec(),
                parameters,
            }
        };
        Self {
            lines: model.layers.iter().map(line).collect(),
            trained: params.trained(),
            untrained: params.len() - params.trained(),
            bytes: params.len() * size_of::<T>(),
        }
    }
}

/// What stands before the last dot of a parameter's name: the layer it belongs to.
fn owner<T: Real>(params: &Params<T>, id: ParamId) -> &str {
    let name = params.segment(id).name.as_str();
    name.rsplit_once('.').map_or(name, |(layer, _)| layer)
}

/// [`Params`] that remember which of them were asked for.
struct Asked<'a, T: Real> {
    params: &'a Params<T>,
    ids: RefCell<BTreeSet<ParamId>>,
}

impl<T: Real> ParamSource<Tensor<T>> for Asked<'_, T> {
    fn param(&self, id: ParamId) -> Tensor<T> {
        self.ids.borrow_mut().insert(id);
        self.params.view(id)
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let head = ["Name", "Layer", "Output shape", "Parameters"].map(str::to_owned);
        let rows = self.lines.iter().map(|l| {
            let sizes = l.output.iter().map(|d| format!(", {d}"));
            [
                l.name.clone(),
                l.layer.clone(),
                format!("(rows{})", sizes.collect::<String>()),
                grouped(l.parameters),
            ]
        });
        let table: Vec<[String; 4]> = std::iter::once(head).chain(rows).collect();
        let wide: [usize; 4] = std::array::from_fn(|c| {
            let widths = table.iter().map(|row| row[c].chars().count());
            widths.max().unwrap_or(0)
        });
        let rule = wide.iter().sum::<usize>() + 2 * (wide.len() - 1);
        for (i, [name, layer, output, parameters]) in table.iter().enumerate() {
            let [a, b, c, d] = wide;
            writeln!(f, "{name:a$}  {layer:b$}  {output:c$}  {parameters:>d$}")?;
            if i == 0 {
                writeln!(f, "{}", "=".repeat(rule))?;
            }
        }
        writeln!(f, "{}", "-".repeat(rule))?;
        let all = self.trained + self.untrained;
        writeln!(f, "Parameters:  {} ({})", grouped(all), size(self.bytes))?;
        writeln!(f, "Trained:     {}", grouped(self.trained))?;
        write!(f, "Not trained: {}", grouped(self.untrained))
    }
}

/// A number with commas between thousands.
fn grouped(n: usize) -> String {
    let digits = n.to_string();
    let comma = |(i, c): (usize, char)| {
        let before = i > 0 && (digits.len() - i).is_multiple_of(3);
        before.then_some(',').into_iter().chain([c])
    };
    digits.chars().enumerate().flat_map(comma).collect()
}

/// A number of bytes in words.
fn size(bytes: usize) -> String {
    const UNITS: [&str; 4] = ["KiB", "MiB", "GiB", "TiB"];
    if bytes < 1024 {
        return format!("{bytes} bytes");
    }
    let (mut x, mut unit) = (bytes as f64 / 1024.0, 0);
    while x >= 1024.0 && unit + 1 < UNITS.len() {
        (x, unit) = (x / 1024.0, unit + 1);
    }
    format!("{x:.2} {}", UNITS[unit])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_people_read_them() {
        let numbers = [0, 7, 999, 1000, 12345, 1234567].map(grouped);
        assert_eq!(numbers, ["0", "7", "999", "1,000", "12,345", "1,234,567"]);
        let sizes = [0, 1023, 1024, 1536, 1 << 20, 1 << 50].map(size);
        assert_eq!(
            sizes,
            [
                "0 bytes",
                "1023 bytes",
                "1.00 KiB",
                "1.50 KiB",
                "1.00 MiB",
                "1024.00 TiB"
            ]
        );
    }
}

//! Reading a published data set.

use super::Source;
use crate::dataset::Dataset;
use crate::error::DataError;
use crate::kind::Task;
use crate::resolver::Resolver;
use crate::{Rows, Targets};

impl Source {
    /// Finds it, downloads it if need be, and reads it for one of its tasks.
    ///
    /// Of several numbers to predict, those named in `targets` are kept, in that order; all of them if none is named.
    ///
    /// # Errors
    /// If it cannot be found, downloaded or understood.
    ///
    /// # Panics
    /// If it has no such task or target.
    #[track_caller]
    pub fn load(
        &self,
        task: Task,
        targets: &[String],
        resolver: &Resolver,
    ) -> Result<Dataset, DataError> {
        assert!(
            self.tasks.contains(&task),
            "{} is not for {task}",
            self.name
        );
        let found = resolver.find(self)?;
        let mut contents = (self.read)(&found, task)?;
        let mut target_names: Vec<String> = self.targets.iter().map(|t| t.to_string()).collect();
        if !targets.is_empty() {
            let mut places = Vec::with_capacity(targets.len());
            for target in targets {
                match target_names.iter().position(|name| name == target) {
                    Some(place) => places.push(place),
                    None => panic!("{} has no target {target}", self.name),
                }
            }
            if let Targets::Values(values) = &contents.part.targets {
                contents.part.targets = Targets::Values(columns(values, &places));
            }
            target_names = targets.to_vec();
        }
        let provenance = format!(
            "{}: {}; licence: {}; {}",
            self.name,
            self.origin,
            self.license,
            found.describe()
        );
        Ok(contents.into_dataset(self.name.into(), target_names, provenance))
    }
}

/// The chosen columns of rows without a map.
fn columns(rows: &Rows, places: &[usize]) -> Rows {
    let cells: Vec<f64> = (0..rows.len())
        .flat_map(|i| {
            let row = rows.row(i);
            places.iter().map(move |&j| row[j])
        })
        .collect();
    Rows::reals64(&[places.len()], cells)
}

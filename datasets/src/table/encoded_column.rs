//! The columns of an encoder, for those who encode tables in another form.

use super::encode::Encoder;
use super::how::How;
use crate::reading::Missing;

/// A column that a table has to have, and what becomes of it.
#[derive(Clone, Debug, PartialEq)]
pub struct EncodedColumn {
    /// Its name.
    pub name: String,
    /// The names of the columns that are made of it.
    pub made: Vec<String>,
    /// The numbers that it holds; `None` if these are texts or dates, of which others are made.
    pub number: Option<EncodedNumber>,
}

/// A column of numbers, which stay as they are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EncodedNumber {
    /// The number that stands for a missing one; `None` where rows without one are refused.
    pub fill: Option<f64>,
    /// True if a second column is 1 where one is missing, else 0.
    pub indicator: bool,
}

impl Encoder {
    /// The columns that a table has to have, in their order.
    pub fn encoded_columns(&self) -> impl Iterator<Item = EncodedColumn> {
        let imputes = self.missing() == Missing::Impute;
        self.columns().iter().map(move |column| EncodedColumn {
            name: column.name.clone(),
            made: column.names(),
            number: match column.how {
                How::Number {
                    fill, indicator, ..
                } => Some(EncodedNumber {
                    fill: imputes.then_some(fill),
                    indicator,
                }),
                How::Category { .. } | How::Date { .. } => None,
            },
        })
    }
}

//! The settings of data, of single tasks and of the run folder, in groups that apps combine.

use std::path::PathBuf;

use clap::Args;
use datasets::TestSplit;
use serde::Serialize;

use crate::choices::Head;
use crate::values::{Names, count, folder_name, folds, not_negative, seed, share, write_split};

/// Which data, and how it is split.
#[derive(Args, Clone, Debug, PartialEq, Serialize)]
#[command(next_help_heading = "Data")]
#[serde(rename_all = "kebab-case")]
pub struct DataFlags {
    /// Data set to learn from
    #[arg(long, value_name = "NAME", default_value = "digits")]
    pub data: String,

    /// Only folder to look in for data [default: $GRADUS_DATA, then the cache folder]
    #[arg(long, value_name = "DIR")]
    pub data_dir: Option<PathBuf>,

    /// Never download
    #[arg(long)]
    pub offline: bool,

    /// Test rows: official, or drawn anew as a share of all [default: official if there are some, else 0.2]
    #[arg(long, value_name = "WHICH")]
    #[serde(serialize_with = "write_split")]
    pub split: Option<TestSplit>,

    /// Moves the split, and nothing else
    #[arg(long, value_name = "N", value_parser = seed, default_value = "0")]
    pub split_seed: u64,

    /// Share of the training rows held out for validation
    #[arg(long, value_name = "X", value_parser = share, default_value = "0.1")]
    pub val_fraction: f64,

    /// Judge by K-fold cross-validation: each fold of the training rows by a network trained on the others [default: off]
    #[arg(long, value_name = "K", value_parser = folds)]
    pub folds: Option<usize>,

    /// Columns to predict, by name [default: the usual ones of the data set]
    #[arg(long, value_name = "NAMES")]
    pub target: Option<Names>,

    /// Rows of a synthetic set
    #[arg(long, value_name = "N", value_parser = count)]
    pub n: Option<usize>,

    /// Standard deviation of the noise of a synthetic set
    #[arg(long, value_name = "S", value_parser = not_negative)]
    pub noise: Option<f64>,

    /// Bring columns to mean 0 and deviation 1 over the training rows [default: for tables]
    #[arg(long, overrides_with = "no_standardise")]
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub standardise: bool,

    /// Leave columns as they are [default: for pictures]
    #[arg(long, overrides_with = "standardise")]
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub no_standardise: bool,
}

/// What only classifiers have.
#[derive(Args, Clone, Debug, PartialEq, Serialize)]
#[command(next_help_heading = "Classes")]
#[serde(rename_all = "kebab-case")]
pub struct ClassFlags {
    /// Outputs to probabilities; sigmoid is for two classes
    #[arg(long, value_name = "NAME", default_value = "softmax")]
    pub head: Head,

    /// Judge simple models also where that takes long; tables and embedded data always have them
    #[arg(long)]
    pub baselines: bool,
}

/// What only regressors have.
#[derive(Args, Clone, Debug, PartialEq, Serialize)]
#[command(next_help_heading = "Simple models")]
#[serde(rename_all = "kebab-case")]
pub struct DegreeFlags {
    /// Degree of the polynomials that OLS, Ridge and LASSO fit
    #[arg(long, value_name = "D", value_parser = count, default_value = "1")]
    pub degree: usize,
}

/// Where the run is written.
#[derive(Args, Clone, Debug, PartialEq, Serialize)]
#[command(next_help_heading = "Run folder")]
#[serde(rename_all = "kebab-case")]
pub struct FolderFlags {
    /// Keep the parameters of every K-th epoch [default: off]
    #[arg(long, value_name = "K", value_parser = count)]
    pub snapshots: Option<usize>,

    /// Folder to write to [default: runs/APP-DATA-N]
    #[arg(long, value_name = "DIR", conflicts_with = "name")]
    #[serde(skip)]
    pub out: Option<PathBuf>,

    /// Write to runs/S
    #[arg(long, value_name = "S", value_parser = folder_name)]
    #[serde(skip)]
    pub name: Option<String>,

    /// Write to a folder that is not empty, and remove the run in it
    #[arg(long)]
    #[serde(skip)]
    pub force: bool,

    /// Go on with the run in DIR, under its settings; a greater --epochs makes it longer
    #[arg(long, value_name = "DIR")]
    #[serde(skip)]
    pub resume: Option<PathBuf>,
}

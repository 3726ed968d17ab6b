//! Figures that a study can declare.

use serde::Serialize;

/// A figure over the outcomes of a study. Where cases are listed, none stands for all.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub enum FigureSpec {
    /// Series, over epochs by default: the interquartile mean of each case with a band between the quartiles.
    Curves {
        /// Title.
        title: String,
        /// Series; each becomes a line per case. `dead/*` stands for `dead/1`, `dead/2` and so on, as far as trials have them.
        series: Vec<String>,
        /// Positions of their values.
        places: Places,
        /// Cases.
        cases: Vec<String>,
        /// What a line and its band are.
        summary: Summary,
    },
    /// Box plots of a metric, one per case, with the points of all trials and the 95 % interval of the median.
    Boxes {
        /// Title.
        title: String,
        /// Metric.
        number: String,
        /// Cases.
        cases: Vec<String>,
    },
    /// A heat map of medians over two factors.
    Heat {
        /// Title.
        title: String,
        /// Metric.
        number: String,
        /// Factor of the rows.
        down: String,
        /// Factor of the columns.
        right: String,
        /// Only cases with these values of other factors.
        only: Vec<(String, String)>,
    },
    /// The confusion matrix of the trial with the median accuracy: counts, and percent of the true class.
    Confusion {
        /// Case.
        case: String,
    },
    /// The decision regions of the median and the worst trial.
    Decision {
        /// Case.
        case: String,
    },
    /// Training data and fitted function of the median and the worst trial.
    Fit {
        /// Case.
        case: String,
    },
    /// Histograms per layer of the first trial, first and last snapshot: `activations`, `gradients` or `weights`.
    Histograms {
        /// Case.
        case: String,
        /// Quantity.
        of: String,
    },
    /// A metric per layer, such as `gradient_rms`: the median over trials at the first and the last snapshot.
    Layers {
        /// Title.
        title: String,
        /// Name of the series without the layer's number.
        series: String,
        /// Cases.
        cases: Vec<String>,
    },
    /// Misclassified samples of the first trial, as images.
    Gallery {
        /// Case.
        case: String,
    },
    /// Medians with quartiles over the values of a factor, a line for each value of another.
    Line {
        /// Title.
        title: String,
        /// Metric.
        number: String,
        /// Factor of the x axis.
        over: String,
        /// Factor that distinguishes lines.
        by: Option<String>,
    },
    /// Medians, quartiles and 95 % intervals of metrics, a row per case.
    Table {
        /// Title.
        title: String,
        /// Metrics.
        numbers: Vec<String>,
        /// Cases.
        cases: Vec<String>,
    },
    /// Images of the first trial.
    Images {
        /// Title.
        title: String,
        /// Case.
        case: String,
        /// Grid of its outcome.
        grid: String,
        /// Images per row.
        columns: usize,
    },
    /// A contour plot of a grid of the first trial.
    Contour {
        /// Title.
        title: String,
        /// Case.
        case: String,
        /// Grid of its outcome.
        grid: String,
    },
    /// A scatter plot of the first trial: a grid of rows x, y and, if there is one, a class.
    Scatter {
        /// Title.
        title: String,
        /// Case.
        case: String,
        /// Grid of its outcome.
        grid: String,
    },
}

/// What a line and its band are over trials.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub enum Summary {
    /// The interquartile mean, and the quartiles.
    #[default]
    Interquartile,
    /// The mean and its 95 % interval (Student).
    Mean,
}

/// A figure of a study and the figures or tables of the reports that it reproduces.
#[derive(Clone, Debug, PartialEq)]
pub struct Drawn {
    /// The figure.
    pub spec: FigureSpec,
    /// Report and place in its outline: `("A", "Fig. 3")`.
    pub places: Vec<(&'static str, &'static str)>,
}

impl From<FigureSpec> for Drawn {
    fn from(spec: FigureSpec) -> Self {
        Self {
            spec,
            places: Vec::new(),
        }
    }
}

impl Drawn {
    /// Says that it reproduces this figure or table of a report as well.
    pub fn at(mut self, report: &'static str, place: &'static str) -> Self {
        self.places.push((report, place));
        self
    }
}

/// Positions of a series' values.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub enum Places {
    /// One per epoch, from the first; diagnostics of layers and thinned series carry their own epochs.
    Epochs,
    /// One before training, then one per epoch.
    FromStart,
    /// At these epochs, or the first of them.
    At(Vec<f64>),
    /// Evenly spaced over a range of the named quantity.
    Across(String, [f64; 2]),
}

impl FigureSpec {
    /// [`FigureSpec::Curves`] of all cases.
    pub fn curves<'a>(title: &str, series: impl IntoIterator<Item = &'a str>) -> Self {
        Self::Curves {
            title: title.to_owned(),
            series: owned(series),
            places: Places::Epochs,
            cases: Vec::new(),
            summary: Summary::Interquartile,
        }
    }

    /// [`FigureSpec::Boxes`] of all cases.
    pub fn boxes(title: &str, number: &str) -> Self {
        Self::Boxes {
            title: title.to_owned(),
            number: number.to_owned(),
            cases: Vec::new(),
        }
    }

    /// [`FigureSpec::Heat`] over all cases.
    pub fn heat(title: &str, number: &str, down: &str, right: &str) -> Self {
        Self::Heat {
            title: title.to_owned(),
            number: number.to_owned(),
            down: down.to_owned(),
            right: right.to_owned(),
            only: Vec::new(),
        }
    }

    /// [`FigureSpec::Confusion`].
    pub fn confusion(case: &str) -> Self {
        Self::Confusion {
            case: case.to_owned(),
        }
    }

    /// [`FigureSpec::Decision`].
    pub fn decision(case: &str) -> Self {
        Self::Decision {
            case: case.to_owned(),
        }
    }

    /// [`FigureSpec::Fit`].
    pub fn fit(case: &str) -> Self {
        Self::Fit {
            case: case.to_owned(),
        }
    }

    /// [`FigureSpec::Histograms`].
    pub fn histograms(case: &str, of: &str) -> Self {
        Self::Histograms {
            case: case.to_owned(),
            of: of.to_owned(),
        }
    }

    /// [`FigureSpec::Layers`] of all cases.
    pub fn layers(title: &str, series: &str) -> Self {
        Self::Layers {
            title: title.to_owned(),
            series: series.to_owned(),
            cases: Vec::new(),
        }
    }

    /// [`FigureSpec::Gallery`].
    pub fn gallery(case: &str) -> Self {
        Self::Gallery {
            case: case.to_owned(),
        }
    }

    /// [`FigureSpec::Line`] with one line.
    pub fn line(title: &str, number: &str, over: &str) -> Self {
        Self::Line {
            title: title.to_owned(),
            number: number.to_owned(),
            over: over.to_owned(),
            by: None,
        }
    }

    /// [`FigureSpec::Table`] of all cases.
    pub fn table<'a>(title: &str, numbers: impl IntoIterator<Item = &'a str>) -> Self {
        Self::Table {
            title: title.to_owned(),
            numbers: owned(numbers),
            cases: Vec::new(),
        }
    }

    /// [`FigureSpec::Images`], ten per row.
    pub fn images(title: &str, case: &str, grid: &str) -> Self {
        Self::Images {
            title: title.to_owned(),
            case: case.to_owned(),
            grid: grid.to_owned(),
            columns: 10,
        }
    }

    /// [`FigureSpec::Contour`].
    pub fn contour(title: &str, case: &str, grid: &str) -> Self {
        Self::Contour {
            title: title.to_owned(),
            case: case.to_owned(),
            grid: grid.to_owned(),
        }
    }

    /// [`FigureSpec::Scatter`].
    pub fn scatter(title: &str, case: &str, grid: &str) -> Self {
        Self::Scatter {
            title: title.to_owned(),
            case: case.to_owned(),
            grid: grid.to_owned(),
        }
    }

    /// Says which figure or table of a report it reproduces.
    pub fn at(self, report: &'static str, place: &'static str) -> Drawn {
        Drawn::from(self).at(report, place)
    }

    /// Restricts a figure over cases to these.
    pub fn of<'a>(mut self, names: impl IntoIterator<Item = &'a str>) -> Self {
        match &mut self {
            Self::Curves { cases, .. }
            | Self::Boxes { cases, .. }
            | Self::Layers { cases, .. }
            | Self::Table { cases, .. } => *cases = owned(names),
            _ => {}
        }
        self
    }

    /// Draws means with 95 % intervals, instead of interquartile means with quartiles.
    pub fn means(mut self) -> Self {
        if let Self::Curves { summary, .. } = &mut self {
            *summary = Summary::Mean;
        }
        self
    }

    /// Restricts a heat map to cases with this value of a factor.
    pub fn only(mut self, factor: &str, value: &str) -> Self {
        if let Self::Heat { only, .. } = &mut self {
            only.push((factor.to_owned(), value.to_owned()));
        }
        self
    }

    /// Draws a line for each value of this factor.
    pub fn by(mut self, factor: &str) -> Self {
        if let Self::Line { by, .. } = &mut self {
            *by = Some(factor.to_owned());
        }
        self
    }

    /// Sets the positions of a series' values.
    pub fn over(mut self, at: Places) -> Self {
        if let Self::Curves { places, .. } = &mut self {
            *places = at;
        }
        self
    }

    /// Title, if the study gives one.
    pub fn title(&self) -> Option<&str> {
        match self {
            Self::Curves { title, .. }
            | Self::Boxes { title, .. }
            | Self::Heat { title, .. }
            | Self::Layers { title, .. }
            | Self::Line { title, .. }
            | Self::Table { title, .. }
            | Self::Images { title, .. }
            | Self::Contour { title, .. }
            | Self::Scatter { title, .. } => Some(title),
            Self::Confusion { .. }
            | Self::Decision { .. }
            | Self::Fit { .. }
            | Self::Histograms { .. }
            | Self::Gallery { .. } => None,
        }
    }

    /// Sets the number of images per row.
    pub fn columns(mut self, count: usize) -> Self {
        if let Self::Images { columns, .. } = &mut self {
            *columns = count;
        }
        self
    }
}

fn owned<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    names.into_iter().map(str::to_owned).collect()
}

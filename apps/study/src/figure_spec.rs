//! The figures a study can ask for.

/// A figure over the outcomes of a study. Where cases are listed, none stands for all.
#[derive(Clone, Debug, PartialEq)]
pub enum FigureSpec {
    /// Series, over epochs unless it is said otherwise: the interquartile mean of each case with the band between its
    /// quartiles.
    Curves {
        /// Above the figure.
        title: String,
        /// Which series; each becomes a line a case.
        series: Vec<String>,
        /// Where their values lie.
        places: Places,
        /// Which cases.
        cases: Vec<String>,
    },
    /// Box plots of a figure, a box a case, with the points of all trials and the 95 % interval of the median.
    Boxes {
        /// Above the figure.
        title: String,
        /// Which figure.
        number: String,
        /// Which cases.
        cases: Vec<String>,
    },
    /// A map of medians with numbers over two factors.
    Heat {
        /// Above the figure.
        title: String,
        /// Which figure.
        number: String,
        /// The factor that goes down.
        down: String,
        /// The factor that goes to the right.
        right: String,
        /// Only cases with these values of other factors.
        only: Vec<(String, String)>,
    },
    /// The confusion matrix of the trial with the median accuracy: counts, and shares of each true class.
    Confusion {
        /// Which case.
        case: String,
    },
    /// The decision boundaries of the median and the worst trial.
    Decision {
        /// Which case.
        case: String,
    },
    /// Points and fitted curves of the median and the worst trial.
    Fit {
        /// Which case.
        case: String,
    },
    /// Histograms a layer, first and last look, of the first trial: `activations`, `gradients` or `weights`.
    Histograms {
        /// Which case.
        case: String,
        /// Of what.
        of: String,
    },
    /// A figure a layer, such as `gradient_rms`: the median over trials at the first and the last look.
    Layers {
        /// Above the figure.
        title: String,
        /// The name of the series without the number of the layer.
        series: String,
        /// Which cases.
        cases: Vec<String>,
    },
    /// Misjudged rows of the first trial, as pictures.
    Gallery {
        /// Which case.
        case: String,
    },
    /// Medians with quartiles over the values of a factor, a line for each value of another.
    Line {
        /// Above the figure.
        title: String,
        /// Which figure.
        number: String,
        /// The factor to the right.
        over: String,
        /// The factor that lines differ in.
        by: Option<String>,
    },
    /// Medians, quartiles and 95 % intervals of figures, a row a case.
    Table {
        /// Above the table.
        title: String,
        /// Which figures.
        numbers: Vec<String>,
        /// Which cases.
        cases: Vec<String>,
    },
    /// A grid of pictures of the first trial.
    Pictures {
        /// Above the figure.
        title: String,
        /// Which case.
        case: String,
        /// Which grid of its outcome.
        grid: String,
        /// Pictures in a row.
        columns: usize,
    },
    /// Lines of equal height of a grid of the first trial.
    Contour {
        /// Above the figure.
        title: String,
        /// Which case.
        case: String,
        /// Which grid of its outcome.
        grid: String,
    },
    /// Points of the first trial: a grid of rows x, y and, if there is one, a class.
    Scatter {
        /// Above the figure.
        title: String,
        /// Which case.
        case: String,
        /// Which grid of its outcome.
        grid: String,
    },
}

/// Where the values of a series lie.
#[derive(Clone, Debug, PartialEq)]
pub enum Places {
    /// One an epoch, from the first on; looks into layers and thinned series say themselves which epochs are theirs.
    Epochs,
    /// One before training, then one an epoch.
    FromStart,
    /// At these epochs, or the first of them.
    At(Vec<f64>),
    /// Evenly from one end to the other of what has this name.
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

    /// [`FigureSpec::Pictures`], ten in a row.
    pub fn pictures(title: &str, case: &str, grid: &str) -> Self {
        Self::Pictures {
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

    /// Of these cases alone, where the figure is over cases.
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

    /// Of cases with this value of a factor alone, for a heat map.
    pub fn only(mut self, factor: &str, value: &str) -> Self {
        if let Self::Heat { only, .. } = &mut self {
            only.push((factor.to_owned(), value.to_owned()));
        }
        self
    }

    /// With a line for each value of this factor.
    pub fn by(mut self, factor: &str) -> Self {
        if let Self::Line { by, .. } = &mut self {
            *by = Some(factor.to_owned());
        }
        self
    }

    /// With values at these places, for curves.
    pub fn over(mut self, at: Places) -> Self {
        if let Self::Curves { places, .. } = &mut self {
            *places = at;
        }
        self
    }

    /// What stands above the figure, if it is given by the study.
    pub fn title(&self) -> Option<&str> {
        match self {
            Self::Curves { title, .. }
            | Self::Boxes { title, .. }
            | Self::Heat { title, .. }
            | Self::Layers { title, .. }
            | Self::Line { title, .. }
            | Self::Table { title, .. }
            | Self::Pictures { title, .. }
            | Self::Contour { title, .. }
            | Self::Scatter { title, .. } => Some(title),
            Self::Confusion { .. }
            | Self::Decision { .. }
            | Self::Fit { .. }
            | Self::Histograms { .. }
            | Self::Gallery { .. } => None,
        }
    }

    /// With so many pictures in a row.
    pub fn columns(mut self, count: usize) -> Self {
        if let Self::Pictures { columns, .. } = &mut self {
            *columns = count;
        }
        self
    }
}

fn owned<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    names.into_iter().map(str::to_owned).collect()
}

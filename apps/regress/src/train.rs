//! Training: from the flags to a finished run folder.

use autograd::Real;
use clap::ArgMatches;
use common::app::print_line;
use common::baselines::Polynomial;
use common::data::Data;
use common::flags::{Point, to_toml};
use common::report::{self, Regressor, Report};
use common::run::{self, Learned, Plan, Simple, Values};
use common::{AppError, grid};
use nn::Summary;

use crate::figures;
use crate::settings::Settings;

/// Trains as the command line says.
pub(crate) fn run(matches: &ArgMatches) -> Result<(), AppError> {
    let settings = Settings::resolve(matches)?;
    let config = to_toml(&settings)?;
    if settings.session.print_config {
        return print_line(config.trim_end());
    }
    let plan = settings.plan(&config);
    if settings.sweep.is_asked_for() {
        let points = settings.points(matches)?;
        return if settings.training.f64 {
            sweep::<f64>(&settings, &plan, &points)
        } else {
            sweep::<f32>(&settings, &plan, &points)
        };
    }
    if run::nothing_left(&plan)? {
        return Ok(());
    }
    run::on_threads(settings.training.threads, || {
        if settings.training.f64 {
            train::<f64>(&settings, &plan)
        } else {
            train::<f32>(&settings, &plan)
        }
    })
}

fn train<T: Real>(settings: &Settings, plan: &Plan<'_>) -> Result<(), AppError> {
    let request = settings.request()?;
    let degree = settings.simple.degree;
    // A degree that is too high for the data is refused before anything is trained.
    let terms_of = |data: &Data| {
        let columns = data.set.part.inputs.row_len();
        Polynomial::new(columns, degree).map_err(AppError::failure)
    };
    let learned = run::learn::<Values, T>(plan, &request, |data| {
        terms_of(data).and_then(|_| Values::of(data))
    })?;
    let terms = terms_of(&learned.data.data)?;
    let seed = settings.training.seed;
    let simple = learned.task.simple(&learned.data, &terms, seed);
    let figures = simple.figures.clone();
    learned.finish(plan, figures, |learned| {
        report(learned, &simple, plan, degree)
    })
}

fn sweep<T: Real>(settings: &Settings, plan: &Plan<'_>, points: &[Point]) -> Result<(), AppError> {
    let request = settings.request()?;
    grid::run::<Values, T>(plan, &request, &settings.sweep, points, Values::of)
}

fn report<T: Real>(
    learned: &Learned<Values, T>,
    simple: &Simple,
    plan: &Plan<'_>,
    degree: usize,
) -> Report {
    let (data, curve) = (&learned.data.data, figures::curve(learned, &simple.ols));
    report::regression(&Regressor {
        provenance: &data.set.provenance,
        architecture: &learned.card.network.words(),
        layers: &Summary::new(&learned.model, &learned.card.rows.shape),
        config: plan.config,
        history: &learned.history,
        metrics: &learned.metrics,
        degree,
        targets: &figures::targets(learned),
        curve: curve.as_ref(),
        places: figures::places(data).as_ref(),
    })
}

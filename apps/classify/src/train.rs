//! Training: from the flags to a finished run folder.

use autograd::Real;
use clap::ArgMatches;
use common::app::print_line;
use common::flags::{Point, to_toml};
use common::report::{self, Classifier, Report};
use common::run::{self, Classes, Learned, Plan};
use common::{AppError, grid, interrupt};
use nn::Summary;

use crate::gallery;
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
    let head = settings.classes.head;
    let learned = run::learn::<Classes, T>(plan, &request, |data| Classes::of(data, head))?;
    let simple = learned.task.simple(
        &learned.data,
        settings.training.seed,
        settings.classes.baselines,
    );
    if interrupt::requested() {
        return Err(learned.interrupted());
    }
    learned.finish(plan, simple, |learned| report(learned, plan))
}

fn sweep<T: Real>(settings: &Settings, plan: &Plan<'_>, points: &[Point]) -> Result<(), AppError> {
    let (request, head) = (settings.request()?, settings.classes.head);
    grid::run::<Classes, T>(plan, &request, &settings.sweep, points, |data| {
        Classes::of(data, head)
    })
}

fn report<T: Real>(learned: &Learned<Classes, T>, plan: &Plan<'_>) -> Report {
    let (data, found) = (&learned.data, &learned.on_test);
    let (mistakes, in_all) = gallery::mistakes(data, found);
    let truth = data.classes(&data.data.test);
    let roc = report::roc_lines(&truth, &found.probabilities(), &learned.task.names);
    report::classification(&Classifier {
        provenance: &data.data.set.provenance,
        architecture: &learned.card.network.words(),
        layers: &Summary::new(&learned.model, &learned.card.rows.shape),
        config: plan.config,
        history: &learned.history,
        metrics: &learned.metrics,
        roc: &roc,
        mistakes: &mistakes,
        mistakes_in_all: in_all,
    })
}

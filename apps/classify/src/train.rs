//! Training: from the flags to a finished run folder.

use autograd::Real;
use clap::ArgMatches;
use common::app::print_line;
use common::flags::{Point, to_toml};
use common::run::{self, Classes, Plan};
use common::{AppError, grid, interrupt};

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
    learned.finish(plan, simple, |learned| learned.report(plan))
}

fn sweep<T: Real>(settings: &Settings, plan: &Plan<'_>, points: &[Point]) -> Result<(), AppError> {
    let (request, head) = (settings.request()?, settings.classes.head);
    grid::run::<Classes, T>(plan, &request, &settings.sweep, points, |data| {
        Classes::of(data, head)
    })
}

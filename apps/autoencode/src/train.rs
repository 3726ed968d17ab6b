//! Training: from the flags to a finished run folder.

use autograd::Real;
use clap::ArgMatches;
use codes::{Coder, linear};
use common::app::print_line;
use common::flags::to_toml;
use common::progress::Console;
use common::report::{self, Autoencoded, Report};
use common::run::{self, Learned, Plan, Rebuilt};
use common::{AppError, interrupt};
use nn::Summary;

use crate::look::{self, Look, Seen};
use crate::settings::Settings;

/// Trains as the command line says.
pub(crate) fn run(matches: &ArgMatches) -> Result<(), AppError> {
    let settings = Settings::resolve(matches)?;
    let config = to_toml(&settings)?;
    if settings.session.print_config {
        return print_line(config.trim_end());
    }
    let model = settings.model();
    let plan = settings.plan(&model, &config);
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
    let mut learned =
        run::learn::<Rebuilt, T>(plan, &request, |data| Rebuilt::of(data, &settings.coder))?;
    let stopped = |learned: &Learned<Rebuilt, T>| match interrupt::requested() {
        true => Err(learned.interrupted()),
        false => Ok(()),
    };
    stopped(&learned)?;
    let look = Look {
        most_drawn: settings.codes.tsne_rows,
        noise: settings.coder.denoise,
        seed: settings.training.seed,
        threads: settings.training.threads.unwrap_or_else(run::available),
    };
    let coder = Coder::of_run(&learned.model, &learned.card)?;
    let seen = look::at(&coder, &learned.data, look);
    stopped(&learned)?;
    let seen = seen?;
    let rows = &learned.data.data;
    let pictures = learned.data.examples().inputs;
    let simple = linear(pictures, &rows.train, &rows.test, coder.latent());
    stopped(&learned)?;
    if let Some(knn) = &seen.codes.knn {
        Console::new(plan.session.quiet).say(format_args!(
            "the {} nearest codes tell {} of the test pictures rightly",
            knn.k,
            report::share(knn.accuracy.0)
        ));
    }
    learned.metrics.codes = Some(seen.codes.clone());
    learned.finish(plan, simple, |learned| report(learned, &seen, plan))
}

fn report<T: Real>(learned: &Learned<Rebuilt, T>, seen: &Seen, plan: &Plan<'_>) -> Report {
    report::autoencoder(&Autoencoded {
        provenance: &learned.data.data.set.provenance,
        architecture: &learned.card.network.words(),
        layers: &Summary::new(&learned.model, &learned.card.rows.shape),
        config: plan.config,
        history: &learned.history,
        metrics: &learned.metrics,
        noise: learned.task.noise,
        rebuilt: &seen.rebuilt,
        denoised: &seen.denoised,
        between: seen.between.as_ref(),
        plane: seen.plane.as_ref(),
    })
}

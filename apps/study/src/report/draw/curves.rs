//! Lines: over epochs, layers, bins, and values of a factor.

use common::plot::{Along, Curve, CurvePlot, Figure};
use nn::metrics::{Quartiles, interquartile_mean};

use super::{Chosen, pairs, words};
use crate::outcome::Outcome;
use crate::report::select::{first, values_of};
use crate::results::Results;
use crate::study::Case;

pub(super) fn curves(title: &str, series: &[String], cases: &[Chosen<'_>]) -> Vec<Figure> {
    let mut lines = Vec::new();
    for (i, (case, results)) in cases.iter().enumerate() {
        for (j, name) in series.iter().enumerate() {
            let (colour, dashed) = if cases.len() == 1 {
                (j, false)
            } else {
                (i, j > 0)
            };
            let label = match (cases.len(), series.len()) {
                (1, _) => words(name),
                (_, 1) => case.name.clone(),
                _ => format!("{}, {}", case.name, words(name)),
            };
            let outcomes: Vec<&Outcome> = results.done().map(|trial| &trial.outcome).collect();
            let (points, band) = over_trials(&outcomes, name);
            if !points.is_empty() {
                lines.push(Curve {
                    name: label,
                    points,
                    band,
                    colour,
                    dashed,
                });
            }
        }
    }
    plotted(title, "epoch", Along::Counting, lines)
}

fn plotted(title: &str, x: &str, along: Along, curves: Vec<Curve>) -> Vec<Figure> {
    if curves.is_empty() {
        return Vec::new();
    }
    let plot = CurvePlot {
        title,
        x,
        along,
        curves,
        may_be_log: true,
    };
    vec![plot.draw()]
}

/// Points, or the lower and upper ends of a band.
type Pairs = Vec<(f64, f64)>;

/// The interquartile mean and the quartiles of a series at each of its places, over the trials that came so far.
fn over_trials(outcomes: &[&Outcome], name: &str) -> (Pairs, Pairs) {
    let found: Vec<&[common::json::Number]> = outcomes
        .iter()
        .filter_map(|outcome| outcome.series.get(name).map(Vec::as_slice))
        .collect();
    // Looks into layers are not taken after every epoch.
    let looks = outcomes
        .first()
        .and_then(|o| o.series.get("probe_epoch"))
        .filter(|_| name.contains('/'));
    let longest = found.iter().map(|s| s.len()).max().unwrap_or(0);
    let mut points = Vec::with_capacity(longest);
    let mut band = Vec::with_capacity(longest);
    for i in 0..longest {
        let values: Vec<f64> = found.iter().filter_map(|s| s.get(i)).map(|x| x.0).collect();
        let x = looks.and_then(|l| l.get(i)).map_or((i + 1) as f64, |x| x.0);
        if let (Some(mean), Some(q)) = (interquartile_mean(&values), Quartiles::new(&values)) {
            points.push((x, mean));
            band.push((q.q1, q.q3));
        }
    }
    if found.len() < 2 {
        band.clear();
    }
    (points, band)
}

pub(super) fn histograms(case: &str, of: &str, results: &Results) -> Vec<Figure> {
    let Some(trial) = first(results, case) else {
        return Vec::new();
    };
    let draw = |when: &str| {
        let layers = (1..).map_while(|layer| {
            let grid = trial.outcome.grids.get(&format!("{of}/{layer}/{when}"))?;
            Some((layer, grid))
        });
        let curves = layers.map(|(layer, grid)| Curve {
            name: format!("layer {layer}"),
            points: pairs(grid),
            band: Vec::new(),
            colour: layer - 1,
            dashed: layer > 6,
        });
        let title = format!("{case}: {of}, {when} look, share of numbers");
        let plot = CurvePlot {
            title: &title,
            x: of,
            along: Along::Measuring,
            curves: curves.collect(),
            may_be_log: false,
        };
        (!plot.curves.is_empty()).then(|| plot.draw())
    };
    ["first", "last"].into_iter().filter_map(draw).collect()
}

pub(super) fn layers(title: &str, series: &str, cases: &[Chosen<'_>]) -> Vec<Figure> {
    let mut curves = Vec::new();
    for (i, (case, results)) in cases.iter().enumerate() {
        for (when, dashed) in [("first", true), ("last", false)] {
            let at = |layer: usize| {
                let name = format!("{series}/{layer}");
                let looks = results.done().filter_map(|t| t.outcome.series.get(&name));
                let values = looks.filter_map(|s| if dashed { s.first() } else { s.last() });
                let values: Vec<f64> = values.map(|x| x.0).collect();
                Quartiles::new(&values).map(|q| (layer, q))
            };
            let found: Vec<(usize, Quartiles)> = (1..).map_while(at).collect();
            if !found.is_empty() {
                curves.push(Curve {
                    name: format!("{}, {when}", case.name),
                    points: found.iter().map(|(l, q)| (*l as f64, q.median)).collect(),
                    band: found.iter().map(|(_, q)| (q.q1, q.q3)).collect(),
                    colour: i,
                    dashed,
                });
            }
        }
    }
    plotted(title, "layer", Along::Counting, curves)
}

pub(super) fn line(
    title: &str,
    number: &str,
    over: &str,
    by: Option<&str>,
    cases: &[Chosen<'_>],
) -> Vec<Figure> {
    let places = values_of(cases, over);
    let numeric: Option<Vec<f64>> = places.iter().map(|p| p.parse().ok()).collect();
    let x_of: Vec<f64> = numeric
        .clone()
        .unwrap_or_else(|| (1..=places.len()).map(|i| i as f64).collect());
    let label = match numeric {
        Some(_) => over.to_owned(),
        None => {
            let named = (1..).zip(&places).map(|(i, p)| format!("{i} = {p}"));
            format!("{over}: {}", named.collect::<Vec<_>>().join(", "))
        }
    };
    let groups = by.map_or_else(
        || vec![None],
        |by| values_of(cases, by).into_iter().map(Some).collect(),
    );
    let curve = |(i, group): (usize, &Option<&str>)| {
        let here = |case: &Case, place: &str| {
            let same = by.is_none_or(|by| case.value(by) == *group);
            case.value(over) == Some(place) && same
        };
        let found = places.iter().zip(&x_of).filter_map(|(place, x)| {
            let chosen = cases.iter().filter(|(case, _)| here(case, place));
            let values: Vec<f64> = chosen.flat_map(|(_, r)| r.known(number)).collect();
            Quartiles::new(&values).map(|q| (*x, q))
        });
        let mut found: Vec<(f64, Quartiles)> = found.collect();
        found.sort_by(|a, b| a.0.total_cmp(&b.0));
        Curve {
            name: group.map_or_else(String::new, |g| format!("{} {g}", by.unwrap_or(""))),
            points: found.iter().map(|(x, q)| (*x, q.median)).collect(),
            band: found.iter().map(|(_, q)| (q.q1, q.q3)).collect(),
            colour: i,
            dashed: i >= 6,
        }
    };
    let curves: Vec<Curve> = groups
        .iter()
        .enumerate()
        .map(curve)
        .filter(|c| !c.points.is_empty())
        .collect();
    plotted(title, &label, Along::Setting, curves)
}

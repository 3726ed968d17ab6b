//! Lines: over epochs, layers, bins, and values of a factor.

use nn::metrics::{Quartiles, interquartile_mean};
use plot::{Along, Curve, CurvePlot, Figure};

use super::{Chosen, pairs, words};
use crate::figure_spec::Places;
use crate::outcome::Outcome;
use crate::report::select::{first, values_of};
use crate::results::Results;
use crate::study::Case;

/// Number of distinct line colors.
const COLORS: usize = 6;

pub(super) fn curves(
    title: &str,
    series: &[String],
    places: &Places,
    cases: &[Chosen<'_>],
) -> Vec<Figure> {
    let mut lines = Vec::new();
    for (i, (case, results)) in cases.iter().enumerate() {
        for (j, name) in series.iter().enumerate() {
            // The second line of a case is dashed, and so is a color used for the second time.
            let (color, dashed) = match cases.len() {
                1 => (j, j >= COLORS),
                _ => (i, (j > 0) != (i >= COLORS)),
            };
            let label = match (cases.len(), series.len()) {
                (1, _) => words(name),
                (_, 1) => case.name.clone(),
                _ => format!("{}, {}", case.name, words(name)),
            };
            let outcomes: Vec<&Outcome> = results.done().map(|trial| &trial.outcome).collect();
            let (points, band) = over_trials(&outcomes, name, places);
            if !points.is_empty() {
                lines.push(Curve {
                    name: label,
                    points,
                    band,
                    color,
                    dashed,
                });
            }
        }
    }
    match places {
        Places::Epochs | Places::FromStart | Places::At(_) => {
            plotted(title, "epoch", Along::Counting, lines)
        }
        Places::Across(name, _) => plotted(title, name, Along::Measuring, lines),
    }
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

/// Interquartile mean and quartiles of a series at each position, over the trials that reach it.
fn over_trials(outcomes: &[&Outcome], name: &str, places: &Places) -> (Pairs, Pairs) {
    let found: Vec<&[records::Number]> = outcomes
        .iter()
        .filter_map(|outcome| outcome.series.get(name).map(Vec::as_slice))
        .collect();
    let longest = found.iter().map(|s| s.len()).max().unwrap_or(0);
    // Diagnostics of layers are not computed after every epoch, and long series are thinned.
    let own = match name.contains('/') {
        true => "probe_epoch",
        false => "epoch",
    };
    let epochs = outcomes.first().and_then(|o| o.series.get(own));
    let epochs = epochs.filter(|epochs| epochs.len() == longest);
    let mut points = Vec::with_capacity(longest);
    let mut band = Vec::with_capacity(longest);
    for i in 0..longest {
        let values: Vec<f64> = found.iter().filter_map(|s| s.get(i)).map(|x| x.0).collect();
        let x = match places {
            Places::Epochs => epochs.map_or((i + 1) as f64, |epochs| epochs[i].0),
            Places::FromStart => i as f64,
            Places::At(epochs) => epochs.get(i).copied().unwrap_or(f64::NAN),
            Places::Across(_, [from, to]) => {
                from + (to - from) * i as f64 / (longest - 1).max(1) as f64
            }
        };
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
            color: layer - 1,
            dashed: layer > COLORS,
        });
        let title = format!("{case}: {of}, {when} snapshot, relative frequency");
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
                let series = results.done().filter_map(|t| t.outcome.series.get(&name));
                let values = series.filter_map(|s| if dashed { s.first() } else { s.last() });
                let values: Vec<f64> = values.map(|x| x.0).collect();
                Quartiles::new(&values).map(|q| (layer, q))
            };
            let found: Vec<(usize, Quartiles)> = (1..).map_while(at).collect();
            if !found.is_empty() {
                curves.push(Curve {
                    name: format!("{}, {when}", case.name),
                    points: found.iter().map(|(l, q)| (*l as f64, q.median)).collect(),
                    band: found.iter().map(|(_, q)| (q.q1, q.q3)).collect(),
                    color: i,
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
            color: i,
            dashed: i >= COLORS,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_lie_where_the_series_says() {
        let outcome = Outcome::new()
            .series("loss", [3.0, 2.0, 1.0])
            .series("dead/1", [0.0, 0.5])
            .series("probe_epoch", [1.0, 20.0]);
        let thin = Outcome::new()
            .series("loss", [3.0, 2.0, 1.0])
            .series("epoch", [1.0, 101.0, 200.0]);
        let at = |outcome: &Outcome, name: &str, places: &Places| {
            let (points, _) = over_trials(&[outcome], name, places);
            points.iter().map(|(x, _)| *x).collect::<Vec<_>>()
        };
        assert_eq!(at(&outcome, "loss", &Places::Epochs), [1.0, 2.0, 3.0]);
        assert_eq!(at(&outcome, "loss", &Places::FromStart), [0.0, 1.0, 2.0]);
        assert_eq!(at(&outcome, "dead/1", &Places::Epochs), [1.0, 20.0]);
        assert_eq!(at(&thin, "loss", &Places::Epochs), [1.0, 101.0, 200.0]);
        let snapshots = Places::At(vec![0.0, 5.0, 50.0, 100.0]);
        assert_eq!(at(&outcome, "loss", &snapshots), [0.0, 5.0, 50.0]);
        let across = Places::Across("α".to_owned(), [-1.0, 1.0]);
        assert_eq!(at(&outcome, "loss", &across), [-1.0, 0.0, 1.0]);
    }
}

//! Lines: over epochs, layers, bins, and values of a factor.

use claims::outcome::Outcome;
use claims::results::Results;
use inspection::compare::Mean;
use nn::metrics::{Quartiles, interquartile_mean};
use plot::{Along, Curve, CurvePlot};
use study_core::figure_spec::{Places, Summary};
use study_core::study::Case;

use super::{Chosen, DataTable, Drawing, pairs, words};
use crate::data_table::band_columns;
use crate::select::{first, values_of};

/// Lines of a figure with colors of their own; more are drawn in small multiples.
const COLORS: usize = 6;
/// Series that are functions, whose shape a logarithmic axis would bend.
const FUNCTIONS: [&str; 3] = ["value", "derivative", "fit"];

pub(super) fn curves(
    title: &str,
    series: &[String],
    (places, summary): (&Places, Summary),
    cases: &[Chosen<'_>],
) -> Vec<Drawing> {
    let series = every_layer(series, cases);
    let series = series.as_slice();
    let (x, along) = match places {
        Places::Epochs | Places::FromStart | Places::At(_) => ("epoch", Along::Counting),
        Places::Across(name, _) => (name.as_str(), Along::Measuring),
    };
    let line = |(case, results): &Chosen<'_>, name: &str, label: String| {
        let outcomes: Vec<&Outcome> = results.done().map(|trial| &trial.outcome).collect();
        let (points, band) = over_trials(&outcomes, name, places, summary);
        (!points.is_empty()).then(|| {
            curve(
                if label.is_empty() {
                    case.name.clone()
                } else {
                    label
                },
                points,
                band,
            )
        })
    };
    let may_be_log = !series.iter().all(|name| FUNCTIONS.contains(&name.as_str()));
    let plot = |title: &str, groups: Vec<Vec<Curve>>| {
        multiples(title, (x, along, may_be_log), band_columns(summary), groups)
    };
    // Of one case each series has a color; of several each case, and its second series is dashed.
    match (cases, series) {
        ([case], _) => {
            let lines = series
                .iter()
                .filter_map(|name| line(case, name, words(name)));
            plot(title, lines.map(|line| vec![line]).collect())
        }
        (_, [_] | [_, _]) => {
            let groups = cases.iter().map(|case| {
                let lines = series.iter().enumerate().filter_map(|(j, name)| {
                    let label = match series.len() {
                        1 => String::new(),
                        _ => format!("{}, {}", case.0.name, words(name)),
                    };
                    Some(Curve {
                        dashed: j > 0,
                        ..line(case, name, label)?
                    })
                });
                lines.collect()
            });
            plot(title, groups.collect())
        }
        _ => series
            .iter()
            .flat_map(|name| {
                let lines = cases
                    .iter()
                    .filter_map(|case| line(case, name, String::new()));
                plot(
                    &format!("{title}: {}", words(name)),
                    lines.map(|line| vec![line]).collect(),
                )
            })
            .collect(),
    }
}

/// The series, with those of every layer that any trial has in place of `NAME/*`.
fn every_layer(series: &[String], cases: &[Chosen<'_>]) -> Vec<String> {
    let there = |name: &String| {
        let mut trials = cases.iter().flat_map(|(_, results)| results.done());
        trials.any(|trial| trial.outcome.series.contains_key(name))
    };
    let layers = |name: &String| match name.strip_suffix("/*") {
        None => vec![name.clone()],
        Some(of) => (1..)
            .map(|layer| format!("{of}/{layer}"))
            .take_while(there)
            .collect(),
    };
    series.iter().flat_map(layers).collect()
}

fn curve(name: String, points: Pairs, band: Pairs) -> Curve {
    Curve {
        name,
        points,
        band,
        color: 0,
        dashed: false,
    }
}

/// Draws groups of lines, each in a color of its own: in small multiples on the same axes where they are more than there
/// are colors.
fn multiples(
    title: &str,
    (x, along, may_be_log): (&str, Along, bool),
    band: [&str; 2],
    mut groups: Vec<Vec<Curve>>,
) -> Vec<Drawing> {
    groups.retain(|group| !group.is_empty());
    let frame = frame(&groups);
    let parts: Vec<&[Vec<Curve>]> = groups.chunks(COLORS).collect();
    let draw = |(i, part): (usize, &&[Vec<Curve>])| {
        let colored = part.iter().enumerate().flat_map(|(color, group)| {
            group.iter().map(move |line| Curve {
                color,
                ..line.clone()
            })
        });
        let mut curves: Vec<Curve> = colored.collect();
        let data = DataTable::of_curves(x, band, &curves);
        let title = match parts.len() {
            1 => title.to_owned(),
            n => format!("{title}, {} of {n}", i + 1),
        };
        if parts.len() > 1 {
            curves.push(frame.clone());
        }
        let plot = CurvePlot {
            title: &title,
            x,
            along,
            curves,
            may_be_log,
        };
        Drawing {
            figure: plot.draw(),
            data,
        }
    };
    parts.iter().enumerate().map(draw).collect()
}

/// A line that is not drawn, as it has no point that could be, and whose band reaches as far as all lines: the axes of
/// each part are those of the whole.
fn frame(groups: &[Vec<Curve>]) -> Curve {
    let values = |curve: &Curve| -> Vec<f64> {
        let bands = curve.band.iter().flat_map(|(low, high)| [*low, *high]);
        curve
            .points
            .iter()
            .map(|(_, y)| *y)
            .chain(bands)
            .filter(|y| y.is_finite())
            .collect()
    };
    let all = || groups.iter().flatten().flat_map(values);
    let ends = (
        all().fold(f64::NAN, f64::min),
        all().fold(f64::NAN, f64::max),
    );
    curve(String::new(), vec![(f64::NAN, f64::NAN)], vec![ends])
}

/// Points, or the lower and upper ends of a band.
type Pairs = Vec<(f64, f64)>;

/// Centre and band of a series at each position, over the trials that reach it.
fn over_trials(
    outcomes: &[&Outcome],
    name: &str,
    places: &Places,
    summary: Summary,
) -> (Pairs, Pairs) {
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
    // Trials end in different epochs: those of the longest are the epochs of all.
    let mut known = outcomes.iter().filter_map(|o| o.series.get(own));
    let epochs = known.find(|epochs| epochs.len() == longest);
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
        let at = match summary {
            Summary::Interquartile => interquartile_mean(&values)
                .zip(Quartiles::new(&values))
                .map(|(mean, q)| (mean, (q.q1, q.q3))),
            Summary::Mean => Mean::of(&values).map(|Mean { mean, half }| {
                let half = half.unwrap_or(f64::NAN);
                (mean, (mean - half, mean + half))
            }),
        };
        if let Some((centre, ends)) = at {
            points.push((x, centre));
            band.push(ends);
        }
    }
    if found.len() < 2 {
        band.clear();
    }
    (points, band)
}

pub(super) fn histograms(case: &str, of: &str, results: &Results) -> Vec<Drawing> {
    let Some(trial) = first(results, case) else {
        return Vec::new();
    };
    let draw = |when: &str| {
        let layers = (1..).map_while(|layer| {
            let grid = trial.outcome.grids.get(&format!("{of}/{layer}/{when}"))?;
            Some((layer, grid))
        });
        let groups = layers
            .map(|(layer, grid)| vec![curve(format!("layer {layer}"), pairs(grid), Vec::new())])
            .collect();
        let title = format!("{case}: {of}, {when} snapshot, relative frequency");
        multiples(
            &title,
            (of, Along::Measuring, false),
            ["low", "high"],
            groups,
        )
    };
    ["first", "last"].into_iter().flat_map(draw).collect()
}

pub(super) fn layers(title: &str, series: &str, cases: &[Chosen<'_>]) -> Vec<Drawing> {
    let of_case = |(case, results): &Chosen<'_>| -> Vec<Curve> {
        let line = |(when, dashed): (&str, bool)| {
            let at = |layer: usize| {
                let name = format!("{series}/{layer}");
                let series = results.done().filter_map(|t| t.outcome.series.get(&name));
                let values = series.filter_map(|s| if dashed { s.first() } else { s.last() });
                let values: Vec<f64> = values.map(|x| x.0).collect();
                Quartiles::new(&values).map(|q| (layer, q))
            };
            let found: Vec<(usize, Quartiles)> = (1..).map_while(at).collect();
            (!found.is_empty()).then(|| Curve {
                name: format!("{}, {when}", case.name),
                points: found.iter().map(|(l, q)| (*l as f64, q.median)).collect(),
                band: found.iter().map(|(_, q)| (q.q1, q.q3)).collect(),
                color: 0,
                dashed,
            })
        };
        [("first", true), ("last", false)]
            .into_iter()
            .filter_map(line)
            .collect()
    };
    let groups = cases.iter().map(of_case).collect();
    multiples(
        title,
        ("layer", Along::Counting, true),
        band_columns(Summary::Interquartile),
        groups,
    )
}

pub(super) fn line(
    title: &str,
    number: &str,
    over: &str,
    by: Option<&str>,
    cases: &[Chosen<'_>],
) -> Vec<Drawing> {
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
    let curve = |group: &Option<&str>| {
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
        (!found.is_empty()).then(|| Curve {
            name: group.map_or_else(String::new, |g| format!("{} {g}", by.unwrap_or(""))),
            points: found.iter().map(|(x, q)| (*x, q.median)).collect(),
            band: found.iter().map(|(_, q)| (q.q1, q.q3)).collect(),
            color: 0,
            dashed: false,
        })
    };
    let groups = groups
        .iter()
        .filter_map(curve)
        .map(|line| vec![line])
        .collect();
    multiples(
        title,
        (&label, Along::Setting, true),
        band_columns(Summary::Interquartile),
        groups,
    )
}

#[cfg(test)]
mod tests;

//! Heat maps, confusion matrices, decision regions, fitted functions, contours and scatter plots.

use claims::outcome::Grid;
use claims::results::{Results, Trial};
use nn::metrics::Quartiles;
use plot::{
    Cells, Clusters, ColorScale, ConfusionMatrix, DecisionMap, Field, Frame, HeatMap, PlanePlot,
    PlaneStyle, Series, Style, XyPlot,
};
use study_core::study::Case;

use super::{Chosen, DataTable, Drawing, class_names, pairs};
use crate::data_table::number as text;
use crate::select::{median_and_worst, values_of};

/// The most classes of a scatter plot.
const MOST_CLASSES: f64 = 1000.0;

pub(super) fn heat(
    title: &str,
    number: &str,
    [down, right]: [&str; 2],
    cases: &[Chosen<'_>],
) -> Vec<Drawing> {
    let owned = |factor| -> Vec<String> {
        let values = values_of(cases, factor).into_iter();
        values.map(str::to_owned).collect()
    };
    let (rows, columns) = (owned(down), owned(right));
    let cell = |row: &String, column: &String| {
        let here = |case: &Case| {
            case.value(down) == Some(row.as_str()) && case.value(right) == Some(column.as_str())
        };
        let found = cases.iter().filter(|(case, _)| here(case));
        let values: Vec<f64> = found
            .flat_map(|(_, results)| results.known(number))
            .collect();
        Quartiles::new(&values).map(|q| q.median)
    };
    let values: Vec<Vec<Option<f64>>> = rows
        .iter()
        .map(|row| columns.iter().map(|column| cell(row, column)).collect())
        .collect();
    if values.iter().flatten().flatten().next().is_none() {
        return Vec::new();
    }
    let map = HeatMap {
        title,
        down,
        right,
        rows: &rows,
        columns: &columns,
        values: &values,
    };
    let cells: Vec<Vec<f64>> = values
        .iter()
        .map(|row| row.iter().map(|x| x.unwrap_or(f64::NAN)).collect())
        .collect();
    let data = DataTable::matrix(&format!("{down} \\ {right}"), &rows, &columns, &cells);
    vec![Drawing {
        figure: map.draw(),
        data,
    }]
}

pub(super) fn confusion(case: &str, results: &Results) -> Vec<Drawing> {
    let Some(found) = results.case(case) else {
        return Vec::new();
    };
    let Some((which, trial)) = median_and_worst(found).into_iter().next() else {
        return Vec::new();
    };
    let Some(grid) = trial.outcome.grids.get("confusion") else {
        return Vec::new();
    };
    let counts: Vec<Vec<u64>> = grid
        .rows
        .iter()
        .map(|row| row.iter().map(|x| x.unwrap_or(0.0) as u64).collect())
        .collect();
    let labels = class_names(&trial.outcome, counts.len());
    let whole: Vec<Vec<f64>> = counts
        .iter()
        .map(|row| row.iter().map(|n| *n as f64).collect())
        .collect();
    // Where samples weigh, shares are of their weights.
    let weights: Option<Vec<Vec<f64>>> = trial
        .outcome
        .grids
        .get("weighted_confusion")
        .map(|grid| (0..grid.rows.len()).map(|i| grid.row(i)).collect());
    let shares: Vec<Vec<f64>> = weights
        .as_ref()
        .unwrap_or(&whole)
        .iter()
        .map(|row| {
            let all = row.iter().sum::<f64>();
            let share = |x: &f64| if all > 0.0 { x / all } else { 0.0 };
            row.iter().map(share).collect()
        })
        .collect();
    let which = which.split(':').next().unwrap_or_default();
    let draw = |what: &str, cells, numbers: &[Vec<f64>]| Drawing {
        figure: ConfusionMatrix {
            title: &format!("{case}: {what}, {which}"),
            labels: &labels,
            counts: &counts,
            weights: weights.as_deref(),
            cells,
        }
        .draw(),
        data: DataTable::matrix("true \\ predicted", &labels, &labels, numbers),
    };
    let percent = match weights {
        Some(_) => "percent of the class's weight",
        None => "percent of true class",
    };
    vec![
        draw("counts", Cells::Counts, &whole),
        draw(percent, Cells::Shares, &shares),
    ]
}

pub(super) fn decision(case: &str, results: &Results) -> Vec<Drawing> {
    let Some(found) = results.case(case) else {
        return Vec::new();
    };
    let draw = |(which, trial): (String, &Trial)| {
        let grids = &trial.outcome.grids;
        let (map, points) = (grids.get("decision")?, grids.get("points")?);
        let classes = trial.outcome.words.get("classes");
        let [xs, ys, labels] = [0, 1, 2].map(|i| points.row(i));
        let points: Vec<(f64, f64, u32)> = xs
            .iter()
            .zip(&ys)
            .zip(&labels)
            .map(|((x, y), class)| (*x, *y, *class as u32))
            .collect();
        let cells: Vec<Vec<f64>> = (0..map.rows.len()).map(|i| map.row(i)).collect();
        let figure = DecisionMap {
            title: &format!("{case}, {which}"),
            x: map.x?.map(f64::from),
            y: map.y?.map(f64::from),
            cells: &cells,
            classes: classes.map_or(2, |names| names.split('|').count()),
            points: &points,
        };
        let mut data = DataTable::new(["x", "y", "class"]);
        for (x, y, class) in &points {
            data.row([text(*x), text(*y), class.to_string()]);
        }
        Some(Drawing {
            figure: figure.draw(),
            data,
        })
    };
    median_and_worst(found)
        .into_iter()
        .filter_map(draw)
        .collect()
}

pub(super) fn fit(case: &str, results: &Results) -> Vec<Drawing> {
    let Some(found) = results.case(case) else {
        return Vec::new();
    };
    let draw = |(which, trial): (String, &Trial)| {
        let grids = &trial.outcome.grids;
        let series = |name: &str, grid: &str, style| {
            Some(Series {
                name: name.to_owned(),
                points: pairs(grids.get(grid)?),
                style,
            })
        };
        let parts = [
            series("training data", "points", Style::Dots),
            series("fit", "curve", Style::Line),
            series("true function", "truth", Style::Dashed),
        ];
        let plot = XyPlot {
            title: &format!("{case}, {}", which.split(':').next().unwrap_or_default()),
            x: "x",
            y: "",
            frame: Frame::Measuring,
            series: parts.into_iter().flatten().collect(),
            may_be_log: false,
        };
        let data = DataTable::of_series(&plot.series);
        (plot.series.len() > 1).then(|| Drawing {
            figure: plot.draw(),
            data,
        })
    };
    median_and_worst(found)
        .into_iter()
        .filter_map(draw)
        .collect()
}

/// Contour plot; none for a grid without points.
pub(super) fn contour(title: &str, grid: Option<&Grid>) -> Vec<Drawing> {
    let Some((grid, columns)) = grid.and_then(|g| Some((g, g.rows.first()?.len()))) else {
        return Vec::new();
    };
    let places = |ends: Option<[f32; 2]>, count: usize| -> Vec<f64> {
        let last = count.saturating_sub(1).max(1) as f64;
        let [low, high] = ends.map_or([0.0, last], |ends| ends.map(f64::from));
        (0..count)
            .map(|i| low + (high - low) * i as f64 / last)
            .collect()
    };
    let values: Vec<Vec<f64>> = (0..grid.rows.len()).map(|i| grid.row(i)).collect();
    if columns == 0 || values.iter().any(|row| row.len() != columns) {
        return Vec::new();
    }
    let (xs, ys) = (places(grid.x, columns), places(grid.y, values.len()));
    let mut data = DataTable::new(["x", "y", "value"]);
    for (y, row) in ys.iter().zip(&values) {
        for (x, value) in xs.iter().zip(row) {
            data.row([*x, *y, *value].map(text));
        }
    }
    let field = Field::new(&xs, &ys, &values);
    let scale = ColorScale::over(field.values());
    let plot = PlanePlot {
        title,
        x: "α",
        y: "β",
        field: &field,
        scale: scale.as_ref(),
        style: PlaneStyle::Contours,
        track: None,
        other: None,
    };
    vec![Drawing {
        figure: plot.draw(),
        data,
    }]
}

/// Scatter plot, colored by class where there is one.
pub(super) fn scatter(title: &str, trial: Option<(&Trial, &Grid)>) -> Vec<Drawing> {
    let Some((trial, grid)) = trial else {
        return Vec::new();
    };
    let (points, labels) = (pairs(grid), grid.row(2));
    if labels.is_empty() {
        let plot = XyPlot {
            title,
            x: "",
            y: "",
            frame: Frame::Measuring,
            series: vec![Series {
                name: String::new(),
                points,
                style: Style::Dots,
            }],
            may_be_log: false,
        };
        let data = DataTable::of_series(&plot.series);
        return vec![Drawing {
            figure: plot.draw(),
            data,
        }];
    }
    let last = labels.iter().fold(0.0_f64, |most, x| most.max(*x));
    // No legend has so many lines; what is so large is the number of no class.
    if last >= MOST_CLASSES {
        return Vec::new();
    }
    let classes = last as usize + 1;
    let points: Vec<(f64, f64, u32)> = points
        .into_iter()
        .zip(&labels)
        .map(|((x, y), class)| (x, y, *class as u32))
        .collect();
    let plot = Clusters {
        title,
        names: &class_names(&trial.outcome, classes),
        points: &points,
    };
    let mut data = DataTable::new(["x", "y", "class"]);
    for (x, y, class) in &points {
        data.row([text(*x), text(*y), class.to_string()]);
    }
    vec![Drawing {
        figure: plot.draw(),
        data,
    }]
}

//! The figures of a study.

use common::plot::{
    BoxPlot, BoxRow, Cells, ConfusionMatrix, Curve, CurvePlot, DecisionMap, Figure, Frame, HeatMap,
    Series, Style, XyPlot,
};
use common::report::{Align, Chapter, Column, Mistake, Pixels, significant};
use nn::metrics::{Quartiles, interquartile_mean};

use super::select::{cases, first, median_and_worst, values_of};
use crate::claim::{estimate, median};
use crate::drawn::Drawn;
use crate::outcome::{Grid, Outcome};
use crate::results::{CaseResults, Results};
use crate::study::{Case, Study};

/// Adds a figure to the study's part of the page. What has no trials yet is left out.
pub(super) fn add(chapter: &mut Chapter, study: &Study, results: &Results, drawn: &Drawn) {
    let of = |names: &[String]| cases(study, results, names);
    match drawn {
        Drawn::Curves {
            title,
            series,
            cases,
        } => chapter.figures(&curves(title, series, &of(cases))),
        Drawn::Boxes {
            title,
            number,
            cases,
        } => chapter.figures(&boxes(title, number, &of(cases), results)),
        Drawn::Heat {
            title,
            number,
            down,
            right,
            only,
        } => {
            let mut chosen = of(&[]);
            chosen.retain(|(case, _)| {
                only.iter()
                    .all(|(factor, value)| case.value(factor) == Some(value))
            });
            chapter.figures(&heat(title, number, [down, right], &chosen));
        }
        Drawn::Confusion { case } => chapter.figures(&confusion(case, results)),
        Drawn::Decision { case } => chapter.figures(&decision(case, results)),
        Drawn::Fit { case } => chapter.figures(&fit(case, results)),
        Drawn::Histograms { case, of: what } => chapter.figures(&histograms(case, what, results)),
        Drawn::Layers {
            title,
            series,
            cases,
        } => chapter.figures(&layers(title, series, &of(cases))),
        Drawn::Gallery { case } => gallery(chapter, case, results),
        Drawn::Line {
            title,
            number,
            over,
            by,
        } => chapter.figures(&line(title, number, over, by.as_deref(), &of(&[]))),
        Drawn::Table {
            title,
            numbers,
            cases,
        } => table(chapter, title, numbers, &of(cases), results),
        Drawn::Pictures {
            title,
            case,
            grid,
            columns,
        } => pictures(chapter, title, grid_of(results, case, grid), *columns),
        Drawn::Contour { title, case, grid } => {
            chapter.figures(&contour(title, grid_of(results, case, grid)));
        }
        Drawn::Scatter { title, case, grid } => {
            chapter.figures(&scatter(title, grid_of(results, case, grid)));
        }
    }
}

type Chosen<'a> = (&'a Case, &'a CaseResults);

fn words(name: &str) -> String {
    name.replace('_', " ")
}

fn grid_of<'a>(results: &'a Results, case: &str, grid: &str) -> Option<&'a Grid> {
    first(results, case)?.outcome.grids.get(grid)
}

fn curves(title: &str, series: &[String], cases: &[Chosen<'_>]) -> Vec<Figure> {
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
    plotted(title, "epoch", true, lines)
}

fn plotted(title: &str, x: &str, counting: bool, curves: Vec<Curve>) -> Vec<Figure> {
    if curves.is_empty() {
        return Vec::new();
    }
    let plot = CurvePlot {
        title,
        x,
        counting,
        curves,
        may_be_log: true,
    };
    vec![plot.draw()]
}

/// The interquartile mean and the quartiles of a series at each of its places, over the trials that came so far.
fn over_trials(outcomes: &[&Outcome], name: &str) -> (Vec<(f64, f64)>, Vec<(f64, f64)>) {
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

fn boxes(title: &str, number: &str, cases: &[Chosen<'_>], results: &Results) -> Vec<Figure> {
    let rows: Vec<BoxRow> = cases
        .iter()
        .map(|(case, found)| BoxRow {
            name: case.name.clone(),
            values: found.known(number),
            interval: estimate(&median(&case.name, number), results)
                .ok()
                .map(|e| (e.low, e.high)),
        })
        .filter(|row| !row.values.is_empty())
        .collect();
    if rows.is_empty() {
        return Vec::new();
    }
    let plot = BoxPlot {
        title,
        x: &words(number),
        rows: &rows,
        may_be_log: true,
    };
    vec![plot.draw()]
}

fn heat(title: &str, number: &str, [down, right]: [&str; 2], cases: &[Chosen<'_>]) -> Vec<Figure> {
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
    vec![map.draw()]
}

fn confusion(case: &str, results: &Results) -> Vec<Figure> {
    let Some(case) = results.case(case) else {
        return Vec::new();
    };
    let Some((which, trial)) = median_and_worst(case).into_iter().next() else {
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
    let names = trial.outcome.words.get("classes");
    let labels: Vec<String> = match names {
        Some(names) => names.split('|').map(str::to_owned).collect(),
        None => (0..counts.len()).map(|i| i.to_string()).collect(),
    };
    let draw = |what: &str, cells| {
        ConfusionMatrix {
            title: &format!("{what}, {which}"),
            labels: &labels,
            counts: &counts,
            cells,
        }
        .draw()
    };
    vec![
        draw("Rows", Cells::Counts),
        draw("% of the true class", Cells::Shares),
    ]
}

fn decision(case: &str, results: &Results) -> Vec<Figure> {
    let Some(found) = results.case(case) else {
        return Vec::new();
    };
    let draw = |(which, trial): (String, &crate::results::Trial)| {
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
        Some(figure.draw())
    };
    median_and_worst(found)
        .into_iter()
        .filter_map(draw)
        .collect()
}

fn pairs(grid: &Grid) -> Vec<(f64, f64)> {
    grid.row(0).into_iter().zip(grid.row(1)).collect()
}

fn fit(case: &str, results: &Results) -> Vec<Figure> {
    let Some(found) = results.case(case) else {
        return Vec::new();
    };
    let draw = |(which, trial): (String, &crate::results::Trial)| {
        let grids = &trial.outcome.grids;
        let series = |name: &str, grid: &str, style| {
            Some(Series {
                name: name.to_owned(),
                points: pairs(grids.get(grid)?),
                style,
            })
        };
        let parts = [
            series("data", "points", Style::Dots),
            series("fit", "curve", Style::Line),
            series("truth", "truth", Style::Dashed),
        ];
        let plot = XyPlot {
            title: &format!("{case}, {which}"),
            x: "x",
            y: "",
            frame: Frame::Measuring,
            series: parts.into_iter().flatten().collect(),
            may_be_log: false,
        };
        (plot.series.len() > 1).then(|| plot.draw())
    };
    median_and_worst(found)
        .into_iter()
        .filter_map(draw)
        .collect()
}

fn histograms(case: &str, of: &str, results: &Results) -> Vec<Figure> {
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
            counting: false,
            curves: curves.collect(),
            may_be_log: false,
        };
        (!plot.curves.is_empty()).then(|| plot.draw())
    };
    ["first", "last"].into_iter().filter_map(draw).collect()
}

fn layers(title: &str, series: &str, cases: &[Chosen<'_>]) -> Vec<Figure> {
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
    plotted(title, "layer", true, curves)
}

fn line(
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
    plotted(title, &label, false, curves)
}

fn table(
    chapter: &mut Chapter,
    title: &str,
    numbers: &[String],
    cases: &[Chosen<'_>],
    results: &Results,
) {
    let column = |name: String, align| Column {
        name: name.into(),
        align,
    };
    let mut columns = vec![
        column("case".to_owned(), Align::Left),
        column("trials".to_owned(), Align::Right),
    ];
    for number in numbers {
        columns.push(column(words(number), Align::Right));
        columns.push(column("quartiles".to_owned(), Align::Left));
        columns.push(column("95 % interval".to_owned(), Align::Left));
    }
    let ends = |low: f64, high: f64| format!("{} to {}", significant(low), significant(high));
    let row = |(case, found): &Chosen<'_>| {
        let mut cells = vec![case.name.clone(), found.done().count().to_string()];
        for number in numbers {
            let values = found.known(number);
            let q = Quartiles::new(&values);
            let interval = estimate(&median(&case.name, number), results).ok();
            let dash = || "–".to_owned();
            cells.push(q.map_or_else(dash, |q| significant(q.median)));
            cells.push(
                q.filter(|_| values.len() > 1)
                    .map_or_else(dash, |q| ends(q.q1, q.q3)),
            );
            cells.push(
                interval
                    .filter(|_| values.len() > 1)
                    .map_or_else(dash, |e| ends(e.low, e.high)),
            );
        }
        cells
    };
    let rows: Vec<Vec<String>> = cases.iter().map(row).collect();
    if !rows.is_empty() {
        chapter.heading(title);
        chapter.table(&columns, &rows);
    }
}

/// A picture of cells from 0 to 1, channels outermost, as bytes with channels innermost.
fn pixels(cells: &[f64], [channels, height, width]: [usize; 3]) -> Option<Pixels> {
    let plane = height * width;
    if channels * plane != cells.len() {
        return None;
    }
    let byte = |x: f64| (x.clamp(0.0, 1.0) * 255.0).round() as u8;
    Some(Pixels {
        height: height as u32,
        width: width as u32,
        channels: channels as u32,
        values: (0..cells.len())
            .map(|i| byte(cells[i % channels * plane + i / channels]))
            .collect(),
    })
}

fn gallery(chapter: &mut Chapter, case: &str, results: &Results) {
    let Some(trial) = first(results, case) else {
        return;
    };
    let grids = &trial.outcome.grids;
    let (Some(pictures), Some(said)) = (grids.get("mistakes"), grids.get("mistakes_said")) else {
        return;
    };
    let names: Vec<&str> = trial
        .outcome
        .words
        .get("classes")
        .map_or_else(Vec::new, |names| names.split('|').collect());
    let name = |class: f64| match names.get(class as usize) {
        Some(name) => (*name).to_owned(),
        None => class.to_string(),
    };
    let mistakes: Vec<Mistake> = (0..said.rows.len())
        .filter_map(|i| {
            let [row, truth, predicted, probability] = said.row(i).try_into().ok()?;
            Some(Mistake {
                row: row as usize,
                picture: pixels(&pictures.row(i), pictures.picture?),
                truth: name(truth),
                predicted: name(predicted),
                probability,
            })
        })
        .collect();
    if !mistakes.is_empty() {
        chapter.heading(&format!(
            "{case}: misjudged test rows of the first trial, the surest first"
        ));
        chapter.gallery(&mistakes);
    }
}

fn pictures(chapter: &mut Chapter, title: &str, grid: Option<&Grid>, columns: usize) {
    let Some((grid, shape)) = grid.and_then(|grid| Some((grid, grid.picture?))) else {
        return;
    };
    let all: Vec<Pixels> = (0..grid.rows.len())
        .filter_map(|i| pixels(&grid.row(i), shape))
        .collect();
    if let Some(sheet) = beside_each_other(&all, columns) {
        chapter.heading(title);
        chapter.picture(title, &sheet, (2 * sheet.width).min(900));
    }
}

/// Pictures of one size as one, so many in a row, with a pixel between them.
fn beside_each_other(pictures: &[Pixels], columns: usize) -> Option<Pixels> {
    let one = pictures.first()?;
    let (columns, channels) = (columns.max(1), one.channels as usize);
    let (high, wide) = (one.height as usize + 1, one.width as usize + 1);
    let (width, height) = (
        columns * wide - 1,
        pictures.len().div_ceil(columns) * high - 1,
    );
    let mut values = vec![128; width * height * channels];
    for (k, picture) in pictures.iter().enumerate() {
        let (top, left) = (k / columns * high, k % columns * wide);
        for (y, row) in picture
            .values
            .chunks_exact((wide - 1) * channels)
            .enumerate()
        {
            let from = ((top + y) * width + left) * channels;
            values[from..from + row.len()].copy_from_slice(row);
        }
    }
    Some(Pixels {
        height: height as u32,
        width: width as u32,
        channels: one.channels,
        values,
    })
}

fn contour(title: &str, grid: Option<&Grid>) -> Vec<Figure> {
    let Some(grid) = grid else {
        return Vec::new();
    };
    let place = |ends: Option<[f32; 2]>, count: usize| -> Vec<String> {
        let [low, high] = ends
            .unwrap_or([0.0, count.saturating_sub(1) as f32])
            .map(f64::from);
        let step = (high - low) / count.saturating_sub(1).max(1) as f64;
        (0..count)
            .map(|i| format!("{:.2}", low + step * i as f64))
            .collect()
    };
    let values: Vec<Vec<Option<f64>>> = (0..grid.rows.len())
        .map(|i| {
            grid.row(i)
                .into_iter()
                .map(|x| Some(x).filter(|x| x.is_finite()))
                .collect()
        })
        .collect();
    let columns = grid.rows.first().map_or(0, Vec::len);
    let map = HeatMap {
        title,
        down: "",
        right: "",
        rows: &place(grid.y, grid.rows.len()),
        columns: &place(grid.x, columns),
        values: &values,
    };
    vec![map.draw()]
}

fn scatter(title: &str, grid: Option<&Grid>) -> Vec<Figure> {
    let Some(grid) = grid else {
        return Vec::new();
    };
    let points = pairs(grid);
    let labels = grid.row(2);
    let classes = labels.iter().fold(0.0_f64, |most, x| most.max(*x)) as usize + 1;
    let of = |class: usize| Series {
        name: if labels.is_empty() {
            String::new()
        } else {
            class.to_string()
        },
        points: points
            .iter()
            .enumerate()
            .filter(|(i, _)| labels.get(*i).is_none_or(|label| *label as usize == class))
            .map(|(_, p)| *p)
            .collect(),
        style: Style::Dots,
    };
    let plot = XyPlot {
        title,
        x: "",
        y: "",
        frame: Frame::Measuring,
        series: (0..classes).map(of).collect(),
        may_be_log: false,
    };
    vec![plot.draw()]
}

//! The figures of a study.

mod curves;
mod images;
mod maps;
mod tables;

use plot::Figure;
use report::Chapter;

use super::select::{cases, first};
use super::words;
use crate::figure_spec::FigureSpec;
use crate::outcome::{Grid, Outcome};
use crate::results::{CaseResults, Results, Trial};
use crate::study::{Case, Study};

/// Adds a study's figures to its chapter. Figures without trials are left out.
pub(super) fn all(chapter: &mut Chapter, study: &Study, results: &Results) {
    // Figures stand side by side until something else comes between them.
    let mut beside = Vec::new();
    for drawn in &study.drawn {
        let figures = figures(study, results, &drawn.spec);
        if figures.is_empty() {
            chapter.figures(&std::mem::take(&mut beside));
            other(chapter, study, results, &drawn.spec);
        }
        beside.extend(figures);
    }
    chapter.figures(&beside);
}

/// Figures of a spec; none for tables and galleries.
fn figures(study: &Study, results: &Results, drawn: &FigureSpec) -> Vec<Figure> {
    let of = |names: &[String]| cases(study, results, names);
    match drawn {
        FigureSpec::Curves {
            title,
            series,
            places,
            cases,
        } => curves::curves(title, series, places, &of(cases)),
        FigureSpec::Boxes {
            title,
            number,
            cases,
        } => tables::boxes(title, number, &of(cases), results),
        FigureSpec::Heat {
            title,
            number,
            down,
            right,
            only,
        } => {
            let mut chosen = of(&[]);
            let has =
                |case: &Case, (factor, value): &(String, String)| case.value(factor) == Some(value);
            chosen.retain(|(case, _)| only.iter().all(|wanted| has(case, wanted)));
            maps::heat(title, number, [down, right], &chosen)
        }
        FigureSpec::Confusion { case } => maps::confusion(case, results),
        FigureSpec::Decision { case } => maps::decision(case, results),
        FigureSpec::Fit { case } => maps::fit(case, results),
        FigureSpec::Histograms { case, of: what } => curves::histograms(case, what, results),
        FigureSpec::Layers {
            title,
            series,
            cases,
        } => curves::layers(title, series, &of(cases)),
        FigureSpec::Line {
            title,
            number,
            over,
            by,
        } => curves::line(title, number, over, by.as_deref(), &of(&[])),
        FigureSpec::Contour { title, case, grid } => {
            maps::contour(title, grid_of(results, case, grid).map(|(_, grid)| grid))
        }
        FigureSpec::Scatter { title, case, grid } => {
            maps::scatter(title, grid_of(results, case, grid))
        }
        FigureSpec::Images {
            title,
            case,
            grid,
            columns,
        } => {
            let grid = grid_of(results, case, grid).map(|(_, grid)| grid);
            images::images(title, grid, *columns)
        }
        FigureSpec::Table { .. } | FigureSpec::Gallery { .. } => Vec::new(),
    }
}

/// Adds tables and galleries.
fn other(chapter: &mut Chapter, study: &Study, results: &Results, drawn: &FigureSpec) {
    match drawn {
        FigureSpec::Table {
            title,
            numbers,
            cases: names,
        } => tables::table(
            chapter,
            title,
            numbers,
            &cases(study, results, names),
            results,
        ),
        FigureSpec::Gallery { case } => images::gallery(chapter, case, results),
        _ => {}
    }
}

type Chosen<'a> = (&'a Case, &'a CaseResults);

/// A grid of the first trial of a case.
fn grid_of<'a>(results: &'a Results, case: &str, grid: &str) -> Option<(&'a Trial, &'a Grid)> {
    let trial = first(results, case)?;
    Some((trial, trial.outcome.grids.get(grid)?))
}

/// The first two rows of a grid as points.
fn pairs(grid: &Grid) -> Vec<(f64, f64)> {
    grid.row(0).into_iter().zip(grid.row(1)).collect()
}

/// The names of the classes of an outcome; numbers where it has none.
fn class_names(outcome: &Outcome, classes: usize) -> Vec<String> {
    match outcome.words.get("classes") {
        Some(names) => names.split('|').map(str::to_owned).collect(),
        None => (0..classes).map(|i| i.to_string()).collect(),
    }
}

#[cfg(test)]
mod tests;

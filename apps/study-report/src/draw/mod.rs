//! The figures of a study.

mod curves;
mod images;
mod maps;
mod tables;

use claims::outcome::{Grid, Outcome};
use claims::results::{CaseResults, Results, Trial};
use plot::Figure;
use report::Chapter;
use study_core::figure_spec::FigureSpec;
use study_core::study::{Case, Study};

use crate::data_table::DataTable;
use crate::names::words;
use crate::select::{cases, first};

pub(crate) use tables::CaseTable;

/// A figure and the numbers in it.
#[derive(Clone, Debug)]
pub(crate) struct Drawing {
    pub(crate) figure: Figure,
    pub(crate) data: DataTable,
}

/// Adds figures of a study to a chapter. Figures without trials are left out.
pub(crate) fn add<'a>(
    chapter: &mut Chapter,
    study: &Study,
    results: &Results,
    specs: impl IntoIterator<Item = &'a FigureSpec>,
) {
    // Figures stand side by side until something else comes between them.
    let mut beside = Vec::new();
    for spec in specs {
        match spec {
            FigureSpec::Table { .. } => {
                flush(chapter, &mut beside);
                if let Some(table) = table(study, results, spec) {
                    table.add_to(chapter);
                }
            }
            FigureSpec::Gallery { case } => {
                flush(chapter, &mut beside);
                images::gallery(chapter, case, results);
            }
            _ => beside.extend(figures(study, results, spec).into_iter().map(|d| d.figure)),
        }
    }
    flush(chapter, &mut beside);
}

/// Adds the figures gathered so far.
fn flush(chapter: &mut Chapter, beside: &mut Vec<Figure>) {
    if !beside.is_empty() {
        chapter.figures(&std::mem::take(beside));
    }
}

/// The table of a spec; `None` if it is no table or has no trials.
pub(crate) fn table(study: &Study, results: &Results, drawn: &FigureSpec) -> Option<CaseTable> {
    match drawn {
        FigureSpec::Table {
            title,
            numbers,
            cases: names,
        } => tables::table(title, numbers, &cases(study, results, names), results),
        _ => None,
    }
}

/// Figures of a spec; none for tables.
pub(crate) fn figures(study: &Study, results: &Results, drawn: &FigureSpec) -> Vec<Drawing> {
    let of = |names: &[String]| cases(study, results, names);
    match drawn {
        FigureSpec::Curves {
            title,
            series,
            places,
            cases,
            summary,
        } => curves::curves(title, series, (places, *summary), &of(cases)),
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
        FigureSpec::Gallery { case } => images::gallery_sheet(case, results),
        FigureSpec::Table { .. } => Vec::new(),
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

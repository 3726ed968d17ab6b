//! The page of several runs side by side.

use plot::{Along, Curve, CurvePlot, Figure};

use crate::blocks::{Align, Column};
use crate::chapter::Chapter;
use crate::page::Report;

/// The most groups whose curves lie in one figure: as many as there are colors, so that none is used twice.
const MOST_IN_ONE: usize = 6;

/// Several runs side by side.
#[derive(Clone, Debug)]
pub struct Compared<'a> {
    /// What they are about.
    pub about: &'a str,
    /// How many they are.
    pub runs: usize,
    /// The name of each group of runs that differ only in their seed.
    pub groups: &'a [String],
    /// The settings that differ: the name, then the value in each group.
    pub differences: &'a [Vec<String>],
    /// Figures of the runs: the name, then the value in each group.
    pub figures: &'a [Vec<String>],
    /// The runs: folder, group, seed.
    pub folders: &'a [Vec<String>],
    /// Learning curves, a figure each.
    pub curves: Vec<ComparedCurves>,
    /// Whether some group has several runs.
    pub repeated: bool,
    /// A sentence on what does not compare, if something does not.
    pub warning: Option<String>,
}

/// A figure of learning curves.
#[derive(Clone, Debug)]
pub struct ComparedCurves {
    /// The title.
    pub title: String,
    /// Whether a logarithmic axis may be chosen.
    pub may_be_log: bool,
    /// Of each group training and validation: points, and the ends of a band. `None` where there are none.
    pub groups: Vec<[Option<Line>; 2]>,
}

/// Points of a curve, and the lower and upper end of the band at each, or none.
type Line = (Vec<(f64, f64)>, Vec<(f64, f64)>);

/// Makes the page.
pub fn comparison(of: Compared<'_>) -> Report {
    let several = |n: usize, what: &str| format!("{n} {what}{}", if n == 1 { "" } else { "s" });
    let mut page = Report::new(
        format!("{}: {} compared", of.about, several(of.runs, "run")),
        format!(
            "{} in {}. Runs that differ only in their random seed are a group.",
            several(of.runs, "run"),
            several(of.groups.len(), "group")
        ),
    );
    if let Some(warning) = &of.warning {
        page.aside(warning);
    }
    match of.differences {
        [] => page.note("Settings that differ", "None but the random seed."),
        rows => page.table("Settings that differ", &columns("setting", of.groups), rows),
    }
    page.table("Figures", &columns("", of.groups), of.figures);
    if of.repeated {
        page.aside(
            "Mean ± half the width of the 95 % interval of Student's t over the seeds of a group; of a group of one run its \
             value, whose spread is not known. Each interval is of one figure alone: among many, some miss by chance.",
        );
    }
    let mut chapter = Chapter::new("curves", "Learning curves");
    let together = of.groups.len() <= MOST_IN_ONE;
    let mut text = "Training is dashed, validation solid. Training curves are means over an epoch's batches while the weights \
                    change; validation curves are evaluated after each epoch."
        .to_owned();
    if of.repeated {
        text.push_str(
            " A curve is the mean over the seeds of its group, as far as all of them were trained; the band around validation \
             reaches from the least to the greatest of them.",
        );
    }
    if !together {
        text.push_str(" Each group has a figure of its own, with the validation curves of all others in gray.");
    }
    chapter.text(&text);
    if together {
        let figures = of.curves.iter().map(|curves| overlaid(curves, of.groups));
        chapter.figures(&figures.collect::<Vec<_>>());
    } else {
        for curves in &of.curves {
            chapter.heading(&curves.title);
            let one = |i: usize| alone(curves, of.groups, i);
            chapter.figures(&(0..of.groups.len()).map(one).collect::<Vec<_>>());
        }
    }
    page.chapter(chapter);
    let names = ["run", "group", "seed"];
    let columns = names.map(|name| Column {
        name: name.into(),
        align: if name == "run" {
            Align::Left
        } else {
            Align::Right
        },
    });
    page.table("Runs", &columns, of.folders);
    page
}

/// A column a group, behind one of names.
fn columns(first: &'static str, groups: &[String]) -> Vec<Column> {
    let name = Column {
        name: first.into(),
        align: Align::Left,
    };
    let group = |name: &String| Column {
        name: name.clone().into(),
        align: Align::Right,
    };
    std::iter::once(name)
        .chain(groups.iter().map(group))
        .collect()
}

/// All curves in one figure, a color each group.
fn overlaid(curves: &ComparedCurves, names: &[String]) -> Figure {
    let both = |i: usize| of_group(&curves.groups[i], &names[i], i);
    draw(
        &curves.title,
        curves,
        (0..names.len()).flat_map(both).collect(),
    )
}

/// The curves of one group over the validation curves of all others, on the axes of all.
fn alone(curves: &ComparedCurves, names: &[String], group: usize) -> Figure {
    let others = curves
        .groups
        .iter()
        .enumerate()
        .filter(|(i, _)| *i != group);
    let mut lines: Vec<Curve> = others
        .filter_map(|(_, [train, validation])| {
            let (points, _) = validation.as_ref().or(train.as_ref())?;
            Some(Curve {
                name: String::new(),
                points: points.clone(),
                band: Vec::new(),
                color: Curve::FAINT,
                dashed: false,
            })
        })
        .collect();
    // Nothing is drawn of this one; its band is what all lines reach to.
    let all = curves.groups.iter().flatten().flatten();
    let points = all.flat_map(|(points, _)| points.iter().map(|p| (p.1, p.1)));
    lines.push(Curve {
        name: String::new(),
        points: Vec::new(),
        band: points.collect(),
        color: Curve::FAINT,
        dashed: false,
    });
    lines.extend(of_group(&curves.groups[group], "", 0));
    draw(&names[group], curves, lines)
}

/// Training and validation of a group.
fn of_group([train, validation]: &[Option<Line>; 2], name: &str, color: usize) -> Vec<Curve> {
    let line = |of: &Option<Line>, what: &str, dashed: bool| {
        let (points, band) = of.clone()?;
        Some(Curve {
            name: match (name, what) {
                ("", what) => what.to_owned(),
                (name, "validation") => name.to_owned(),
                // The number of the group is enough where the color says the same.
                (name, what) => format!("{} {what}", name.split(':').next().unwrap_or(name)),
            },
            points,
            band: if dashed { Vec::new() } else { band },
            color,
            dashed,
        })
    };
    let lines = [
        line(validation, "validation", false),
        line(train, "training", true),
    ];
    lines.into_iter().flatten().collect()
}

fn draw(title: &str, of: &ComparedCurves, curves: Vec<Curve>) -> Figure {
    let plot = CurvePlot {
        title,
        x: "epoch",
        along: Along::Counting,
        curves,
        may_be_log: of.may_be_log,
    };
    plot.draw()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compared(count: usize) -> (Vec<String>, ComparedCurves) {
        let names = (1..=count).map(|i| format!("{i}: lr {i}")).collect();
        let line = |y: f64| Some((vec![(1.0, y), (2.0, 0.5 * y)], Vec::new()));
        let groups = (0..count).map(|i| [line(1.0 + i as f64), line(2.0 + i as f64)]);
        let curves = ComparedCurves {
            title: "Loss".to_owned(),
            may_be_log: true,
            groups: groups.collect(),
        };
        (names, curves)
    }

    #[test]
    fn no_color_is_used_twice_in_a_figure() {
        for count in [2, MOST_IN_ONE, MOST_IN_ONE + 1, 9] {
            let (names, curves) = compared(count);
            let page = comparison(Compared {
                about: "iris (setosa)",
                runs: count,
                groups: &names,
                differences: &[],
                figures: &[],
                folders: &[],
                curves: vec![curves],
                repeated: false,
                warning: None,
            });
            let html = page.to_html();
            let figures = html.matches("<figure>").count();
            assert_eq!(figures, if count <= MOST_IN_ONE { 1 } else { count });
            assert!(names.iter().all(|name| html.contains(name)), "{count}");
        }
    }
}

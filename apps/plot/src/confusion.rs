//! The confusion matrix.

use super::cells::{Layout, Sides, TOP};
use super::figure::Figure;
use super::style::headline;

/// Side of the largest cell.
const LARGEST: i32 = 56;

/// Numbers in the cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cells {
    /// Counts.
    Counts,
    /// Percent of the true class.
    Shares,
}

/// A confusion matrix to draw.
#[derive(Clone, Copy, Debug)]
pub struct ConfusionMatrix<'a> {
    /// Title.
    pub title: &'a str,
    /// Names of the classes.
    pub labels: &'a [String],
    /// Rows are true classes, columns predicted ones: a square of as many as there are labels.
    pub counts: &'a [Vec<u64>],
    /// The sums of weights, where samples do not all count the same, in the shape of `counts`: shares are of these.
    pub weights: Option<&'a [Vec<f64>]>,
    /// Numbers in the cells. Color follows the share in both cases.
    pub cells: Cells,
}

impl ConfusionMatrix<'_> {
    /// Draws the figure.
    ///
    /// # Panics
    /// If weights have not the shape of counts.
    #[track_caller]
    pub fn draw(&self) -> Figure {
        let sides = Sides {
            rows: self.labels,
            columns: self.labels,
            down: "true",
            right: "predicted",
        };
        if let Some(weights) = self.weights {
            let widths: Vec<usize> = weights.iter().map(Vec::len).collect();
            let expected: Vec<usize> = self.counts.iter().map(Vec::len).collect();
            assert_eq!(
                widths, expected,
                "widths of the rows of weights and of counts"
            );
        }
        let layout = Layout::new(sides, LARGEST);
        Figure::draw(self.title, layout.size(self.title), |sheet| {
            headline(sheet, self.title, TOP / 2)?;
            layout.draw_sides(sheet)?;
            for (i, row) in self.counts.iter().enumerate() {
                let own = |j: usize| match self.weights {
                    Some(weights) => weights[i][j],
                    None => row[j] as f64,
                };
                let total: f64 = (0..row.len()).map(own).sum();
                for (j, &count) in row.iter().enumerate() {
                    // A class without rows has no shares; its cells stay empty.
                    let share = if total > 0.0 { own(j) / total } else { 0.0 };
                    let number = match self.cells {
                        Cells::Counts => count.to_string(),
                        Cells::Shares => per_cent(share),
                    };
                    // The square root makes rare mistakes show beside a full diagonal.
                    layout.draw_cell(sheet, (i, j), share.sqrt(), &number)?;
                }
            }
            Ok(())
        })
    }
}

/// A share in percent, in at most four characters: `0`, `0.4`, `98.0`, `100`.
fn per_cent(share: f64) -> String {
    if share == 0.0 || share == 1.0 {
        format!("{:.0}", 100.0 * share)
    } else {
        format!("{:.1}", 100.0 * share)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(n: usize) -> Vec<String> {
        (0..n).map(|i| format!("class <{i}>")).collect()
    }

    fn draw(counts: &[Vec<u64>], cells: Cells) -> String {
        ConfusionMatrix {
            title: "Confusion",
            labels: &labels(counts.len()),
            counts,
            weights: None,
            cells,
        }
        .draw()
        .to_svg()
    }

    #[test]
    fn numbers_stand_in_the_cells() {
        let counts = [vec![97, 3], vec![0, 0]];
        let svg = draw(&counts, Cells::Counts);
        assert!(svg.contains(">\n97\n<") && svg.contains(">\n3\n<"), "{svg}");
        let svg = draw(&counts, Cells::Shares);
        assert!(svg.contains(">\n97.0\n<") && !svg.contains("NaN"), "{svg}");
        assert!(svg.contains("class &lt;1&gt;"), "{svg}");
    }

    #[test]
    fn shares_are_those_of_weights() {
        let (counts, weights) = ([vec![2, 2], vec![0, 1]], [vec![3.0, 1.0], vec![0.0, 2.0]]);
        let matrix = ConfusionMatrix {
            title: "Confusion",
            labels: &labels(2),
            counts: &counts,
            weights: Some(&weights),
            cells: Cells::Shares,
        };
        let svg = matrix.draw().to_svg();
        assert!(
            svg.contains(">\n75.0\n<") && svg.contains(">\n25.0\n<"),
            "{svg}"
        );
    }

    #[test]
    fn many_classes_are_drawn_without_numbers() {
        let counts = vec![vec![1; 100]; 100];
        let svg = draw(&counts, Cells::Counts);
        assert_eq!(svg.matches("<rect").count(), 10_000);
        assert!(!svg.contains(">\n1\n<"));
    }

    #[test]
    fn per_cent_is_short() {
        let texts = [0.0, 0.004, 0.98, 1.0].map(per_cent);
        assert_eq!(texts, ["0", "0.4", "98.0", "100"]);
    }
}

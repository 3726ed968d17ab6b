//! Figures as SVG, in one style.
//!
//! Figures hold real text in the reader's own fonts, so they need nothing from outside. Colors are told apart also by
//! color-blind readers (Okabe and Ito's palette, <https://jfly.uni-koeln.de/color/>). A figure is drawn for light
//! paper; where the reader prefers dark, a style sheet exchanges the few colors that depend on it.

mod axis;
mod boundary;
mod boxes;
mod cells;
mod chart;
mod clusters;
mod confusion;
mod contour;
mod curves;
mod field;
mod figure;
mod heat;
mod image;
mod image_grid;
mod labels;
mod layer;
mod map;
mod panel;
mod plane;
mod quantile;
mod raster;
mod scale;
mod section;
mod spectrum;
mod style;
mod surface;
mod track;
mod xy;

pub use axis::drawable;
pub use boundary::DecisionMap;
pub use boxes::{BoxPlot, BoxRow};
pub use clusters::Clusters;
pub use confusion::{Cells, ConfusionMatrix};
pub use curves::{Along, Curve, CurvePlot};
pub use field::Field;
pub use figure::Figure;
pub use heat::HeatMap;
pub use image::Pixels;
pub use image_grid::ImageGrid;
pub use map::ErrorMap;
pub use plane::{PlanePlot, PlaneStyle};
pub use scale::ColorScale;
pub use section::{Mark, SectionPlot, Strip};
pub use spectrum::SpectrumPlot;
pub use style::{printable, style};
pub use surface::SurfacePlot;
pub use track::{Spot, Track};
pub use xy::{Corner, Frame, Series, Style, XyPlot};

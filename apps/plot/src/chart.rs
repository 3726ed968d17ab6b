//! The frame that the plotting library draws points and lines in.

use plotters::chart::ChartContext;
use plotters::coord::cartesian::Cartesian2d;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, VPos};

use super::axis::Axis;
use super::style::{GRID, INK, MUTED, Problem, Sheet, TEXT_SIZE, text};

/// A frame that can be drawn in.
pub(super) type Chart<'b, 'a> = ChartContext<'b, SVGBackend<'a>, Cartesian2d<Axis, Axis>>;

/// Draws the frame with its ticks and the names of its axes, the second of which may be empty.
pub(super) fn chart<'b, 'a>(
    body: &'b Sheet<'a>,
    x: Axis,
    y: Axis,
    [x_name, y_name]: [&str; 2],
) -> Result<Chart<'b, 'a>, Problem> {
    let mut chart = ChartBuilder::on(body)
        .margin_right(18)
        .margin_top(6)
        .margin_left(if y_name.is_empty() { 0 } else { 12 })
        .x_label_area_size(48)
        .y_label_area_size(62)
        .build_cartesian_2d(x, y)?;
    chart
        .configure_mesh()
        .light_line_style(TRANSPARENT)
        .bold_line_style(GRID)
        .axis_style(MUTED)
        .label_style(text(TEXT_SIZE, MUTED, HPos::Center, VPos::Center))
        .axis_desc_style(text(TEXT_SIZE, INK, HPos::Center, VPos::Center))
        .x_desc(x_name)
        .y_desc(y_name)
        .draw()?;
    Ok(chart)
}

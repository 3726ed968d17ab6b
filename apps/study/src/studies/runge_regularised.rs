use crate::parts::own::without_series;
use crate::prelude::*;

crate::register!(study);

const CASES: [&str; 4] = ["none", "L2", "L1", "L1, proximal"];
const STRENGTH: f64 = 5e-4;

/// The overfitting network of `runge-overfit`, with each penalty.
fn setup(penalty: &str) -> Setup {
    let plain = Setup::on("runge")
        .rows(100)
        .noise(0.15)
        .hidden([64; 4])
        .activation("relu")
        .optimizer("adam")
        .lr(0.01)
        .batch(32)
        .epochs(500)
        .validation(0.0)
        .fitted_curve();
    match penalty {
        "L2" => plain.l2(STRENGTH, L2Form::Sum),
        "L1" => plain.l1(STRENGTH, L1Form::Subgradient),
        "L1, proximal" => plain.l1(STRENGTH, L1Form::Proximal),
        _ => plain,
    }
}

fn work(context: &Context<'_>) -> Result<Outcome, AppError> {
    let trained = context.train::<f32>(&setup(context.factor("penalty")))?;
    let bending = trained.outcome.grids.get("curve").map_or(f64::NAN, bending);
    Ok(without_series(trained.outcome).number("bending", bending))
}

/// Total variation of a curve's first derivative.
fn bending(curve: &Grid) -> f64 {
    let (x, y) = (curve.row(0), curve.row(1));
    let slopes: Vec<f64> = (1..x.len())
        .map(|i| (y[i] - y[i - 1]) / (x[i] - x[i - 1]))
        .collect();
    slopes
        .windows(2)
        .map(|pair| (pair[1] - pair[0]).abs())
        .sum()
}

fn study() -> Study {
    let case = |name: &str| {
        Case::own(name, work)
            .factor("penalty", name)
            .trains(&setup(name))
    };
    let smoother = |name: &str| {
        Claim::new(
            "A",
            format!("{name} smooths the deep network: its curve bends less than without a penalty"),
            "smoother",
            lower(name, "none", "bending"),
        )
    };
    let nearer = |name: &str| {
        Claim::new(
            "A",
            format!("{name} reduces overfitting: nearer to f than without a penalty"),
            "mitigates overfitting",
            lower(name, "none", "test_mse_true"),
        )
    };
    Study::new(
        "runge-regularised",
        "A",
        "Penalties on the weights smooth a deep network that fits noise",
    )
    .data("runge")
    .minutes(0.5)
    .trials(15)
    .cases(CASES.map(case))
    .draw(FigureSpec::fit("none"))
    .draw(FigureSpec::fit("L2"))
    .draw(FigureSpec::fit("L1"))
    .draw(FigureSpec::boxes("Total variation of the slope", "bending"))
    .draw(FigureSpec::boxes("Error against the noiseless function", "test_mse_true"))
    .draw(FigureSpec::table(
        "Errors and weights",
        ["train_mse", "test_mse_true", "bending", "weight_std", "zero_weights"],
    ))
    .claim(smoother("L2"))
    .claim(smoother("L1"))
    .claim(nearer("L2"))
    .claim(nearer("L1"))
    .note("Report A's own penalties: L2 is l2-sum, λ·Σw² with gradient 2λw; L1 is l1-subgradient, λ·sign(w).")
    .note("The report gives λ = 5e-4 for L2 and none for L1; ours is the same for both.")
    .note("\"L1, proximal\" is ours: weights that would pass 0 become exactly 0. With the report's subgradient none does but by chance.")
    .note("The settings that the report leaves open are those of runge-overfit.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_straight_line_does_not_bend_and_a_tent_bends_once() {
        let line = Grid::new([[0.0, 1.0, 2.0, 4.0], [1.0, 3.0, 5.0, 9.0]]);
        assert_eq!(bending(&line), 0.0);
        let tent = Grid::new([[0.0, 1.0, 2.0], [0.0, 1.0, 0.0]]);
        assert_eq!(bending(&tent), 2.0);
    }
}

use nn::Kind;

use crate::parts::own::without_series;
use crate::prelude::*;

crate::register!(study);

const CASES: [&str; 5] = ["none", "L2", "L1", "L1, 10 λ", "L1, proximal"];
const STRENGTH: f64 = 5e-4;
/// Weights of this size or less count as none.
const SMALL: f64 = 1e-3;

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
        "L1, 10 λ" => plain.l1(10.0 * STRENGTH, L1Form::Subgradient),
        "L1, proximal" => plain.l1(STRENGTH, L1Form::Proximal),
        _ => plain,
    }
}

fn work(context: &Context<'_>) -> Result<Outcome, AppError> {
    let trained = context.train::<f32>(&setup(context.factor("penalty")))?;
    let bending = trained.outcome.grids.get("curve").map_or(f64::NAN, bending);
    let weights: Vec<f32> = trained
        .model
        .params
        .iter()
        .filter(|(_, segment, _)| segment.kind == Kind::Weight)
        .flat_map(|(.., values)| values.iter().copied())
        .collect();
    let small = weights
        .iter()
        .filter(|w| f64::from(w.abs()) <= SMALL)
        .count();
    Ok(without_series(trained.outcome)
        .number("bending", bending)
        .number("small_weights", small as f64 / weights.len() as f64))
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

/// A claim about L1, with both strengths as readings, since the report gives none.
fn of_l1(
    place: &'static str,
    sentence: &str,
    claimed: &str,
    predicate: impl Fn(&str) -> Predicate,
) -> Claim {
    Claim::at("A", place, sentence, claimed)
        .reading("λ of 5e-4, as of L2", predicate("L1"))
        .reading("λ of 5e-3", predicate("L1, 10 λ"))
        .beside("proximal steps, λ of 5e-4", predicate("L1, proximal"))
}

fn study() -> Study {
    let case = |name: &str| {
        Case::own(name, work)
            .factor("penalty", name)
            .trains(&setup(name))
    };
    // More weights are as small as counts for none.
    let sparser = |l1: &str, than: &str| {
        median(l1, "small_weights")
            .minus(median(than, "small_weights"))
            .at_least(Bar::ours(
                0.01,
                format!(
                    "one weight in a hundred more; those of {SMALL} or less count as zero, as a subgradient leaves few exactly there"
                ),
            ))
    };
    Study::new(
        "runge-regularised",
        "A",
        "Penalties on the weights smooth a deep network that fits noise",
    )
    .data("runge")
    .minutes(0.3)
    .trials(50)
    .cases(CASES.map(case))
    .draw(FigureSpec::fit("L2").at("A", "Fig. 6"))
    .draw(FigureSpec::fit("none"))
    .draw(FigureSpec::fit("L1"))
    .draw(FigureSpec::boxes("Total variation of the slope", "bending").at("A", "Fig. 6"))
    .draw(FigureSpec::boxes("Error against the noiseless function", "test_mse_true"))
    .draw(FigureSpec::table(
        "Errors and weights",
        ["train_mse", "test_mse_true", "bending", "weight_std", "zero_weights", "small_weights"],
    ))
    .claim(
        Claim::at(
            "A",
            "Fig. 6",
            "L2 smooths the deep network: its curve bends less than without a penalty",
            "a smoother prediction",
        ).main()
        .holds_if(lower("L2", "none", "bending")),
    )
    .claim(of_l1(
        "Section 4.1",
        "L1 smooths the deep network: its curve bends less than without a penalty",
        "have also used L1 …, but the plots look fairly similar",
        |l1| lower(l1, "none", "bending"),
    ))
    .claim(of_l1(
        "Section 4.1",
        "curves with L1 and with L2 look fairly similar: they bend alike",
        "the plots look fairly similar",
        |l1| {
            let factor = Bar::ours(2.0, "curves that bend up to twice as much still look alike beside one that bends ten times as much");
            similar_ratio(l1, "L2", "bending", factor)
        },
    ))
    .claim(
        Claim::at(
            "A",
            "Section 5",
            "regularization mitigates overfitting: with a penalty the network is nearer to f than without",
            "mitigated this by using regularization",
        )
        .reading("L2", lower("L2", "none", "test_mse_true"))
        .reading("L1, λ of 5e-4", lower("L1", "none", "test_mse_true"))
        .reading("L1, λ of 5e-3", lower("L1, 10 λ", "none", "test_mse_true")),
    )
    .claim(
        Claim::at(
            "A",
            "Section 2.5",
            "L2 shrinks weights: they have a smaller standard deviation than without a penalty",
            "L2 tends to shrink weights",
        )
        .holds_if(lower("L2", "none", "weight_std")),
    )
    .claim(
        Claim::at(
            "A",
            "Section 2.5",
            "L1 sets weights to zero, so that the network is sparser: more of them are zero than with L2",
            "While L₂ regularization tends to shrink weights, L₁ will often favor setting weights to zero, creating a sparser network",
        )
        .reading("λ of 5e-4, as of L2, weights of 0.001 or less", sparser("L1", "L2"))
        .reading("λ of 5e-3, weights of 0.001 or less", sparser("L1, 10 λ", "L2"))
        .reading("λ of 5e-4, as of L2, exactly zero", higher("L1", "L2", "zero_weights"))
        .reading("λ of 5e-3, exactly zero", higher("L1, 10 λ", "L2", "zero_weights"))
        .beside("proximal steps, λ of 5e-4, weights of 0.001 or less", sparser("L1, proximal", "L2"))
        .beside("proximal steps, λ of 5e-4, exactly zero", higher("L1, proximal", "L2", "zero_weights"))
        .because("L2 shrinks every weight that nothing else holds until nothing is left of it, and the subgradient of L1 moves it to and fro about 0 by steps of the rate")
        .why_under("there are more than without a penalty, λ of 5e-4, weights of 0.001 or less", sparser("L1", "none")),
    )
    .note("Report A's own penalties: L2 is l2-sum, λ·Σw² with gradient 2λw; L1 is l1-subgradient, λ·sign(w).")
    .note("The report gives λ = 5e-4 for L2 and none for L1, of which there are two readings. \"L1, proximal\" is ours: weights that would pass 0 become exactly 0. With the report's subgradient none does but by chance, so weights of at most 0.001 in size are counted (small_weights), and those that are exactly 0 (zero_weights).")
    .note("Parameters below 10⁻²⁴ in size become 0 here, in every training. Weights of units that are dead get there by L2, whose gradient falls with the weight: hence the many that are exactly 0.")
    .note("The settings that the report leaves open are those of the first reading of runge-overfit: ReLU, a rate of 0.01 and 500 epochs.")
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

//! A file of houses as it occurs: an index without a name, dates, addresses, decimal commas, prices in euros, missing cells.

use std::fs;

use crate::support::{number, place, read_json};

/// So many houses. The price follows from area, quarter and year.
fn houses(count: usize) -> String {
    let mut text = ";Verkauft am;Straße;Stadtteil;Fläche (m²);Zimmer;Baujahr;Preis\n".to_owned();
    for i in 0..count {
        let (quarter, more) = [("Köln-Süd", 90_000), ("Nippes", 20_000), ("Deutz", 0)][i * 7 % 3];
        let area = 35 + i * 53 % 140;
        let rooms = match i % 9 {
            0 => "NA".to_owned(),
            _ => (1 + area / 30).to_string(),
        };
        let year = 1900 + i * 31 % 120;
        let price = 2500 * area + more + 300 * (year - 1900);
        let (thousands, rest) = (price / 1000, price % 1000);
        let sold = format!("{:02}.{:02}.20{:02}", 1 + i % 28, 1 + i % 12, 15 + i % 8);
        text += &format!(
            "{i};{sold};Hauptstr. {i}a;{quarter};{area},5;{rooms};{year};{thousands}.{rest:03},00 €\n"
        );
    }
    text
}

#[test]
fn a_file_of_houses_goes_from_file_to_predictions() {
    let place = place();
    let text = houses(300);
    place.write("houses.csv", &text);
    let line = ["--data", "csv:houses.csv", "--epochs", "60", "--out", "a"];
    let said = place.run(&line).fine();
    for part in [
        "Verkauft am  date            -  2015-",
        "Straße       dropped",
        "Stadtteil    category        -  3: Deutz, Köln-Süd, Nippes",
        "Zimmer       number         34",
        "€ (target)",
        "missing values: the median of the training rows stands in Zimmer",
    ] {
        assert!(said.err.contains(part), "{part}: {}", said.err);
    }
    let metrics = read_json(place.join("a/metrics.json"));
    assert!(number(&metrics["test"]["r2"]) > 0.97, "{metrics}");
    assert!(place.join("a/report.html").is_file());
    // The rows of the test samples by themselves, without the prices, get the answers of the run.
    let table = fs::read_to_string(place.join("a/predictions.csv")).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let without_price = |line: &str| line.rsplit_once(';').unwrap().0.to_owned();
    let mut asked = vec![without_price(lines[0])];
    let mut want = Vec::new();
    for row in table.lines().skip(1) {
        let cells: Vec<&str> = row.split(',').collect();
        asked.push(without_price(lines[cells[0].parse::<usize>().unwrap() - 1]));
        want.push(cells[2].to_owned());
    }
    place.write("new.csv", asked.join("\n"));
    let done = place.run(&["predict", "a", "new.csv"]).fine();
    let answers: Vec<&str> = done
        .out
        .lines()
        .map(|l| l.rsplit_once(' ').unwrap().1)
        .collect();
    assert_eq!(answers, want);
    let ranked = place.run(&["importance", "a", "-q"]).fine();
    assert!(
        ranked
            .out
            .lines()
            .nth(2)
            .unwrap()
            .starts_with("Fläche (m²)"),
        "{ranked:?}"
    );
}

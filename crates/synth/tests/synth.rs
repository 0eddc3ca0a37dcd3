//! The inventor from outside: same seed same bytes, marginals near the published figures,
//! imperfections at their declared rates, truth that covers every row.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod soutien;

#[test]
fn calage() {
    let (t, bilan) = soutien::territoire(50_000);
    for m in t.marges().unwrap() {
        println!(
            "{} {:12} {:60} {:8.2} publié {:8.2} ± {:6.2} {}",
            if m.tenue() { " " } else { "*" },
            m.sujet,
            m.nom,
            m.mesure,
            m.publie,
            m.tolerance,
            m.unite
        );
    }
    println!("{} foyers {:?} inconnus {:.3}", t.nombre_foyers(), bilan, bilan.part_inconnus());
}

//! Housing: status, zone, rent, from age, ease and composition.

use crate::faits::{Occupation, TypeMenage};
use crate::hasard::{Hasard, centimes};
use crate::identite::communes::{COMMUNES, Commune};

/// Housing of a foyer.
pub(crate) struct Logement {
    pub(crate) occupation: Occupation,
    pub(crate) commune: usize,
    pub(crate) zone: i64,
    /// Rent without charges, cents a month.
    pub(crate) loyer: i32,
    pub(crate) coloc: bool,
    pub(crate) chambre: bool,
    pub(crate) participation: bool,
}

/// Draws the housing of a foyer; `age` is the reference person's, `revenu` the mean monthly income in
/// euros.
pub(crate) fn loger(h: &mut Hasard, menage: TypeMenage, age: i32, aisance: f64, revenu: f64, personnes: usize) -> Logement {
    let commune = h.poids(&poids_communes());
    let zone = COMMUNES.get(commune).map_or(2, |c: &Commune| c.zone);
    // Weights: owner, private unfurnished, social, furnished, lodged free.
    let proprietaire = match age {
        ..=24 => 3.0,
        25..=34 => 36.0,
        35..=49 => 62.0,
        50..=64 => 73.0,
        _ => 82.0,
    } * (0.55 * aisance).exp().min(1.9);
    let social = 14.5 * (-0.62 * aisance).exp();
    let vide = 21.0 * if age < 40 { 1.7 } else { 0.8 };
    let meuble = match menage {
        TypeMenage::EtudiantSeul => 75.0,
        TypeMenage::JeuneSeul => 20.0,
        _ => 3.0,
    };
    let gratuit = heberge(menage, age, revenu);
    let i = h.poids(&[proprietaire, vide, social, meuble, gratuit]);
    let occupation = [
        Occupation::Proprietaire,
        Occupation::LocataireVide,
        Occupation::LocataireHlm,
        Occupation::LocataireMeuble,
        Occupation::LogeGratuitement,
    ][i];
    let pieces = 1.0 + 0.30 * (personnes as f64 - 1.0);
    let base = match (occupation, zone) {
        (Occupation::LocataireHlm, 1) => 360.0,
        (Occupation::LocataireHlm, _) => 305.0,
        (Occupation::LocataireVide, 1) => 610.0,
        (Occupation::LocataireVide, 2) => 480.0,
        (Occupation::LocataireVide, _) => 420.0,
        (Occupation::LocataireMeuble, 1) => 590.0,
        (Occupation::LocataireMeuble, _) => 430.0,
        _ => 0.0,
    };
    let loyer = if base > 0.0 { h.lognormale(base * pieces, 0.2) } else { 0.0 };
    let seul = personnes == 1 && loyer > 0.0;
    Logement {
        occupation,
        commune,
        zone,
        loyer: centimes(loyer.clamp(0.0, 2_600.0)),
        coloc: seul && h.chance(if age < 30 { 0.12 } else { 0.015 }),
        chambre: seul && occupation == Occupation::LocataireMeuble && h.chance(0.08),
        participation: occupation == Occupation::LogeGratuitement && h.chance(0.3),
    }
}

/// Weight of being lodged free: adults without income live with relatives, are domiciled or housed
/// by others; this is why many who miss the RSA are unknown to the CAF.
fn heberge(menage: TypeMenage, age: i32, revenu: f64) -> f64 {
    let seul = matches!(menage, TypeMenage::JeuneSeul | TypeMenage::AdulteSeul | TypeMenage::EtudiantSeul);
    let pauvre = revenu < 500.0;
    match (seul, pauvre, age) {
        (true, true, ..=29) => 90.0,
        (true, true, 30..=59) => 62.0,
        (true, false, ..=29) => 30.0,
        (_, true, _) => 15.0,
        _ => 2.5,
    }
}

fn poids_communes() -> Vec<f64> {
    COMMUNES.iter().map(|c| c.poids).collect()
}

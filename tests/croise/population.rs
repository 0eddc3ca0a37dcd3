//! Some thousands of invented persons, drawn from a seed.

use super::banc::{Banc, Cellules, Table, annee};

/// A small generator: no dependency, the same everywhere.
pub struct Tirage(u64);

impl Tirage {
    pub fn nouveau(graine: u64) -> Self {
        Self(graine.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub fn suivant(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    pub fn sous(&mut self, n: u64) -> u64 {
        self.suivant() % n
    }

    pub fn cle(&mut self) -> u128 {
        (u128::from(self.suivant()) << 64) | u128::from(self.suivant())
    }
}

/// A person as drawn, before being put in tables.
#[derive(Clone)]
pub struct Personne {
    pub cle: u128,
    pub foyer: u128,
    pub role: i64,
    pub ne_le: Option<i32>,
    /// What the foyer receives, on this person's row.
    pub recue: Option<i64>,
    /// Row of the other table: wage, situation.
    pub revenus: Option<(Option<i64>, Option<&'static str>)>,
}

/// People of `foyers` foyers, in no order; some facts are missing.
pub fn tirer(foyers: usize, graine: u64) -> Vec<Personne> {
    let mut t = Tirage::nouveau(graine);
    let mut gens = Vec::new();
    for _ in 0..foyers {
        let foyer = t.cle();
        for rang in 0..=t.sous(4) {
            let role = if rang == 0 { 1 } else { 2 + i64::from(rang > 1 || t.sous(3) == 0) };
            let revenus = (t.sous(10) > 1).then(|| {
                let salaire = (t.sous(6) > 0).then(|| i64::try_from(t.sous(130_000)).unwrap());
                (salaire, (t.sous(8) > 0).then(|| ["actif", "retraite", "etudiant"][t.sous(3) as usize]))
            });
            gens.push(Personne {
                cle: t.cle(),
                foyer,
                role,
                ne_le: (t.sous(12) > 0).then(|| annee(if role == 3 { 2010 } else { 1950 } + t.sous(14) as i32)),
                recue: (rang == 0 && t.sous(5) > 0).then(|| i64::try_from(t.sous(3) * 7_500).unwrap()),
                revenus,
            });
        }
    }
    // Rows in no order at all.
    gens.sort_by_key(|p| p.cle.rotate_left(37));
    gens
}

/// Their tables, with some rows of persons whom nobody else knows.
pub fn banc(gens: &[Personne]) -> Banc {
    let mut personnes = Table::default();
    personnes.colonne("cle", Cellules::Cles(gens.iter().map(|p| Some(p.cle)).collect()));
    personnes.colonne("cle_foyer", Cellules::Cles(gens.iter().map(|p| Some(p.foyer)).collect()));
    personnes.colonne("role", Cellules::Entiers(gens.iter().map(|p| Some(p.role)).collect()));
    personnes.colonne("ne_le", Cellules::Dates(gens.iter().map(|p| p.ne_le).collect()));
    personnes.colonne("recue", Cellules::Entiers(gens.iter().map(|p| p.recue).collect()));
    let mut connus: Vec<&Personne> = gens.iter().filter(|p| p.revenus.is_some()).collect();
    connus.sort_by_key(|p| p.cle.rotate_left(91));
    let mut t = Tirage::nouveau(99);
    let inconnus: Vec<u128> = (0..gens.len() / 20).map(|_| t.cle()).collect();
    let cles = connus.iter().map(|p| p.cle).chain(inconnus.iter().copied());
    let vides = inconnus.iter().map(|_| None);
    let mut revenus = Table::default();
    revenus.colonne("cle", Cellules::Cles(cles.map(Some).collect()));
    let salaires = connus.iter().map(|p| p.revenus.and_then(|r| r.0)).chain(vides);
    revenus.colonne("salaire", Cellules::Entiers(salaires.collect()));
    let vides = inconnus.iter().map(|_| None);
    let situations = connus.iter().map(|p| p.revenus.and_then(|r| r.1).map(str::to_owned)).chain(vides);
    revenus.colonne("situation", Cellules::Textes(situations.collect()));
    Banc::avec(personnes, revenus)
}

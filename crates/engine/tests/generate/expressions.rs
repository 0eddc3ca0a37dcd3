//! Random well-typed expressions, as text: each function makes an expression of one type, from the facts and
//! parameters of the vocabulary and from the computations already written.

use super::rng::Rng;

/// Types of generated expressions. A date may be known to be none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    EuroMois,
    EuroAn,
    Euro,
    Nombre,
    Annees,
    Mois,
    Bool,
    Date,
}

impl Kind {
    pub const NUMBERS: [Self; 6] = [Self::EuroMois, Self::EuroAn, Self::Euro, Self::Nombre, Self::Annees, Self::Mois];

    /// How a computation of this type is declared.
    pub fn declared(self) -> &'static str {
        match self {
            Self::EuroMois => "unite: euro_par_mois",
            Self::EuroAn => "unite: euro_par_an",
            Self::Euro => "unite: euro",
            Self::Nombre => "unite: nombre",
            Self::Annees => "unite: annees",
            Self::Mois => "unite: mois",
            Self::Bool => "type: booleen",
            Self::Date => "type: date",
        }
    }
}

/// A computation that later expressions may name.
#[derive(Clone, Debug)]
pub struct Named {
    pub name: String,
    pub kind: Kind,
    pub person: bool,
    pub monthly: bool,
}

/// Where an expression stands.
#[derive(Clone, Copy)]
pub struct Place {
    /// A value of a person is allowed.
    pub person: bool,
    /// `m` means something.
    pub month: bool,
    /// Inside a window of months: no other window directly inside.
    pub window: bool,
    /// Folds over persons around.
    pub folds: usize,
}

const GROUPS: [&str; 5] = ["membres", "adultes", "enfants", "demandeur", "conjoint"];

/// Writes expressions.
pub struct Writer<'a> {
    pub rng: &'a mut Rng,
    pub names: &'a [Named],
}

impl Writer<'_> {
    fn month(&mut self, p: Place) -> String {
        if p.month && self.rng.percent(60) {
            return self.rng.pick(&["m", "m-1", "m+1", "m-12"]).to_owned();
        }
        match self.rng.below(12) {
            0 => "janvier N-1".into(),
            1 => "M+1".into(),
            // Before the first month of the series.
            2 => "M-15".into(),
            3 => "M-14".into(),
            k => format!("M-{}", k % 5),
        }
    }

    fn window(&mut self) -> String {
        match self.rng.below(5) {
            0 | 1 => "reference".into(),
            2 => "M-13..M-2".into(),
            3 => "M-15..M-13".into(),
            _ => {
                let to = self.rng.between(0, 3);
                format!("M-{}..M-{to}", to + self.rng.between(0, 3))
            }
        }
    }

    /// A computation of this type that may stand here.
    fn named(&mut self, kind: Kind, p: Place) -> Option<String> {
        let fits: Vec<Named> = self.names.iter().filter(|n| n.kind == kind && (p.person || !n.person)).cloned().collect();
        if fits.is_empty() {
            return None;
        }
        let n = self.rng.pick(&fits);
        Some(if n.monthly { format!("{}[{}]", n.name, self.month(p)) } else { n.name })
    }

    /// Inside a fold over persons.
    fn inside(p: Place) -> Place {
        Place { person: true, folds: p.folds + 1, ..p }
    }

    pub fn number(&mut self, kind: Kind, p: Place, depth: usize) -> String {
        if depth == 0 || self.rng.percent(15) {
            return self.number_leaf(kind, p);
        }
        let d = depth - 1;
        match self.rng.below(16) {
            0 | 1 => format!("({} + {})", self.number(kind, p, d), self.number(kind, p, d)),
            2 | 3 => format!("({} - {})", self.number(kind, p, d), self.number(kind, p, d)),
            4 => format!("({} * {})", self.number(kind, p, d), self.number(Kind::Nombre, p, d)),
            5 => format!("({} / {})", self.number(kind, p, d), self.number(Kind::Nombre, p, d)),
            6 => format!("min({}, {})", self.number(kind, p, d), self.number(kind, p, d)),
            7 => format!("max({}, {}, {})", self.number(kind, p, d), self.number(kind, p, 0), self.number(kind, p, d)),
            8 => format!("positif({})", self.number(kind, p, d)),
            9 => {
                let how = self.rng.pick(&["0.01, proche", "1, inferieur", "10, superieur"]);
                format!("arrondi({}, {how})", self.number(kind, p, d))
            }
            10 => format!("(si {} alors {} sinon {})", self.bool(p, d), self.number(kind, p, d), self.number(kind, p, d)),
            11 => self.rng.pick(&["abs", "-"]).to_owned() + &format!("({})", self.number(kind, p, d)),
            12 if p.folds < 2 => format!("somme({}, {})", self.rng.pick(&GROUPS), self.number(kind, Self::inside(p), d)),
            13 if p.folds < 2 => {
                let name = self.rng.pick(&["plus_grand", "plus_petit"]);
                let group = self.rng.pick(&GROUPS);
                // The value for an empty group is one of the foyer.
                let empty = self.number(kind, Place { person: false, ..p }, 0);
                format!("{name}({group}, {}, {empty})", self.number(kind, Self::inside(p), d))
            }
            14 | 15 if !p.window => {
                let (w, inner) = (self.window(), Place { month: true, window: true, ..p });
                match kind {
                    Kind::Euro => format!("somme_mois({w}, {})", self.number(Kind::EuroMois, inner, d)),
                    Kind::Nombre if self.rng.percent(50) => format!("compte_mois({w}, {})", self.bool(inner, d)),
                    _ => format!("moyenne_mois({w}, {})", self.number(kind, inner, d)),
                }
            }
            _ => self.number_leaf(kind, p),
        }
    }

    fn number_leaf(&mut self, kind: Kind, p: Place) -> String {
        if self.rng.percent(25)
            && let Some(n) = self.named(kind, p)
        {
            return n;
        }
        let person = p.person && self.rng.percent(65);
        let k = self.rng.below(12);
        match (kind, person) {
            (Kind::EuroMois, true) => match k {
                0..=4 => format!("salaire[{}]", self.month(p)),
                5..=7 => format!("rente[{}]", self.month(p)),
                8 => "recu".into(),
                _ => "pension".into(),
            },
            (Kind::EuroMois, false) => match k {
                0 | 1 => "plafond".into(),
                2 => "base".into(),
                3 => format!("plafond[{}]", self.month(Place { month: false, ..p })),
                4 => format!("tardif[{}]", self.rng.pick(&["M", "M-3", "janvier N-1"])),
                5 => {
                    self.rng.pick(&["forfait(zone)", "forfait(zone_effective)", "forfait(si loge alors zone sinon zone_effective)"]).into()
                }
                6 => format!("degressif({})", self.number_leaf(Kind::Nombre, p)),
                7 | 8 => "loyer".into(),
                9 => "recu".into(),
                10 => "charge".into(),
                // A number alone has no unit: its product or its mean would not have the one wanted here.
                _ => "en(euro_par_mois, 0)".into(),
            },
            (Kind::EuroAn, true) => self.rng.pick(&["revenu_n2", "revenu_n2", "par_an(pension)"]).into(),
            (Kind::EuroAn, false) => self.rng.pick(&["annuel", "annuel", "par_an(loyer)", "par_an(plafond)", "en(euro_par_an, 0)"]).into(),
            (Kind::Euro, true) => self.rng.pick(&["patrimoine", "patrimoine", "en(euro, pension)"]).into(),
            (Kind::Euro, false) => self.rng.pick(&["stock", "stock", "en(euro, loyer)", "en(euro, 0)"]).into(),
            (Kind::Nombre, true) => match k {
                0..=4 => "taux".into(),
                5 => "part(activite)".into(),
                6 => format!("part(situation[{}])", self.month(p)),
                7 => "bareme(anciennete / delai)".into(),
                8 => "bareme(en(nombre, age(naissance, debut[M])))".into(),
                _ => self.rng.pick(&["0.8", "1", "3", "0"]).into(),
            },
            (Kind::Nombre, false) => match k {
                0 | 1 => "coefficient".into(),
                2 => "occupants".into(),
                3 => "bareme(occupants)".into(),
                4 => "bareme(compte(membres))".into(),
                5 if p.folds < 2 => format!("compte({}, {})", self.rng.pick(&GROUPS), self.bool(Self::inside(p), 0)),
                6 | 7 => format!("compte({})", self.rng.pick(&GROUPS)),
                _ => self.rng.pick(&["0.5", "2", "-1", "0.33333333"]).into(),
            },
            (Kind::Annees, true) => match k {
                0..=5 => "age(naissance, debut[M])".into(),
                6 => "age(naissance, aujourd_hui)".into(),
                _ => format!("age(naissance, {})", self.date(p, false, 1)),
            },
            (Kind::Annees, false) => self.rng.pick(&["age_seuil", "en(annees, 25)", "en(annees, 18)"]).into(),
            (_, true) => match k {
                0..=3 => "age_mois(naissance, aujourd_hui)".into(),
                4..=6 => "age_legal(naissance)".into(),
                7 => format!("age_mois({}, aujourd_hui)", self.date(p, false, 1)),
                8 => format!("en(mois, jours_entre({}, {}))", self.date(p, false, 1), self.date(p, false, 1)),
                _ => "anciennete".into(),
            },
            (_, false) => self.rng.pick(&["delai", "en(mois, 12)", "en(mois, 744)"]).into(),
        }
    }

    pub fn bool(&mut self, p: Place, depth: usize) -> String {
        if depth == 0 || self.rng.percent(15) {
            return self.bool_leaf(p);
        }
        let d = depth - 1;
        match self.rng.below(16) {
            0..=2 => format!("({} et {})", self.bool(p, d), self.bool(p, d)),
            3..=5 => format!("({} ou {})", self.bool(p, d), self.bool(p, d)),
            6 => match self.bool(p, d) {
                // The checker refuses it said directly: what is below a computation or a connective remains.
                c if c.starts_with("connu(") => format!("(non (vrai et {c}))"),
                c => format!("(non {c})"),
            },
            7 => format!("(si {} alors {} sinon {})", self.bool(p, d), self.bool(p, d), self.bool(p, d)),
            8 | 9 if p.folds < 2 => {
                let name = self.rng.pick(&["existe", "tous"]);
                format!("{name}({}, {})", self.rng.pick(&GROUPS), self.bool(Self::inside(p), d))
            }
            10 if !p.window => {
                let name = self.rng.pick(&["existe_mois", "tous_mois"]);
                let w = self.window();
                format!("{name}({w}, {})", self.bool(Place { month: true, window: true, ..p }, d))
            }
            11 => {
                let kind = self.rng.pick(&Kind::NUMBERS);
                format!("({} entre {} et {})", self.number(kind, p, d), self.number(kind, p, 0), self.number(kind, p, 0))
            }
            12 => {
                let op = self.comparison();
                format!("({} {op} {})", self.date(p, true, d), self.date(p, true, d))
            }
            _ => {
                let kind =
                    self.rng.pick(&[Kind::EuroMois, Kind::EuroMois, Kind::EuroAn, Kind::Euro, Kind::Nombre, Kind::Annees, Kind::Mois]);
                let op = self.comparison();
                format!("({} {op} {})", self.number(kind, p, d), self.number(kind, p, d))
            }
        }
    }

    fn comparison(&mut self) -> &'static str {
        self.rng.pick(&["<", "<=", ">", ">=", "=", "<>", "<=", ">="])
    }

    fn bool_leaf(&mut self, p: Place) -> String {
        if self.rng.percent(25)
            && let Some(n) = self.named(Kind::Bool, p)
        {
            return n;
        }
        if self.rng.percent(12) {
            return self.known(p);
        }
        let person = p.person && self.rng.percent(65);
        match (person, self.rng.below(14)) {
            (true, 12) => format!("inscrit[{}]", self.month(p)),
            (true, 13) => format!("(situation[{}] dans (chomeur, inactif))", self.month(p)),
            (false, 12) => format!("aucun(relance[{}])", self.month(p)),
            (false, 13) => "(zone_effective <> z2)".into(),
            (true, 0 | 1) => "majeur".into(),
            (true, 2 | 3) => "enceinte".into(),
            (true, 4) => "activite = chomeur".into(),
            (true, 5) => "activite dans (actif, retraite)".into(),
            (true, 6) => "activite <> etudiant".into(),
            (true, 7) => "aucun(fin_droits)".into(),
            (true, 8) => "role = enfant".into(),
            (true, 9) => format!("(age(naissance, debut[M]) {} age_seuil)", self.comparison()),
            (true, 10) => format!("(fin_droits {} fin[M+1])", self.comparison()),
            (true, _) => format!("(salaire[M-1] {} {})", self.comparison(), self.rng.pick(&["0", "plafond", "base"])),
            (false, 0 | 1) => "en_couple".into(),
            (false, 2) => "loge".into(),
            (false, 3) => "zone = z1".into(),
            (false, 4) => "zone dans (z2, z3)".into(),
            (false, 5) => "aucun(depot)".into(),
            (false, 6) => "statut = seul".into(),
            (false, 7) => format!("(loyer {} {})", self.comparison(), self.rng.pick(&["0", "plafond", "forfait(zone)"])),
            (false, 8) => format!("(recu {} 0)", self.comparison()),
            (false, 9) => format!("(somme(membres, pension) {} base)", self.comparison()),
            (false, 10) => "vrai".into(),
            (false, _) => format!("(depot {} aujourd_hui)", self.comparison()),
        }
    }

    /// A fact of any kind is known: of a person or of the foyer, derived from others or not, of a month or not.
    fn known(&mut self, p: Place) -> String {
        let month = self.month(p);
        let fact = if p.person && self.rng.percent(60) {
            match self.rng.below(10) {
                0 => format!("salaire[{month}]"),
                1 => format!("rente[{month}]"),
                2 => format!("inscrit[{month}]"),
                3 => format!("situation[{month}]"),
                _ => self.rng.pick(&["naissance", "fin_droits", "activite", "enceinte", "pension", "majeur"]).into(),
            }
        } else {
            match self.rng.below(10) {
                0 => format!("relance[{month}]"),
                _ => self.rng.pick(&["loyer", "depot", "zone", "statut", "recu", "en_couple", "zone_effective", "charge"]).into(),
            }
        };
        format!("connu({fact})")
    }

    /// A date; one that may be none only where that is allowed.
    pub fn date(&mut self, p: Place, absent: bool, depth: usize) -> String {
        if depth > 0 {
            let d = depth - 1;
            match self.rng.below(10) {
                0 => return format!("ajoute_mois({}, {})", self.date(p, absent, d), self.number(Kind::Mois, p, d.min(1))),
                1 => return format!("ajoute_mois({}, -12)", self.date(p, absent, d)),
                2 => match self.rng.below(3) {
                    0 => return format!("ajoute_jours({}, {})", self.date(p, absent, d), self.rng.pick(&["31", "-1", "delai_jours"])),
                    1 => {
                        let count = self.rng.pick(&["3", "-10", "delai_ouvres", "0", "260"]);
                        return format!("ajoute_jours_ouvres({}, {count})", self.date(p, absent, d));
                    }
                    _ => return format!("ajoute_ans({}, {})", self.date(p, absent, d), self.rng.pick(&["1", "-2", "age_seuil"])),
                },
                6 => {
                    let (first, second) = (self.date(p, absent, d), self.date(p, absent, d));
                    return format!("{}({first}, {second})", self.rng.pick(&["min", "max"]));
                }
                7 if absent && p.folds < 2 => {
                    let (name, group) = (self.rng.pick(&["plus_petit", "plus_grand"]), self.rng.pick(&GROUPS));
                    return format!("{name}({group}, {})", self.date(Self::inside(p), absent, d));
                }
                8 => return format!("premier_du_mois_suivant({})", self.date(p, absent, d)),
                3 => return format!("debut_mois({})", self.date(p, absent, d)),
                4 => return format!("fin_mois({})", self.date(p, absent, d)),
                5 => return format!("(si {} alors {} sinon {})", self.bool(p, d), self.date(p, absent, d), self.date(p, absent, d)),
                _ => {}
            }
        }
        if absent
            && self.rng.percent(20)
            && let Some(n) = self.named(Kind::Date, p)
        {
            return n;
        }
        match self.rng.below(if absent { 8 } else { 5 }) {
            0 | 1 if p.person => "naissance".into(),
            0 => "aujourd_hui".into(),
            1 | 2 => format!("{}[{}]", self.rng.pick(&["debut", "fin"]), self.month(p)),
            3 => "2024-02-29".into(),
            4 => self.rng.pick(&["aujourd_hui", "2000-02-29", "1999-12-31", "campagne"]).into(),
            5 | 6 if p.person => "fin_droits".into(),
            6 => format!("relance[{}]", self.month(p)),
            _ => "depot".into(),
        }
    }
}

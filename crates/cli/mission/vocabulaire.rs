//! What the mapping may name: vocabulary variables with their types.
//!
//! The rule pack owns the vocabulary; this is the part of it that reading an extract needs.

use std::collections::BTreeMap;

use recours_tables::proches::{noms_proches, vouliez_vous};

use super::faute::{Faute, Place};
use super::serie::{colonne_de_serie, separer_serie};
use super::{Mission, TableSource};

/// Type of a variable, and what its column becomes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Genre {
    /// Euros: float64 rounded to the cent.
    Montant,
    /// A number: float64.
    Nombre,
    /// Boolean.
    Booleen,
    /// A day: date32; with `absent_possible`, ISO text in which `''` means known to be none.
    Date {
        /// Whether « known to be none » exists, told apart from unknown.
        absent_possible: bool,
    },
    /// A code of a closed list: text. `?` in an allowed code stands for any capital letter.
    Code {
        /// The allowed codes.
        permis: Vec<String>,
    },
}

impl Genre {
    /// True when `code` is allowed for this type (always, for a type without list).
    pub fn permet(&self, code: &str) -> bool {
        match self {
            Self::Code { permis } => permis.iter().any(|p| correspond(p, code)),
            _ => true,
        }
    }
}

fn correspond(permis: &str, code: &str) -> bool {
    if !permis.contains('?') {
        return permis == code;
    }
    permis.len() == code.len()
        && std::iter::zip(permis.bytes(), code.bytes()).all(|(p, c)| if p == b'?' { c.is_ascii_uppercase() } else { p == c })
}

/// One variable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variable {
    /// Its type.
    pub genre: Genre,
    /// Whether it has one column a month (`<nom>_m00` to `<nom>_m14`).
    pub serie: bool,
}

/// All the variables that a mapping may name.
#[derive(Debug, Clone, Default)]
pub struct Vocabulaire {
    variables: BTreeMap<String, Variable>,
}

impl Vocabulaire {
    /// From names and types.
    pub fn nouveau(variables: impl IntoIterator<Item = (String, Variable)>) -> Self {
        Self { variables: variables.into_iter().collect() }
    }

    /// The variable `nom` (a series by its bare name).
    pub fn variable(&self, nom: &str) -> Option<&Variable> {
        self.variables.get(nom)
    }

    /// The variable of a column: `recu_rsa`, or `salaire_net_m03` for a series.
    pub fn de_colonne(&self, colonne: &str) -> Option<&Variable> {
        match self.variables.get(colonne) {
            Some(variable) => (!variable.serie).then_some(variable),
            None => {
                let (serie, _) = separer_serie(colonne)?;
                self.variables.get(serie).filter(|v| v.serie)
            }
        }
    }

    /// All the names, series by their bare name.
    pub fn noms(&self) -> impl Iterator<Item = &str> {
        self.variables.keys().map(String::as_str)
    }

    fn conseil(&self, cherche: &str) -> String {
        match vouliez_vous(&noms_proches(cherche, self.noms())) {
            question if question.is_empty() => "Voir les noms permis dans le vocabulaire des règles.".to_owned(),
            question => question,
        }
    }

    fn inconnue(&self, place: Place, ou: &str, nom: &str) -> Faute {
        Faute::nouvelle(
            "E-MISSION-016",
            place,
            format!("{ou} : « {nom} » n'est pas dans le vocabulaire."),
            self.conseil(separer_serie(nom).map_or(nom, |(serie, _)| serie)),
        )
    }
}

/// Names of the mission that the vocabulary does not know, and mappings that contradict it.
pub(super) fn fautes_de_vocabulaire(mission: &Mission, vocabulaire: &Vocabulaire) -> Vec<Faute> {
    let mut fautes = Vec::new();
    for organisme in &mission.organismes {
        for (nom, place) in &organisme.couverture {
            if vocabulaire.variable(nom).is_none() {
                fautes.push(vocabulaire.inconnue(*place, "couverture", nom));
            }
        }
        for table in &organisme.tables {
            fautes_de_table(table, vocabulaire, &mut fautes);
        }
    }
    fautes
}

fn fautes_de_table(table: &TableSource, vocabulaire: &Vocabulaire, fautes: &mut Vec<Faute>) {
    for c in &table.colonnes {
        if c.est_serie() {
            match vocabulaire.variable(&c.variable) {
                None => fautes.push(vocabulaire.inconnue(c.place, "colonnes", &c.variable)),
                Some(v) if !v.serie => fautes.push(Faute::nouvelle(
                    "E-MISSION-017",
                    c.place,
                    format!("colonnes : « {} » n'est pas une série mensuelle.", c.variable),
                    "Donnez une seule colonne, sans {mm}.",
                )),
                Some(_) => {}
            }
        } else if vocabulaire.de_colonne(&c.variable).is_none() {
            let faute = match vocabulaire.variable(&c.variable) {
                Some(_) => Faute::nouvelle(
                    "E-MISSION-017",
                    c.place,
                    format!("colonnes : « {} » est une série mensuelle.", c.variable),
                    format!("Écrivez {} = \"…{{mm}}\", ou un mois : {}.", c.variable, colonne_de_serie(&c.variable, 3)),
                ),
                None => vocabulaire.inconnue(c.place, "colonnes", &c.variable),
            };
            fautes.push(faute);
        }
    }
    for n in &table.natures {
        match vocabulaire.variable(&n.serie) {
            None => fautes.push(vocabulaire.inconnue(n.place, "natures", &n.serie)),
            Some(v) if !v.serie || v.genre != Genre::Montant => fautes.push(Faute::nouvelle(
                "E-MISSION-017",
                n.place,
                format!("natures : « {} » n'est pas une série mensuelle de montants.", n.serie),
                "Les tables « mois » ne portent que des séries de montants.",
            )),
            Some(_) => {}
        }
    }
    for t in &table.codes {
        match vocabulaire.variable(&t.variable) {
            None => fautes.push(vocabulaire.inconnue(t.place, "codes", &t.variable)),
            Some(v) => {
                for (_, notre) in t.codes.iter().filter(|(_, notre)| !notre.is_empty()) {
                    if let Genre::Code { permis } = &v.genre
                        && !v.genre.permet(notre)
                    {
                        fautes.push(Faute::nouvelle(
                            "E-MISSION-018",
                            t.place,
                            format!("codes.{} : « {notre} » n'est pas un code du vocabulaire.", t.variable),
                            format!("Codes permis : {}.", permis.join(", ")),
                        ));
                    }
                }
            }
        }
    }
}

//! The small-area overlay: a published model, applied to counts of each area. Aggregates only.
//!
//! A model is a file (variables, coefficients, source, level of area, limits that its author states); counts are another:
//! so many inhabitants of an area in each cell of the model's variables. The estimate of an area is the mean, over its
//! inhabitants, of what the model gives their cell (Insee's way for « illectronisme »: a logistic regression on a survey,
//! scored on the census). It is never applied to somebody: a table with an identifier, or with a cell of fewer people than
//! the threshold, is refused, and what the model gives a cell is not written anywhere.

use std::collections::BTreeMap;
use std::path::Path;

use recours_engine::aggregates::Diffusion;
use recours_rules::diagnostic::did_you_mean;
use recours_tables::{Lecteur, lire_table};
use serde::Deserialize;

use super::planche::{Planche, Rang, nombre, texte};
use crate::erreur::ErreurCommande;

/// Forms of models.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Forme {
    /// `1 / (1 + exp(−(constant + Σ coefficients)))`, a share.
    Logistique,
    /// `constant + Σ coefficients`, an index.
    Lineaire,
}

/// A model file.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Modele {
    /// What it estimates.
    dit: String,
    /// Who made it, from what, when.
    source: String,
    /// Areas to which its author applies it.
    niveau: String,
    /// People whom it is about.
    population: String,
    forme: Forme,
    constante: f64,
    /// What its author says that it cannot do: one at least.
    limites: Vec<String>,
    /// Invented, for the demonstration.
    #[serde(default)]
    invente: bool,
    /// Smallest number of people of an area of which an estimate is said.
    minimum: u64,
    /// Variables: the coefficient of each of their codes.
    variables: BTreeMap<String, BTreeMap<String, f64>>,
}

/// Columns by which somebody could be told from somebody else.
const DE_PERSONNES: [&str; 14] = [
    "row_id",
    "handle",
    "unit",
    "unite",
    "person_id",
    "household_id",
    "personne",
    "nir",
    "nom",
    "nom_naissance",
    "prenoms",
    "date_naissance",
    "email",
    "telephone",
];

fn refus(fichier: &Path, quoi: &str, conseil: &str) -> ErreurCommande {
    ErreurCommande::refus("E-OBSERVATOIRE-008", format!("{} : {quoi}.", fichier.display())).avec_conseil(conseil)
}

impl Modele {
    /// Reads a model.
    ///
    /// # Errors
    /// Exit 3, E-OBSERVATOIRE-008: not a model, or without limits, source or a threshold of people.
    pub fn lire(fichier: &Path) -> Result<Self, ErreurCommande> {
        let texte = std::fs::read_to_string(fichier).map_err(|e| recours_tables::ErreurTable::de_lecture(fichier, &e))?;
        let modele: Self = toml::from_str(&texte).map_err(|e| {
            let ligne = e.span().map_or(1, |s| texte.get(..s.start).unwrap_or("").matches('\n').count() + 1);
            refus(
                fichier,
                &format!("ligne {ligne} : ce n'est pas un modèle"),
                "missions/observatoire/modele.toml en donne un exemple commenté.",
            )
        })?;
        let seuil = Diffusion::DEFAUT.seuil;
        if modele.limites.iter().all(|l| l.trim().is_empty()) || modele.source.trim().is_empty() {
            return Err(refus(fichier, "un modèle dit sa source et ses limites", "Reprenez celles que son auteur écrit."));
        }
        if modele.minimum < seuil {
            return Err(refus(fichier, &format!("« minimum » est sous {seuil}"), "Un modèle ne s'applique pas à quelques personnes."));
        }
        Ok(modele)
    }

    /// What the model gives a cell: kept here.
    fn valeur(&self, somme: f64) -> f64 {
        let x = self.constante + somme;
        match self.forme {
            Forme::Logistique => 1.0 / (1.0 + (-x).exp()),
            Forme::Lineaire => x,
        }
    }
}

/// An area: people, and the sum over them of what the model gives.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Zone {
    /// People of the model's population.
    pub effectif: u64,
    somme: f64,
}

impl Zone {
    /// The mean.
    #[must_use]
    pub fn moyenne(&self) -> f64 {
        self.somme / self.effectif as f64
    }
}

/// Estimates of the areas of a table `zone`, `effectif` and one column per variable of the model.
///
/// # Errors
/// Exit 3, E-OBSERVATOIRE-008: a table about persons, a cell under the threshold, a code that the model has not.
pub fn appliquer(modele: &Modele, fichier: &Path) -> Result<BTreeMap<String, Zone>, ErreurCommande> {
    let table = lire_table(fichier)?;
    refuser_les_personnes(fichier, &table)?;
    let variables: Vec<&String> = modele.variables.keys().collect();
    let lues: Vec<&str> = ["zone", "effectif"].into_iter().chain(variables.iter().map(|v| v.as_str())).collect();
    let seuil = Diffusion::DEFAUT.seuil;
    let mut zones: BTreeMap<String, Zone> = BTreeMap::new();
    for lot in table.projeter(&lues)?.lots()? {
        let lot = lot?;
        let noms = lot.colonne("zone")?.texte()?;
        let effectifs = lot.colonne("effectif")?;
        let effectifs = effectifs.obligatoire(effectifs.nombre()?)?;
        let codes = variables.iter().map(|v| Ok(lot.colonne(v)?.texte()?)).collect::<Result<Vec<_>, ErreurCommande>>()?;
        for (i, effectif) in effectifs.into_iter().enumerate() {
            let ligne = lot.premiere_ligne() + i as u64;
            if effectif.fract() != 0.0 || effectif < 0.0 {
                return Err(refus(
                    fichier,
                    &format!("ligne {ligne} : « effectif » n'est pas un nombre de personnes"),
                    "Donnez des comptes entiers.",
                ));
            }
            if effectif > 0.0 && effectif < seuil as f64 {
                let quoi = format!("ligne {ligne} : moins de {seuil} personnes dans une case ; un modèle ne s'applique pas à elles");
                return Err(refus(fichier, &quoi, "Regroupez des codes ou des zones, ou reprenez la table diffusée par son producteur."));
            }
            let mut somme = 0.0;
            for (variable, colonne) in variables.iter().zip(&codes) {
                let connus = modele.variables.get(*variable);
                let Some(coefficient) = connus.and_then(|c| c.get(colonne.value(i).trim())) else {
                    let noms: Vec<&str> = connus.into_iter().flatten().map(|(code, _)| code.as_str()).collect();
                    let proche = did_you_mean(colonne.value(i), noms.iter().copied())
                        .map_or_else(String::new, |n| format!(" Vouliez-vous dire « {n} » ?"));
                    let conseil = format!("Codes du modèle : {}.{proche}", noms.join(", "));
                    return Err(refus(fichier, &format!("ligne {ligne}, colonne « {variable} » : code que le modèle n'a pas"), &conseil));
                };
                somme += coefficient;
            }
            let zone = zones.entry(noms.value(i).trim().to_owned()).or_default();
            zone.effectif += effectif as u64;
            zone.somme += effectif * modele.valeur(somme);
        }
    }
    Ok(zones)
}

fn refuser_les_personnes(fichier: &Path, table: &Lecteur) -> Result<(), ErreurCommande> {
    match DE_PERSONNES.iter().find(|c| table.contient(c)) {
        None => Ok(()),
        Some(colonne) => Err(refus(
            fichier,
            &format!("la colonne « {colonne} » dit de qui il s'agit : un modèle de territoire ne s'applique pas à des personnes"),
            "Donnez des comptes par zone (zone, effectif, et les variables du modèle).",
        )),
    }
}

/// The table.
#[must_use]
pub fn planche(modele: &Modele, zones: &BTreeMap<String, Zone>) -> Planche {
    let (part, mut rangs) = (modele.forme == Forme::Logistique, Vec::new());
    let mut tout = Zone::default();
    for zone in zones.values() {
        tout.effectif += zone.effectif;
        tout.somme += zone.somme;
    }
    let tous = zones.iter().map(|(nom, z)| (nom.as_str(), z)).chain([("Ensemble", &tout)]);
    for (nom, zone) in tous {
        let dite = zone.effectif >= modele.minimum;
        let moyenne = if part { format!("{:.1} %", 100.0 * zone.moyenne()) } else { format!("{:.2}", zone.moyenne()) };
        let combien = if part { format!("{:.0}", zone.somme) } else { "sans objet".into() };
        let dire = |texte: String| if dite { texte } else { "zone trop petite".into() };
        rangs.push(Rang {
            page: dite,
            cellules: vec![nom.to_owned(), zone.effectif.to_string(), dire(moyenne.replace('.', ",")), dire(combien)],
        });
    }
    let mut lire = vec![
        format!("{} ; {}, par {}.", modele.dit, modele.population, modele.niveau),
        format!("Source : {}.", modele.source.trim_end_matches('.')),
        "Une estimation de territoire, à partir de comptes publics : elle ne dit rien d'une personne, et ne sert ni à choisir ni à ordonner qui que ce soit."
            .to_owned(),
    ];
    lire.extend(modele.limites.iter().map(|l| format!("Limite dite par l'auteur : {l}")));
    if modele.invente {
        lire.insert(0, "Modèle et territoire inventés, pour la démonstration : aucun de ces nombres n'existe.".into());
    }
    let colonnes = vec![texte("Territoire"), nombre("Population du modèle"), nombre("Estimation"), nombre("Soit, en personnes")];
    Planche::nouvelle("modele", "Estimation de territoire", lire, modele.dit.clone(), colonnes, rangs)
}

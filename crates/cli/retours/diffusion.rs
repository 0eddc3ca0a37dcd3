//! What a body may send of its returns: counts of eleven and more, of which no other can be found by subtraction, neither within
//! a table nor from one sending to the next.
//!
//! Three tables, each protected on its own: outcomes by rule and band; types said and seen; time by channel. « Non éligible
//! après examen » stands per rule only, and so does the total that would give it per band.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use recours_engine::aggregates::registre::{CelluleDite, Parution, verifier};
use recours_engine::aggregates::{Diffusion, Publication, Publie, Tableau, Zone, proteger};
use recours_tables::{ErreurTable, FichierPret, Protection, preparer_octets};

use super::comptes::{BANDES, Comptes, code_de_bande};
use super::dossier::Issue;
use super::fautes;
use super::intervalle::{ErreurExamen, wilson};
use crate::erreur::ErreurCommande;

/// Header of the file that leaves.
const ENTETE: &str = "\u{feff}tableau;regle;bande;ligne;colonne;valeur\r\n";

/// What is told of outcomes: few columns, or small counts would hide them all.
const COLONNES: [(&str, &[Issue]); 5] = [
    ("droit_ouvert", &[Issue::DroitOuvert]),
    ("en_cours", &[Issue::EnCours, Issue::RejeteProcedure]),
    ("regle_a_revoir", &[Issue::RejeteCondition, Issue::DejaOuvert]),
    (NON_ELIGIBLE, &[Issue::NonEligible]),
    ("non_examine", &[Issue::Refus, Issue::NonJoint, Issue::Ecarte, Issue::EnAttente]),
];

/// The column that is told per rule only.
const NON_ELIGIBLE: &str = Issue::NonEligible.code();

/// What stands in a cell that is not said.
const SECRET: &str = "secret";

/// A protected table, and how its cells are named.
struct Table {
    sujet: &'static str,
    publication: Publication,
    /// Per zone: rule, band, row.
    zones: Vec<[String; 3]>,
}

/// The file that may leave.
pub struct ATransmettre {
    /// Its bytes; nothing when, beside what was sent before, it would tell a small count.
    pub csv: Option<Vec<u8>>,
    /// What was said so far, this included when it is.
    pub parutions: Vec<Parution>,
}

/// Makes the file from the counts, beside what was said before.
///
/// # Errors
/// E-RETOURS-012 when a table does not stand (a fault of the program).
pub fn preparer(comptes: &Comptes, anciennes: Vec<Parution>, erreur: ErreurExamen) -> Result<ATransmettre, ErreurCommande> {
    let tables: Vec<Table> = [issues(comptes), types(comptes), canaux(comptes)]
        .into_iter()
        .flatten()
        .collect::<Result<_, _>>()
        .map_err(|_: recours_engine::aggregates::ErreurTableau| fautes::defaut(Path::new("a_transmettre.csv")))?;
    let nouvelles: Vec<Parution> = tables.iter().map(parution).collect();
    // What was said with the same cells is said again; it is only kept once.
    let inedites: Vec<&Parution> = nouvelles.iter().filter(|p| !anciennes.contains(p)).collect();
    // Fails closed: cells of one sending are held against those of another as if of one day, so that counts that grew are
    // refused too. A sending hides other cells than the one before, and what both say together must give none of them.
    if inedites.iter().any(|p| !verifier(&anciennes, p).is_empty()) {
        return Ok(ATransmettre { csv: None, parutions: anciennes });
    }
    let inedites: Vec<Parution> = inedites.into_iter().cloned().collect();
    let mut parutions = anciennes;
    parutions.extend(inedites);
    Ok(ATransmettre { csv: Some(csv(&tables, comptes, erreur)), parutions })
}

fn zone(code: &str, parent: Option<usize>) -> Zone {
    Zone { code: code.to_owned(), libelle: code.to_owned(), parent }
}

type Faite = Option<Result<Table, recours_engine::aggregates::ErreurTableau>>;

/// Outcomes by rule and band.
fn issues(comptes: &Comptes) -> Faite {
    let (mut zones, mut noms, mut feuilles) = (vec![zone("ensemble", None)], vec![Default::default()], Vec::new());
    for regle in comptes.issues.keys() {
        let parent = zones.len();
        zones.push(zone(regle, Some(0)));
        noms.push([regle.clone(), String::new(), String::new()]);
        for bande in BANDES {
            let siens = COLONNES.map(|(_, issues)| issues.iter().map(|i| comptes.compte(regle, bande, *i)).sum::<u64>());
            // The host made the list: which bands it has is no news.
            if siens.iter().sum::<u64>() == 0 {
                continue;
            }
            zones.push(zone(&format!("{regle} {}", code_de_bande(bande)), Some(parent)));
            noms.push([regle.clone(), code_de_bande(bande).to_owned(), String::new()]);
            feuilles.push(siens.to_vec());
        }
    }
    let colonnes: Vec<String> = COLONNES.iter().map(|(nom, _)| (*nom).to_owned()).collect();
    (!feuilles.is_empty()).then(|| table("issues", zones, noms, colonnes, &feuilles))
}

/// Types said by the rules and seen by the team.
fn types(comptes: &Comptes) -> Faite {
    let lignes: Vec<(String, Vec<u64>)> =
        comptes.types.iter().map(|(t, a)| (t.clone(), vec![a.dit_et_vu, a.dit_non_vu, a.vu_non_dit])).collect();
    une_dimension("types", lignes, &["dit_et_vu", "dit_non_vu", "vu_non_dit"])
}

/// Pages by channel; minutes are said where the pages are.
fn canaux(comptes: &Comptes) -> Faite {
    let lignes = comptes.canaux.iter().map(|(c, t)| (c.clone(), vec![t.fiches])).collect();
    une_dimension("canaux", lignes, &["fiches"])
}

fn une_dimension(sujet: &'static str, lignes: Vec<(String, Vec<u64>)>, colonnes: &[&str]) -> Faite {
    let (mut zones, mut noms) = (vec![zone("ensemble", None)], vec![Default::default()]);
    for (ligne, _) in &lignes {
        zones.push(zone(ligne, Some(0)));
        noms.push([String::new(), String::new(), ligne.clone()]);
    }
    let feuilles: Vec<Vec<u64>> = lignes.into_iter().map(|(_, n)| n).collect();
    (!feuilles.is_empty()).then(|| table(sujet, zones, noms, colonnes.iter().map(|c| (*c).to_owned()).collect(), &feuilles))
}

fn table(
    sujet: &'static str,
    zones: Vec<Zone>,
    noms: Vec<[String; 3]>,
    colonnes: Vec<String>,
    feuilles: &[Vec<u64>],
) -> Result<Table, recours_engine::aggregates::ErreurTableau> {
    let regles = vec![Diffusion::DEFAUT; colonnes.len()];
    Ok(Table { sujet, publication: proteger(Tableau::nouveau(zones, colonnes, &regles, feuilles)?), zones: noms })
}

impl Table {
    /// Every cell that may be named: zone, column (`total` for the last), what is said.
    fn cellules(&self) -> impl Iterator<Item = (&[String; 3], &str, Publie)> {
        let tableau = self.publication.tableau();
        self.zones.iter().enumerate().flat_map(move |(z, nom)| {
            let colonnes = tableau.colonnes().iter().map(String::as_str).chain(["total"]);
            // What the law says no to is told per rule, and neither it nor the total by band.
            let tu = |c: &str| self.sujet == "issues" && !nom[1].is_empty() && (c == "total" || c == NON_ELIGIBLE);
            colonnes.enumerate().filter(move |(_, c)| !tu(c)).map(move |(i, c)| (nom, c, self.publication.cellule(z, i)))
        })
    }
}

fn parution(table: &Table) -> Parution {
    let cellules = table.cellules().map(|(nom, colonne, dit)| {
        let mut region: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (dimension, code) in [("regle", &nom[0]), ("bande", &nom[1]), ("ligne", &nom[2])] {
            if !code.is_empty() {
                region.insert(dimension.into(), BTreeSet::from([code.clone()]));
            }
        }
        if colonne != "total" {
            region.insert("colonne".into(), BTreeSet::from([colonne.to_owned()]));
        }
        let dit = if let Publie::Nombre(n) = dit { Some(n) } else { None };
        CelluleDite { libelle: format!("{} {colonne}", nom.join(" ")), region, dit, seuil: Diffusion::DEFAUT.seuil, arrondi: 1 }
    });
    Parution {
        sujet: format!("retours {}", table.sujet),
        territoire: String::new(),
        // Counts are of all waves so far: each sending is beside every other.
        mois: (0, 0),
        completes: BTreeSet::from(["colonne".to_owned(), "bande".to_owned()]),
        cellules: cellules.collect(),
    }
}

fn csv(tables: &[Table], comptes: &Comptes, erreur: ErreurExamen) -> Vec<u8> {
    let mut texte = String::from(ENTETE);
    let mut ligne = |champs: [&str; 6]| texte.push_str(&(champs.join(";") + "\r\n"));
    for t in tables {
        for ([regle, bande, nom], colonne, dit) in t.cellules() {
            let dit = if let Publie::Nombre(n) = dit { n.to_string() } else { SECRET.into() };
            ligne([t.sujet, regle, bande, nom, colonne, &dit]);
        }
        match t.sujet {
            "issues" => justesse(t, erreur, &mut ligne),
            "canaux" => minutes(t, comptes, &mut ligne),
            _ => {}
        }
    }
    texte.into_bytes()
}

/// The share of examined people for whom a rule was right, where every count that makes it is said.
fn justesse(t: &Table, erreur: ErreurExamen, ligne: &mut dyn FnMut([&str; 6])) {
    for (z, nom) in t.zones.iter().enumerate().filter(|(_, nom)| !nom[0].is_empty() && nom[1].is_empty()) {
        let mut comptes = Some((0, 0));
        for (c, (_, issues)) in COLONNES.iter().enumerate() {
            let Some(juste) = issues.first().and_then(|i| i.juste()) else { continue };
            comptes = match (comptes, t.publication.cellule(z, c)) {
                (Some((k, n)), Publie::Nombre(dit)) => Some((k + if juste { dit } else { 0 }, n + dit)),
                _ => None,
            };
        }
        let part = comptes.and_then(|(k, n)| wilson(k, n)).map(|i| i.sans(erreur));
        for (colonne, valeur) in [("part", part.map(|i| i.estime)), ("au_moins", part.map(|i| i.bas)), ("au_plus", part.map(|i| i.haut))] {
            ligne(["justesse", &nom[0], "", "", colonne, &valeur.map_or_else(|| SECRET.into(), decimal)]);
        }
    }
}

/// Mean minutes of a page, noted and planned, where the pages are said.
fn minutes(t: &Table, comptes: &Comptes, ligne: &mut dyn FnMut([&str; 6])) {
    for (z, nom) in t.zones.iter().enumerate().skip(1) {
        let (Publie::Nombre(_), Some(temps)) = (t.publication.cellule(z, 0), comptes.canaux.get(&nom[2])) else { continue };
        for (colonne, total) in [("minutes", temps.minutes), ("minutes_prevues", temps.prevues)] {
            ligne(["canaux", "", "", &nom[2], colonne, &decimal(total as f64 / temps.fiches.max(1) as f64)]);
        }
    }
}

/// `0,823`: three places, a decimal comma.
#[must_use]
pub fn decimal(x: f64) -> String {
    format!("{x:.3}").replace('.', ",")
}

/// Reads what was said before; nothing yet when there is no file.
///
/// # Errors
/// E-RETOURS-011 for what is no such file; E-TABLE when it cannot be read.
pub fn lire(chemin: &Path) -> Result<Vec<Parution>, ErreurCommande> {
    if !chemin.exists() {
        return Ok(Vec::new());
    }
    let texte = std::fs::read(chemin).map_err(|e| ErreurTable::de_lecture(chemin, &e))?;
    serde_json::from_slice(&texte).map_err(|_| {
        ErreurCommande::refus("E-RETOURS-011", format!("{} : ce n'est pas ce qui a déjà été transmis.", chemin.display()))
            .avec_conseil("Reprenez la sauvegarde de ce fichier : sans lui, rien ne dit si un envoi révèle une différence.")
    })
}

/// What was said, as a private file.
///
/// # Errors
/// Exit 4 when the disk refuses.
pub fn preparer_parutions(chemin: &Path, parutions: &[Parution]) -> Result<FichierPret, ErreurCommande> {
    let texte = serde_json::to_vec(parutions).map_err(|_| fautes::defaut(chemin))?;
    Ok(preparer_octets(chemin, &texte, Protection::Privee)?)
}

//! The description of a croisement, read and checked against the rules: which fact comes from which column. The tables
//! themselves are not opened yet.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use recours_engine::foyers::column_name;
use recours_engine::plan::{NodeId, Program};
use recours_rules::date::{self, Days};
use recours_rules::number::{self, Decimal};
use recours_rules::pack::Pack;
use recours_rules::types::{Entity, Type};
use recours_rules::vocabulary::{Crossing, Variable};
use recours_tables::proches::{noms_proches, vouliez_vous};
use toml::Spanned;

use super::brut::{CroisementBrut, FaitBrut, TableBrute, Texte};
use super::faute::Examen;
use super::programme::{self, Ecartees};
use super::valeurs::{Nul, codes, nul};
use crate::erreur::ErreurCommande;
use crate::mission::{Place, date_de};
use crate::regles::Jeu;

/// Cut points of a band column are kept small enough for its type.
const TRANCHES: usize = 100;

/// A checked description.
pub(super) struct Description {
    pub pack: Pack,
    pub program: Program,
    pub tables: Vec<TableDite>,
    /// Cut points, hundred-millionths of a euro per month.
    pub bandes: Vec<Decimal>,
    /// Names and nodes of the computations that go with each row.
    pub calculs: Vec<(String, NodeId)>,
    /// Facts that tables bring and no rule reads.
    pub sans_emploi: Vec<String>,
    /// Facts that rules read and no table brings.
    pub inconnus: Vec<String>,
    /// Rules that are not evaluated here.
    pub ecartees: Ecartees,
}

/// A table, and the facts that it brings.
pub(super) struct TableDite {
    pub nom: String,
    pub chemin: PathBuf,
    pub personne: (String, Place),
    pub foyer: Option<(String, Place)>,
    pub faits: Vec<FaitDit>,
}

/// A fact that some rule reads.
pub(super) struct FaitDit {
    pub nom: String,
    pub place: Place,
    /// Position in the program's inputs.
    pub slot: usize,
    pub variable: Variable,
    pub source: Source,
}

/// Where it comes from.
pub(super) enum Source {
    /// A column.
    Valeur {
        colonne: String,
        /// Whether whole numbers are cents.
        centimes: bool,
        nul: Option<Nul>,
        /// Cells and the sets of codes that they say.
        codes: Option<Vec<(String, u64)>>,
    },
    /// Whether a cell is null.
    EstNul(String),
    /// Whether there is a row.
    EstLigne,
}

/// Reads the file, compiles its rules and checks what it says against them.
///
/// # Errors
/// Exit 3 with every fault found, each with its line; exit 1 for faults in the rules.
pub(super) fn lire<'t>(examen: &mut Examen<'t>) -> Result<Description, ErreurCommande> {
    let brut: CroisementBrut = match toml::from_str(examen.texte) {
        Ok(brut) => brut,
        Err(e) => {
            let faute = crate::mission::faute_de_toml(&e, examen.texte);
            examen.faute("E-CROISER-002", faute.place, faute.message, faute.conseil);
            examen.conclure()?;
            return Err(ErreurCommande::refus("E-CROISER-002", "description illisible."));
        }
    };
    let le = jour(examen, &brut.le);
    let bandes = tranches(examen, brut.tranches.as_ref());
    examen.conclure()?;
    let jeu = Jeu::lire(examen.chemin(brut.regles.get_ref()))?;
    let (pack, ecartees) = programme::preparer(&jeu, le)?;
    let voulus = programme::calculs(examen, &pack, &brut.calculs);
    composition(examen, &brut.table);
    examen.conclure()?;
    let (program, calculs) = programme::compiler(&pack, voulus);
    let emplois: BTreeMap<String, usize> = program.inputs.iter().enumerate().map(|(slot, f)| (column_name(&pack, *f), slot)).collect();
    let mut dits = BTreeMap::new();
    let mut sans_emploi = Vec::new();
    let mut tables: Vec<TableDite> = Vec::new();
    for table in &brut.table {
        let lue = une_table(examen, &pack, table.get_ref(), &emplois, &mut dits, &mut sans_emploi);
        if tables.iter().any(|t| t.nom == lue.nom) || lue.nom.trim().is_empty() {
            let place = examen.place(&table.get_ref().nom);
            let message = format!("nom de table « {} » vide, ou déjà pris plus haut.", lue.nom);
            examen.faute("E-CROISER-006", place, message, "Donnez à chaque table un nom à elle.");
        }
        tables.push(lue);
    }
    examen.conclure()?;
    let attendus = emplois.into_iter().filter(|(_, slot)| program.inputs.get(*slot).is_some_and(|f| !pack.derived.contains_key(&f.0)));
    let inconnus = attendus.map(|(nom, _)| nom).filter(|nom| !dits.contains_key(nom)).collect();
    Ok(Description { pack, program, tables, bandes, calculs, sans_emploi, inconnus, ecartees })
}

fn jour(examen: &mut Examen<'_>, le: &Spanned<toml::Value>) -> Days {
    match date_de(le.get_ref()) {
        Some(d) => date::days(i64::from(d.year()), i64::from(d.month()), i64::from(d.day())),
        None => {
            let place = examen.place(le);
            examen.faute("E-CROISER-003", place, "« le » n'est pas un jour.", "Écrivez par exemple le = 2026-03-01.");
            0
        }
    }
}

/// A number as it is written, exact to the hundred-millionth.
pub(super) fn decimal(valeur: &toml::Value) -> Option<Decimal> {
    match valeur {
        toml::Value::Integer(n) => number::parse(&n.to_string()),
        toml::Value::Float(f) if f.is_finite() => number::parse(&f.to_string()),
        _ => None,
    }
}

fn tranches(examen: &mut Examen<'_>, dites: Option<&Spanned<Vec<toml::Value>>>) -> Vec<Decimal> {
    let Some(dites) = dites else { return Vec::new() };
    let bornes: Option<Vec<Decimal>> = dites.get_ref().iter().map(decimal).collect();
    let bornes = bornes.filter(|b| !b.is_empty() && b.len() <= TRANCHES && b.first() > Some(&0) && b.is_sorted_by(|a, b| a < b));
    bornes.unwrap_or_else(|| {
        let place = examen.place(dites);
        let message = "« tranches » doit être une suite croissante de montants positifs, en euros par mois.";
        examen.faute("E-CROISER-003", place, message, "Écrivez par exemple tranches = [50, 150, 400].");
        Vec::new()
    })
}

/// Exactly one table says who lives with whom.
fn composition(examen: &mut Examen<'_>, tables: &[Spanned<TableBrute>]) {
    let mut dites = tables.iter().filter_map(|t| t.get_ref().foyer.as_ref());
    let conseil = "La composition des foyers est celle d'une seule table : donnez « foyer » à elle, et à aucune autre.";
    match (dites.next(), dites.next()) {
        (Some(_), None) => {}
        (None, _) => examen.faute("E-CROISER-004", None, "aucune table ne dit le foyer des personnes.", conseil),
        (Some(_), Some(seconde)) => {
            let place = examen.place(seconde);
            examen.faute("E-CROISER-004", place, "une autre table dit déjà le foyer des personnes.", conseil);
        }
    }
}

fn une_table(
    examen: &mut Examen<'_>,
    pack: &Pack,
    brute: &TableBrute,
    emplois: &BTreeMap<String, usize>,
    dits: &mut BTreeMap<String, String>,
    sans_emploi: &mut Vec<String>,
) -> TableDite {
    let nom = brute.nom.get_ref().clone();
    let cle = |examen: &Examen<'_>, t: &Texte| (t.get_ref().clone(), examen.place(t));
    let mut faits = Vec::new();
    for (fait, dit) in &brute.faits {
        let place = examen.place(fait);
        let Some(variable) = connu(examen, pack, fait.get_ref(), place) else { continue };
        if let Some(premiere) = dits.insert(fait.get_ref().clone(), nom.clone()) {
            let message = format!("le fait « {} » est déjà apporté par la table « {premiere} ».", fait.get_ref());
            examen.faute("E-CROISER-006", place, message, "Un fait vient d'une seule table.");
        }
        if variable.crossing != Crossing::Authorised {
            let message = format!("le fait « {} » ne sort pas de chez son détenteur (classe « {} »).", fait.get_ref(), variable.class);
            let conseil = "Retirez-le d'ici : ce qui en dépend s'évalue chez son détenteur, voir « recours interne ».";
            examen.faute("E-CROISER-014", place, message, conseil);
            continue;
        }
        if variable.entity != Entity::Personne && brute.foyer.is_none() {
            let message = format!("« {} » est un fait du foyer, et cette table ne dit pas le foyer.", fait.get_ref());
            examen.faute("E-CROISER-007", place, message, "Un fait du foyer vient de la table de la composition.");
            continue;
        }
        let source = source(examen, pack, &variable, place, dit.get_ref());
        match (emplois.get(fait.get_ref()), source) {
            (Some(slot), Some(source)) => faits.push(FaitDit { nom: fait.get_ref().clone(), place, slot: *slot, variable, source }),
            (None, Some(_)) => sans_emploi.push(fait.get_ref().clone()),
            (_, None) => {}
        }
    }
    let foyer = brute.foyer.as_ref().map(|f| cle(examen, f));
    TableDite { nom, chemin: examen.chemin(brute.fichier.get_ref()), personne: cle(examen, &brute.personne), foyer, faits }
}

/// The variable that a fact's name is of.
fn connu(examen: &mut Examen<'_>, pack: &Pack, nom: &str, place: Place) -> Option<Variable> {
    if let Some((v, _)) = pack.vocabulary.column(nom) {
        return pack.vocabulary.variables.get(v).cloned();
    }
    let noms: Vec<String> = pack.vocabulary.variables.iter().flat_map(Variable::columns).collect();
    let proches = noms_proches(nom, noms.iter().map(String::as_str));
    let conseil = match vouliez_vous(&proches) {
        question if question.is_empty() => "Les faits sont ceux du vocabulaire des règles (vocabulaire.yaml).".into(),
        question => question,
    };
    examen.faute("E-CROISER-005", place, format!("le vocabulaire des règles n'a pas de fait « {nom} »."), conseil);
    None
}

/// What a fact is read from, when it is well said.
fn source(examen: &mut Examen<'_>, pack: &Pack, variable: &Variable, place: Place, dit: &FaitBrut) -> Option<Source> {
    let avant = examen.fautes.len();
    if let Some(est) = &dit.est {
        let place = examen.place(est);
        let mut mal = |message: &str, conseil: &str| examen.faute("E-CROISER-007", place, message, conseil);
        if variable.ty != Type::Bool {
            mal("« est » ne va qu'à un fait vrai ou faux.", "Prenez un fait booléen du vocabulaire, ou donnez « colonne » seule.");
        }
        if dit.unite.is_some() || dit.nul.is_some() || dit.codes.is_some() {
            mal("« est » ne va pas avec « unite », « nul » ni « codes ».", "Gardez « est », et « colonne » pour est = \"nul\".");
        }
        let source = match (est.get_ref().as_str(), &dit.colonne) {
            ("nul", Some(colonne)) => Some(Source::EstNul(colonne.get_ref().clone())),
            ("ligne", None) => Some(Source::EstLigne),
            ("nul", None) => {
                mal("est = \"nul\" demande une colonne.", "Ajoutez colonne = \"…\".");
                None
            }
            ("ligne", Some(_)) => {
                mal("est = \"ligne\" est vrai de la table entière : il ne prend pas de colonne.", "Retirez « colonne ».");
                None
            }
            _ => {
                mal("« est » vaut \"nul\" (la cellule est vide) ou \"ligne\" (la table a une ligne).", "Choisissez l'un des deux.");
                None
            }
        };
        if matches!(source, Some(Source::EstLigne)) && variable.entity != Entity::Personne {
            mal("est = \"ligne\" se dit d'une personne, et ce fait est du foyer.", "Prenez un fait de la personne.");
        }
        return source.filter(|_| examen.fautes.len() == avant);
    }
    let Some(colonne) = &dit.colonne else {
        examen.faute("E-CROISER-007", place, "ce fait ne dit pas d'où il vient.", "Ajoutez colonne = \"…\" ou est = \"ligne\".");
        return None;
    };
    let centimes = unite(examen, variable, dit.unite.as_ref());
    let codes = codes(examen, pack, variable, dit.codes.as_ref());
    let nul = dit.nul.as_ref().and_then(|n| nul(examen, pack, variable, centimes, n));
    let source = Source::Valeur { colonne: colonne.get_ref().clone(), centimes, nul, codes };
    (examen.fautes.len() == avant).then_some(source)
}

/// Whether whole numbers are cents.
fn unite(examen: &mut Examen<'_>, variable: &Variable, dite: Option<&Texte>) -> bool {
    let Some(dite) = dite else { return false };
    let place = examen.place(dite);
    if !matches!(variable.ty, Type::Num(u) if u.is_money()) {
        examen.faute(
            "E-CROISER-007",
            place,
            "« unite » ne va qu'à un montant.",
            "Retirez-la : les autres nombres sont dans l'unité du vocabulaire.",
        );
        return false;
    }
    match dite.get_ref().as_str() {
        "centime" => true,
        "euro" => false,
        _ => {
            examen.faute("E-CROISER-003", place, "unité inconnue.", "Valeurs permises : \"centime\", \"euro\".");
            false
        }
    }
}

/// The text of a description.
///
/// # Errors
/// E-CROISER-001.
pub(super) fn texte(fichier: &Path) -> Result<String, ErreurCommande> {
    std::fs::read_to_string(fichier).map_err(|e| {
        let quoi = match e.kind() {
            std::io::ErrorKind::NotFound => "fichier introuvable",
            std::io::ErrorKind::InvalidData => "ce fichier n'est pas du texte UTF-8",
            _ => "lecture impossible",
        };
        ErreurCommande::refus("E-CROISER-001", format!("{} : {quoi}.", fichier.display()))
            .avec_conseil("Donnez le fichier qui décrit le croisement ; « recours croise --help » en montre un.")
    })
}

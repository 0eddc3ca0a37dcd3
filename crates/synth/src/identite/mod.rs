//! Invented identities: names by generation and origin, place of birth, national number, address.

pub(crate) mod communes;
pub(crate) mod nir;
pub(crate) mod noms;
pub(crate) mod pays;
pub(crate) mod prenoms;

use crate::calendrier::{Jour, civil};
use crate::faits::{Foyer, Personne, Role, Sexe, StatutConjugal};
use crate::hasard::{Hasard, Usage};
use nir::{Numero, Ordres};
use pays::Origine;

/// A true identity, before any body writes it down in its own way.
///
/// No `Debug`: an identity, even invented, is never printed by accident.
#[derive(Clone, PartialEq, Eq)]
pub struct Identite {
    /// National number, fifteen characters with the key (in a range that belongs to nobody).
    pub nir: String,
    /// Birth name.
    pub nom_naissance: String,
    /// Name in use; empty when it is the birth name.
    pub nom_usage: String,
    /// Given names, first one first, separated by spaces.
    pub prenoms: String,
    /// Birth date, days since 1970-01-01.
    pub date_naissance: Jour,
    /// `F` or `H`.
    pub sexe: &'static str,
    /// Place of birth, five characters.
    pub commune_naissance: String,
    /// Postal code of the address.
    pub code_postal: &'static str,
    /// The person has a provisional number only (arrived lately).
    pub(crate) provisoire: bool,
}

/// The address of a foyer.
#[derive(Clone)]
pub(crate) struct Adresse {
    pub(crate) ligne: String,
    pub(crate) commune: &'static str,
    pub(crate) code_postal: &'static str,
}

/// Identities of a foyer, in the order of its persons, and its address.
pub(crate) fn identites_du_foyer(graine: u64, f: &Foyer, ordres: &Ordres) -> (Vec<Identite>, Adresse) {
    let mut numeros = numeros_du_foyer(graine, f);
    for (i, n) in numeros.iter_mut().enumerate() {
        if let Some(&o) = ordres.get(&(f.premiere + i as u32)) {
            n.ordre = o;
        }
    }
    let mut h = Hasard::du_foyer(graine, f.id, Usage::Identites, 0);
    let adresse = adresse(&mut h, f.commune);
    (nommer(&mut h, f, &numeros, &adresse), adresse)
}

/// National numbers of a foyer from a stream of their own, so that making them unique does not need names.
pub(crate) fn numeros_du_foyer(graine: u64, f: &Foyer) -> Vec<Numero> {
    let mut h = Hasard::du_foyer(graine, f.id, Usage::Numeros, 0);
    f.personnes.iter().map(|p| nir::numero(&mut h, p)).collect()
}

fn adresse(h: &mut Hasard, commune: usize) -> Adresse {
    let c = &communes::COMMUNES[commune.min(communes::COMMUNES.len() - 1)];
    let voie = communes::VOIES[h.indice(communes::VOIES.len())];
    let numero = 1 + (h.unif().powi(2) * 140.0) as i32;
    let bis = if h.chance(0.06) { " bis" } else { "" };
    Adresse { ligne: format!("{numero}{bis} {voie}"), commune: c.nom, code_postal: c.code_postal }
}

/// Origin of a person's names: of the country of birth or nationality, and for a share of people born
/// here, of their parents.
fn origine(h: &mut Hasard, p: &Personne) -> Origine {
    let pays = p.ne_hors_de_france.unwrap_or(p.pays);
    if pays != 0 {
        return pays::le_pays(pays).origine;
    }
    // Descendants of immigrants keep the names of their families (about one in nine, à vérifier).
    let i = h.poids(&[0.885, 0.045, 0.015, 0.025, 0.015, 0.005, 0.004, 0.006]);
    pays::ORIGINES[i]
}

fn nommer(h: &mut Hasard, f: &Foyer, numeros: &[Numero], adresse: &Adresse) -> Vec<Identite> {
    let mut sortie: Vec<Identite> = Vec::with_capacity(f.personnes.len());
    let mut origine_enfants = Origine::Francaise;
    let mut nom_enfants: Option<String> = None;
    for (p, numero) in f.personnes.iter().zip(numeros) {
        let (annee, _, _) = civil(p.naissance);
        let (nom, o) = if p.role == Role::Enfant {
            let nom = nom_enfants.get_or_insert_with(|| nom_des_enfants(h, f, &sortie)).clone();
            (nom, origine_enfants)
        } else {
            let o = origine(h, p);
            if p.role == Role::Demandeur || h.chance(0.5) {
                origine_enfants = o;
            }
            (noms::nom(h, o), o)
        };
        sortie.push(Identite {
            nir: numero.texte(),
            nom_naissance: nom,
            nom_usage: String::new(),
            prenoms: prenoms::prenoms(h, p.sexe, annee, o),
            date_naissance: p.naissance,
            sexe: p.sexe.code(),
            commune_naissance: numero.lieu.texte(),
            code_postal: adresse.code_postal,
            provisoire: p.pays != 0 && !pays::europeen(p.pays) && p.duree_titre < 3.0 && h.chance(0.35),
        });
    }
    noms_d_usage(h, f, &mut sortie);
    sortie
}

/// Children take the father's name, the mother's, or both.
fn nom_des_enfants(h: &mut Hasard, f: &Foyer, parents: &[Identite]) -> String {
    let Some(premier) = parents.first() else {
        return noms::nom(h, Origine::Francaise);
    };
    let (Some(second), true) = (parents.get(1), f.couple()) else {
        // A lone mother's children bear the father's name more often than hers.
        return if premier.sexe == "F" && h.chance(0.6) { noms::nom(h, Origine::Francaise) } else { premier.nom_naissance.clone() };
    };
    let (pere, mere) = if premier.sexe == "H" { (premier, second) } else { (second, premier) };
    match h.poids(&[0.82, 0.08, 0.10]) {
        0 => pere.nom_naissance.clone(),
        1 => mere.nom_naissance.clone(),
        _ if pere.nom_naissance.contains([' ', '-']) || mere.nom_naissance.contains([' ', '-']) => pere.nom_naissance.clone(),
        _ => format!("{} {}", pere.nom_naissance, mere.nom_naissance),
    }
}

/// Names in use by marriage, kept by widows and by some of the divorced.
fn noms_d_usage(h: &mut Hasard, f: &Foyer, ids: &mut [Identite]) {
    for (i, p) in f.personnes.iter().enumerate() {
        if p.sexe != Sexe::F || !p.adulte() {
            continue;
        }
        let taux = match (f.statut, p.age) {
            (StatutConjugal::Marie | StatutConjugal::Veuf, 55..) => 0.9,
            (StatutConjugal::Marie | StatutConjugal::Veuf, _) => 0.68,
            (StatutConjugal::Divorce, _) => 0.25,
            _ => 0.0,
        };
        if !h.chance(taux) {
            continue;
        }
        let autre = ids.iter().take(2).enumerate().find(|(j, x)| *j != i && f.couple() && x.sexe == "H");
        let nom = match autre {
            Some((_, x)) => x.nom_naissance.clone(),
            None if f.couple() => continue,
            None => noms::nom(h, Origine::Francaise),
        };
        let propre = &ids[i].nom_naissance;
        let double = h.chance(0.12) && !propre.contains([' ', '-']) && !nom.contains([' ', '-']);
        ids[i].nom_usage = if double { format!("{propre}-{nom}") } else { nom };
    }
}

/// What is known of a person outside a territory, to give them an invented identity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonSeed {
    /// Number of the person, kept as it is.
    pub person_id: i64,
    /// Number of the foyer.
    pub household_id: i64,
    /// `demandeur`, `conjoint`, `enfant`.
    pub role: Role,
    /// Birth date, days since 1970-01-01.
    pub date_naissance: Jour,
    /// Sex.
    pub sexe: Sexe,
}

/// Invented identities for persons known by their number, foyer, role, birth date and sex only.
///
/// Persons of one foyer must follow each other. The result has the length and order of `personnes`.
#[must_use]
pub fn identites(personnes: &[PersonSeed], graine: u64) -> Vec<Identite> {
    let foyers = crate::reference::foyers_minimaux(personnes);
    let mut numeros: Vec<Numero> = Vec::with_capacity(personnes.len());
    for f in &foyers {
        numeros.extend(numeros_du_foyer(graine, f));
    }
    let ordres = nir::ordres_uniques_de(&numeros);
    foyers.iter().flat_map(|f| identites_du_foyer(graine, f, &ordres).0).collect()
}

//! An identity as a body holds it, and what remains of it once every rule has been applied.

use super::adresse::Adresse;
use super::dates::DateNaissance;
use super::nir::{ClasseNir, CleNir, Nir};
use super::noms::Nom;
use super::prenoms::Prenoms;
use super::{lieux, texte};

/// A birth date as found in a file.
#[derive(Clone, Copy)]
pub enum DateBrute<'a> {
    /// Text, see [`DateNaissance::lire`].
    Texte(&'a str),
    /// Days since 1970-01-01 (Arrow's `date32`).
    Jours(i32),
}

/// One person as a body's extract describes them; every field may be missing. Texts are as typed.
/// No `Debug`: it names a person.
#[derive(Clone, Copy, Default)]
pub struct IdentiteBrute<'a> {
    /// National or waiting number, 13 or 15 characters.
    pub nir: Option<&'a str>,
    /// Whether the number is the person's own (and not that of the insured who covers them). `None`:
    /// decided by its agreement with birth date and sex.
    pub nir_propre: Option<bool>,
    /// Certification flag of the national register when the body holds it. `None`: only a fifteen
    /// character number with a right key counts.
    pub nir_certifie: Option<bool>,
    /// Birth name.
    pub nom_naissance: Option<&'a str>,
    /// Use name.
    pub nom_usage: Option<&'a str>,
    /// Given names.
    pub prenoms: Option<&'a str>,
    /// Birth date.
    pub date_naissance: Option<DateBrute<'a>>,
    /// Sex: 1, M, H, masculin, homme / 2, F, féminin, femme; anything else is unknown.
    pub sexe: Option<&'a str>,
    /// Commune (or country) of birth, code of five characters.
    pub commune_naissance: Option<&'a str>,
    /// Postcode of the address.
    pub code_postal: Option<&'a str>,
    /// Line of the address that has house number and way: « 12 bis rue des Lilas ».
    pub adresse: Option<&'a str>,
    /// The body knows that the person is dead. Such a row may only be linked by its number: a name and a date
    /// must not join the dead to a living homonym.
    pub decede: bool,
}

/// A person in the canonical form `canon/1`. No `Debug`: it names a person.
#[derive(Clone, PartialEq, Eq)]
pub struct IdentiteCanonique {
    /// The number, whatever its class.
    pub nir: Option<Nir>,
    /// The number is the person's own, valid, and looks (or is declared) certified.
    pub nir_certifie: bool,
    /// The number is visibly that of another person, who covers this one (see [`canoniser`]).
    pub nir_d_autrui: bool,
    /// The body's word that the number is the person's own.
    pub nir_declare_propre: bool,
    /// Birth name.
    pub nom_naissance: Option<Nom>,
    /// Use name.
    pub nom_usage: Option<Nom>,
    /// Given names.
    pub prenoms: Option<Prenoms>,
    /// Birth date.
    pub date_naissance: Option<DateNaissance>,
    /// 1 for men, 2 for women.
    pub sexe: Option<u8>,
    /// Commune or country of birth.
    pub commune_naissance: Option<String>,
    /// Postcode.
    pub code_postal: Option<String>,
    /// House number and way.
    pub adresse: Option<Adresse>,
    /// Known to be dead.
    pub decede: bool,
}

impl IdentiteCanonique {
    /// The surname of the passes with one surname: birth name, use name when it is missing.
    #[must_use]
    pub fn nom(&self) -> Option<&Nom> {
        self.nom_naissance.as_ref().or(self.nom_usage.as_ref())
    }
}

/// Applies every rule of `canon/1`; total: no text makes it fail.
///
/// `nir_certifie` needs a number that is (a) of class `certifiable`, or without key but declared
/// certified by the body, (b) the person's own: not declared another's, and in agreement with the birth
/// year (which must be known), with the birth month (unless either is imprecise or the date may be fictive) and with the sex
/// when they are known. A child or a spouse under an insured's number thus never gets the strong token.
///
/// `nir_d_autrui` is set when the body says so, or when the years differ by twelve or more: nobody's
/// typing error, but a child under a parent's number.
#[must_use]
pub fn canoniser(brute: &IdentiteBrute<'_>) -> IdentiteCanonique {
    let nir = brute.nir.and_then(Nir::lire);
    let date_naissance = brute.date_naissance.and_then(|d| match d {
        DateBrute::Texte(t) => DateNaissance::lire(t),
        DateBrute::Jours(j) => DateNaissance::de_jours(j),
    });
    let sexe = brute.sexe.and_then(lire_sexe);
    let accord = nir.as_ref().map(|n| accord(n, date_naissance, sexe));
    let nir_d_autrui = nir.is_some()
        && match brute.nir_propre {
            Some(propre) => !propre,
            None => accord == Some(Accord::AutrePersonne),
        };
    let nir_certifie = nir.as_ref().is_some_and(|n| certifiable(n, brute.nir_certifie))
        && accord == Some(Accord::Propre)
        && brute.nir_propre != Some(false);
    IdentiteCanonique {
        nir,
        nir_certifie,
        nir_d_autrui,
        nir_declare_propre: brute.nir_propre == Some(true),
        nom_naissance: brute.nom_naissance.and_then(Nom::lire),
        nom_usage: brute.nom_usage.and_then(Nom::lire),
        prenoms: brute.prenoms.and_then(Prenoms::lire),
        date_naissance,
        sexe,
        commune_naissance: brute.commune_naissance.and_then(lieux::commune),
        code_postal: brute.code_postal.and_then(lieux::code_postal),
        adresse: brute.adresse.and_then(Adresse::lire),
        decede: brute.decede,
    }
}

fn certifiable(nir: &Nir, declare: Option<bool>) -> bool {
    match (nir.classe(), declare) {
        (_, Some(false)) | (ClasseNir::Nia, _) => false,
        (ClasseNir::Certifiable, _) => true,
        (ClasseNir::SansCle, declare) => declare == Some(true) && nir.cle() == CleNir::Absente,
    }
}

/// What the number says of its bearer, held against the record.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Accord {
    /// Nothing contradicts that the number is the person's own.
    Propre,
    /// It differs, or there is no birth date to hold it against: nothing is proven.
    Differe,
    /// It differs so much in age that it is another person's.
    AutrePersonne,
}

fn accord(nir: &Nir, date: Option<DateNaissance>, sexe: Option<u8>) -> Accord {
    let Some(date) = date else {
        return Accord::Differe;
    };
    let ecart = (i32::from(date.annee() % 100) - i32::from(nir.annee_sur_deux_chiffres())).unsigned_abs();
    if ecart.min(100 - ecart) >= 12 {
        return Accord::AutrePersonne;
    }
    let mois_differe = !date.peut_etre_fictive() && matches!((date.mois(), nir.mois()), (Some(d), Some(n)) if d != n);
    if ecart != 0 || mois_differe || sexe.is_some_and(|s| s != nir.sexe()) { Accord::Differe } else { Accord::Propre }
}

fn lire_sexe(brut: &str) -> Option<u8> {
    match brut.trim() {
        "1" => return Some(1),
        "2" => return Some(2),
        _ => {}
    }
    match texte::plier(brut).as_str() {
        "M" | "H" | "MASCULIN" | "HOMME" => Some(1),
        "F" | "FEMININ" | "FEMME" => Some(2),
        _ => None,
    }
}

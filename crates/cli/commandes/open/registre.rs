//! The body's own register: who a row is, how to reach them, what forbids it.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use arrow::array::{Array, StringArray};
use recours_engine::outreach::{Jour, NumeroDeLigne};
use recours_tables::{Lot, Origine};

use super::canal::{Canal, Contacts};
use super::capacites::Capacites;
use super::pieces::Detenue;
use crate::erreur::ErreurCommande;
use crate::opposition::{self, Refus};

/// A person of the register. No `Debug`: it is an identity.
#[derive(Clone)]
pub struct Inscrit {
    /// Name for people: name in use if there is one, else birth name.
    pub nom: String,
    /// Birth name, when another name is in use.
    pub nom_naissance: Option<String>,
    /// Given names.
    pub prenoms: String,
    /// Birth date.
    pub naissance: Option<Jour>,
    /// Lines of the address, empty ones left out.
    pub adresse: Vec<String>,
    /// Telephone, as registered.
    pub telephone: Option<String>,
    /// E-mail, as registered.
    pub email: Option<String>,
    /// Channel that the file says is preferred.
    pub prefere: Option<Canal>,
    /// Contacts over six months.
    pub contacts: Contacts,
    /// Papers that the body already holds.
    pub pieces: Vec<Detenue>,
    /// The address must stay secret, often because somebody is looking for the person.
    pub confidentielle: bool,
    /// A guardian must be told first.
    pub protegee: bool,
    /// What an agent looked at: position among the columns asked for, seen or not.
    pub observes: Vec<(usize, bool)>,
    /// What follows for what procedures may require: nothing until it is asked.
    pub capacites: Capacites,
    /// What an agent noted, as sentences.
    pub notes: Vec<String>,
    /// Named contact at the body.
    pub referent: Option<String>,
    /// Their direct number.
    pub referent_telephone: Option<String>,
    /// Postal code.
    pub code_postal: String,
    /// Commune of residence.
    pub commune: String,
}

impl Inscrit {
    /// The département of residence, as the catalogue names territories: two digits of the postal code, three overseas.
    pub fn territoire(&self) -> Option<String> {
        let chiffres = if self.code_postal.starts_with("97") || self.code_postal.starts_with("98") { 3 } else { 2 };
        self.code_postal.get(..chiffres).map(str::to_owned)
    }
}

/// Why somebody of the list is left out at home.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ecart {
    /// Registered as deceased.
    Decede,
    /// Objected to being told of rights.
    Opposition,
    /// Under eighteen.
    Mineur,
}

/// What the register says of the rows asked for.
pub struct Trouves {
    /// Those who may be contacted.
    pub inscrits: HashMap<NumeroDeLigne, Inscrit>,
    /// Those who may not.
    pub ecartes: HashMap<NumeroDeLigne, Ecart>,
    /// Rights that those who may be contacted do not want.
    renonciations: HashSet<(NumeroDeLigne, String)>,
}

impl Trouves {
    /// Whether the person of a row renounces a right.
    pub fn renonce(&self, row_id: &NumeroDeLigne, droit: &str) -> bool {
        self.renonciations.contains(&(*row_id, droit.to_owned()))
    }

    /// Adds rights that were refused in the field, in a situation that has not changed since.
    pub fn refuser(&mut self, refusees: HashSet<(NumeroDeLigne, String)>) {
        self.renonciations.extend(refusees);
    }
}

/// Reads the register once, keeping the people of `voulus` only. `jour` serves to leave minors out, `dite_le` to know
/// which objections and renunciations hold ([`crate::opposition`]).
///
/// Columns that protect people (`adresse_confidentielle`, `sous_tutelle`, `decede`, `opposition`) must be there
/// and filled: unknown would mean a visit that should not be made. A death, an objection or a renunciation under the same
/// number and birth date in another row counts too.
///
/// # Errors
/// Exit 3: a column missing, a value that is not of its type, a protecting column left empty.
pub fn lire(fichier: &Path, voulus: &HashSet<NumeroDeLigne>, jour: Jour, dite_le: Jour) -> Result<Trouves, ErreurCommande> {
    lire_avec(&fichier.into(), voulus, jour, dite_le, &[])
}

/// As [`lire`], with what an agent may have observed in some columns, yes or no, which the register need not have.
///
/// # Errors
/// As [`lire`].
pub fn lire_avec(
    registre: &Origine,
    voulus: &HashSet<NumeroDeLigne>,
    jour: Jour,
    dite_le: Jour,
    observes: &[String],
) -> Result<Trouves, ErreurCommande> {
    let mut renonciations: HashSet<(NumeroDeLigne, String)> = HashSet::new();
    let mut renoncees: HashMap<(String, Jour), HashSet<String>> = HashMap::new();
    let mut inscrits = HashMap::new();
    let mut ecartes = HashMap::new();
    let mut cles: HashMap<NumeroDeLigne, (String, Jour)> = HashMap::new();
    let mut retires: HashMap<(String, Jour), Ecart> = HashMap::new();
    let table = registre.ouvrir()?;
    let facultatives = observes.iter().map(String::as_str).chain(["mineur"]).chain(REFERENT).filter(|nom| table.contient(nom));
    let utiles: Vec<&str> = TEXTES.into_iter().chain(AUTRES).chain(facultatives).chain(opposition::colonnes(&table)).collect();
    for lot in table.projeter(&utiles)?.lots()? {
        let lot = lot?;
        let colonnes = Colonnes::lire(&lot, observes)?;
        for (i, row_id) in colonnes.row_id.iter().enumerate() {
            let voulu = voulus.contains(row_id);
            let ecart = colonnes.ecart(i, jour, dite_le);
            let cle = colonnes.nir(i).zip(colonnes.naissance(i));
            for droit in colonnes.refus.renonciations(i, dite_le) {
                renonciations.extend(voulu.then(|| (*row_id, droit.to_owned())));
                if let Some(cle) = &cle {
                    renoncees.entry(cle.clone()).or_default().insert(droit.to_owned());
                }
            }
            if let (Some(e @ (Ecart::Decede | Ecart::Opposition)), Some(cle)) = (ecart, &cle) {
                retires.insert(cle.clone(), e);
            }
            match ecart {
                _ if !voulu => {}
                Some(e) => {
                    ecartes.insert(*row_id, e);
                }
                None => {
                    inscrits.insert(*row_id, colonnes.inscrit(i));
                    cles.extend(cle.map(|c| (*row_id, c)));
                }
            }
        }
    }
    for (row_id, cle) in cles {
        renonciations.extend(renoncees.get(&cle).into_iter().flatten().map(|droit| (row_id, droit.clone())));
        if let Some(ecart) = retires.get(&cle) {
            inscrits.remove(&row_id);
            ecartes.insert(row_id, *ecart);
        }
    }
    Ok(Trouves { inscrits, ecartes, renonciations })
}

/// The columns of a batch, typed.
struct Colonnes {
    row_id: Vec<NumeroDeLigne>,
    naissance: Vec<Option<Jour>>,
    textes: HashMap<&'static str, StringArray>,
    contacts: [Vec<Option<f64>>; 4],
    confidentielle: Vec<bool>,
    protegee: Vec<bool>,
    decede: Vec<bool>,
    refus: Refus,
    mineur: Option<Vec<Option<bool>>>,
    observations: Vec<(usize, Vec<Option<bool>>)>,
}

const TEXTES: [&str; 12] = [
    "nir",
    "nom_naissance",
    "nom_usage",
    "prenoms",
    "code_postal",
    "adresse_ligne1",
    "adresse_ligne2",
    "adresse_commune",
    "telephone",
    "email",
    "canal_prefere",
    "pieces_detenues",
];

/// Columns that a register may have, of text.
const REFERENT: [&str; 2] = ["referent", "referent_telephone"];

const AUTRES: [&str; 9] = [
    "row_id",
    "date_naissance",
    "contacts_telephone",
    "contacts_accueil",
    "contacts_courrier",
    "contacts_numerique",
    "adresse_confidentielle",
    "sous_tutelle",
    "decede",
];

impl Colonnes {
    fn lire(lot: &Lot, observes: &[String]) -> Result<Self, ErreurCommande> {
        let row_id = lot.colonne("row_id")?;
        let mut textes = HashMap::new();
        for nom in TEXTES {
            textes.insert(nom, lot.colonne(nom)?.sans_marques()?.texte()?);
        }
        let compte = |nom: &str| -> Result<Vec<Option<f64>>, ErreurCommande> { Ok(lot.colonne(nom)?.nombre()?) };
        let rempli = |nom: &str| -> Result<Vec<bool>, ErreurCommande> {
            let colonne = lot.colonne(nom)?;
            Ok(colonne.obligatoire(colonne.booleen()?)?)
        };
        for nom in REFERENT {
            if let Some(colonne) = lot.colonne_si_presente(nom)? {
                textes.insert(nom, colonne.sans_marques()?.texte()?);
            }
        }
        let mut observations = Vec::new();
        for (i, nom) in observes.iter().enumerate() {
            if let Some(colonne) = lot.colonne_si_presente(nom)? {
                observations.push((i, colonne.booleen()?));
            }
        }
        Ok(Self {
            row_id: row_id.obligatoire(row_id.octets16()?)?,
            naissance: lot.colonne("date_naissance")?.date()?,
            textes,
            contacts: [
                compte("contacts_telephone")?,
                compte("contacts_accueil")?,
                compte("contacts_courrier")?,
                compte("contacts_numerique")?,
            ],
            confidentielle: rempli("adresse_confidentielle")?,
            protegee: rempli("sous_tutelle")?,
            decede: rempli("decede")?,
            refus: Refus::lire(lot)?,
            mineur: lot.colonne_si_presente("mineur")?.map(|c| c.booleen()).transpose()?,
            observations,
        })
    }

    fn texte(&self, nom: &str, i: usize) -> Option<String> {
        let colonne = self.textes.get(nom)?;
        let texte = colonne.is_valid(i).then(|| colonne.value(i).trim().to_owned())?;
        (!texte.is_empty()).then_some(texte)
    }

    /// What an agent looked at, and whether it was seen.
    fn observees(&self, i: usize) -> impl Iterator<Item = (usize, bool)> {
        self.observations.iter().filter_map(move |(o, notees)| Some((*o, notees.get(i).copied().flatten()?)))
    }

    fn nir(&self, i: usize) -> Option<String> {
        self.texte("nir", i)
    }

    fn naissance(&self, i: usize) -> Option<Jour> {
        self.naissance.get(i).copied().flatten()
    }

    fn vrai(colonne: &[bool], i: usize) -> bool {
        colonne.get(i).copied().unwrap_or(true)
    }

    fn ecart(&self, i: usize, jour: Jour, dite_le: Jour) -> Option<Ecart> {
        use recours_rules::date::age_years;
        let dit_mineur = self.mineur.as_ref().is_some_and(|m| m.get(i).copied().flatten() == Some(true));
        let trop_jeune = self.naissance(i).is_some_and(|n| age_years(i64::from(n), i64::from(jour)) < 18);
        if Self::vrai(&self.decede, i) {
            Some(Ecart::Decede)
        } else if self.refus.opposee(i, dite_le) {
            Some(Ecart::Opposition)
        } else if dit_mineur || trop_jeune {
            Some(Ecart::Mineur)
        } else {
            None
        }
    }

    fn inscrit(&self, i: usize) -> Inscrit {
        let texte = |nom| self.texte(nom, i);
        let naissance = texte("nom_naissance").unwrap_or_default();
        let usage = texte("nom_usage").filter(|u| *u != naissance);
        let commune = [texte("code_postal"), texte("adresse_commune")].into_iter().flatten().collect::<Vec<_>>().join(" ");
        let adresse = [texte("adresse_ligne1"), texte("adresse_ligne2"), Some(commune)];
        let compte = |c: &Vec<Option<f64>>| c.get(i).copied().flatten().map_or(0, |n| n.max(0.0) as u32);
        let [telephone, accueil, courrier, numerique] = &self.contacts;
        Inscrit {
            nom: usage.clone().unwrap_or_else(|| naissance.clone()),
            nom_naissance: usage.map(|_| naissance),
            prenoms: texte("prenoms").unwrap_or_default(),
            naissance: self.naissance(i),
            adresse: adresse.into_iter().flatten().filter(|l| !l.is_empty()).collect(),
            telephone: texte("telephone"),
            email: texte("email"),
            prefere: texte("canal_prefere").and_then(|c| Canal::de_texte(&c)),
            contacts: Contacts {
                telephone: compte(telephone),
                accueil: compte(accueil),
                courrier: compte(courrier),
                numerique: compte(numerique),
            },
            pieces: texte("pieces_detenues").unwrap_or_default().split(';').filter_map(Detenue::de_texte).collect(),
            confidentielle: Self::vrai(&self.confidentielle, i),
            protegee: Self::vrai(&self.protegee, i),
            observes: self.observees(i).collect(),
            capacites: Capacites::default(),
            notes: Vec::new(),
            referent: texte("referent"),
            referent_telephone: texte("referent_telephone"),
            code_postal: texte("code_postal").unwrap_or_default(),
            commune: texte("adresse_commune").unwrap_or_default(),
        }
    }
}

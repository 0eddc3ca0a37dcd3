//! A filled form, read back: one event per row where a step is written.
//!
//! All that is wrong is said at once, by cell, with the words that are allowed; never with what the cell holds. A column that
//! the form does not have is refused: no name, no free text and no count by worker comes in this way.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use arrow::array::{ArrayRef, StringArray};
use recours_engine::outreach::Jour;
use recours_tables::Colonne;
use recours_tables::lecture::feuille::{Case, Rangee, lire_feuille};

use super::fautes::{self, Faute, cellule};
use super::formulaire::{COLONNES, FEUILLE, Saisie, vus};
use super::mots::{Accord, Canal, Comment, Etape, Motif, Ou, OuiNon, TypeNonRecours, normaliser};
use super::parcours::{MOTIFS, motif_convient};
use crate::erreur::ErreurCommande;

/// Most minutes that a step may have taken: a day of work.
const MINUTES_MAX: f64 = 600.0;

/// Something that happened to a right of a page. No `Debug`: it is of a person.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(test, derive(Debug))]
pub struct Evenement {
    /// Which opening.
    pub vague: String,
    /// Page.
    pub fiche: u32,
    /// Right.
    pub droit: String,
    /// Day.
    pub jour: Jour,
    /// Step; none when the row only notes an agreement or a day to call again.
    pub etape: Option<Etape>,
    /// By which channel.
    pub canal: Option<Canal>,
    /// How the person was helped.
    pub comment: Option<Comment>,
    /// Where they were sent.
    pub ou: Option<Ou>,
    /// Why.
    pub motif: Option<Motif>,
    /// Types that the worker saw; none when the columns are empty.
    pub vus: Option<BTreeSet<TypeNonRecours>>,
    /// Minutes spent.
    pub minutes: Option<u32>,
    /// Whether the person gained autonomy.
    pub autonomie: Option<OuiNon>,
    /// Agreement that a partner is told.
    pub accord: Option<Accord>,
    /// Which partner.
    pub accord_pour: Option<Ou>,
    /// When to call again.
    pub rappeler: Option<Jour>,
}

/// An event and the row that says it, for messages.
pub struct Saisi {
    /// The event.
    pub evenement: Evenement,
    /// Row of the sheet.
    pub rangee: u32,
}

/// Reads a form (XLSX or CSV).
///
/// # Errors
/// E-TABLE when the file cannot be read; E-RETOURS-003 without a header or a column; E-RETOURS-004 for a column that the form
/// has not; E-RETOURS-005 for a word outside its list, E-RETOURS-006 for a date, E-RETOURS-007 for minutes, E-RETOURS-008 for
/// what a row lacks.
pub fn lire(fichier: &Path) -> Result<Vec<Saisi>, ErreurCommande> {
    let rangees = lire_feuille(fichier, FEUILLE)?;
    let Some((entete, corps)) = rangees.split_first() else {
        return Err(recours_tables::ErreurTable::Vide { fichier: fichier.to_path_buf() }.into());
    };
    let places = places(fichier, entete)?;
    let mut feuille = Feuille { fichier, places, fautes: Vec::new() };
    let lus: Vec<Saisi> = corps.iter().filter_map(|r| feuille.evenement(r)).collect();
    if feuille.fautes.is_empty() { Ok(lus) } else { Err(fautes::refus(fichier, feuille.fautes)) }
}

/// Where each column stands.
fn places(fichier: &Path, entete: &Rangee) -> Result<BTreeMap<String, usize>, ErreurCommande> {
    let connues: Vec<String> = COLONNES.iter().map(|c| normaliser(c.titre)).collect();
    let titres = || COLONNES.iter().map(|c| c.titre).collect::<Vec<_>>().join(", ");
    let mut places = BTreeMap::new();
    let mut trouvees = Vec::new();
    for (i, case) in entete.cases.iter().enumerate() {
        let nom = match case {
            Case::Vide => continue,
            Case::Texte(t) => normaliser(t),
            _ => String::new(),
        };
        let ou = || cellule(i, entete.numero);
        if !connues.contains(&nom) {
            trouvees.push(Faute {
                code: "E-RETOURS-004",
                rangee: entete.numero,
                dit: format!(
                    "cellule {} : le formulaire n'a pas cette colonne. Ni nom, ni commentaire, ni nom d'agent : retirez-la.",
                    ou()
                ),
            });
        } else if places.insert(nom, i).is_some() {
            trouvees.push(Faute { code: "E-RETOURS-004", rangee: entete.numero, dit: format!("cellule {} : colonne en double.", ou()) });
        }
    }
    for nom in ["vague", "fiche", "droit", "etape", "date"] {
        if !places.contains_key(nom) {
            let titre = COLONNES.iter().find(|c| normaliser(c.titre) == nom).map_or(nom, |c| c.titre);
            trouvees.push(Faute { code: "E-RETOURS-003", rangee: entete.numero, dit: format!("colonne « {titre} » absente.") });
        }
    }
    if trouvees.is_empty() {
        return Ok(places);
    }
    let colonnes = format!("Colonnes du formulaire : {}.", titres());
    Err(fautes::refus(fichier, trouvees).avec_conseil(colonnes))
}

struct Feuille<'a> {
    fichier: &'a Path,
    places: BTreeMap<String, usize>,
    fautes: Vec<Faute>,
}

impl Feuille<'_> {
    /// The event of a row; nothing when nobody filled it, or when it has faults, which are kept.
    fn evenement(&mut self, r: &Rangee) -> Option<Saisi> {
        let etape = self.choix(r, "etape", Etape::lire).filter(|e| *e != Etape::AExaminer);
        let rempli = COLONNES.iter().filter(|c| !matches!(c.saisie, Saisie::Fixe)).any(|c| {
            let nom = normaliser(c.titre);
            nom != "etape" && self.case(r, &nom).is_some()
        });
        let ecrite =
            matches!(self.case(r, "etape"), Some(c) if !matches!(&c.0, Case::Texte(t) if Etape::lire(t) == Some(Etape::AExaminer)));
        if !ecrite && !rempli {
            return None;
        }
        let avant = self.fautes.len();
        let vague = self.texte(r, "vague");
        let fiche = self.entier(r, "fiche");
        let droit = self.texte(r, "droit");
        let jour = self.jour(r, "date");
        if jour.is_none() && self.case(r, "date").is_none() {
            self.manque(r, "date");
        }
        let vus = self.types_vus(r);
        let evenement = Evenement {
            vague: vague.unwrap_or_default(),
            fiche: fiche.unwrap_or_default(),
            droit: droit.unwrap_or_default(),
            jour: jour.unwrap_or_default(),
            etape,
            canal: self.choix(r, "canal", Canal::lire),
            comment: self.choix(r, "comment", Comment::lire),
            ou: self.choix(r, "ou", Ou::lire),
            motif: self.choix(r, "motif", Motif::lire),
            vus,
            minutes: self.minutes(r),
            autonomie: self.choix(r, "autonomie_gagnee", OuiNon::lire),
            accord: self.choix(r, "accord", Accord::lire),
            accord_pour: self.choix(r, "accord_pour", Ou::lire),
            rappeler: self.jour(r, "rappeler_le"),
        };
        self.accompagner(r, &evenement);
        match evenement.accord {
            Some(Accord::Oui | Accord::Retire) if evenement.accord_pour.is_none() && self.case(r, "accord_pour").is_none() => {
                self.manque(r, "accord_pour");
            }
            None if evenement.accord_pour.is_some() => self.manque(r, "accord"),
            _ => {}
        }
        (self.fautes.len() == avant).then_some(Saisi { evenement, rangee: r.numero })
    }

    /// What a step asks: how for « accompagné », where for « orienté », why for those that need a reason.
    fn accompagner(&mut self, r: &Rangee, e: &Evenement) {
        for (nom, la, etape) in [("comment", e.comment.is_some(), Etape::Accompagne), ("ou", e.ou.is_some(), Etape::Oriente)] {
            match (e.etape == Some(etape), la) {
                (true, false) if self.case(r, nom).is_none() => self.manque(r, nom),
                (false, true) => self.de_trop(r, nom, &format!("ne se remplit que pour « {} ».", etape.dit())),
                _ => {}
            }
        }
        if !motif_convient(e.etape, e.motif) {
            let permis =
                MOTIFS.iter().find(|(m, _)| Some(*m) == e.etape).map(|(_, p)| p.iter().map(|m| m.dit()).collect::<Vec<_>>().join(", "));
            match permis {
                Some(_) if e.motif.is_none() && self.case(r, "motif").is_none() => self.manque(r, "motif"),
                Some(permis) if e.motif.is_some() => {
                    self.de_trop(r, "motif", &format!("ce motif n'est pas de cette étape. Permis : {permis}."))
                }
                None => self.de_trop(r, "motif", "cette étape n'a pas de motif."),
                _ => {}
            }
        }
    }

    fn de_trop(&mut self, r: &Rangee, nom: &str, dit: &str) {
        let place = self.places.get(nom).copied().unwrap_or_default();
        self.faute("E-RETOURS-005", r, place, nom, dit);
    }

    /// What a cell holds, and where it stands; nothing when it is empty or the column is not there.
    fn case(&self, r: &Rangee, nom: &str) -> Option<(Case, usize)> {
        let place = *self.places.get(nom)?;
        r.cases.get(place).filter(|c| **c != Case::Vide).map(|c| (c.clone(), place))
    }

    fn faute(&mut self, code: &'static str, r: &Rangee, place: usize, nom: &str, dit: &str) {
        let titre = COLONNES.iter().find(|c| normaliser(c.titre) == nom).map_or(nom, |c| c.titre);
        self.fautes.push(Faute {
            code,
            rangee: r.numero,
            dit: format!("cellule {}, colonne « {titre} » : {dit}", cellule(place, r.numero)),
        });
    }

    fn manque(&mut self, r: &Rangee, nom: &str) {
        let place = self.places.get(nom).copied().unwrap_or_default();
        self.faute("E-RETOURS-008", r, place, nom, "il faut la remplir pour cette ligne.");
    }

    fn choix<T>(&mut self, r: &Rangee, nom: &str, lire: fn(&str) -> Option<T>) -> Option<T> {
        let (case, place) = self.case(r, nom)?;
        let lu = match &case {
            Case::Texte(t) => lire(t),
            _ => None,
        };
        if lu.is_none() {
            let permis = COLONNES.iter().find(|c| normaliser(c.titre) == nom).map(|c| match c.saisie {
                Saisie::Choix(mots) => mots().join(", "),
                _ => String::new(),
            });
            self.faute("E-RETOURS-005", r, place, nom, &format!("mot hors de la liste. Permis : {}.", permis.unwrap_or_default()));
        }
        lu
    }

    fn texte(&mut self, r: &Rangee, nom: &str) -> Option<String> {
        match self.case(r, nom) {
            Some((Case::Texte(t), _)) => Some(t),
            Some((_, place)) => {
                self.faute("E-RETOURS-005", r, place, nom, "texte attendu, tel qu'il était écrit à l'ouverture.");
                None
            }
            None => {
                self.manque(r, nom);
                None
            }
        }
    }

    fn entier(&mut self, r: &Rangee, nom: &str) -> Option<u32> {
        let Some((case, place)) = self.case(r, nom) else {
            self.manque(r, nom);
            return None;
        };
        let lu = nombre(&case).filter(|n| n.fract() == 0.0 && (1.0..=1_000_000.0).contains(n)).map(|n| n as u32);
        if lu.is_none() {
            self.faute("E-RETOURS-005", r, place, nom, "numéro attendu, tel qu'il est sur la fiche.");
        }
        lu
    }

    fn minutes(&mut self, r: &Rangee) -> Option<u32> {
        let (case, place) = self.case(r, "minutes")?;
        let lu = nombre(&case).filter(|n| (0.0..=MINUTES_MAX).contains(n)).map(|n| n.round() as u32);
        if lu.is_none() {
            self.faute("E-RETOURS-007", r, place, "minutes", "nombre de minutes attendu, de 0 à 600.");
        }
        lu
    }

    fn jour(&mut self, r: &Rangee, nom: &str) -> Option<Jour> {
        let (case, place) = self.case(r, nom)?;
        let lu = match &case {
            Case::Jour(j) => Some(*j),
            Case::Texte(t) => self.lire_jour(t),
            _ => None,
        };
        if lu.is_none() {
            self.faute("E-RETOURS-006", r, place, nom, "date attendue : jj/mm/aaaa.");
        }
        lu
    }

    /// As every date of a table is read: dd/mm/yyyy or yyyy-mm-dd, and no day that no calendar has.
    fn lire_jour(&self, texte: &str) -> Option<Jour> {
        let tableau: ArrayRef = std::sync::Arc::new(StringArray::from(vec![texte]));
        Colonne::nouvelle(self.fichier, "date", 1, tableau).date().ok()?.first().copied().flatten()
    }

    fn types_vus(&mut self, r: &Rangee) -> Option<BTreeSet<TypeNonRecours>> {
        let lus: Vec<(TypeNonRecours, Option<OuiNon>)> = vus().into_iter().map(|(t, nom)| (t, self.choix(r, &nom, OuiNon::lire))).collect();
        lus.iter().any(|(_, l)| l.is_some()).then(|| lus.iter().filter(|(_, l)| *l == Some(OuiNon::Oui)).map(|(t, _)| *t).collect())
    }
}

/// A number, or a text that is one, with a decimal comma or point.
fn nombre(case: &Case) -> Option<f64> {
    match case {
        Case::Nombre(n) => Some(*n),
        Case::Texte(t) => t.replace(',', ".").parse().ok().filter(|n: &f64| n.is_finite()),
        _ => None,
    }
}

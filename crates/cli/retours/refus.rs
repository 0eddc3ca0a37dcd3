//! A refusal, remembered at its body until the person's situation changes.
//!
//! `refus.parquet` (0600, at home): who, by the body's own number and birth date, since row numbers are drawn anew for each
//! mission; which right; since when; and what their situation was, as a digest of each fact that the register has. When the next list
//! is opened, the right is not proposed again, unless one of these facts has changed in the body's own register:
//!
//! | fact | columns of the register |
//! |---|---|
//! | `composition` | `situation_familiale`, `enfants_a_charge` |
//! | `statut` | `statut` |
//! | `adresse` | `code_postal`, `adresse_ligne1`, `adresse_ligne2`, `adresse_commune` |
//!
//! A fact that a register lacks is not compared. What was declined and is written as a renunciation in the register itself
//! ([`crate::opposition`]) has its own dates and does not depend on the situation.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, Date32Array, RecordBatch, StringArray};
use recours_engine::outreach::{Jour, NumeroDeLigne};
use recours_tables::{FichierPret, Lecteur, Lot, Protection, lire_table, preparer_octets, vers_parquet_annote};

use super::fautes;
use crate::erreur::ErreurCommande;

/// The columns of the file. A test holds them to the protocol.
pub const COLONNES: [&str; 5] = ["nir", "date_naissance", "droit", "le", "situation"];

/// The facts of a situation, and the register's columns that say them. The list is closed: no other change brings a refused
/// right back.
pub const SITUATION: [(&str, &[&str]); 3] = [
    ("composition", &["situation_familiale", "enfants_a_charge"]),
    ("statut", &["statut"]),
    ("adresse", &["code_postal", "adresse_ligne1", "adresse_ligne2", "adresse_commune"]),
];

/// Who, at one body.
type Personne = (String, Jour);

/// Fact → digest, of the facts that the register has.
type Situation = BTreeMap<String, String>;

/// The refusals of a body. No `Debug`: it is of persons.
pub struct Refusees {
    cle: [u8; 32],
    lignes: BTreeMap<(String, Jour, String), (Jour, Situation)>,
}

impl Refusees {
    /// Reads the file; none yet, under a new key, when there is no file.
    ///
    /// # Errors
    /// E-TABLE; E-RETOURS-001 for what is no such file; E-RETOURS-013 when the system gives no random bytes.
    pub fn lire(chemin: &Path) -> Result<Self, ErreurCommande> {
        if !chemin.exists() {
            let mut cle = [0_u8; 32];
            getrandom::fill(&mut cle)
                .map_err(|_| ErreurCommande::panne("E-RETOURS-013", "le générateur aléatoire du système ne répond pas."))?;
            return Ok(Self { cle, lignes: BTreeMap::new() });
        }
        let etranger = || fautes::pas_un_suivi(chemin);
        let lecteur = lire_table(chemin)?;
        let cle = lecteur.annotation("cle").and_then(|c| blake3::Hash::from_hex(c).ok()).ok_or_else(etranger)?;
        if COLONNES.iter().any(|c| !lecteur.contient(c)) {
            return Err(etranger());
        }
        let lot = lecteur.tout()?;
        let (nir, droit, situation) = (lot.colonne("nir")?.texte()?, lot.colonne("droit")?.texte()?, lot.colonne("situation")?.texte()?);
        let (nes, le) = (lot.colonne("date_naissance")?.date()?, lot.colonne("le")?.date()?);
        let mut lignes = BTreeMap::new();
        for i in 0..lot.lignes() {
            let (Some(ne), Some(le)) = (nes[i], le[i]) else { return Err(etranger()) };
            let faits = situation.value(i).split(';').filter_map(|f| f.split_once('=')).map(|(f, e)| (f.to_owned(), e.to_owned()));
            lignes.insert((nir.value(i).to_owned(), ne, droit.value(i).to_owned()), (le, faits.collect()));
        }
        Ok(Self { cle: *cle.as_bytes(), lignes })
    }

    /// How many are remembered.
    #[must_use]
    pub fn nombre(&self) -> usize {
        self.lignes.len()
    }

    /// Forgets the refusals said before a day; gives how many.
    pub fn oublier_avant(&mut self, jour: Jour) -> usize {
        let avant = self.lignes.len();
        self.lignes.retain(|_, (le, _)| *le >= jour);
        avant - self.lignes.len()
    }

    /// Adds the refusals of a wave: row, right, day. Gives how many rows the register does not identify (no number, no birth
    /// date): those cannot be remembered from one mission to the next.
    ///
    /// # Errors
    /// E-TABLE when the register cannot be read.
    pub fn retenir(&mut self, registre: &Path, refus: &BTreeSet<(NumeroDeLigne, String, Jour)>) -> Result<usize, ErreurCommande> {
        let voulus: HashSet<NumeroDeLigne> = refus.iter().map(|(r, ..)| *r).collect();
        let connus = self.situations(registre, &voulus)?;
        let mut inconnus = 0;
        for (row_id, droit, le) in refus {
            match connus.get(row_id) {
                Some(((nir, ne), situation)) => {
                    let place = self.lignes.entry((nir.clone(), *ne, droit.clone())).or_insert_with(|| (*le, situation.clone()));
                    // Read again, the same refusal keeps the situation in which it was said.
                    if *le > place.0 {
                        *place = (*le, situation.clone());
                    }
                }
                None => inconnus += 1,
            }
        }
        Ok(inconnus)
    }

    /// Rows of a list that are not to be proposed again: the person said no to this right, and nothing of their situation has
    /// changed since in this register.
    ///
    /// # Errors
    /// E-TABLE when the register cannot be read.
    pub fn a_respecter(
        &self,
        registre: &Path,
        voulus: &HashSet<NumeroDeLigne>,
    ) -> Result<HashSet<(NumeroDeLigne, String)>, ErreurCommande> {
        let mut retenus = HashSet::new();
        for (row_id, ((nir, ne), aujourd_hui)) in self.situations(registre, voulus)? {
            let siens = self.lignes.range((nir.clone(), ne, String::new())..).take_while(|((n, d, _), _)| *n == nir && *d == ne);
            for ((.., droit), (_, alors)) in siens {
                if alors.iter().all(|(fait, empreinte)| aujourd_hui.get(fait).is_none_or(|e| e == empreinte)) {
                    retenus.insert((row_id, droit.clone()));
                }
            }
        }
        Ok(retenus)
    }

    /// Who the wanted rows are, and their situation.
    fn situations(
        &self,
        registre: &Path,
        voulus: &HashSet<NumeroDeLigne>,
    ) -> Result<HashMap<NumeroDeLigne, (Personne, Situation)>, ErreurCommande> {
        let table = lire_table(registre)?;
        let utiles: Vec<&str> = ["row_id", "nir", "date_naissance"].into_iter().chain(presentes(&table)).collect();
        let mut trouves = HashMap::new();
        for lot in table.projeter(&utiles)?.lots()? {
            let lot = lot?;
            let (row_id, nir, ne) = (lot.colonne("row_id")?, lot.colonne("nir")?.texte()?, lot.colonne("date_naissance")?.date()?);
            let row_id = row_id.obligatoire(row_id.octets16()?)?;
            let faits = faits(&lot)?;
            for (i, row_id) in row_id.iter().enumerate().filter(|(_, r)| voulus.contains(*r)) {
                let numero = if nir.is_valid(i) { nir.value(i).trim() } else { "" };
                if let (false, Some(ne)) = (numero.is_empty(), ne[i]) {
                    let situation = faits.iter().map(|(fait, textes)| ((*fait).to_owned(), self.empreinte(&textes[i]))).collect();
                    trouves.insert(*row_id, ((numero.to_owned(), ne), situation));
                }
            }
        }
        Ok(trouves)
    }

    /// Sixteen digits of a fact: enough to see that it changed, and nothing to read.
    fn empreinte(&self, fait: &str) -> String {
        blake3::keyed_hash(&self.cle, fait.as_bytes()).to_hex()[..16].to_owned()
    }

    /// The file, to be published with the others.
    ///
    /// # Errors
    /// Exit 4 when the disk refuses.
    pub fn preparer(&self, chemin: &Path) -> Result<FichierPret, ErreurCommande> {
        let textes = |t: Vec<String>| Arc::new(StringArray::from(t)) as ArrayRef;
        let colonnes: [ArrayRef; 5] = [
            textes(self.lignes.keys().map(|(nir, ..)| nir.clone()).collect()),
            Arc::new(Date32Array::from_iter_values(self.lignes.keys().map(|(_, ne, _)| *ne))),
            textes(self.lignes.keys().map(|(.., droit)| droit.clone()).collect()),
            Arc::new(Date32Array::from_iter_values(self.lignes.values().map(|(le, _)| *le))),
            textes(self.lignes.values().map(|(_, s)| s.iter().map(|(f, e)| format!("{f}={e}")).collect::<Vec<_>>().join(";")).collect()),
        ];
        let lot = RecordBatch::try_from_iter(COLONNES.into_iter().zip(colonnes)).map_err(|_| fautes::defaut(chemin))?;
        let cle = blake3::Hash::from_bytes(self.cle).to_hex();
        let octets = vers_parquet_annote("refus", &lot.schema(), &[lot], &[("cle", &cle)])?;
        Ok(preparer_octets(chemin, &octets, Protection::Privee)?)
    }
}

/// What the refusals of a file leave out of a list, in the present register.
///
/// # Errors
/// E-TABLE-001 when the file is not there: a path given by mistake must not propose again what was refused.
pub fn retenus(
    fichier: &Path,
    registre: &Path,
    voulus: &HashSet<NumeroDeLigne>,
) -> Result<HashSet<(NumeroDeLigne, String)>, ErreurCommande> {
    if !fichier.exists() {
        return Err(recours_tables::ErreurTable::Introuvable { fichier: fichier.to_path_buf() }.into());
    }
    Refusees::lire(fichier)?.a_respecter(registre, voulus)
}

/// The columns of a situation that a register has.
fn presentes(table: &Lecteur) -> Vec<&'static str> {
    SITUATION.iter().flat_map(|(_, colonnes)| colonnes.iter().copied()).filter(|c| table.contient(c)).collect()
}

/// The facts that a batch has, each as one text per row. Signs and capitals do not make a change.
fn faits(lot: &Lot) -> Result<Vec<(&'static str, Vec<String>)>, ErreurCommande> {
    let mut faits = Vec::new();
    for (fait, colonnes) in SITUATION {
        let mut textes = vec![String::new(); lot.lignes()];
        let mut la = false;
        for nom in colonnes {
            if let Some(colonne) = lot.colonne_si_presente(nom)? {
                la = true;
                for (texte, valeur) in textes.iter_mut().zip(colonne.texte()?.iter()) {
                    texte.push('|');
                    texte.push_str(&super::mots::normaliser(valeur.unwrap_or_default()));
                }
            }
        }
        if la {
            faits.push((fait, textes));
        }
    }
    Ok(faits)
}

//! Whether being contacted opened rights: against people whom the team's minutes leave out anyway.
//!
//! Nobody is left out to be compared. When a list is opened, the team's minutes cut it; the rows beyond are nobody's to contact
//! this time, and stand in the next wave like any other. Among them a random draw, from the system's generator, is kept with
//! the rows of the team: row numbers and rights, no page, no outcome. Months later the body says which rights its own files
//! have opened since, and only the difference is printed. People with a rupture are never in either group: a date passes.
//!
//! What the host cuts from a list stays at the host, unknown here (no list of absences): nothing is drawn there.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, Date32Array, FixedSizeBinaryBuilder, RecordBatch, StringArray};
use recours_engine::outreach::{Jour, Nature, NumeroDeLigne};
use recours_tables::{FichierPret, Protection, lire_table, preparer_octets, vers_parquet_annote};

use super::comptes::code_de_bande;
use super::ecrire::HorsCapacite;
use super::fautes;
use super::intervalle::{Intervalle, Strate, difference};
use super::suivi::{Ouverture, Suivie};
use crate::erreur::ErreurCommande;

/// Its columns. A test holds them to the protocol.
pub const COLONNES: [&str; 7] = ["vague", "row_id", "droit", "groupe", "strate", "ouverte_le", "garder_jusqu_au"];

/// Least people in each group: fewer are not compared, and not kept.
pub const EFFECTIF: u64 = 11;

/// Months after the opening at which the groups are compared.
pub const MOIS: i32 = 6;

/// Days that the file is kept after that: the time to be given the body's openings.
const JOURS_DE_PLUS: Jour = 30;

/// Known difficulties are compared up to this number, and beyond as one.
const FREINS_MAX: u8 = 3;

/// Which group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Groupe {
    /// On a page of the team.
    Contactee,
    /// Beyond the team's minutes.
    HorsCapacite,
}

impl Groupe {
    const fn code(self) -> &'static str {
        match self {
            Self::Contactee => "contactee",
            Self::HorsCapacite => "hors_capacite",
        }
    }
}

/// A row compared. No `Debug`: it says whose.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Comparee {
    /// The body's own row number.
    pub row_id: NumeroDeLigne,
    /// Right.
    pub droit: String,
    /// Which group.
    pub groupe: Groupe,
    /// Right, band and number of known difficulties: like is compared with like.
    pub strate: String,
    /// Opening.
    pub vague: String,
    /// Day of the opening.
    pub ouverte_le: Jour,
    /// Last day that the row is kept.
    pub garder_jusqu_au: Jour,
}

/// Draws the groups of an opening under `graine`; without the rights of which a group would have fewer than
/// [`EFFECTIF`] people.
#[must_use]
pub fn tirer(ouverture: &Ouverture<'_>, vague: &str, suivies: &[Suivie], hors: &[HorsCapacite], graine: &[u8; 32]) -> Vec<Comparee> {
    let en_rupture: BTreeSet<NumeroDeLigne> = suivies.iter().filter(|s| s.nature == Nature::Rupture).map(|s| s.row_id).collect();
    let sur_une_fiche: BTreeSet<NumeroDeLigne> = suivies.iter().map(|s| s.row_id).collect();
    let strate = |droit: &str, bande, freins: u8| format!("{droit}|{}|{}", code_de_bande(bande), freins.min(FREINS_MAX));
    let garder_jusqu_au = apres_mois(ouverture.jour, MOIS).saturating_add(JOURS_DE_PLUS);
    let comparee = |row_id, droit: &str, groupe, strate| Comparee {
        row_id,
        droit: droit.to_owned(),
        groupe,
        strate,
        vague: vague.to_owned(),
        ouverte_le: ouverture.jour,
        garder_jusqu_au,
    };
    let mut par_strate: BTreeMap<String, (Vec<Comparee>, Vec<Comparee>)> = BTreeMap::new();
    for s in suivies.iter().filter(|s| s.nature == Nature::NonRecours && !en_rupture.contains(&s.row_id)) {
        let strate = strate(&s.droit, s.bande, s.freins);
        par_strate.entry(strate.clone()).or_default().0.push(comparee(s.row_id, &s.droit, Groupe::Contactee, strate));
    }
    for h in hors.iter().filter(|h| !sur_une_fiche.contains(&h.row_id)) {
        let strate = strate(&h.droit, h.bande, h.freins);
        par_strate.entry(strate.clone()).or_default().1.push(comparee(h.row_id, &h.droit, Groupe::HorsCapacite, strate));
    }
    let mut tirees = Vec::new();
    for (contactees, mut autres) in par_strate.into_values() {
        // As many as are contacted: more row numbers would be kept for little.
        autres.sort_by_key(|c| rang(graine, &c.row_id, &c.droit));
        autres.truncate(contactees.len());
        if !autres.is_empty() {
            tirees.extend(contactees);
            tirees.append(&mut autres);
        }
    }
    // Per right: a group too small to be compared is not kept.
    let gens = |droit: &str, g: Groupe| tirees.iter().filter(|c| c.droit == droit && c.groupe == g).count() as u64;
    let assez: BTreeSet<String> = tirees
        .iter()
        .map(|c| c.droit.clone())
        .filter(|d| gens(d, Groupe::Contactee).min(gens(d, Groupe::HorsCapacite)) >= EFFECTIF)
        .collect();
    tirees.retain(|c| assez.contains(&c.droit));
    tirees.sort();
    tirees
}

/// Place of a row in the draw: depends on the seed and the row alone.
fn rang(graine: &[u8; 32], row_id: &NumeroDeLigne, droit: &str) -> [u8; 32] {
    let mut hache = blake3::Hasher::new_keyed(graine);
    hache.update(row_id);
    hache.update(droit.as_bytes());
    *hache.finalize().as_bytes()
}

/// The file of an opening, with its seed, to be published with the pages; nothing when nobody is compared.
///
/// # Errors
/// E-RETOURS-013 when the system gives no random bytes; exit 4 when the disk refuses.
pub fn preparer(
    chemin: &Path,
    ouverture: &Ouverture<'_>,
    vague: &str,
    suivies: &[Suivie],
    hors: &[HorsCapacite],
) -> Result<Option<FichierPret>, ErreurCommande> {
    let mut graine = [0_u8; 32];
    getrandom::fill(&mut graine).map_err(|_| {
        ErreurCommande::panne("E-RETOURS-013", "le générateur aléatoire du système ne répond pas.")
            .avec_conseil("Rien n'a été tiré au sort ni écrit : relancez, sur une autre machine si cela revient.")
    })?;
    let tirees = tirer(ouverture, vague, suivies, hors, &graine);
    if tirees.is_empty() {
        return Ok(None);
    }
    let graine: String = graine.iter().map(|o| format!("{o:02x}")).collect();
    ecrire(chemin, &tirees, Some(&graine)).map(Some)
}

/// Rows as a private file; `graine` says how they were drawn.
///
/// # Errors
/// Exit 4 when the disk refuses.
pub fn ecrire(chemin: &Path, comparees: &[Comparee], graine: Option<&str>) -> Result<FichierPret, ErreurCommande> {
    let defaut = || fautes::defaut(chemin);
    let textes = |f: &dyn Fn(&Comparee) -> String| Arc::new(StringArray::from_iter_values(comparees.iter().map(f))) as ArrayRef;
    let jours = |f: &dyn Fn(&Comparee) -> Jour| Arc::new(Date32Array::from_iter_values(comparees.iter().map(f))) as ArrayRef;
    let mut row_id = FixedSizeBinaryBuilder::with_capacity(comparees.len(), 16);
    for c in comparees {
        row_id.append_value(c.row_id).map_err(|_| defaut())?;
    }
    let colonnes: [ArrayRef; 7] = [
        textes(&|c| c.vague.clone()),
        Arc::new(row_id.finish()),
        textes(&|c| c.droit.clone()),
        textes(&|c| c.groupe.code().into()),
        textes(&|c| c.strate.clone()),
        jours(&|c| c.ouverte_le),
        jours(&|c| c.garder_jusqu_au),
    ];
    let lot = RecordBatch::try_from_iter(COLONNES.into_iter().zip(colonnes)).map_err(|_| defaut())?;
    let annotations: Vec<(&str, &str)> = graine.map(|g| ("graine", g)).into_iter().collect();
    let octets = vers_parquet_annote("comparaison", &lot.schema(), &[lot], &annotations)?;
    Ok(preparer_octets(chemin, &octets, Protection::Privee)?)
}

/// Reads the file, with the seed of its draw.
///
/// # Errors
/// E-TABLE; E-RETOURS-001 for what is no such file.
pub fn lire(chemin: &Path) -> Result<(Vec<Comparee>, Option<String>), ErreurCommande> {
    let etranger = || fautes::pas_un_suivi(chemin);
    let lecteur = lire_table(chemin)?;
    if COLONNES.iter().any(|c| !lecteur.contient(c)) {
        return Err(etranger());
    }
    let graine = lecteur.annotation("graine").map(str::to_owned);
    let lot = lecteur.tout()?;
    let textes = |nom: &str| -> Result<Vec<String>, ErreurCommande> {
        Ok(lot.colonne(nom)?.texte()?.iter().map(|t| t.unwrap_or_default().to_owned()).collect())
    };
    let jours = |nom: &str| -> Result<Vec<Jour>, ErreurCommande> {
        let colonne = lot.colonne(nom)?;
        Ok(colonne.obligatoire(colonne.date()?)?)
    };
    let row_id = lot.colonne("row_id")?;
    let row_id = row_id.obligatoire(row_id.octets16()?)?;
    let (vagues, droits, groupes, strates) = (textes("vague")?, textes("droit")?, textes("groupe")?, textes("strate")?);
    let (ouvertes, gardees) = (jours("ouverte_le")?, jours("garder_jusqu_au")?);
    let mut lues = Vec::with_capacity(row_id.len());
    for (i, row_id) in row_id.into_iter().enumerate() {
        let groupe = [Groupe::Contactee, Groupe::HorsCapacite].into_iter().find(|g| g.code() == groupes[i]).ok_or_else(etranger)?;
        lues.push(Comparee {
            row_id,
            droit: droits[i].clone(),
            groupe,
            strate: strates[i].clone(),
            vague: vagues[i].clone(),
            ouverte_le: ouvertes[i],
            garder_jusqu_au: gardees[i],
        });
    }
    Ok((lues, graine))
}

/// The same day `mois` months later, or the last of that month.
#[must_use]
pub fn apres_mois(jour: Jour, mois: i32) -> Jour {
    use recours_rules::date::{civil, first_day, last_day, month_of};
    let (.., quantieme) = civil(i64::from(jour));
    let mois = month_of(i64::from(jour)) + mois;
    let voulu = first_day(mois) + quantieme - 1;
    Jour::try_from(voulu.min(last_day(mois))).unwrap_or(Jour::MAX)
}

/// What is found of a right.
#[derive(Debug, Clone, PartialEq)]
pub struct Effet {
    /// Right.
    pub droit: String,
    /// Opened, of how many, among the contacted.
    pub contactes: (u64, u64),
    /// Opened, of how many, among the compared.
    pub compares: (u64, u64),
    /// Difference of shares; none when it cannot be measured.
    pub difference: Option<Intervalle>,
}

/// Effect per right, of the openings whose time is over on `au`, the day of the body's own list of opened rights
/// (`ouvertures`: row, right, day). A right opened before the opening, or after `mois` months, does not count. Rights are not
/// added together: a person may have several, and would count as several.
#[must_use]
pub fn effets(comparees: &[Comparee], ouvertures: &BTreeMap<(NumeroDeLigne, String), Jour>, mois: i32, au: Jour) -> Vec<Effet> {
    let mut strates: BTreeMap<&str, BTreeMap<(&str, &str), Strate>> = BTreeMap::new();
    for c in comparees.iter().filter(|c| apres_mois(c.ouverte_le, mois) <= au) {
        let place =
            strates.entry(&c.droit).or_default().entry((&c.vague, &c.strate)).or_insert(Strate { contactes: (0, 0), compares: (0, 0) });
        let groupe = if c.groupe == Groupe::Contactee { &mut place.contactes } else { &mut place.compares };
        let ouvert = ouvertures.get(&(c.row_id, c.droit.clone()));
        groupe.0 += u64::from(ouvert.is_some_and(|j| *j >= c.ouverte_le && *j <= apres_mois(c.ouverte_le, mois)));
        groupe.1 += 1;
    }
    let effet = |(droit, siennes): (&str, BTreeMap<(&str, &str), Strate>)| {
        let siennes: Vec<Strate> = siennes.into_values().collect();
        let somme = |f: fn(&Strate) -> (u64, u64)| siennes.iter().map(f).fold((0, 0), |(a, b), (k, n)| (a + k, b + n));
        let (contactes, compares) = (somme(|s| s.contactes), somme(|s| s.compares));
        let assez = contactes.1.min(compares.1) >= EFFECTIF;
        Effet { droit: droit.to_owned(), contactes, compares, difference: difference(&siennes).filter(|_| assez) }
    };
    strates.into_iter().map(effet).collect()
}

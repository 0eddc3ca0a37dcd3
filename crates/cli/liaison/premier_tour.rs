//! The first of two rounds (mode B): links by national numbers, then tells each body which of its rows may still be
//! linked. Nothing else comes out: no handle, no count, nothing to the host.
//!
//! A row is settled when its person is known, by number, to every body that delivered: no further pass can add a body.
//! Between two bodies that is « linked »; among more, a row linked to one body only must stay open, for somebody
//! without number at a third can be found by name alone.

use std::collections::HashMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{ArrayRef, FixedSizeBinaryArray, RecordBatch};
use arrow::datatypes::{DataType, Field, Schema};
use recours_seal::linkage::{LiaisonOrganisme, OptionsLiaison, ResultatLiaison};
use recours_tables::{ErreurTable, vers_parquet_annote};

use super::{Reception, canaris, opposants, recevoir};
use crate::aveugle::{exiger_mode_b, passes_du_tour};
use crate::chemins;
use crate::cles::{self, Detenteur};
use crate::entete::{Contenu, Entete};
use crate::erreur::ErreurCommande;
use crate::journal::{self, Acte};
use crate::manifeste;
use crate::mission::Mission;
use crate::progression::Progression;
use crate::scellement::envelopper;
use crate::signature;

/// Name in errors of the file before it is encrypted.
const NOM: &str = "residu";

/// What the first round left open, in counts for the linkage unit itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BilanPremierTour {
    /// Body, rows delivered, rows left open, file for it.
    pub organismes: Vec<(String, u64, u64, PathBuf)>,
    /// Bodies that bring an extract and have not delivered: the others' rows were not held against theirs.
    pub absents: Vec<String>,
}

impl fmt::Display for BilanPremierTour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "Premier tour, par les numéros : lignes encore à relier.")?;
        for (organisme, lignes, ouvertes, fichier) in &self.organismes {
            writeln!(f, "  {organisme:<16} {ouvertes:>10} sur {lignes:>10}   à lui remettre : {}", fichier.display())?;
        }
        for absent in &self.absents {
            writeln!(f, "  {absent:<16} n'a pas livré son premier tour")?;
        }
        Ok(())
    }
}

/// Links the first round's deliveries and writes, for each body and to its key, the row ids left open: in
/// `sortie/<body>/residu.age` (by default `echanges/<body>/`), all or none.
///
/// # Errors
/// E-OPRF-016 when the mission has one round, E-OPRF-018 in mode A, and those of linkage; nothing is then written.
pub fn relier_premier_tour(
    mission: &Mission,
    sortie: Option<&Path>,
    memoire: Option<u64>,
    progression: &Progression,
) -> Result<BilanPremierTour, ErreurCommande> {
    exiger_mode_b(mission)?;
    if mission.tours == 1 {
        passes_du_tour(mission, 2)?;
    }
    let empreinte = cles::empreinte_de_mission(mission)?;
    let journal = journal::ouvrir(mission, &Detenteur::Liaison)?;
    manifeste::exiger(mission, &cles::empreinte_des_regles(mission)?)?;
    let Reception { unite, absents, canaris: temoins, .. } = recevoir(mission, &empreinte, 1, memoire, progression)?;
    canaris::comparer(&temoins, None)?;
    let etape = progression.etape("Premier tour", None);
    // People who object may still be linked by name, so that they are left out at the second round: nobody is yet.
    let resultat = unite.lier(&OptionsLiaison { ecarter: false, ..OptionsLiaison::default() })?;
    etape.terminer();
    let mut bilan = BilanPremierTour { organismes: Vec::new(), absents };
    let mut prets = Vec::new();
    let vraies: Vec<&LiaisonOrganisme> =
        resultat.organismes.iter().filter(|l| mission.organismes.iter().any(|o| o.id == l.organisme)).collect();
    let mut ouvertes = ouvertes(&resultat, &vraies);
    for liee in vraies {
        let body = &liee.organisme;
        // With them, those of its people who object, under the ids that it gave them.
        let mut ids = ouvertes.remove(body).unwrap_or_default();
        ids.extend(ouvertes.remove(&opposants(body)).unwrap_or_default());
        // Random ids in their own order: it says nothing of how they were found.
        ids.sort_unstable();
        let dossier = sortie.map_or_else(|| chemins::echanges(mission, body), |d| d.join(body));
        let chemin = chemins::residu(&dossier);
        let mut entete = Entete::nouvelle(Contenu::Residu, mission, &empreinte, body);
        entete.tour = Some(1);
        entete.lignes = ids.len() as u64;
        bilan.organismes.push((body.clone(), liee.lignes.len() as u64, ids.len() as u64, chemin.clone()));
        let mut clair = parquet(&entete, ids)?;
        signature::signer(&mut clair, &entete, &journal)?;
        prets.push(envelopper(&chemin, clair, cles::destinataire(mission, body)?)?);
    }
    let mut acte = Acte::de_mission("premier_tour", mission, &empreinte).texte("canon", recours_seal::canon::VERSION);
    for (body, lignes, _, _) in &bilan.organismes {
        acte = acte.compte(&format!("lignes.{body}"), *lignes).point(body, &chemins::livraison(mission, body))?;
    }
    journal::publier(&journal, acte, prets, None)?;
    Ok(bilan)
}

/// Per body (and people who object at it), the rows whose person is not yet known to every body of `vraies`.
fn ouvertes(resultat: &ResultatLiaison, vraies: &[&LiaisonOrganisme]) -> HashMap<String, Vec<[u8; 16]>> {
    let mut connue_de: HashMap<[u8; 16], u64> = HashMap::new();
    for (rang, liee) in vraies.iter().enumerate() {
        for ligne in &liee.lignes {
            *connue_de.entry(ligne.handle).or_insert(0) |= 1 << rang;
        }
    }
    let tous = vraies.len() as u32;
    let ouverte = |handle: &[u8; 16]| connue_de.get(handle).is_none_or(|o| o.count_ones() < tous);
    let de = |liee: &LiaisonOrganisme| liee.lignes.iter().filter(|l| ouverte(&l.handle)).map(|l| l.row_id).collect();
    resultat.organismes.iter().map(|liee| (liee.organisme.clone(), de(liee))).collect()
}

fn parquet(entete: &Entete, ids: Vec<[u8; 16]>) -> Result<Vec<u8>, ErreurCommande> {
    let annotations = entete.annotations();
    let annotations: Vec<(&str, &str)> = annotations.iter().map(|(cle, texte)| (*cle, texte.as_str())).collect();
    let schema = Arc::new(Schema::new(vec![Field::new("row_id", DataType::FixedSizeBinary(16), false)]));
    let defaut = |_| ErreurTable::Schema { fichier: NOM.into() };
    let mut lots = Vec::new();
    if !ids.is_empty() {
        let colonne: ArrayRef = Arc::new(FixedSizeBinaryArray::try_from_iter(ids.into_iter()).map_err(defaut)?);
        lots.push(RecordBatch::try_new(Arc::clone(&schema), vec![colonne]).map_err(defaut)?);
    }
    Ok(vers_parquet_annote(NOM, &schema, &lots, &annotations)?)
}

//! Tokens of the wider passes, read from the envelopes again for each pass: they are many, and none is held longer
//! than its pass.

use std::path::PathBuf;

use arrow::array::{Array, AsArray};
use arrow::datatypes::DataType;
use recours_seal::canaris::{CleCanaris, Comparaison, EmpreinteCanaris};
use recours_seal::linkage::{LotElargi, SourceElargie};
use recours_seal::token::PasseElargie;
use recours_tables::{ErreurTable, IdentiteAge};

use super::canaris;
use super::livraison;
use crate::cles;
use crate::entete::Entete;
use crate::erreur::ErreurCommande;
use crate::manifeste;
use crate::mission::Mission;
use crate::scellement::jetons::OPPOSITION;

/// A delivery that was taken in.
pub(super) struct Recue {
    pub(super) organisme: String,
    pub(super) chemin: PathBuf,
    pub(super) entete: Entete,
    /// The sealing that it says it comes from.
    pub(super) scellement: Option<String>,
    /// Its signature, which held when it was read whole.
    pub(super) signature: Option<String>,
    pub(super) canaris: Option<CleCanaris>,
}

/// The deliveries of a linkage.
pub(super) struct Enveloppes<'m> {
    pub(super) mission: &'m Mission,
    pub(super) recues: Vec<Recue>,
    pub(super) identite: IdentiteAge,
}

impl Enveloppes<'_> {
    /// The sealing that a body's delivery comes from.
    pub(super) fn scellement(&self, organisme: &str) -> Option<String> {
        self.recues.iter().find(|r| r.organisme == organisme).and_then(|r| r.scellement.clone())
    }
}

impl SourceElargie for Enveloppes<'_> {
    type Erreur = ErreurCommande;

    fn parcourir(&mut self, passe: PasseElargie, voir: &mut dyn FnMut(LotElargi<'_>)) -> Result<(), ErreurCommande> {
        let mut empreintes: Vec<(String, EmpreinteCanaris)> = Vec::new();
        for recue in &self.recues {
            let enveloppe = cles::ouvrir_sur_place(&recue.chemin, &self.identite, false)?;
            let lecteur = livraison::rouvrir(&recue.chemin, enveloppe, &recue.entete, recue.signature.as_deref())?;
            if !lecteur.contient(passe.code()) {
                continue;
            }
            let mut releve = recue.canaris.as_ref().map(Comparaison::nouvelle);
            let marques = super::opposants(&recue.organisme);
            let mut premieres = [0; 2];
            for lot in lecteur.projeter(&["row_id", OPPOSITION, passe.code()])?.lots()? {
                let lot = lot?;
                let ids = lot.colonne("row_id")?;
                let ids = ids.obligatoire(ids.octets16()?)?;
                let colonne = lot.colonne(passe.code())?;
                if colonne.tableau().data_type() != &DataType::Binary {
                    return Err(ErreurTable::Schema { fichier: recue.chemin.clone() }.into());
                }
                let valeurs = colonne.tableau().as_binary::<i32>();
                let opposees = lot.colonne(OPPOSITION)?;
                let opposees = opposees.obligatoire(opposees.booleen()?)?;
                let (mut jetons, mut des_opposants) = (Vec::with_capacity(ids.len()), Vec::new());
                for (i, (id, opposee)) in ids.iter().zip(opposees).enumerate() {
                    let octets = if valeurs.is_valid(i) { valeurs.value(i) } else { &[] };
                    if octets.len() % passe.taille() != 0 || octets.len() > passe.taille() * passe.plafond() {
                        return Err(ErreurTable::LongueurJeton { lieu: colonne.lieu(i) }.into());
                    }
                    match releve.as_mut().and_then(|r| Some((r.rang(id)?, r))) {
                        Some((rang, releve)) => releve.noter(rang, passe.code(), octets),
                        None if opposee => des_opposants.push(octets),
                        None => jetons.push(octets),
                    }
                }
                let porte = passe == PasseElargie::P12 && jetons.iter().chain(&des_opposants).any(|j| !j.is_empty());
                manifeste::exiger_numeros(self.mission, &recue.organisme, porte)?;
                let [gens, opposants] = &mut premieres;
                for (organisme, premiere, jetons) in [(&recue.organisme, gens, jetons), (&marques, opposants, des_opposants)] {
                    let combien = jetons.len();
                    voir(LotElargi { organisme, premiere: *premiere, jetons });
                    *premiere += combien;
                }
            }
            if let Some(releve) = releve {
                empreintes.push((recue.organisme.clone(), canaris::terminer(&recue.organisme, releve)?));
            }
        }
        canaris::comparer(&empreintes, None)
    }
}

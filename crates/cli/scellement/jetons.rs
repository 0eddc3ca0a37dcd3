//! `jetons.parquet`: identities to tokens, by chunks, in the order given (already shuffled).

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, BinaryArray, BooleanArray, FixedSizeBinaryArray, RecordBatch, StringArray, UInt32Array};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use rayon::prelude::*;
use recours_seal::canaris::{self, CleCanaris};
use recours_seal::canon::{DateBrute, IdentiteBrute};
use recours_seal::keys::{ClesElargies, ClesScellement};
use recours_seal::token::{self, Bilan, ColonnesElargies, ELARGIES, Jeton, PASSES, Passe};
use recours_tables::{ErreurTable, ParquetEnMemoire};

use crate::entete::Entete;
use crate::erreur::ErreurCommande;
use crate::mission::ChampIdentite;
use crate::mission::extrait::Extrait;

/// Rows of one task: enough to keep a core busy, few enough to stay in its cache.
const LIGNES_PAR_TACHE: usize = 8_192;

/// Name in errors of the file before it is encrypted.
pub(crate) const NOM: &str = "jetons.parquet";

/// Schema of a delivery to the linkage unit.
pub(crate) fn schema() -> SchemaRef {
    let mut champs = vec![Field::new("row_id", DataType::FixedSizeBinary(16), false)];
    champs.extend(PASSES.iter().map(|p| Field::new(p.code(), DataType::FixedSizeBinary(16), true)));
    champs.push(Field::new("nir_certifie", DataType::Boolean, false));
    Arc::new(Schema::new(champs))
}

/// Columns of labels, `e1` … `e5`.
fn etiquettes() -> impl Iterator<Item = (Passe, String)> {
    PASSES.into_iter().filter(|p| !p.regle().muette()).map(|p| (p, p.code().replace('p', "e")))
}

/// The same with labels and wider passes: what is delivered.
pub(crate) fn schema_elargi() -> SchemaRef {
    let mut champs: Vec<_> = schema().fields().iter().map(|c| c.as_ref().clone()).collect();
    champs.extend(etiquettes().map(|(_, nom)| Field::new(nom, DataType::UInt32, false)));
    champs.extend(ELARGIES.iter().map(|p| Field::new(p.code(), DataType::Binary, true)));
    Arc::new(Schema::new(champs))
}

/// Keys of everything that mode A seals with.
pub(super) struct Cles {
    pub(super) passes: ClesScellement,
    pub(super) elargies: ClesElargies,
    pub(super) canaris: CleCanaris,
}

/// Seals the rows `ordre` of the extract, in that order; ranks from [`Extrait::lignes`] on are those of canaries. Gives
/// the Parquet bytes and the counts for the body, canaries left out.
pub(super) fn sceller(
    cles: &Cles,
    extrait: &Extrait,
    ordre: &[u32],
    entete: &Entete,
    suivi: &(dyn Fn(u64) + Sync),
) -> Result<(Vec<u8>, Bilan), ErreurCommande> {
    let annotations = entete.annotations();
    let mut annotations: Vec<(&str, &str)> = annotations.iter().map(|(cle, texte)| (*cle, texte.as_str())).collect();
    let cle = cles.canaris.hex();
    annotations.push((crate::liaison::ANNOTATION_CANARIS, cle.as_str()));
    let row_ids: Vec<[u8; 16]> = extrait.row_ids.iter().copied().chain(cles.canaris.row_ids()).collect();
    let schema = schema_elargi();
    let mut ecrivain = ParquetEnMemoire::creer(NOM, &schema, &annotations)?;
    let identites = Identites::de(extrait);
    let mut bilan = Bilan::default();
    // By waves, so that only some chunks wait for the writer.
    for vague in ordre.chunks(LIGNES_PAR_TACHE * 4 * rayon::current_num_threads()) {
        let lots = vague
            .par_chunks(LIGNES_PAR_TACHE)
            .map(|lignes| {
                let brutes: Vec<IdentiteBrute<'_>> = lignes.iter().map(|i| identites.ligne(*i as usize)).collect();
                let colonnes = token::sceller(&cles.passes, &brutes);
                let larges = token::sceller_elargi(&cles.passes, &cles.elargies, &brutes);
                suivi(lignes.len() as u64);
                let ids = lignes.iter().map(|i| row_ids.get(*i as usize).copied());
                Ok((lot_elargi(&schema, lot(&self::schema(), ids, &colonnes.jetons, &colonnes.nir_certifie)?, larges)?, colonnes.bilan))
            })
            .collect::<Result<Vec<_>, ErreurTable>>()?;
        for (lot, compte) in lots {
            ecrivain.ecrire(&lot)?;
            bilan.ajouter(&compte);
        }
    }
    // The canaries were counted with the others; the body is told of its own people.
    bilan.retirer(&token::sceller(&cles.passes, &canaris::identites()).bilan);
    Ok((ecrivain.terminer()?, bilan))
}

/// A batch with the labels and the wider passes after its own columns.
pub(crate) fn lot_elargi(schema: &SchemaRef, lot: RecordBatch, larges: ColonnesElargies) -> Result<RecordBatch, ErreurTable> {
    let mut colonnes = lot.columns().to_vec();
    for (passe, _) in etiquettes() {
        let dites = larges.etiquettes.get(passe.rang()).cloned().unwrap_or_default();
        colonnes.push(Arc::new(UInt32Array::from(dites)));
    }
    for jetons in &larges.jetons {
        colonnes.push(Arc::new(jetons.iter().map(|j| (!j.is_empty()).then_some(j.as_slice())).collect::<BinaryArray>()));
    }
    RecordBatch::try_new(Arc::clone(schema), colonnes).map_err(|_| ErreurTable::Schema { fichier: NOM.into() })
}

/// Rows of a delivery: `ids` and one column per pass, of equal lengths.
pub(crate) fn lot(
    schema: &SchemaRef,
    ids: impl Iterator<Item = Option<[u8; 16]>>,
    jetons: &[Vec<Option<Jeton>>; PASSES.len()],
    nir_certifie: &[bool],
) -> Result<RecordBatch, ErreurTable> {
    let mut colonnes: Vec<ArrayRef> = vec![seize_octets(ids)?];
    for passe in jetons {
        colonnes.push(seize_octets(passe.iter().copied())?);
    }
    colonnes.push(Arc::new(BooleanArray::from(nir_certifie.to_vec())));
    RecordBatch::try_new(Arc::clone(schema), colonnes).map_err(|_| ErreurTable::Schema { fichier: NOM.into() })
}

/// A column of 16-byte values.
pub(crate) fn seize_octets(valeurs: impl Iterator<Item = Option<[u8; 16]>>) -> Result<ArrayRef, ErreurTable> {
    FixedSizeBinaryArray::try_from_sparse_iter_with_size(valeurs, 16)
        .map(|tableau| Arc::new(tableau) as ArrayRef)
        .map_err(|_| ErreurTable::Schema { fichier: NOM.into() })
}

/// The identity columns of an extract, those that the mapping gives.
pub(crate) struct Identites<'e> {
    nir: Option<&'e StringArray>,
    nom_naissance: Option<&'e StringArray>,
    nom_usage: Option<&'e StringArray>,
    prenoms: Option<&'e StringArray>,
    date_naissance: Option<&'e StringArray>,
    sexe: Option<&'e StringArray>,
    commune_naissance: Option<&'e StringArray>,
    code_postal: Option<&'e StringArray>,
    adresse: Option<&'e StringArray>,
    deces: Option<&'e StringArray>,
    nir_certifie: Option<&'e StringArray>,
    nir_propre: Option<&'e StringArray>,
    /// Rows of the extract; those after are canaries.
    lignes: usize,
    canaris: Vec<IdentiteBrute<'static>>,
}

impl<'e> Identites<'e> {
    pub(crate) fn de(extrait: &'e Extrait) -> Self {
        use ChampIdentite as C;
        Self {
            nir: extrait.identite(C::Nir),
            nom_naissance: extrait.identite(C::NomNaissance),
            nom_usage: extrait.identite(C::NomUsage),
            prenoms: extrait.identite(C::Prenoms),
            date_naissance: extrait.identite(C::DateNaissance),
            sexe: extrait.identite(C::Sexe),
            commune_naissance: extrait.identite(C::CommuneNaissance),
            code_postal: extrait.identite(C::CodePostal),
            adresse: extrait.identite(C::Adresse),
            deces: extrait.identite(C::Deces),
            nir_certifie: extrait.identite(C::NirCertifie),
            nir_propre: extrait.identite(C::NirPropre),
            lignes: extrait.row_ids.len(),
            canaris: canaris::identites(),
        }
    }

    /// A row of the extract, or a canary for a rank beyond its rows.
    pub(crate) fn ligne(&self, i: usize) -> IdentiteBrute<'e> {
        if let Some(canari) = i.checked_sub(self.lignes).and_then(|k| self.canaris.get(k)) {
            return *canari;
        }
        let valeur = |colonne: Option<&'e StringArray>| colonne.filter(|c| i < c.len() && c.is_valid(i)).map(|c| c.value(i));
        IdentiteBrute {
            nir: valeur(self.nir),
            nir_certifie: valeur(self.nir_certifie).and_then(oui_ou_non),
            nir_propre: valeur(self.nir_propre).and_then(oui_ou_non),
            nom_naissance: valeur(self.nom_naissance),
            nom_usage: valeur(self.nom_usage),
            prenoms: valeur(self.prenoms),
            date_naissance: valeur(self.date_naissance).map(DateBrute::Texte),
            sexe: valeur(self.sexe),
            commune_naissance: valeur(self.commune_naissance),
            code_postal: valeur(self.code_postal),
            adresse: valeur(self.adresse),
            decede: valeur(self.deces).is_some_and(dit_la_mort),
        }
    }
}

/// What a flag says; anything else is unknown.
fn oui_ou_non(texte: &str) -> Option<bool> {
    match texte.trim().to_ascii_lowercase().as_str() {
        "1" | "o" | "oui" | "vrai" | "true" => Some(true),
        "0" | "n" | "non" | "faux" | "false" => Some(false),
        _ => None,
    }
}

/// A date of death, or any word that is not « no »: silence is not death.
fn dit_la_mort(texte: &str) -> bool {
    !matches!(texte.trim().to_ascii_lowercase().as_str(), "" | "0" | "n" | "non" | "faux" | "false")
}

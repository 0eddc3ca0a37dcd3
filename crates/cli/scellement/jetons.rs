//! `jetons.parquet`: identities to tokens, by chunks, in the order given (already shuffled).

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, BinaryArray, BooleanArray, FixedSizeBinaryArray, RecordBatch, StringArray, UInt32Array};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use rayon::prelude::*;
use recours_seal::ErreurSceau;
use recours_seal::canaris::{self, CleCanaris};
use recours_seal::canon::{DateBrute, IdentiteBrute};
use recours_seal::hasard::melanger;
use recours_seal::keys::{ClesElargies, ClesScellement};
use recours_seal::token::{self, Bilan, ColonnesElargies, ColonnesJetons, ELARGIES, Jeton, PASSES, Passe};
use recours_tables::{ErreurTable, ParquetEnMemoire};

use super::opposition::{self, Brouillage};
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
    champs.push(Field::new(OPPOSITION, DataType::Boolean, false));
    Arc::new(Schema::new(champs))
}

/// Column that marks the tokens of people who object: whoever they are linked to is left out.
pub(crate) const OPPOSITION: &str = "opposition";

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

/// The rows of a delivery, in the order in which they leave. Ranks: the extract's rows, then the canaries, then the rows
/// of nobody that complete those of people who object.
pub(super) struct Lignes {
    pub(super) ordre: Vec<u32>,
    gardees: usize,
    opposees: Vec<u32>,
    /// Row whose shape each row of nobody takes.
    modeles: Vec<u32>,
}

impl Lignes {
    /// In an order drawn for this delivery.
    pub(super) fn nouvelles(extrait: &Extrait, gardees: &[u32], opposees: &[u32]) -> Result<Self, ErreurCommande> {
        let modeles = opposition::remplissage(gardees, opposees.len())?;
        let autres = canaris::COMBIEN + modeles.len();
        let mut ordre: Vec<u32> = gardees.iter().chain(opposees).copied().collect();
        ordre.extend((0..autres).filter_map(|k| u32::try_from(extrait.row_ids.len() + k).ok()));
        melanger(&mut ordre)?;
        Ok(Self { ordre, gardees: gardees.len(), opposees: opposees.to_vec(), modeles })
    }
}

/// Seals `lignes` in their order. Gives the Parquet bytes, not signed yet, and the counts for the body, of the people
/// whom it delivers alone.
pub(super) fn sceller(
    cles: &Cles,
    extrait: &Extrait,
    lignes: &Lignes,
    entete: &Entete,
    suivi: &(dyn Fn(u64) + Sync),
) -> Result<(Vec<u8>, Bilan), ErreurCommande> {
    let annotations = entete.annotations();
    let mut annotations: Vec<(&str, &str)> = annotations.iter().map(|(cle, texte)| (*cle, texte.as_str())).collect();
    let cle = cles.canaris.hex();
    annotations.push((crate::liaison::ANNOTATION_CANARIS, cle.as_str()));
    let mut row_ids: Vec<[u8; 16]> = extrait.row_ids.iter().copied().chain(cles.canaris.row_ids()).collect();
    for (rang, id) in lignes.opposees.iter().zip(opposition::pseudonymes(&cles.canaris, &extrait.row_ids, &lignes.opposees)) {
        if let Some(place) = row_ids.get_mut(*rang as usize) {
            *place = id;
        }
    }
    let personne = row_ids.len();
    let mut brouillage = Brouillage::nouveau();
    for _ in &lignes.modeles {
        row_ids.push(brouillage.row_id()?);
    }
    let mut marquees = vec![false; row_ids.len()];
    lignes.opposees.iter().for_each(|i| marquees[*i as usize] = true);
    marquees[personne..].fill(true);
    let schema = schema_elargi();
    let mut ecrivain = ParquetEnMemoire::creer(NOM, &schema, &annotations)?;
    let identites = Identites::de(extrait);
    let modele = |i: u32| (i as usize).checked_sub(personne).and_then(|k| lignes.modeles.get(k).copied());
    let mut bilan = Bilan::default();
    // By waves, so that only some chunks wait for the writer.
    for vague in lignes.ordre.chunks(LIGNES_PAR_TACHE * 4 * rayon::current_num_threads()) {
        let lots = vague
            .par_chunks(LIGNES_PAR_TACHE)
            .map(|lignes| {
                let brutes: Vec<IdentiteBrute<'_>> = lignes.iter().map(|i| identites.ligne(modele(*i).unwrap_or(*i) as usize)).collect();
                let mut colonnes = token::sceller(&cles.passes, &brutes);
                let mut larges = token::sceller_elargi(&cles.passes, &cles.elargies, &brutes);
                suivi(lignes.len() as u64);
                let mut brouillage = Brouillage::nouveau();
                for (position, _) in lignes.iter().enumerate().filter(|(_, i)| modele(**i).is_some()) {
                    brouiller(&mut colonnes, &mut larges, position, &mut brouillage)?;
                }
                let ids = lignes.iter().map(|i| row_ids.get(*i as usize).copied());
                let oppositions: Vec<bool> = lignes.iter().map(|i| marquees.get(*i as usize).copied().unwrap_or(true)).collect();
                let lot = lot(&self::schema(), ids, &colonnes.jetons, &colonnes.nir_certifie, &oppositions)?;
                Ok((lot_elargi(&schema, lot, larges)?, colonnes.bilan))
            })
            .collect::<Result<Vec<_>, ErreurCommande>>()?;
        for (lot, compte) in lots {
            ecrivain.ecrire(&lot)?;
            bilan.ajouter(&compte);
        }
    }
    // Others were counted with them; the body is told of the people whom it delivers.
    let autres: Vec<IdentiteBrute<'_>> =
        lignes.opposees.iter().chain(&lignes.modeles).map(|i| identites.ligne(*i as usize)).chain(canaris::identites()).collect();
    bilan.retirer(&token::parcourir(&autres, &PASSES, |_, _, _| {}));
    debug_assert_eq!(bilan.lignes, lignes.gardees as u64);
    Ok((ecrivain.terminer()?, bilan))
}

/// Makes a row nobody's: every token that it has becomes random.
fn brouiller(
    colonnes: &mut ColonnesJetons,
    larges: &mut ColonnesElargies,
    position: usize,
    brouillage: &mut Brouillage,
) -> Result<(), ErreurSceau> {
    for jeton in colonnes.jetons.iter_mut().filter_map(|c| c.get_mut(position)) {
        brouillage.jeton(jeton)?;
    }
    for dite in larges.etiquettes.iter_mut().filter_map(|c| c.get_mut(position)) {
        brouillage.etiquette(dite)?;
    }
    for (passe, jetons) in ELARGIES.into_iter().zip(&mut larges.jetons) {
        let Some(octets) = jetons.get_mut(position) else { continue };
        let mut morceaux: Vec<Vec<u8>> = octets.chunks(passe.taille()).map(<[u8]>::to_vec).collect();
        for morceau in &mut morceaux {
            brouillage.morceau(morceau)?;
        }
        // Their order says nothing, as in any other row.
        morceaux.sort_unstable();
        *octets = morceaux.concat();
    }
    Ok(())
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
    oppositions: &[bool],
) -> Result<RecordBatch, ErreurTable> {
    let mut colonnes: Vec<ArrayRef> = vec![seize_octets(ids)?];
    for passe in jetons {
        colonnes.push(seize_octets(passe.iter().copied())?);
    }
    colonnes.push(Arc::new(BooleanArray::from(nir_certifie.to_vec())));
    colonnes.push(Arc::new(BooleanArray::from(oppositions.to_vec())));
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

//! A body's delivery of tokens, opened and checked row by row.

use std::path::Path;
use std::sync::Arc;

use recours_seal::canaris::{CleCanaris, Comparaison};
use recours_seal::linkage::Livraison;
use recours_seal::token::PASSES;
use recours_tables::enveloppe::EnveloppeOuverte;
use recours_tables::signature::{ANNOTATION, FauteSignature};
use recours_tables::unicite::verifie_unicite;
use recours_tables::{ErreurTable, Lecteur};

use crate::entete::Entete;
use crate::erreur::ErreurCommande;
use crate::mission::Mission;
use crate::scellement::jetons::OPPOSITION;
use crate::signature::{Signataires, faute};

/// Opens what the envelope `chemin` holds, checks what it says of itself and that its body signed it.
///
/// # Errors
/// E-TABLE-005 when it is not a whole Parquet file, and E-LIVRAISON codes.
pub(super) fn ouvrir(
    mission: &Mission,
    signataires: &Signataires,
    chemin: &Path,
    enveloppe: EnveloppeOuverte,
    entete: &Entete,
) -> Result<Lecteur, ErreurCommande> {
    let signee = signataires.verifier_source(mission, chemin, &enveloppe, entete, &entete.organisme);
    let lecteur = Lecteur::depuis_enveloppe(chemin, enveloppe)?;
    // What the file says of itself first: « of another mission » helps more than « not signed so ».
    entete.verifier(&lecteur)?;
    signee?;
    Ok(lecteur)
}

/// Opens again a delivery that was read whole and whose signature, then `signature`, held: it must still be that one.
///
/// # Errors
/// E-TABLE-005, E-LIVRAISON codes; -014 when another file stands there.
pub(super) fn rouvrir(
    chemin: &Path,
    enveloppe: EnveloppeOuverte,
    entete: &Entete,
    signature: Option<&str>,
) -> Result<Lecteur, ErreurCommande> {
    let lecteur = Lecteur::depuis_enveloppe(chemin, enveloppe)?;
    entete.verifier(&lecteur)?;
    if lecteur.annotation(ANNOTATION) != signature {
        return Err(faute(chemin, &entete.organisme, FauteSignature::Fausse));
    }
    Ok(lecteur)
}

/// Reads the rows; each cell that is not what it must be is named by file, column and row.
///
/// # Errors
/// E-TABLE-007 missing column, -009 wrong type, -014 token of the wrong length, -015 missing cell, -016 row id
/// that stands twice (both rows are named).
pub(crate) fn lire(organisme: &str, lecteur: Lecteur, suivi: &dyn Fn(u64)) -> Result<[Livraison; 2], ErreurTable> {
    lire_sans_canaris(organisme, lecteur, None, suivi).map(|(livraisons, _)| livraisons)
}

/// Where a row goes: to its body's people, to those who object, or (its number) to the canaries.
enum Route {
    Personne,
    Opposant,
    Canari(u16),
}

/// The rows of a batch: canaries are neither delivered nor marked.
fn routes(ids: &[[u8; 16]], opposees: &[bool], releve: Option<&Comparaison>) -> Vec<Route> {
    let route = |(id, opposee): (&[u8; 16], &bool)| match (releve.and_then(|r| r.rang(id)), opposee) {
        (Some(rang), _) => Route::Canari(rang),
        (None, true) => Route::Opposant,
        (None, false) => Route::Personne,
    };
    ids.iter().zip(opposees).map(route).collect()
}

/// No row yet.
fn vide(organisme: String, lignes: usize) -> Livraison {
    Livraison {
        organisme,
        row_ids: Vec::with_capacity(lignes),
        jetons: std::array::from_fn(|_| Vec::with_capacity(lignes)),
        etiquettes: Default::default(),
        nir_certifie: Vec::with_capacity(lignes),
    }
}

/// The same; the rows that `cle` designates are left out and noted. The second delivery is that of the people who object.
pub(super) fn lire_sans_canaris(
    organisme: &str,
    lecteur: Lecteur,
    cle: Option<&CleCanaris>,
    suivi: &dyn Fn(u64),
) -> Result<([Livraison; 2], Option<Comparaison>), ErreurTable> {
    let fichier: Arc<Path> = lecteur.fichier().into();
    let lignes = usize::try_from(lecteur.lignes().unwrap_or(0)).unwrap_or(0);
    let mut noms = vec!["row_id", "nir_certifie", OPPOSITION];
    noms.extend(PASSES.iter().map(|p| p.code()));
    let etiquettes: Vec<(usize, String)> =
        PASSES.iter().map(|p| (p.rang(), p.code().replace('p', "e"))).filter(|(_, nom)| lecteur.contient(nom)).collect();
    noms.extend(etiquettes.iter().map(|(_, nom)| nom.as_str()));
    let mut toutes: Vec<[u8; 16]> = Vec::with_capacity(lignes);
    let mut releve = cle.map(Comparaison::nouvelle);
    let (mut gens, mut opposants) = (vide(organisme.to_owned(), lignes), vide(super::opposants(organisme), 0));
    for lot in lecteur.projeter(&noms)?.lots()? {
        let lot = lot?;
        let colonne = lot.colonne("row_id")?;
        let ids = colonne.obligatoire(colonne.octets16()?)?;
        toutes.extend_from_slice(&ids);
        let colonne = lot.colonne(OPPOSITION)?;
        let routes = routes(&ids, &colonne.obligatoire(colonne.booleen()?)?, releve.as_ref());
        garder(&routes, ids, [&mut gens.row_ids, &mut opposants.row_ids], |_, _| {});
        for ((passe, la), marques) in PASSES.iter().zip(&mut gens.jetons).zip(&mut opposants.jetons) {
            garder(&routes, lot.colonne(passe.code())?.octets16()?, [la, marques], |rang, jeton| {
                if let Some(r) = releve.as_mut() {
                    r.noter(rang, passe.code(), jeton.as_ref().map_or(&[], |j| j.as_slice()));
                }
            });
        }
        for (rang, nom) in &etiquettes {
            let (Some(la), Some(marques)) = (gens.etiquettes.get_mut(*rang), opposants.etiquettes.get_mut(*rang)) else { continue };
            // Whole numbers below 2³²: exact in what the column gives.
            let dites = lot.colonne(nom)?.nombre()?.into_iter().map(|n| n.map_or(0, |n| n as u32)).collect();
            garder(&routes, dites, [la, marques], |rang, dite: u32| {
                if let Some(r) = releve.as_mut() {
                    r.noter(rang, nom, &dite.to_le_bytes());
                }
            });
        }
        let colonne = lot.colonne("nir_certifie")?;
        garder(&routes, colonne.obligatoire(colonne.booleen()?)?, [&mut gens.nir_certifie, &mut opposants.nir_certifie], |_, _| {});
        suivi(lot.lignes() as u64);
    }
    verifie_unicite(&[(fichier, toutes.len() as u64)], "row_id", &toutes)?;
    Ok(([gens, opposants], releve))
}

/// Values of people go to the first of `la`, of those who object to the second, those of canaries to `canari`.
fn garder<T>(routes: &[Route], valeurs: Vec<T>, la: [&mut Vec<T>; 2], mut canari: impl FnMut(u16, T)) {
    let [gens, opposants] = la;
    for (route, valeur) in routes.iter().zip(valeurs) {
        match route {
            Route::Canari(rang) => canari(*rang, valeur),
            Route::Personne => gens.push(valeur),
            Route::Opposant => opposants.push(valeur),
        }
    }
}

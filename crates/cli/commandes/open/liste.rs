//! The encrypted list, opened and checked: nothing of a list that is not exactly one is used.

use std::path::Path;

use arrow::array::{Array, StringArray};
use recours_engine::outreach::{Bande, COLONNES, Ligne};
use recours_tables::enveloppe::{IdentiteAge, dechiffrer};
use recours_tables::{ErreurEnveloppe, ErreurTable, Lecteur};

use crate::commandes::outreach::{ANNOTATION_MISSION, ANNOTATION_ORGANISME};
use crate::erreur::ErreurCommande;

/// A list in clear. No `Debug`: it says of whom something was found.
pub struct ListeOuverte {
    /// Fingerprint of the mission for which it was made.
    pub mission: String,
    /// Body for which it was made.
    pub organisme: String,
    /// Its rows, those of nobody included, in the list's (random) order.
    pub lignes: Vec<Ligne>,
}

/// Decrypts a list and reads its rows.
///
/// # Errors
/// Exit 3: E-LISTE-003 for another body's key, E-ENVELOPPE-006 and -008 for what is no envelope or was cut or
/// changed, E-LISTE-004 for other columns than the six, E-TABLE-… for a value that is not of its type.
pub fn ouvrir(fichier: &Path, cle: &Path) -> Result<ListeOuverte, ErreurCommande> {
    let octets = std::fs::read(fichier).map_err(|e| ErreurTable::de_lecture(fichier, &e))?;
    let identite = IdentiteAge::lire(cle)?;
    let clair = dechiffrer(&octets, &identite).map_err(|e| match e {
        ErreurEnveloppe::MauvaisDestinataire => {
            ErreurCommande::refus("E-LISTE-003", format!("{} : cette liste n'est pas pour l'organisme de cette clé.", fichier.display()))
                .avec_conseil("Ouvrez-la avec la clé de l'organisme à qui elle est destinée ; chacun n'ouvre que la sienne.")
        }
        autre => ErreurCommande::from(autre).dans(fichier),
    })?;
    let table = Lecteur::depuis_parquet(fichier, clair)?;
    let noms: Vec<String> = table.schema().fields().iter().map(|c| c.name().clone()).collect();
    if noms != COLONNES {
        return Err(refus(fichier, None, "ce n'est pas une liste de Recours (six colonnes attendues)"));
    }
    let annotation = |cle: &str| table.annotation(cle).map(str::to_owned);
    let (Some(mission), Some(organisme)) = (annotation(ANNOTATION_MISSION), annotation(ANNOTATION_ORGANISME)) else {
        return Err(refus(fichier, None, "la liste ne dit pas pour quelle mission elle est faite"));
    };
    let [row_id, droit, bande, date_utile, regle, expire] = COLONNES;
    let mut lignes = Vec::new();
    for lot in table.lots()? {
        let lot = lot?;
        let (numeros, fins) = (lot.colonne(row_id)?, lot.colonne(expire)?);
        let numeros = numeros.obligatoire(numeros.octets16()?)?;
        let fins = fins.obligatoire(fins.date()?)?;
        let dates = lot.colonne(date_utile)?.date()?;
        let (droits, bandes, regles) = (lot.colonne(droit)?.texte()?, lot.colonne(bande)?.texte()?, lot.colonne(regle)?.texte()?);
        for (i, ((row_id, expire), date_utile)) in numeros.into_iter().zip(fins).zip(dates).enumerate() {
            let ligne = lot.premiere_ligne() + i as u64;
            let bande = Bande::de_texte(valeur(&bandes, i)).ok_or_else(|| refus(fichier, Some(ligne), "bande inconnue"))?;
            lignes.push(Ligne { row_id, droit: valeur(&droits, i).into(), bande, date_utile, regle: valeur(&regles, i).into(), expire });
        }
    }
    Ok(ListeOuverte { mission, organisme, lignes })
}

/// E-LISTE-004, with the row's number when there is one.
pub fn refus(fichier: &Path, ligne: Option<u64>, quoi: &str) -> ErreurCommande {
    let place = ligne.map(|l| format!(", ligne {l}")).unwrap_or_default();
    ErreurCommande::refus("E-LISTE-004", format!("{}{place} : {quoi}.", fichier.display()))
        .avec_conseil("Redemandez la liste à l'hôte du moteur ; n'utilisez rien de celle-ci.")
}

fn valeur(colonne: &StringArray, i: usize) -> &str {
    if colonne.is_valid(i) { colonne.value(i) } else { "" }
}

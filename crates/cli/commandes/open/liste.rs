//! The encrypted list, opened and checked: nothing of a list that is not exactly one is used.

use std::path::Path;

use arrow::array::{Array, StringArray};
use recours_engine::outreach::{Bande, COLONNES, Ligne};
use recours_tables::enveloppe::{IdentiteAge, dechiffrer};
use recours_tables::{ErreurEnveloppe, ErreurTable, Lecteur};

use crate::entete::{self, Contenu, Entete};
use crate::erreur::ErreurCommande;
use crate::mission::Mission;
use crate::signature::Signataires;

/// A list in clear, whose author, mission and recipient were checked. No `Debug`: it says of whom something was found.
pub struct ListeOuverte {
    /// Body for which it was made.
    pub organisme: String,
    /// Its rows, those of nobody included, in the list's (random) order.
    pub lignes: Vec<Ligne>,
    /// BLAKE3 of the envelope.
    pub empreinte: String,
}

/// Decrypts a list, checks whose it is, and reads its rows. `empreinte` is the mission's.
///
/// # Errors
/// Exit 3: E-LISTE-003 for another body's key, E-ENVELOPPE-006 and -008 for what is no envelope or was cut or changed,
/// E-LISTE-004 for other columns than the six, E-LISTE-012, -005 and -011 for a list of another epoch, mission or body,
/// E-LISTE-010 for one that the host did not sign, E-TABLE-… for a value that is not of its type.
pub fn ouvrir(mission: &Mission, empreinte: &str, fichier: &Path, cle: &Path) -> Result<ListeOuverte, ErreurCommande> {
    let octets = std::fs::read(fichier).map_err(|e| ErreurTable::de_lecture(fichier, &e))?;
    let identite = IdentiteAge::lire(cle)?;
    let clair = dechiffrer(&octets, &identite).map_err(|e| match e {
        ErreurEnveloppe::MauvaisDestinataire => {
            ErreurCommande::refus("E-LISTE-003", format!("{} : cette liste n'est pas pour l'organisme de cette clé.", fichier.display()))
                .avec_conseil("Ouvrez-la avec la clé de l'organisme à qui elle est destinée ; chacun n'ouvre que la sienne.")
        }
        autre => ErreurCommande::from(autre).dans(fichier),
    })?;
    let table = Lecteur::depuis_parquet(fichier, clair.clone())?;
    six_colonnes(fichier, &table)?;
    let organisme = provenance(mission, empreinte, fichier, &clair, &table, &identite)?;
    drop(clair);
    Ok(ListeOuverte { organisme, lignes: lignes(fichier, table)?, empreinte: blake3::hash(&octets).to_hex().to_string() })
}

/// E-LISTE-004 for a table that has not the columns of a list.
pub(crate) fn six_colonnes(fichier: &Path, table: &Lecteur) -> Result<(), ErreurCommande> {
    let noms: Vec<String> = table.schema().fields().iter().map(|c| c.name().clone()).collect();
    if noms == COLONNES { Ok(()) } else { Err(refus(fichier, None, "ce n'est pas une liste de Recours (six colonnes attendues)")) }
}

/// Rows of a table that has the columns of a list.
///
/// # Errors
/// E-LISTE-004 for an unknown band, E-TABLE-… for a value that is not of its type.
pub(crate) fn lignes(fichier: &Path, table: Lecteur) -> Result<Vec<Ligne>, ErreurCommande> {
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
    Ok(lignes)
}

/// The body that a list is for, once its epoch, mission, recipient and signature are the expected ones: nothing of
/// another is looked at.
fn provenance(
    mission: &Mission,
    empreinte: &str,
    fichier: &Path,
    clair: &[u8],
    table: &Lecteur,
    identite: &IdentiteAge,
) -> Result<String, ErreurCommande> {
    let dit = |cle: &str| table.annotation(cle).unwrap_or_default();
    let refuser = |code, quoi: &str, conseil: &str| {
        Err(ErreurCommande::refus(code, format!("{} : {quoi}.", fichier.display())).avec_conseil(conseil.to_owned()))
    };
    if dit(entete::CONTENU) != Contenu::Liste.code() {
        return Err(refus(fichier, None, "ce n'est pas une liste de Recours"));
    }
    if dit(entete::EPOQUE) != mission.epoque {
        return refuser("E-LISTE-012", "cette liste est d'une autre époque", "Détruisez-la, et demandez celle de l'époque de la mission.");
    }
    if dit(entete::MISSION) != empreinte {
        return refuser(
            "E-LISTE-005",
            "cette liste est d'une autre mission ou d'un autre jeu de règles",
            "Donnez avec --mission le fichier de la mission pour laquelle la liste a été faite.",
        );
    }
    let signataires = Signataires::de_mission(mission, empreinte)?;
    let organisme = dit(entete::ORGANISME);
    if signataires.destinataire(organisme) != Some(identite.destinataire().as_str()) {
        return refuser(
            "E-LISTE-011",
            "cette liste dit être d'un autre organisme que celui de cette clé",
            "N'en utilisez rien, et prévenez l'hôte : elle a été chiffrée pour vous par un autre que lui, ou par erreur.",
        );
    }
    let entete = Entete::nouvelle(Contenu::Liste, mission, empreinte, organisme);
    match signataires.verifier(mission, fichier, clair, &entete, "hote") {
        Err(e) if e.code.starts_with("E-LIVRAISON") => refuser(
            "E-LISTE-010",
            "cette liste n'est pas signée par l'hôte du moteur, ou a été changée depuis",
            "N'en utilisez rien. Redemandez-la à l'hôte ; si cela revient, comparez avec lui le dossier « cles ».",
        ),
        autre => autre.map(|()| organisme.to_owned()),
    }
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

//! How to reach somebody without harm: coordinates, precautions, messages that name nothing, the nearest place.

use recours_rules::catalogue::ChannelKind;
use recours_rules::wording::number_in_08;
use serde::Serialize;

use super::canal::{Canal, Conseil};
use super::fiche::{Cadre, Contact};
use super::mots;
use super::registre::Inscrit;
use crate::lieux::Besoin;

/// A place, as a page prints it.
#[derive(Serialize)]
pub struct Lieu {
    /// Name and kind.
    pub nom: String,
    /// Where.
    pub adresse: String,
    /// When.
    pub horaires: Option<String>,
    /// Telephone.
    pub telephone: Option<String>,
    /// How near.
    pub proximite: &'static str,
}

/// The nearest place that offers what is needed and was looked at within a year. None for an address that is secret:
/// what is near it says where it is.
pub fn lieu(cadre: &Cadre<'_>, inscrit: &Inscrit, canaux: &[ChannelKind]) -> Option<Lieu> {
    if inscrit.confidentielle || inscrit.protegee {
        return None;
    }
    let besoin = Besoin { canaux, organisme: Some(cadre.id), genres: &[] };
    let proches = cadre.lieux?.proches(Some(&inscrit.code_postal), Some(&inscrit.commune), &besoin);
    let proche = proches.into_iter().find(|p| !p.lieu.a_relire(cadre.jour))?;
    Some(Lieu {
        nom: proche.lieu.nom.clone(),
        adresse: proche.lieu.adresse_entiere(),
        horaires: proche.lieu.horaires.clone(),
        telephone: proche.lieu.telephone.as_deref().filter(|n| !number_in_08(n)).map(mots::telephone),
        proximite: proche.proximite.nom(),
    })
}

/// By which channel, with what, and what to leave when nobody answers.
pub fn contact(cadre: &Cadre<'_>, inscrit: &Inscrit, conseil: &Conseil) -> Contact {
    let historique = inscrit.contacts.en_mots();
    if inscrit.protegee {
        return Contact {
            par: "Personne chargée de sa mesure de protection".into(),
            coordonnees: None,
            pourquoi: None,
            sinon: None,
            conseil: None,
            message: Vec::new(),
            historique,
        };
    }
    let appel = conseil.canal == Canal::Telephone || conseil.sinon == Some(Canal::Telephone);
    Contact {
        par: conseil.canal.nom().into(),
        coordonnees: Some(match (conseil.canal, conseil.sinon) {
            // Waiting for a visit may outlast the date.
            (Canal::Accueil, Some(_)) => "sur rendez-vous".into(),
            (canal, _) => coordonnees(inscrit, canal),
        }),
        pourquoi: Some(conseil.pourquoi),
        sinon: conseil.sinon.map(|c| {
            let quand = if conseil.canal == Canal::Accueil { "Pour proposer le rendez-vous" } else { "Sinon" };
            format!("{quand} : {} ({})", mots::minuscule(c.nom()), coordonnees(inscrit, c))
        }),
        conseil: (!inscrit.confidentielle).then_some(match conseil.canal {
            Canal::Telephone => "Appelez d'un numéro affiché.",
            Canal::Accueil => "Dans un lieu où l'on ne vous entend pas.",
            Canal::Courrier => "Enveloppe neutre. Le courrier part après le visa du chef de service.",
            Canal::Numerique => "Objet neutre, aucun lien : proposez d'être rappelée ou reçue.",
        }),
        // Nothing is left where somebody else may hear it.
        message: if appel && !inscrit.confidentielle {
            cadre.pack.texts.filled("repondeur", &[("organisme", &[cadre.organisme.to_owned()])])
        } else {
            Vec::new()
        },
        historique,
    }
}

fn coordonnees(inscrit: &Inscrit, canal: Canal) -> String {
    let absent = || "à retrouver dans votre dossier".to_owned();
    match canal {
        Canal::Telephone => inscrit.telephone.as_deref().map_or_else(absent, mots::telephone),
        Canal::Accueil => "à son prochain passage, ou sur rendez-vous".into(),
        Canal::Courrier => inscrit.adresse.join(", "),
        Canal::Numerique => inscrit.email.clone().unwrap_or_else(absent),
    }
}

/// What protects the person: the only things that a page puts in a box.
pub fn precautions(inscrit: &Inscrit) -> Vec<String> {
    let mut dites = Vec::new();
    if inscrit.confidentielle {
        dites.push("Adresse confidentielle : ni courrier, ni courriel, ni message. Ne parlez qu'à la personne, si elle est seule.".into());
    }
    if inscrit.protegee {
        dites.push("Tutelle ou curatelle : les coordonnées sont dans votre dossier. Parlez-en ensuite avec la personne elle-même.".into());
    }
    dites
}

/// The body's named contact, with a number that can be dialled from everywhere.
pub fn referent(inscrit: &Inscrit) -> Option<String> {
    let nom = inscrit.referent.as_ref()?;
    let numero = inscrit.referent_telephone.as_ref().filter(|n| !number_in_08(n)).map(|n| mots::telephone(n));
    Some(numero.map_or_else(|| nom.clone(), |n| format!("{nom}, {n}")))
}

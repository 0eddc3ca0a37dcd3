//! By which channel to reach a person: the one that they asked for, else one that they use with this body; that their
//! file shows possible, that requires nothing known to lack, and that puts nobody in danger.

use recours_rules::catalogue::{Mask, Requirement};

use super::registre::Inscrit;
use super::voie::Voie;

/// A channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Canal {
    /// Telephone.
    Telephone,
    /// Counter.
    Accueil,
    /// Post.
    Courrier,
    /// Online.
    Numerique,
}

impl Canal {
    /// Human channels first: on equal use, that is the order of choice.
    pub const TOUS: [Self; 4] = [Self::Telephone, Self::Accueil, Self::Courrier, Self::Numerique];

    /// The code of the register.
    pub fn de_texte(texte: &str) -> Option<Self> {
        match texte {
            "telephone" => Some(Self::Telephone),
            "accueil" => Some(Self::Accueil),
            "courrier" => Some(Self::Courrier),
            "numerique" => Some(Self::Numerique),
            _ => None,
        }
    }

    /// Name for people.
    pub const fn nom(self) -> &'static str {
        match self {
            Self::Telephone => "Téléphone",
            Self::Accueil => "Accueil",
            Self::Courrier => "Courrier",
            Self::Numerique => "Courriel",
        }
    }

    /// What a contact by it requires.
    fn exige(self) -> Mask {
        let exigences: &[Requirement] = match self {
            Self::Telephone => &[Requirement::Telephone],
            Self::Accueil => &[Requirement::Mobility],
            Self::Courrier => &[Requirement::ReadingWriting, Requirement::French, Requirement::PostalAddress],
            Self::Numerique => &[
                Requirement::Connection,
                Requirement::EmailOwned,
                Requirement::EmailMastered,
                Requirement::EmailRead,
                Requirement::ReadingWriting,
                Requirement::French,
                Requirement::Password,
            ],
        };
        exigences.iter().copied().collect()
    }
}

/// Contacts of a person with the body over six months (the online quarterly declaration is not one of them).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Contacts {
    /// Calls.
    pub telephone: u32,
    /// Visits.
    pub accueil: u32,
    /// Letters.
    pub courrier: u32,
    /// Online.
    pub numerique: u32,
}

impl Contacts {
    /// How many by a channel.
    pub const fn par(&self, canal: Canal) -> u32 {
        match canal {
            Canal::Telephone => self.telephone,
            Canal::Accueil => self.accueil,
            Canal::Courrier => self.courrier,
            Canal::Numerique => self.numerique,
        }
    }

    /// « 2 appels, 1 visite »; absent when there was none.
    pub fn en_mots(&self) -> Option<String> {
        let dits = [
            (self.telephone, "appel", "appels"),
            (self.accueil, "visite", "visites"),
            (self.courrier, "courrier", "courriers"),
            (self.numerique, "message en ligne", "messages en ligne"),
        ];
        let dits: Vec<String> = dits
            .into_iter()
            .filter(|(n, ..)| *n > 0)
            .map(|(n, un, plusieurs)| format!("{n} {}", if n == 1 { un } else { plusieurs }))
            .collect();
        (!dits.is_empty()).then(|| dits.join(", "))
    }
}

/// The channel advised, why, and what else may be tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conseil {
    /// The channel.
    pub canal: Canal,
    /// Why, in French.
    pub pourquoi: &'static str,
    /// Another channel, if the first fails.
    pub sinon: Option<Canal>,
}

/// A channel is open when the body has what it takes, nothing that it requires is known to lack, and nobody else can
/// read or hear of it.
fn ouvert(canal: Canal, inscrit: &Inscrit) -> bool {
    let possible = match canal {
        Canal::Telephone => inscrit.telephone.is_some(),
        Canal::Accueil => true,
        Canal::Courrier => !inscrit.adresse.is_empty() && !inscrit.confidentielle,
        Canal::Numerique => inscrit.email.is_some() && !inscrit.confidentielle,
    };
    possible && canal.exige().and(inscrit.capacites.non).is_empty()
}

/// Chooses a channel. What the person asked for goes first. Otherwise one that they use with this body, never online:
/// that somebody goes online, even every day, does not say that they are the one who does it, nor that they read what
/// comes. With no use of it, the telephone, else a letter.
pub fn choisir(inscrit: &Inscrit, voie: Voie) -> Conseil {
    let ouverts: Vec<Canal> = Canal::TOUS.into_iter().filter(|c| ouvert(*c, inscrit)).collect();
    let prefere = inscrit.prefere.filter(|c| ouverts.contains(c));
    let avec_quelqu_un = |c: &Canal| *c != Canal::Numerique;
    // `rev` because `max_by_key` keeps the last of equals, and the first is the human one.
    let utilise = ouverts.iter().rev().copied().filter(avec_quelqu_un).max_by_key(|c| inscrit.contacts.par(*c));
    let utilise = utilise.filter(|c| inscrit.contacts.par(*c) > 0);
    let oral = [Canal::Telephone, Canal::Accueil].into_iter().find(|c| ouverts.contains(c));
    let (canal, pourquoi) = match (prefere, utilise) {
        (Some(c), _) => (c, "c'est le moyen de contact que la personne a choisi chez vous"),
        (None, Some(c)) if voie != Voie::FaceAFace || c != Canal::Courrier => (c, "c'est ainsi que la personne est en contact avec vous"),
        (None, _) if voie == Voie::FaceAFace && oral.is_some() => {
            (oral.unwrap_or(Canal::Accueil), "à l'oral : c'est ce que demande la démarche")
        }
        // Nobody can be called to the counter without being told: it comes last when it was never used.
        (None, _) => {
            let c = ouverts.iter().copied().find(|c| *c != Canal::Accueil && avec_quelqu_un(c)).unwrap_or(Canal::Accueil);
            (c, "aucun contact avec quelqu'un chez vous ces six derniers mois")
        }
    };
    let sinon = [Canal::Telephone, Canal::Courrier, Canal::Accueil].into_iter().find(|c| *c != canal && ouverts.contains(c));
    Conseil { canal, pourquoi, sinon }
}

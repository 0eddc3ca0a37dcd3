//! By which channel to reach a person: one that the person uses with this body, and that puts nobody in danger.

use super::registre::Inscrit;

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

    /// True when there were contacts, and none of them online.
    pub const fn jamais_en_ligne(&self) -> bool {
        self.numerique == 0 && self.telephone + self.accueil + self.courrier > 0
    }
}

/// The channel advised, why, and what else may be tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conseil {
    /// The channel.
    pub canal: Canal,
    /// Why, in French.
    pub pourquoi: String,
    /// Another channel, if the first fails.
    pub sinon: Option<Canal>,
}

/// A channel is open when the body has what it takes, and nobody else can read or hear of it.
fn ouvert(canal: Canal, inscrit: &Inscrit) -> bool {
    match canal {
        Canal::Telephone => inscrit.telephone.is_some(),
        Canal::Accueil => true,
        Canal::Courrier => !inscrit.adresse.is_empty() && !inscrit.confidentielle,
        Canal::Numerique => inscrit.email.is_some() && !inscrit.confidentielle,
    }
}

/// Chooses a channel: the most used with this body over six months, else the one that its file prefers, else
/// the first that is open.
pub fn choisir(inscrit: &Inscrit) -> Conseil {
    let ouverts: Vec<Canal> = Canal::TOUS.into_iter().filter(|c| ouvert(*c, inscrit)).collect();
    // `rev` because `max_by_key` keeps the last of equals, and the first is the human one.
    let utilise = ouverts.iter().rev().copied().max_by_key(|c| inscrit.contacts.par(*c)).filter(|c| inscrit.contacts.par(*c) > 0);
    let prefere = inscrit.prefere.filter(|c| ouverts.contains(c));
    let (canal, pourquoi) = match (utilise, prefere) {
        (Some(c), _) => (c, usage(c, inscrit.contacts.par(c))),
        (None, Some(c)) => (c, "moyen de contact indiqué dans votre fichier".into()),
        // Nobody can be called to the counter without being told: it comes last when it was never used.
        (None, None) => {
            let c = ouverts.iter().copied().find(|c| *c != Canal::Accueil).unwrap_or(Canal::Accueil);
            (c, "aucun contact avec vous ces six derniers mois".into())
        }
    };
    let sinon = [Canal::Telephone, Canal::Courrier, Canal::Accueil].into_iter().find(|c| *c != canal && ouverts.contains(c));
    Conseil { canal, pourquoi, sinon }
}

fn usage(canal: Canal, fois: u32) -> String {
    let fois = if fois == 1 { "une fois".to_owned() } else { format!("{fois} fois") };
    match canal {
        Canal::Telephone => format!("vous a parlé au téléphone {fois} en six mois"),
        Canal::Accueil => format!("est venue à l'accueil {fois} en six mois"),
        Canal::Courrier => format!("vous a écrit {fois} en six mois"),
        Canal::Numerique => format!("vous a écrit en ligne {fois} en six mois"),
    }
}

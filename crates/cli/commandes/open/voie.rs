//! Which way suits: from what procedures require and what this body has observed, never from age, use or profile.
//! A way is an advice with its reasons, which are requirements of the procedure; there is no number in it.

use recours_rules::catalogue::{ChannelKind, Mask, Profile, Requirement};

use super::demarches::Demarche;

/// A way to help, in the order in which they are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Voie {
    /// Face to face, aloud.
    FaceAFace,
    /// A digital mediator, and letters back on paper.
    Mediation,
    /// A place that has the equipment.
    Equipement,
    /// Somebody who comes, calls, or a screen near home.
    Deplacement,
    /// Telephone or a letter in plain words: nothing is known, nothing is closed.
    Ordinaire,
    /// Everything required is known to be there: online is possible, a person stays named.
    EnLigne,
}

const DE_VIVE_VOIX: [Requirement; 6] = [
    Requirement::ReadingWriting,
    Requirement::French,
    Requirement::WeightOfError,
    Requirement::AdministrativeLanguage,
    Requirement::LogicOfCalculation,
    Requirement::HelpingPerson,
];
const COMPTES: [Requirement; 7] = [
    Requirement::Account,
    Requirement::Password,
    Requirement::EmailOwned,
    Requirement::EmailMastered,
    Requirement::EmailRead,
    Requirement::Identification,
    Requirement::Navigation,
];
const MATERIEL: [Requirement; 6] = [
    Requirement::Connection,
    Requirement::Smartphone,
    Requirement::Computer,
    Requirement::ScanAndAttach,
    Requirement::AccessPlace,
    Requirement::Cost,
];
const ALLER: [Requirement; 2] = [Requirement::Mobility, Requirement::Time];

impl Voie {
    /// The way, and the requirements that lead to it. `manque`: required and known not to be there; `inconnu`: required
    /// online and not known; `vive_voix`: a rule asks to be talked through.
    pub fn choisir(manque: Mask, inconnu_en_ligne: Option<Mask>, vive_voix: bool) -> (Self, Mask) {
        let parmi = |de: &[Requirement]| manque.and(de.iter().copied().collect());
        let (parole, comptes, materiel, aller) = (parmi(&DE_VIVE_VOIX), parmi(&COMPTES), parmi(&MATERIEL), parmi(&ALLER));
        if vive_voix || !parole.is_empty() {
            (Self::FaceAFace, parole)
        } else if !comptes.is_empty() {
            (Self::Mediation, comptes)
        } else if !materiel.is_empty() {
            (Self::Equipement, materiel)
        } else if !aller.is_empty() {
            (Self::Deplacement, aller)
        } else if inconnu_en_ligne == Some(Mask::NONE) {
            (Self::EnLigne, Mask::NONE)
        } else {
            (Self::Ordinaire, Mask::NONE)
        }
    }

    /// What lacks for a contact itself, whatever the procedure: it is spoken or written, and in French.
    pub fn manque_au_contact(non: Mask) -> Mask {
        non.and([Requirement::ReadingWriting, Requirement::French].into_iter().collect())
    }

    /// Doors of a procedure, in the order in which this way tries them.
    pub const fn portes(self) -> &'static [ChannelKind] {
        use ChannelKind::{Counter, Home, Online, Paper, Telephone, Video};
        match self {
            Self::FaceAFace => &[Counter, Home, Video, Telephone, Paper],
            Self::Mediation | Self::Equipement => &[Counter, Paper, Telephone, Video, Home],
            Self::Deplacement => &[Home, Telephone, Video, Paper, Counter],
            Self::Ordinaire => &[Counter, Telephone, Paper, Home, Video],
            Self::EnLigne => &[Online, Counter, Telephone, Paper, Home, Video],
        }
    }

    /// What a place must offer to suit this way.
    pub const fn besoins(self) -> &'static [ChannelKind] {
        match self {
            Self::Mediation | Self::Equipement => &[ChannelKind::Online],
            Self::Deplacement => &[ChannelKind::Video],
            Self::FaceAFace | Self::Ordinaire | Self::EnLigne => &[ChannelKind::Counter],
        }
    }

    /// Who is best placed; absent: whoever the procedure names.
    pub const fn profil(self) -> Option<Profile> {
        match self {
            Self::FaceAFace => Some(Profile::SocialWorker),
            Self::Mediation | Self::Equipement => Some(Profile::DigitalMediator),
            Self::Deplacement | Self::Ordinaire | Self::EnLigne => None,
        }
    }

    /// The advice, for people.
    pub const fn dit(self) -> &'static str {
        match self {
            Self::FaceAFace => "En face à face, à l'oral, avec un travailleur social",
            Self::Mediation => "Avec un médiateur numérique ; proposer de recevoir les courriers sur papier",
            Self::Equipement => "Dans un lieu équipé, avec quelqu'un à côté",
            Self::Deplacement => "Sans déplacement : à domicile, par téléphone ou en visio près de chez elle",
            Self::Ordinaire => "Avec quelqu'un : ce qui est possible en ligne n'est pas connu",
            Self::EnLigne => "En ligne si la personne le souhaite ; quelqu'un reste joignable",
        }
    }
}

/// Whether an error in this procedure costs much, by one door at least: a terminal without anybody is then no place for it.
pub fn erreur_lourde(demarche: &Demarche<'_>) -> bool {
    demarche.variante.channels.iter().any(|c| c.needs.named().holds(Mask::of(Requirement::WeightOfError)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use Requirement as R;

    fn de(manque: &[Requirement]) -> Voie {
        Voie::choisir(manque.iter().copied().collect(), Some(Mask::of(R::Account)), false).0
    }

    #[test]
    fn chaque_manque_a_sa_voie_et_l_inconnu_ne_ferme_rien() {
        assert_eq!(de(&[R::French]), Voie::FaceAFace);
        assert_eq!(de(&[R::ReadingWriting, R::Connection]), Voie::FaceAFace);
        assert_eq!(de(&[R::WeightOfError]), Voie::FaceAFace);
        assert_eq!(de(&[R::Password, R::Computer]), Voie::Mediation);
        assert_eq!(de(&[R::Connection]), Voie::Equipement);
        assert_eq!(de(&[R::Mobility]), Voie::Deplacement);
        assert_eq!(de(&[]), Voie::Ordinaire);
        assert_eq!(Voie::choisir(Mask::NONE, Some(Mask::NONE), false).0, Voie::EnLigne);
        // No online door is no reason to go online.
        assert_eq!(Voie::choisir(Mask::NONE, None, false).0, Voie::Ordinaire);
        assert_eq!(Voie::choisir(Mask::NONE, Some(Mask::NONE), true).0, Voie::FaceAFace);
    }

    #[test]
    fn une_porte_avec_quelqu_un_est_toujours_essayee() {
        for v in [Voie::FaceAFace, Voie::Mediation, Voie::Equipement, Voie::Deplacement, Voie::Ordinaire, Voie::EnLigne] {
            assert!(v.portes().iter().any(|p| p.without_screen()), "{v:?}");
            assert!(v == Voie::EnLigne || !v.portes().contains(&ChannelKind::Online), "{v:?}");
        }
    }

    #[test]
    fn les_raisons_sont_des_exigences() {
        let (_, raisons) = Voie::choisir([R::French, R::Connection].into_iter().collect(), None, false);
        assert_eq!(raisons.iter().collect::<Vec<_>>(), [R::French]);
    }
}

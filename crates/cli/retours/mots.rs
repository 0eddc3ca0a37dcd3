//! The closed lists of the form: what a cell may say, in French.
//!
//! A word's code is the word itself, without accents, capitals or signs ([`normaliser`]): what a person writes by hand is read
//! as what the drop-down offers.

/// `Suivi d'orientation` → `suivi_d_orientation`: small letters, no accent, one `_` for whatever separates words.
#[must_use]
pub fn normaliser(texte: &str) -> String {
    let mut code = String::with_capacity(texte.len());
    for lettre in texte.chars().flat_map(char::to_lowercase) {
        let simple = match lettre {
            // Combining marks: an « é » written in two characters, as some systems do.
            '\u{300}'..='\u{36f}' => continue,
            'à' | 'â' | 'ä' => 'a',
            'ç' => 'c',
            'é' | 'è' | 'ê' | 'ë' => 'e',
            'î' | 'ï' => 'i',
            'ô' | 'ö' => 'o',
            'ù' | 'û' | 'ü' => 'u',
            l if l.is_ascii_alphanumeric() => l,
            _ => '_',
        };
        if simple != '_' || !(code.is_empty() || code.ends_with('_')) {
            code.push(simple);
        }
    }
    code.truncate(code.trim_end_matches('_').len());
    code
}

/// A list of words: an enumeration, and what each of its members says.
macro_rules! liste {
    ($(#[$aide:meta])* $nom:ident { $($(#[$sens:meta])* $membre:ident = $dit:literal),+ $(,)? }) => {
        $(#[$aide])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $nom { $($(#[$sens])* $membre),+ }

        impl $nom {
            /// All of them, in the order of the drop-down.
            pub const TOUS: &[Self] = &[$(Self::$membre),+];

            /// What people read and write.
            #[must_use]
            pub const fn dit(self) -> &'static str {
                match self { $(Self::$membre => $dit),+ }
            }

            /// What files hold.
            #[must_use]
            pub fn code(self) -> String {
                normaliser(self.dit())
            }

            /// The member that a text names, accents, capitals and signs aside.
            #[must_use]
            pub fn lire(texte: &str) -> Option<Self> {
                let code = normaliser(texte);
                Self::TOUS.iter().copied().find(|m| m.code() == code)
            }

            /// Every word, for a drop-down or a message.
            #[must_use]
            pub fn mots() -> Vec<&'static str> {
                Self::TOUS.iter().map(|m| m.dit()).collect()
            }
        }
    };
}

liste! {
    /// A step of a contact. The first is where every row stands before anybody wrote.
    Etape {
        /// Nobody looked yet.
        AExaminer = "à examiner",
        /// To be contacted.
        Retenu = "retenu",
        /// Not to be contacted, for a reason that is not about rights.
        Ecarte = "écarté",
        /// A letter waits for the head of service.
        AValider = "à valider",
        /// The letter may leave.
        Valide = "validé",
        /// Tried, by a channel.
        ContactTente = "contact tenté",
        /// Spoken with.
        Joint = "joint",
        /// Not reached this time.
        NonJoint = "non joint",
        /// Said no: remembered until the situation changes.
        Refus = "refus",
        /// The right was open already.
        DejaOuvert = "déjà ouvert",
        /// Examined, and the law says no. At home only; leaves as a count per rule.
        NonEligible = "non éligible après examen",
        /// Helped with the procedure.
        Accompagne = "accompagné",
        /// Sent to somebody else.
        Oriente = "orienté",
        /// Asked what became of it.
        SuiviOrientation = "suivi d'orientation",
        /// The right is open.
        DroitOuvert = "droit ouvert",
        /// The payer said no, for a reason.
        Rejete = "rejeté",
        /// Looked at again, months later.
        Controle = "contrôle",
    }
}

liste! {
    /// By which channel.
    Canal {
        /// Telephone.
        Telephone = "téléphone",
        /// Counter or appointment.
        Accueil = "accueil",
        /// At home.
        Visite = "visite",
        /// Post: only once validated.
        Courrier = "courrier",
        /// E-mail.
        Courriel = "courriel",
    }
}

liste! {
    /// How the person was helped.
    Comment {
        /// Done in the person's place.
        Pour = "pour",
        /// Done while the person looks on.
        EnPresence = "en présence",
        /// Done together.
        Avec = "avec",
        /// Done by the person, with advice.
        FaireFaire = "faire faire",
    }
}

liste! {
    /// Where the person was sent, and to whom an agreement allows to hand over.
    Ou {
        /// France services.
        FranceServices = "France services",
        /// Municipal social centre.
        Ccas = "CCAS",
        /// The département's social service.
        ServiceSocial = "service social",
        /// A paying body.
        Caisse = "caisse",
        /// House of disability.
        Mdph = "MDPH",
        /// Hospital or health centre.
        Sante = "hôpital ou centre de santé",
        /// Association.
        Association = "association",
        /// Legal advice.
        PointJustice = "point-justice",
        /// Elsewhere.
        Autre = "autre",
    }
}

liste! {
    /// Why, for the steps that ask it. None is about the person.
    Motif {
        /// Somebody else follows already.
        DejaSuivi = "déjà suivi par un collègue",
        /// No longer in the territory.
        Parti = "ne vit plus ici",
        /// A contact could harm.
        Danger = "un contact serait dangereux",
        /// The team has no time.
        Temps = "plus de temps dans l'équipe",
        /// A paper is missing.
        Piece = "pièce manquante",
        /// Too late.
        Delai = "délai dépassé",
        /// The payer says a condition is not met: the rule is to be looked at.
        Condition = "condition non remplie",
        /// The delay passed without an answer.
        SansReponse = "sans réponse de l'organisme",
        /// At the later look: still there.
        ToujoursOuvert = "toujours ouvert",
        /// At the later look: interrupted.
        Interrompu = "interrompu",
    }
}

liste! {
    /// Why a right is not received, as a worker sees it, or as the rules say. A person may have several.
    TypeNonRecours {
        /// The right is not known.
        NonConnaissance = "non-connaissance",
        /// Known, not asked for.
        NonDemande = "non-demande",
        /// Not asked for because of what the procedure demands.
        NonDemandeContrainte = "non-demande contrainte",
        /// Asked for, not obtained.
        NonReception = "non-réception",
        /// No professional proposed it.
        NonProposition = "non-proposition",
    }
}

liste! {
    /// Yes or no.
    OuiNon {
        /// Yes.
        Oui = "oui",
        /// No.
        Non = "non",
    }
}

liste! {
    /// Whether the person agrees that a partner is told.
    Accord {
        /// Yes.
        Oui = "oui",
        /// No.
        Non = "non",
        /// Agreed before, and no longer.
        Retire = "retiré",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn un_mot_se_lit_comme_on_l_ecrit() {
        for ecrit in ["Déjà ouvert", "deja ouvert", "DÉJÀ  OUVERT ", "de\u{301}ja\u{300} ouvert", "déjà_ouvert"] {
            assert_eq!(Etape::lire(ecrit), Some(Etape::DejaOuvert), "{ecrit}");
        }
        assert_eq!(Etape::lire("Suivi d’orientation"), Some(Etape::SuiviOrientation));
        assert_eq!(TypeNonRecours::lire("non_demande_contrainte"), Some(TypeNonRecours::NonDemandeContrainte));
        assert_eq!(Etape::lire(""), None);
    }

    /// Two words of a list never read the same.
    #[test]
    fn les_codes_sont_distincts() {
        fn distincts(codes: Vec<String>) {
            let tous: std::collections::BTreeSet<&String> = codes.iter().collect();
            assert_eq!(tous.len(), codes.len(), "{codes:?}");
            assert!(codes.iter().all(|c| !c.is_empty()));
        }
        distincts(Etape::TOUS.iter().map(|m| m.code()).collect());
        distincts(Canal::TOUS.iter().map(|m| m.code()).collect());
        distincts(Comment::TOUS.iter().map(|m| m.code()).collect());
        distincts(Ou::TOUS.iter().map(|m| m.code()).collect());
        distincts(Motif::TOUS.iter().map(|m| m.code()).collect());
        distincts(TypeNonRecours::TOUS.iter().map(|m| m.code()).collect());
    }

    /// Favourable only: the one word that says « not entitled » is a step of the workflow, and nothing else says it.
    #[test]
    fn aucun_mot_n_accuse() {
        let tous =
            [Etape::mots(), Canal::mots(), Comment::mots(), Ou::mots(), Motif::mots(), TypeNonRecours::mots(), Accord::mots()].concat();
        for mot in tous {
            for interdit in ["fraude", "indu", "trop-perçu", "suspect", "incapable", "abus"] {
                assert!(!mot.contains(interdit), "{mot}");
            }
            assert!(!mot.contains("éligible") || mot == Etape::NonEligible.dit(), "{mot}");
        }
    }
}

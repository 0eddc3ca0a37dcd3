//! The closed vocabularies of the catalogue. Names are those that files write, and that findings carry.

/// Declares an enum whose variants have the names that files write, in order.
macro_rules! closed {
    ($(#[$doc:meta])* $name:ident, $names:ident, $count:literal, $($(#[$vdoc:meta])* $variant:ident = $text:literal),+ $(,)?) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$vdoc])* $variant),+ }

        #[doc = concat!("Names of [`", stringify!($name), "`], in order.")]
        pub const $names: [&str; $count] = [$($text),+];

        impl $name {
            /// All of them, in the order of their names.
            pub const ALL: [Self; $count] = [$(Self::$variant),+];

            /// As files write it.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }

            /// From what a file writes.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                Self::ALL.into_iter().find(|x| x.name() == text)
            }
        }
    };
}

pub(crate) use closed;

closed! {
    /// What a procedure may require. The order gives the bits of [`super::Mask`]: add at the end.
    Requirement, REQUIREMENTS, 25,
    /// An internet connection.
    Connection = "connexion",
    /// A smartphone.
    Smartphone = "smartphone",
    /// A computer.
    Computer = "ordinateur",
    /// Scanning and attaching documents.
    ScanAndAttach = "scan_pj",
    /// Money: equipment, stamps, copies, journey.
    Cost = "cout",
    /// A known place with what is needed.
    AccessPlace = "lieu_acces",
    /// Going there.
    Mobility = "mobilite",
    /// Steps of identification and validation.
    Identification = "identification",
    /// Finding one's way in a site.
    Navigation = "navigation",
    /// An account.
    Account = "compte",
    /// A password, made and remembered.
    Password = "mot_de_passe",
    /// An e-mail address.
    EmailOwned = "email_possede",
    /// Knowing how to use it.
    EmailMastered = "email_maitrise",
    /// Really reading it.
    EmailRead = "email_effectif",
    /// Reading and writing.
    ReadingWriting = "lecture_ecriture",
    /// French.
    French = "francais",
    /// Administrative language.
    AdministrativeLanguage = "langue_admin",
    /// The weight of an error: suspension.
    WeightOfError = "enjeu_erreur",
    /// Understanding how a right is calculated.
    LogicOfCalculation = "logique_calcul",
    /// Confidence in the institution.
    Confidence = "confiance",
    /// Somebody to call on.
    HelpingPerson = "tiers_aidant",
    /// Time, at hours that are set.
    Time = "temps",
    /// A bank account.
    BankAccount = "bancarisation",
    /// A telephone.
    Telephone = "telephone",
    /// A postal address, of one's own or as a domiciliation.
    PostalAddress = "adresse",
}

closed! {
    /// Stages of the cycle of a right, each of which people may give up at.
    Stage, STAGES, 8,
    /// Learning of it.
    Information = "information",
    /// Getting an appointment.
    Appointment = "rendez_vous",
    /// Asking for it.
    Application = "demande",
    /// Giving pieces.
    Pieces = "pieces",
    /// Following the file.
    FollowUp = "suivi",
    /// Declaring periodically.
    PeriodicDeclaration = "declaration_periodique",
    /// Renewing.
    Renewal = "renouvellement",
    /// Contesting a decision.
    Contest = "contestation",
}

closed! {
    /// Doors.
    ChannelKind, CHANNELS, 6,
    /// A site or an application.
    Online = "en_ligne",
    /// A paper form, by post or left in a box.
    Paper = "papier",
    /// A counter or an appointment there.
    Counter = "guichet",
    /// The telephone.
    Telephone = "telephone",
    /// A visit at home.
    Home = "domicile",
    /// A video call from a place that offers it.
    Video = "visio",
}

impl ChannelKind {
    /// For people.
    #[must_use]
    pub const fn said(self) -> &'static str {
        match self {
            Self::Online => "en ligne",
            Self::Paper => "par courrier",
            Self::Counter => "au guichet",
            Self::Telephone => "par téléphone",
            Self::Home => "à domicile",
            Self::Video => "en visio",
        }
    }

    /// Whether somebody without a screen can go through it.
    #[must_use]
    pub const fn without_screen(self) -> bool {
        !matches!(self, Self::Online)
    }
}

closed! {
    /// How a right comes to people.
    Activation, ACTIVATIONS, 4,
    /// By itself.
    Automatic = "automatique",
    /// People are told, and ask.
    Announced = "information_poussee",
    /// Somebody asks with them.
    Assisted = "assistee",
    /// People ask.
    OnRequest = "sur_demande",
}

closed! {
    /// Whether a piece stays good.
    Nature, NATURES, 2,
    /// Good for ever: a birth certificate.
    Stable = "stable",
    /// Good for so many days.
    Volatile = "volatile",
}

closed! {
    /// Who obtains a piece.
    Obtained, OBTAINED, 3,
    /// The person.
    ByPerson = "usager",
    /// The professional who helps.
    ByProfessional = "professionnel",
    /// The body, from another body.
    ByExchange = "echange",
}

closed! {
    /// Professionals to call on.
    Profile, PROFILES, 4,
    /// Social worker.
    SocialWorker = "travailleur_social",
    /// Social mediator.
    SocialMediator = "mediateur_social",
    /// Digital mediator.
    DigitalMediator = "mediateur_numerique",
    /// Agent of the body.
    Agent = "agent",
}

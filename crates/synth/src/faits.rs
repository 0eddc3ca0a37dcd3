//! The complete facts of one invented foyer: what is true, before any body sees a part of it.
//!
//! Nothing of this is kept for the whole territory: a foyer is invented again from its stream each
//! time it is needed (a few microseconds), so that a million people cost the receipts only.

use crate::acces::Acces;
use crate::calendrier::Jour;

/// Number of months of a series: M-14 to M.
pub const MOIS_SERIE: usize = 15;

/// A monthly series in cents; index 0 is M-14, index 14 is M.
pub(crate) type Serie = [i32; MOIS_SERIE];

/// Declares a closed list of codes with the vocabulary's text for each.
macro_rules! codes {
    ($(#[$doc:meta])* $nom:ident { $($(#[$vdoc:meta])* $variante:ident = $texte:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $nom { $($(#[$vdoc])* $variante),+ }

        impl $nom {
            /// Code of the vocabulary.
            #[must_use]
            pub fn code(self) -> &'static str {
                match self { $(Self::$variante => $texte),+ }
            }

            /// Reads a code of the vocabulary.
            #[must_use]
            pub fn lire(texte: &str) -> Option<Self> {
                match texte { $($texte => Some(Self::$variante),)+ _ => None }
            }
        }
    };
}

codes! {
    /// Place of a person in the foyer.
    Role {
        /// Applicant.
        Demandeur = "demandeur",
        /// Partner.
        Conjoint = "conjoint",
        /// Child or other dependant.
        Enfant = "enfant",
    }
}
codes! {
    /// Sex as registered.
    Sexe {
        /// Female.
        F = "F",
        /// Male.
        H = "H",
    }
}
codes! {
    /// Status at M.
    Activite {
        /// In work.
        Actif = "actif",
        /// Unemployed.
        Chomeur = "chomeur",
        /// Student.
        Etudiant = "etudiant",
        /// Retired.
        Retraite = "retraite",
        /// None of these.
        Inactif = "inactif",
    }
}
codes! {
    /// The inventor's own label of a person's working life.
    EtatTravail {
        /// Same job for the fifteen months.
        Stable = "stable",
        /// Few hours, low pay.
        TempsPartiel = "low_part_time",
        /// Short contracts.
        Intermittent = "intermittent",
        /// Job lost, unemployment allowance running.
        PerteAre = "job_loss_are",
        /// Unemployment allowance ended.
        AreEpuisee = "are_exhausted",
        /// Specific solidarity allowance.
        Ass = "ass",
        /// Not working, not looking.
        Inactif = "inactive",
        /// Micro-entrepreneur.
        Micro = "micro",
        /// Invalidity pension.
        Invalidite = "invalidity",
        /// Disabled adult.
        Handicap = "disabled",
        /// On sick leave.
        Maladie = "sick_leave",
        /// Student.
        Etudiant = "student",
        /// Retired.
        Senior = "senior",
        /// Child.
        SansObjet = "na",
    }
}
codes! {
    /// Marital status of the foyer.
    StatutConjugal {
        /// Never married, alone.
        Celibataire = "celibataire",
        /// Divorced.
        Divorce = "divorce",
        /// Widowed.
        Veuf = "veuf",
        /// Married.
        Marie = "marie",
        /// Civil partnership.
        Pacse = "pacse",
        /// Living together.
        Concubin = "concubin",
    }
}
codes! {
    /// Housing status.
    Occupation {
        /// Owner.
        Proprietaire = "proprietaire",
        /// Private unfurnished tenant.
        LocataireVide = "locataire_vide",
        /// Social housing tenant.
        LocataireHlm = "locataire_hlm",
        /// Furnished tenant.
        LocataireMeuble = "locataire_meuble",
        /// Lodged free.
        LogeGratuitement = "loge_gratuitement",
    }
}
codes! {
    /// Schooling.
    Scolarite {
        /// None (known).
        Aucune = "inconnue",
        /// Nursery school.
        Maternelle = "maternelle",
        /// Primary school.
        Primaire = "primaire",
        /// Lower secondary school.
        College = "college",
        /// Upper secondary school.
        Lycee = "lycee",
        /// Higher education.
        Superieur = "enseignement_superieur",
    }
}
codes! {
    /// Shape of the foyer, a label of the inventor.
    TypeMenage {
        /// One adult under 30, not a student.
        JeuneSeul = "single_young",
        /// One student.
        EtudiantSeul = "single_student",
        /// One adult.
        AdulteSeul = "single_adult",
        /// One person of 65 or more.
        SeniorSeul = "single_senior",
        /// Two adults.
        CoupleAdulte = "couple_adult",
        /// Two people, the elder 65 or more.
        CoupleSenior = "couple_senior",
        /// Two adults with children.
        CoupleEnfants = "couple_kids",
        /// One adult with children.
        ParentSeul = "single_parent",
    }
}

/// Monthly incomes over fifteen months, in cents.
#[derive(Clone, Debug, Default)]
pub(crate) struct Series {
    pub(crate) salaire: Serie,
    pub(crate) chomage: Serie,
    pub(crate) retraite: Serie,
    pub(crate) invalidite: Serie,
    pub(crate) ij: Serie,
    pub(crate) micro: Serie,
}

/// The six natures in the order of the reference files.
pub(crate) const NATURES: [&str; 6] =
    ["salaire_net", "chomage_net", "retraite_nette", "pension_invalidite", "ij_maladie", "micro_benefice"];

impl Series {
    /// The series in the order of [`NATURES`].
    pub(crate) fn toutes(&self) -> [&Serie; 6] {
        [&self.salaire, &self.chomage, &self.retraite, &self.invalidite, &self.ij, &self.micro]
    }

    /// The series in the order of [`NATURES`], to write.
    pub(crate) fn toutes_mut(&mut self) -> [&mut Serie; 6] {
        [&mut self.salaire, &mut self.chomage, &mut self.retraite, &mut self.invalidite, &mut self.ij, &mut self.micro]
    }

    /// Total of month index `t` (0 = M-14), cents.
    pub(crate) fn total(&self, t: usize) -> i32 {
        self.toutes().iter().map(|s| s[t]).sum()
    }
}

/// Year N-2 totals in cents, as the tax agency would hold them.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Annee {
    pub(crate) salaire: i32,
    pub(crate) chomage: i32,
    pub(crate) retraite: i32,
    pub(crate) invalidite: i32,
    pub(crate) micro: i32,
    /// Wages and unemployment after the 10 % deduction.
    pub(crate) salaires_abattus: i32,
    /// Pensions, invalidity and alimony after the 10 % deduction.
    pub(crate) pensions_abattues: i32,
}

/// One person, complete.
#[derive(Clone, Debug)]
pub(crate) struct Personne {
    pub(crate) role: Role,
    pub(crate) sexe: Sexe,
    pub(crate) naissance: Jour,
    /// Civil age on the first day of M.
    pub(crate) age: i32,
    pub(crate) activite: Activite,
    pub(crate) activite_depuis: i32,
    pub(crate) activite_precedente: Activite,
    pub(crate) etat: EtatTravail,
    /// Index in [`crate::identite::pays::PAYS`].
    pub(crate) pays: u8,
    /// Birth abroad (index in the same list), `None` when born in France.
    pub(crate) ne_hors_de_france: Option<u8>,
    /// Only the year of birth is registered.
    pub(crate) naissance_imprecise: bool,
    pub(crate) duree_titre: f64,
    pub(crate) taux_incapacite: f64,
    pub(crate) handicap: bool,
    pub(crate) rsdae: bool,
    pub(crate) inapte_travail: bool,
    pub(crate) ass_precondition: bool,
    pub(crate) rsa_jeune_heures_ok: bool,
    pub(crate) debut_chomage: Option<Jour>,
    pub(crate) are_fin: Option<Jour>,
    pub(crate) inscrit_ft: bool,
    pub(crate) boursier: bool,
    pub(crate) enceinte: bool,
    pub(crate) garde_alternee: bool,
    pub(crate) scolarite: Scolarite,
    pub(crate) pension_alimentaire: i32,
    pub(crate) revenus_locatifs: i32,
    pub(crate) revenus_capital: i32,
    pub(crate) livret_a: i32,
    pub(crate) epargne: i32,
    pub(crate) series: Series,
    pub(crate) n2: Annee,
    /// Ever worked or contributed in France: the pension fund has a career for this person.
    pub(crate) carriere: bool,
    pub(crate) acces: Acces,
}

impl Personne {
    /// An adult member (applicant or partner).
    pub(crate) fn adulte(&self) -> bool {
        self.role != Role::Enfant
    }

    /// Residence condition of the RSA: French, or EEA/Switzerland for three months, or five years of
    /// permit.
    pub(crate) fn sejour_rsa(&self) -> bool {
        self.pays == 0 || self.duree_titre >= 5.0 || (self.duree_titre >= 0.25 && crate::identite::pays::europeen(self.pays))
    }

    /// Residence condition of the ASPA: French or EEA/Switzerland, or ten years of permit.
    pub(crate) fn sejour_aspa(&self) -> bool {
        crate::identite::pays::europeen(self.pays) || self.duree_titre >= 10.0
    }

    /// The ASPA may be paid before the common age (unfit, or disability of 50 % or more); the age itself
    /// is for the rule to test.
    pub(crate) fn aspa_anticipe(&self) -> bool {
        self.inapte_travail || self.taux_incapacite >= 0.5
    }
}

/// Uniform draws kept for later decisions about receipt, so that attributing never needs a new stream.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Dispositions {
    pub(crate) rsa: f64,
    pub(crate) aspa: f64,
    pub(crate) ppa: f64,
    pub(crate) c2s: f64,
    pub(crate) c2s_rsa: f64,
    pub(crate) aide_logement: f64,
    pub(crate) familles: f64,
    pub(crate) aah: f64,
    pub(crate) ass: f64,
    pub(crate) asi: f64,
    /// Month of the end of the C2S year, request, quarterly cycle, quarterly filing.
    pub(crate) c2s_fin: f64,
    pub(crate) c2s_demande: f64,
    pub(crate) c2s_passe: f64,
    pub(crate) dtr_cycle: f64,
    pub(crate) dtr_depot: f64,
}

/// One foyer, complete: applicant first, then partner, then children.
#[derive(Clone, Debug)]
pub(crate) struct Foyer {
    pub(crate) id: u32,
    /// Number of the first person; the others follow.
    pub(crate) premiere: u32,
    pub(crate) type_menage: TypeMenage,
    pub(crate) statut: StatutConjugal,
    pub(crate) isolement_recent: bool,
    pub(crate) fonciers_n2: i32,
    pub(crate) occupation: Occupation,
    pub(crate) zone: i64,
    pub(crate) loyer: i32,
    pub(crate) coloc: bool,
    pub(crate) chambre: bool,
    pub(crate) participation: bool,
    pub(crate) rfr1: i32,
    pub(crate) rfr2: i32,
    /// Paid by the MSA and not by the CAF.
    pub(crate) agricole: bool,
    /// Index in the list of invented communes.
    pub(crate) commune: usize,
    pub(crate) personnes: Vec<Personne>,
    pub(crate) dispositions: Dispositions,
}

impl Foyer {
    /// Two adults.
    pub(crate) fn couple(&self) -> bool {
        self.personnes.get(1).is_some_and(|p| p.role == Role::Conjoint)
    }

    /// Number of members with the role of child.
    pub(crate) fn enfants(&self) -> usize {
        self.personnes.iter().filter(|p| p.role == Role::Enfant).count()
    }

    /// Applicant and partner.
    pub(crate) fn adultes(&self) -> impl Iterator<Item = &Personne> {
        self.personnes.iter().filter(|p| p.adulte())
    }

    /// Net incomes of the foyer in month index `t`, cents.
    pub(crate) fn revenu(&self, t: usize) -> i32 {
        self.personnes.iter().map(|p| p.series.total(t)).sum()
    }

    /// Mean monthly net income over the quarter M-4 to M-2, with alimony and rents, cents.
    pub(crate) fn revenu_trimestre(&self) -> i32 {
        let q: i32 = (10..13).map(|t| self.revenu(t)).sum();
        q / 3 + self.personnes.iter().map(|p| p.pension_alimentaire + p.revenus_locatifs + p.revenus_capital).sum::<i32>()
    }
}

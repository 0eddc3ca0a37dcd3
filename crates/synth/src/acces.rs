//! Access to procedures: the network, equipment, and the five difficulties, as they truly are.
//!
//! Everything here is the inventor's own knowledge of an invented person; no body sees it. What the département's
//! social services *observe* of it, for the people whom they meet only, is in `extraits/departement.rs`; what it
//! does to contacts is in `contacts.rs`. No isolation, fear or illettrisme is ever written to a file.
//!
//! Rates: age, equipment and isolation follow published surveys (CREDOC 2017 and 2018, Capacity 2017, Défenseur des
//! droits 2017, cited beside the measured margins in `marges/publie.rs`); how they combine is the inventor's.

use crate::faits::Role;
use crate::hasard::Hasard;
use crate::menage::{Membre, Menage};

/// How a person stands towards procedures. Every `true` is an obstacle, so that the default is « none ».
#[derive(Clone, Copy, Debug)]
pub(crate) struct Acces {
    /// Cannot do a procedure alone.
    pub(crate) difficulte_seul: bool,
    /// No mailbox.
    pub(crate) sans_email: bool,
    /// Difficulty with French.
    pub(crate) difficulte_francais: bool,
    /// Neither connection nor equipment fit for a procedure.
    pub(crate) sans_connexion: bool,
    /// Access code or password lost.
    pub(crate) code_perdu: bool,
    /// No access to the Internet at all.
    pub(crate) sans_acces: bool,
    /// Goes online less than once a month.
    pub(crate) non_internaute: bool,
    pub(crate) sans_fixe: bool,
    pub(crate) sans_smartphone: bool,
    pub(crate) sans_ordinateur: bool,
    /// Did no procedure online over twelve months.
    pub(crate) aucune_demarche: bool,
    /// Isolated and poor, as the Défenseur des droits counts them: never written anywhere.
    pub(crate) precaire_isole: bool,
    /// Somebody else goes online in this person's name: a login says nothing of who typed.
    pub(crate) par_un_tiers: bool,
    /// Chance, in [0, 1], that this person starts a procedure online when it is possible.
    pub(crate) habitude_en_ligne: f64,
}

impl Default for Acces {
    fn default() -> Self {
        Self {
            difficulte_seul: false,
            sans_email: false,
            difficulte_francais: false,
            sans_connexion: false,
            code_perdu: false,
            sans_acces: false,
            non_internaute: false,
            sans_fixe: false,
            sans_smartphone: false,
            sans_ordinateur: false,
            aucune_demarche: false,
            precaire_isole: false,
            par_un_tiers: false,
            habitude_en_ligne: 0.6,
        }
    }
}

impl Acces {
    /// Contacts may be digital: by the person, or by somebody in their name.
    pub(crate) fn peut_en_ligne(&self) -> bool {
        !self.sans_connexion && !self.non_internaute || self.par_un_tiers
    }

    /// At least one of the five difficulties.
    pub(crate) fn en_difficulte(&self) -> bool {
        self.cinq().contains(&true)
    }

    /// The five difficulties, in the order of the département's columns.
    pub(crate) fn cinq(&self) -> [bool; 5] {
        [self.difficulte_seul, self.sans_email, self.difficulte_francais, self.sans_connexion, self.code_perdu]
    }
}

/// Ease under which a foyer counts as poor here (the poorest fifth).
const PRECAIRE: f64 = -0.84;
/// Isolation among those who live alone, and among the others (inventor's).
const ISOLES: [f64; 2] = [0.45, 0.10];

/// Share, among those who do no procedure online, of people for whom somebody else does: under 60, then older (inventor's).
const PAR_UN_TIERS: [f64; 2] = [0.6, 0.4];

/// One value per age: up to 39, 40 to 59, 60 to 69, 70 to 79, 80 and more.
fn selon(age: i32, v: [f64; 5]) -> f64 {
    match age {
        ..=39 => v[0],
        40..=59 => v[1],
        60..=69 => v[2],
        70..=79 => v[3],
        _ => v[4],
    }
}

/// Draws the access of a member. `h` is the stream of facts, `propre` one of its own, so that new questions about
/// access move no other fact.
pub(crate) fn tirer(h: &mut Hasard, propre: &mut Hasard, membre: &Membre, menage: &Menage) -> Acces {
    if membre.role == Role::Enfant {
        return Acces::default();
    }
    let seul = menage.membres.len() == 1;
    let enfants = menage.membres.iter().any(|m| m.role == Role::Enfant);
    let precaire = menage.aisance < PRECAIRE;
    let precaire_isole = precaire && propre.chance(ISOLES[usize::from(!seul)]);
    let loin = h.unif();
    // One draw for two questions: whoever has no access does not go online.
    let acces = selon(membre.age, [0.024, 0.048, 0.095, 0.16, 0.27]) * if precaire_isole { 2.5 } else { 1.0 };
    let usage = selon(membre.age, [0.022, 0.056, 0.155, 0.29, 0.49]) * if seul { 1.75 } else { 0.85 } * if enfants { 0.8 } else { 1.0 };
    let sans_acces = loin < acces.min(0.9);
    let non_internaute = loin < usage.max(acces).min(0.92);
    let sans_fixe = sans_acces || propre.chance(if precaire { 0.10 } else { 0.045 });
    let sans_smartphone = propre.chance(selon(membre.age, [0.04, 0.14, 0.36, 0.56, 0.8]));
    let sans_ordinateur = propre.chance(selon(membre.age, [0.13, 0.17, 0.34, 0.60, 0.80]) * if precaire { 1.5 } else { 0.9 })
        // Whoever goes online has one or the other.
        && (non_internaute || !sans_smartphone);
    let sans_connexion = sans_acces || (sans_smartphone && sans_ordinateur);
    let etranger = membre.ne_hors_de_france.is_some();
    let difficulte_francais = h.chance(if etranger && membre.duree_titre < 5.0 && membre.pays != 0 {
        0.3
    } else if etranger {
        0.08
    } else {
        0.004
    });
    let sans_email = h.chance(if non_internaute || sans_connexion { 0.45 } else { 0.008 });
    let eloigne = if non_internaute || sans_connexion { 0.38 } else { 0.0 };
    let difficulte_seul = h.chance(0.028 + eloigne + if difficulte_francais { 0.4 } else { 0.0 });
    let code_perdu = h.chance(0.022);
    let renonce = propre.chance(selon(membre.age, [0.08, 0.15, 0.30, 0.39, 0.5]));
    let aucune_demarche = non_internaute || sans_connexion || renonce;
    let par_un_tiers = propre.chance(if aucune_demarche { PAR_UN_TIERS[usize::from(membre.age >= 60)] } else { 0.0 });
    // Most do nearly everything online or nearly nothing; difficulties make the first step a human one more often.
    let u = propre.unif();
    let [a, b] = if membre.age >= 60 { [2.8, 0.24] } else { [2.8, 0.30] };
    let kumaraswamy = (1.0 - (1.0 - u).powf(1.0 / b)).powf(1.0 / a);
    let frein = if difficulte_seul || difficulte_francais || code_perdu { 0.6 } else { 1.0 };
    let habitude_en_ligne = kumaraswamy * frein * if renonce && !par_un_tiers { 0.35 } else { 1.0 };
    Acces {
        difficulte_seul,
        sans_email,
        difficulte_francais,
        sans_connexion,
        code_perdu,
        sans_acces,
        non_internaute,
        sans_fixe,
        sans_smartphone,
        sans_ordinateur,
        aucune_demarche,
        precaire_isole,
        par_un_tiers,
        habitude_en_ligne,
    }
}

//! The refusals of mode B, each with its code.

use std::path::Path;

use crate::erreur::ErreurCommande;
use crate::mission::Mission;

pub(super) fn mode(mission: &Mission) -> ErreurCommande {
    ErreurCommande::refus("E-OPRF-018", format!("{} : cette mission est en mode A, sans évaluation aveugle.", mission.fichier.display()))
        .avec_conseil("Scellez par « recours seal », ou écrivez mode = \"B\" dans la mission et créez d'autres clés.")
}

pub(super) fn tour(mission: &Mission, tour: u8) -> ErreurCommande {
    ErreurCommande::usage("E-OPRF-016", format!("{} : pas de tour {tour}, la mission en a {}.", mission.fichier.display(), mission.tours))
        .avec_conseil("Donnez --tour 1, ou --tour 2 quand la mission a deux tours.")
}

pub(super) fn quota(organisme: &str, passe: &str, demandees: u64, reste: u64, plafond: u64) -> ErreurCommande {
    ErreurCommande::refus(
        "E-OPRF-006",
        format!(
            "« {organisme} », passe {passe} : {demandees} évaluations demandées, il en reste {reste} sur les {plafond} que permet la \
             population attestée pour cette époque."
        ),
    )
    .avec_conseil(
        "Le compte est par passe et par époque, et une demande déjà servie est comptée. Si la population attestée est trop basse, c'est à tous \
         les signataires de la changer dans la mission.",
    )
}

pub(super) fn deja_servie(fichier: &Path) -> ErreurCommande {
    ErreurCommande::refus("E-OPRF-007", format!("{} : cette demande a déjà été servie.", fichier.display()))
        .avec_conseil("Remettez à l'organisme la réponse d'alors, ou qu'il en fasse une nouvelle par « recours blind ».")
}

pub(super) fn compteur(fichier: &Path, quoi: &str) -> ErreurCommande {
    ErreurCommande::refus("E-OPRF-008", format!("{} : {quoi}.", fichier.display())).avec_conseil(
        "Sans son compteur le tiers des clés n'évalue rien : reprenez-en la sauvegarde, ou détruisez la clé et créez-en une autre.",
    )
}

pub(super) fn sans_etat(dossier: &Path, organisme: &str, tour: u8) -> ErreurCommande {
    ErreurCommande::refus(
        "E-OPRF-009",
        format!("{} : aucun aveuglement en cours de « {organisme} » pour le tour {tour}.", dossier.display()),
    )
    .avec_conseil("Faites d'abord la demande par « recours blind » ; l'état est effacé quand ses jetons sont livrés.")
}

pub(super) fn extrait_change(organisme: &str) -> ErreurCommande {
    ErreurCommande::refus("E-OPRF-011", format!("« {organisme} » : l'extrait n'est plus celui qui a été aveuglé."))
        .avec_conseil("Reprenez l'extrait d'alors, ou aveuglez celui-ci par « recours blind » : le tiers comptera ces évaluations à part.")
}

pub(super) fn sans_reponse(fichier: &Path) -> ErreurCommande {
    ErreurCommande::refus("E-OPRF-012", format!("{} : réponse du tiers des clés absente ou illisible.", fichier.display()))
        .avec_conseil("Demandez-la au tiers des clés ; chaque partie de la demande a la sienne.")
}

pub(super) fn demande(fichier: &Path, quoi: &str) -> ErreurCommande {
    ErreurCommande::refus("E-OPRF-013", format!("{} : {quoi}.", fichier.display()))
        .avec_conseil("Attendu : un fichier écrit par « recours blind » (ou « serve-keys » pour une réponse), sans conversion.")
}

pub(super) fn adresse(texte: &str) -> ErreurCommande {
    ErreurCommande::usage("E-OPRF-014", format!("« {texte} » n'est pas une adresse de cette machine.")).avec_conseil(
        "Attendu : une adresse de boucle locale et un port, 127.0.0.1:7497 ou [::1]:7497. Entre deux machines, passez par des fichiers.",
    )
}

pub(super) fn service(adresse: &str, quoi: &str) -> ErreurCommande {
    ErreurCommande::panne("E-OPRF-015", format!("service d'évaluation {adresse} : {quoi}."))
        .avec_conseil("Vérifiez que « recours serve-keys … --ecoute » y tourne, et relancez.")
}

pub(super) fn sans_residu(fichier: &Path) -> ErreurCommande {
    ErreurCommande::refus("E-OPRF-017", format!("{} : le résidu du premier tour est introuvable.", fichier.display()))
        .avec_conseil("L'unité de liaison l'écrit par « recours link … --tour 1 », quand tous ont livré leur premier tour.")
}

pub(super) fn trop_long(octets: u64) -> ErreurCommande {
    ErreurCommande::refus("E-OPRF-019", format!("une demande de {} Mio dépasse ce que le service accepte.", octets >> 20))
        .avec_conseil("Les demandes de « recours blind » sont bien plus courtes : ce n'en est pas une.")
}

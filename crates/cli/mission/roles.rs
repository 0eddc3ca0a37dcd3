//! Who plays which role, and which roles may not meet in the same legal entity.

use super::brut::RolesBruts;
use super::faute::{Faute, Place};
use super::{Donnees, Mode, Organisme};

/// SIREN of each role; all there with real data.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Roles {
    /// Blind key holder.
    pub tiers_cles: Option<String>,
    /// Linkage unit.
    pub liaison: Option<String>,
    /// Engine host.
    pub hote: Option<String>,
    /// Auditor: opens traces.
    pub auditeur: Option<String>,
}

/// Nine digits.
pub(super) fn est_siren(texte: &str) -> bool {
    texte.len() == 9 && texte.bytes().all(|c| c.is_ascii_digit())
}

/// Roles and the faults of their separation.
///
/// Keys, tokens and facts in the same hands are what the protocol is there to prevent: whoever holds two of
/// them can name people.
pub(super) fn verifier(
    texte: &str,
    bruts: Option<RolesBruts>,
    donnees: Donnees,
    mode: Mode,
    organismes: &[Organisme],
    place_mode: Place,
    fautes: &mut Vec<Faute>,
) -> Roles {
    let declares = bruts.is_some();
    let bruts = bruts.unwrap_or_default();
    let mut places = [None; 4];
    let mut lire = |rang: usize, nom: &str, brut: Option<super::brut::Texte>| -> Option<String> {
        let brut = brut?;
        let place = Place::de(texte, &brut.span());
        let siren = brut.into_inner();
        places[rang] = Some(place);
        if !est_siren(&siren) {
            fautes.push(Faute::nouvelle(
                "E-MISSION-011",
                place,
                format!("roles.{nom} : un SIREN a neuf chiffres."),
                "Écrivez-le entre guillemets, sans espace : \"123456789\".",
            ));
            return None;
        }
        Some(siren)
    };
    let roles = Roles {
        tiers_cles: lire(0, "tiers_cles", bruts.tiers_cles),
        liaison: lire(1, "liaison", bruts.liaison),
        hote: lire(2, "hote", bruts.hote),
        auditeur: lire(3, "auditeur", bruts.auditeur),
    };
    if donnees == Donnees::Inventees {
        return roles;
    }

    let nommes = [
        ("tiers_cles", &roles.tiers_cles, places[0]),
        ("liaison", &roles.liaison, places[1]),
        ("hote", &roles.hote, places[2]),
        ("auditeur", &roles.auditeur, places[3]),
    ];
    for (nom, siren, place) in nommes {
        if siren.is_none() && place.is_none() {
            fautes.push(Faute::nouvelle(
                "E-MISSION-012",
                None,
                format!("[roles] : il manque « {nom} », obligatoire avec donnees = \"reelles\"."),
                if declares { "Donnez le SIREN de chaque rôle." } else { "Ajoutez la section [roles]." },
            ));
        }
    }
    let separes = &nommes[..3];
    for (i, (nom, siren, place)) in separes.iter().enumerate() {
        for (autre, autre_siren, _) in &separes[..i] {
            if siren.is_some() && siren == autre_siren {
                fautes.push(Faute::nouvelle(
                    "E-MISSION-013",
                    *place,
                    format!("roles.{nom} et roles.{autre} ont le même SIREN."),
                    "Avec des données réelles, le tiers des clés, la liaison et l'hôte sont trois entités distinctes.",
                ));
            }
        }
    }
    if let Some(tiers) = &roles.tiers_cles {
        for organisme in organismes.iter().filter(|o| o.siren.as_ref() == Some(tiers)) {
            fautes.push(Faute::nouvelle(
                "E-MISSION-014",
                places[0],
                format!("roles.tiers_cles est l'organisme « {} », qui participe à la mission.", organisme.id),
                "Confiez les clés à une entité qui n'apporte aucun extrait et ne reçoit aucune liste.",
            ));
        }
    }
    let mut responsables: Vec<&str> = organismes.iter().filter_map(|o| o.siren.as_deref()).collect();
    responsables.sort_unstable();
    responsables.dedup();
    if mode == Mode::A && responsables.len() > 1 {
        fautes.push(Faute::nouvelle(
            "E-MISSION-015",
            place_mode,
            format!("mode \"A\" refusé : données réelles de {} responsables.", responsables.len()),
            "En mode A chaque organisme pourrait retrouver les personnes des autres ; il y faut mode = \"B\".",
        ));
    }
    roles
}

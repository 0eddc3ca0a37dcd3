//! The TOML reader's English messages, in French and with the closest key.

use recours_tables::proches::{noms_proches, vouliez_vous};

use super::faute::{Faute, Place};

/// Names between backquotes, in order.
fn entre_accents(message: &str) -> Vec<&str> {
    message.split('`').skip(1).step_by(2).collect()
}

/// What a serde message calls the type that it wanted.
fn type_attendu(message: &str) -> &'static str {
    let attendu = message.rsplit("expected ").next().unwrap_or_default();
    if attendu.starts_with("a string") {
        "du texte entre guillemets"
    } else if attendu.starts_with("a sequence") || attendu.starts_with("an array") {
        "une liste entre crochets"
    } else if attendu.starts_with("a boolean") {
        "true ou false"
    } else if attendu.starts_with("u32") || attendu.contains("integer") {
        "un nombre entier positif"
    } else if attendu.starts_with("a map") || attendu.starts_with("struct") || attendu.contains("table") {
        "une table"
    } else {
        "une autre valeur"
    }
}

/// The fault that the TOML reader stopped at.
pub(crate) fn faute(erreur: &toml::de::Error, texte: &str) -> Faute {
    let place = erreur.span().map(|portee| Place::de(texte, &portee));
    let message = erreur.message();
    let noms = entre_accents(message);
    if message.starts_with("unknown field") {
        let (inconnue, connues) = match noms.split_first() {
            Some((inconnue, connues)) => (*inconnue, connues),
            None => ("", &[][..]),
        };
        let proches = noms_proches(inconnue, connues.iter().copied());
        let conseil = match vouliez_vous(&proches) {
            question if question.is_empty() => format!("Clés permises ici : {}.", connues.join(", ")),
            question => question,
        };
        return Faute::nouvelle("E-MISSION-005", place, format!("clé inconnue « {inconnue} »."), conseil);
    }
    if message.starts_with("missing field") {
        let nom = noms.first().copied().unwrap_or_default();
        return Faute::nouvelle("E-MISSION-006", place, format!("il manque « {nom} »."), format!("Ajoutez « {nom} » dans cette section."));
    }
    if message.starts_with("invalid type") {
        return Faute::nouvelle(
            "E-MISSION-007",
            place,
            "valeur d'un autre type que celui attendu.",
            format!("Il faut {} ici.", type_attendu(message)),
        );
    }
    if message.starts_with("invalid value") {
        return Faute::nouvelle(
            "E-MISSION-007",
            place,
            "valeur hors de ce qui est permis.",
            format!("Il faut {} ici.", type_attendu(message)),
        );
    }
    if message.contains("duplicate key") {
        return Faute::nouvelle("E-MISSION-008", place, "clé ou section écrite deux fois.", "Gardez-en une seule.");
    }
    Faute::nouvelle(
        "E-MISSION-004",
        place,
        "le fichier n'est pas du TOML bien formé.",
        "Vérifiez à cet endroit les guillemets, les crochets et les signes égal.",
    )
}

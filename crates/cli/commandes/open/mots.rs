//! French words of a page: telephone numbers, stages, requirements. What is said aloud is in the rules' texts.

use recours_engine::outreach::{Bande, Nature};
use recours_rules::catalogue::{ChannelKind, Mask, Requirement};

/// `06 39 98 00 12`: pairs, when the number has the ten digits of a French one; otherwise as registered.
pub fn telephone(registre: &str) -> String {
    let chiffres: String = registre.chars().filter(char::is_ascii_digit).collect();
    let national = match chiffres.strip_prefix("0033").or_else(|| chiffres.strip_prefix("33").filter(|r| r.len() == 9)) {
        Some(reste) => format!("0{reste}"),
        None => chiffres,
    };
    if national.len() == 10 && national.starts_with('0') {
        national.as_bytes().chunks(2).map(String::from_utf8_lossy).collect::<Vec<_>>().join(" ")
    } else {
        registre.to_owned()
    }
}

/// `Demander le RSA` → `demander le RSA`; an acronym in front stays (`RSA du mois`).
pub fn minuscule(texte: &str) -> String {
    let mut lettres = texte.chars();
    let Some(premiere) = lettres.next() else { return String::new() };
    if lettres.clone().next().is_some_and(char::is_uppercase) {
        return texte.to_owned();
    }
    premiere.to_lowercase().chain(lettres).collect()
}

/// The first given name, in capitals only where a sentence would put them (`MARIE-JOSE ANNE` → `Marie-Jose`): pages
/// are read aloud. A name that is not all in capitals stays as its body wrote it.
pub fn prenom(registre: &str) -> String {
    let premier = registre.split([' ', ',']).find(|p| !p.is_empty()).unwrap_or_default();
    if premier.chars().any(char::is_lowercase) {
        return premier.to_owned();
    }
    let mut debut = true;
    let mut dit = String::with_capacity(premier.len());
    for lettre in premier.chars() {
        if debut {
            dit.push(lettre);
        } else {
            dit.extend(lettre.to_lowercase());
        }
        debut = !lettre.is_alphabetic();
    }
    dit
}

/// The stage of a procedure, for people.
pub fn etape(code: &str) -> String {
    match code {
        "demande" => "première demande".into(),
        "renouvellement" => "renouvellement".into(),
        "declaration_periodique" => "déclaration périodique".into(),
        "pieces" => "pièces à donner".into(),
        "suivi" => "suivi du dossier".into(),
        autre => autre.replace('_', " "),
    }
}

/// How a row is announced: people read « à proposer », « à vérifier » or « échéance proche », never a grade.
pub const fn statut(nature: Nature, bande: Bande) -> &'static str {
    match (nature, bande) {
        (Nature::Rupture, _) => "échéance proche",
        (_, bande) => bande.texte(),
    }
}

/// The text that says a row aloud, to the person or (`mesure`) to whoever is in charge of a protection measure.
pub const fn texte_de(nature: Nature, bande: Bande, date: bool, mesure: bool) -> &'static str {
    match (nature, bande, mesure) {
        (Nature::Rupture, ..) if date => "echeance_datee",
        (Nature::Rupture, ..) => "echeance",
        (_, Bande::AProposer, false) => "proposer",
        (_, Bande::AProposer, true) => "proposer_protection",
        (_, Bande::AVerifier, false) => "verifier",
        (_, Bande::AVerifier, true) => "verifier_protection",
    }
}

/// A door, for people, when the catalogue has not read where it is.
pub const fn porte(genre: ChannelKind) -> &'static str {
    match genre {
        ChannelKind::Online => "en ligne",
        ChannelKind::Paper => "sur papier",
        ChannelKind::Counter => "à un accueil, sur rendez-vous",
        ChannelKind::Telephone => "par téléphone",
        ChannelKind::Home => "au domicile",
        ChannelKind::Video => "en visio, depuis un lieu d'accueil",
    }
}

/// What a procedure requires, as what follows « la démarche exige ».
pub const fn exigence(exigence: Requirement) -> &'static str {
    match exigence {
        Requirement::Connection => "une connexion internet",
        Requirement::Smartphone => "un smartphone",
        Requirement::Computer => "un ordinateur",
        Requirement::ScanAndAttach => "de scanner et de joindre des pièces",
        Requirement::Cost => "une dépense",
        Requirement::AccessPlace => "un lieu équipé",
        Requirement::Mobility => "un déplacement",
        Requirement::Identification => "des étapes d'identification",
        Requirement::Navigation => "de se repérer dans un site",
        Requirement::Account => "un compte en ligne",
        Requirement::Password => "un mot de passe",
        Requirement::EmailOwned => "une adresse de courriel",
        Requirement::EmailMastered => "l'usage du courriel",
        Requirement::EmailRead => "de lire ses courriels",
        Requirement::ReadingWriting => "de lire et d'écrire",
        Requirement::French => "le français",
        Requirement::AdministrativeLanguage => "des mots d'administration",
        Requirement::WeightOfError => "de ne pas se tromper",
        Requirement::LogicOfCalculation => "de comprendre un calcul",
        Requirement::Confidence => "de la confiance",
        Requirement::HelpingPerson => "l'aide de quelqu'un",
        Requirement::Time => "du temps, à des heures fixes",
        Requirement::BankAccount => "un compte bancaire",
        Requirement::Telephone => "un téléphone",
        Requirement::PostalAddress => "une adresse où le courrier arrive",
    }
}

/// Requirements, one after the other.
pub fn exigences(masque: Mask) -> Vec<&'static str> {
    masque.iter().map(exigence).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numeros_et_mots() {
        for ecrit in ["0639980012", "+33 6 39 98 00 12", "0033639980012", "06.39.98.00.12"] {
            assert_eq!(telephone(ecrit), "06 39 98 00 12");
        }
        assert_eq!(telephone("+32 2 555 12 12"), "+32 2 555 12 12");
        assert_eq!(minuscule("Écrire"), "écrire");
        assert_eq!(minuscule(""), "");
        assert_eq!(prenom("MARIE-JOSÉ ANNE"), "Marie-José");
        assert_eq!(prenom("Camille, Dominique"), "Camille");
        assert_eq!(prenom(""), "");
        assert_eq!(minuscule("RSA du mois"), "RSA du mois");
        assert_eq!(minuscule("S'inscrire"), "s'inscrire");
        assert_eq!(etape("declaration_periodique"), "déclaration périodique");
    }

    #[test]
    fn chaque_exigence_a_ses_mots_et_la_personne_n_en_est_pas_le_sujet() {
        let dites = exigences(Requirement::ALL.into_iter().collect());
        let distinctes: std::collections::BTreeSet<&str> = dites.iter().copied().collect();
        assert_eq!(distinctes.len(), Requirement::ALL.len());
        for d in dites {
            assert!(recours_rules::wording::person_as_subject(d).is_none(), "{d}");
            assert!(recours_rules::wording::refused(d, recours_rules::wording::Reader::Procedure).is_empty(), "{d}");
        }
    }
}

//! French words of a page: telephone numbers, stages, and what to say, in short spoken sentences.

use recours_engine::outreach::{Bande, Nature};
use recours_rules::pack::Right;

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

/// The spoken sentence of one right, to the person or (`mesure`) to whoever is in charge of a protection measure.
/// No amount: a figure said aloud is heard as a promise.
pub fn phrase(droit: &Right, nature: Nature, bande: Bande, date: Option<&str>, mesure: bool) -> String {
    let faire = minuscule(&droit.propose);
    match (nature, bande, mesure) {
        (Nature::Rupture, ..) => {
            let quand = date.map(|d| format!(", si possible avant le {d}")).unwrap_or_default();
            format!("Pour ne pas perdre un droit, il faudrait {faire}{quand}.")
        }
        (_, Bande::AProposer, false) => format!("Vous pouvez sans doute {faire}."),
        (_, Bande::AProposer, true) => format!("Il est sans doute possible de {faire}."),
        (_, Bande::AVerifier, false) => format!("Vous pourriez peut-être {faire}. J'ai quelques questions pour le vérifier."),
        (_, Bande::AVerifier, true) => format!("Il serait peut-être possible de {faire}. J'ai quelques questions pour le vérifier."),
    }
}

/// What to say: greeting, at most two rights, freedom to refuse.
pub fn discours(organisme: &str, personne: &str, mesure: bool, phrases: &[String]) -> Vec<String> {
    let a_qui = if mesure {
        format!("Êtes-vous bien la personne chargée de la mesure de protection de {personne} ?")
    } else {
        format!("Est-ce que je parle bien à {personne} ?")
    };
    let mut dits = vec![format!("Bonjour, {organisme}, je m'appelle … {a_qui}")];
    dits.extend(phrases.iter().take(2).cloned());
    if phrases.len() > 2 {
        dits.push("Il y a encore autre chose à voir : nous en parlerons ensuite.".into());
    }
    dits.push(if mesure {
        "Voulez-vous qu'on regarde cela ensemble, avec la personne ? Vous pouvez dire non : cela ne change rien à ses autres droits.".into()
    } else {
        "Voulez-vous qu'on regarde cela ensemble ? Vous pouvez dire non : cela ne change rien à vos autres droits.".into()
    });
    dits
}

/// What the law asks to be said at the first contact (CRPA L114-8 II): exchange, purpose, access, rectification,
/// objection.
pub fn information(organisme: &str) -> Vec<String> {
    vec![
        "Des organismes publics ont rapproché des informations, sans échanger les noms, pour prévenir les personnes de leurs droits."
            .into(),
        format!(
            "Vous pouvez voir ces informations, les faire corriger, ou vous y opposer : dites-le-moi, ou écrivez au délégué à la \
             protection des données ({organisme})."
        ),
    ]
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
}

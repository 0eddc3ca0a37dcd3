//! French words of a page: dates, telephone numbers, and what to say, in short spoken sentences.

use recours_engine::outreach::{Bande, Jour, Nature};
use recours_rules::date::civil;
use recours_rules::pack::Right;

const MOIS: [&str; 12] =
    ["janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"];

/// `1er décembre 2026`.
pub fn date_longue(jour: Jour) -> String {
    let (annee, mois, j) = civil(i64::from(jour));
    let nom = usize::try_from(mois - 1).ok().and_then(|m| MOIS.get(m)).copied().unwrap_or_default();
    let j = if j == 1 { "1er".to_owned() } else { j.to_string() };
    format!("{j} {nom} {annee}")
}

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

/// `Demander le RSA` → `demander le RSA`.
pub fn minuscule(texte: &str) -> String {
    let mut lettres = texte.chars();
    lettres.next().map(|l| l.to_lowercase().chain(lettres).collect()).unwrap_or_default()
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

/// The spoken sentence of one right. No amount: a figure said aloud is heard as a promise.
pub fn phrase(droit: &Right, nature: Nature, bande: Bande, date: Option<&str>) -> String {
    let faire = minuscule(&droit.propose);
    match (nature, bande) {
        (Nature::Rupture, _) => {
            let quand = date.map(|d| format!(", si possible avant le {d}")).unwrap_or_default();
            format!("Pour ne pas perdre un droit, il faudrait {faire}{quand}.")
        }
        (_, Bande::AProposer) => format!("Vous pouvez sans doute {faire}."),
        (_, Bande::AVerifier) => format!("Vous pourriez peut-être {faire}. J'ai quelques questions pour le vérifier."),
    }
}

/// What to say: greeting, at most two rights, freedom to refuse.
pub fn discours(organisme: &str, personne: &str, phrases: &[String]) -> Vec<String> {
    let mut dits = vec![format!("Bonjour, {organisme}, je m'appelle … Est-ce que je parle bien à {personne} ?")];
    dits.extend(phrases.iter().take(2).cloned());
    if phrases.len() > 2 {
        dits.push("Il y a encore autre chose à voir : nous en parlerons ensuite.".into());
    }
    dits.push("Voulez-vous qu'on regarde cela ensemble ? Vous pouvez dire non : cela ne change rien à vos autres droits.".into());
    dits
}

/// What the law asks to be said at the first contact (CRPA L114-8 II): exchange, purpose, access, rectification,
/// objection.
pub fn information(organisme: &str) -> Vec<String> {
    vec![
        "Des organismes publics ont rapproché des informations, sans échanger les noms, pour prévenir les personnes de leurs droits."
            .into(),
        "Vous pouvez voir ces informations, les faire corriger, ou vous y opposer.".into(),
        format!("Pour cela, dites-le-moi, ou écrivez au délégué à la protection des données : {organisme}."),
        "(Article L114-8, II, du code des relations entre le public et l'administration.)".into(),
    ]
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn dates_et_numeros() {
        let jour = |t| i32::try_from(recours_rules::date::parse(t).unwrap()).unwrap();
        assert_eq!(date_longue(jour("2026-12-01")), "1er décembre 2026");
        assert_eq!(date_longue(jour("1961-02-28")), "28 février 1961");
        for ecrit in ["0639980012", "+33 6 39 98 00 12", "0033639980012", "06.39.98.00.12"] {
            assert_eq!(telephone(ecrit), "06 39 98 00 12");
        }
        assert_eq!(telephone("+32 2 555 12 12"), "+32 2 555 12 12");
        assert_eq!(minuscule("Écrire"), "écrire");
        assert_eq!(minuscule(""), "");
        assert_eq!(etape("declaration_periodique"), "déclaration périodique");
    }
}

//! How real files go wrong, with the rate of each fault declared here and nowhere else.
//!
//! Rates are the inventor's, of the order that the field describes (national numbers certified above
//! 99 % at the CAF, scarce at the social services); none is a published measure, all are à vérifier.

use crate::calendrier::{Jour, civil, jours};
use crate::hasard::Hasard;
use crate::identite::{Identite, nir};

/// Rates of one body. Shares of rows unless said otherwise.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Taux {
    /// National number missing.
    pub nir_manquant: f64,
    /// One digit wrong in the number (its key then fails, or the number is not that person's).
    pub nir_faux_chiffre: f64,
    /// Among people whose number is provisional, share for whom this body has only that one.
    pub nia: f64,
    /// One letter lost, doubled, changed, or two swapped in the birth name.
    pub coquille_nom: f64,
    /// Same in the given names.
    pub coquille_prenom: f64,
    /// Among people with a name in use, share registered with it as their birth name.
    pub usage_pour_naissance: f64,
    /// Among compound names, share written with a space, joined, or cut to the first part.
    pub compose_altere: f64,
    /// Only the first given name is kept.
    pub premier_prenom_seul: f64,
    /// Two given names in the other order.
    pub prenoms_inverses: f64,
    /// Day and month exchanged (when possible) or one digit wrong in the birth date.
    pub date_fausse: f64,
    /// Place of birth missing.
    pub commune_manquante: f64,
    /// Postal code of an older address.
    pub ancienne_adresse: f64,
    /// The same person entered twice, under two numbers of row.
    pub doublon: f64,
    /// A fact of the row not known yet at the date of the extract.
    pub fait_tardif: f64,
    /// Upper case without accents, as older systems write.
    pub capitales: bool,
}

/// Family allowance fund.
pub const CAF: Taux = Taux {
    nir_manquant: 0.005,
    nir_faux_chiffre: 0.0003,
    nia: 0.8,
    coquille_nom: 0.006,
    coquille_prenom: 0.005,
    usage_pour_naissance: 0.02,
    compose_altere: 0.12,
    premier_prenom_seul: 0.15,
    prenoms_inverses: 0.003,
    date_fausse: 0.002,
    commune_manquante: 0.02,
    ancienne_adresse: 0.02,
    doublon: 0.0005,
    fait_tardif: 0.004,
    capitales: true,
};
/// Agricultural social fund.
pub const MSA: Taux = Taux { nir_manquant: 0.004, doublon: 0.0004, ancienne_adresse: 0.025, ..CAF };
/// Health insurance fund.
pub const CPAM: Taux = Taux {
    nir_manquant: 0.0005,
    nir_faux_chiffre: 0.0001,
    nia: 0.5,
    coquille_nom: 0.004,
    coquille_prenom: 0.004,
    usage_pour_naissance: 0.01,
    compose_altere: 0.08,
    premier_prenom_seul: 0.1,
    prenoms_inverses: 0.002,
    date_fausse: 0.001,
    commune_manquante: 0.03,
    ancienne_adresse: 0.06,
    doublon: 0.001,
    fait_tardif: 0.003,
    capitales: true,
};
/// Pension fund.
pub const CARSAT: Taux = Taux {
    nir_manquant: 0.002,
    nir_faux_chiffre: 0.0001,
    nia: 0.4,
    coquille_nom: 0.005,
    coquille_prenom: 0.005,
    usage_pour_naissance: 0.012,
    compose_altere: 0.1,
    premier_prenom_seul: 0.08,
    prenoms_inverses: 0.003,
    date_fausse: 0.0015,
    commune_manquante: 0.01,
    ancienne_adresse: 0.07,
    doublon: 0.0005,
    fait_tardif: 0.005,
    capitales: true,
};
/// Public employment service.
pub const FRANCE_TRAVAIL: Taux = Taux {
    nir_manquant: 0.02,
    nir_faux_chiffre: 0.003,
    nia: 0.9,
    coquille_nom: 0.015,
    coquille_prenom: 0.015,
    usage_pour_naissance: 0.06,
    compose_altere: 0.18,
    premier_prenom_seul: 0.45,
    prenoms_inverses: 0.006,
    date_fausse: 0.005,
    commune_manquante: 0.15,
    ancienne_adresse: 0.05,
    doublon: 0.003,
    fait_tardif: 0.005,
    capitales: false,
};
/// Social services of the département.
pub const DEPARTEMENT: Taux = Taux {
    nir_manquant: 0.35,
    nir_faux_chiffre: 0.012,
    nia: 0.9,
    coquille_nom: 0.04,
    coquille_prenom: 0.04,
    usage_pour_naissance: 0.15,
    compose_altere: 0.25,
    premier_prenom_seul: 0.65,
    prenoms_inverses: 0.01,
    date_fausse: 0.02,
    commune_manquante: 0.5,
    ancienne_adresse: 0.08,
    doublon: 0.02,
    fait_tardif: 0.02,
    capitales: false,
};

/// Among children under 16 listed by the CPAM, share entered under a parent's number.
pub const ENFANT_SOUS_NIR_PARENT: f64 = 0.35;
/// Among births whose only the year is registered, share that a body enters on 31 December.
pub const NAISSANCE_FICTIVE_31_DECEMBRE: f64 = 0.25;

/// An identity as a body has it. Never printed: no `Debug`.
#[derive(Clone)]
pub(crate) struct Ecriture {
    pub(crate) nir: Option<String>,
    pub(crate) nom_naissance: String,
    pub(crate) nom_usage: Option<String>,
    pub(crate) prenoms: String,
    pub(crate) date_naissance: Jour,
    pub(crate) sexe: &'static str,
    pub(crate) commune_naissance: Option<String>,
    pub(crate) code_postal: String,
}

/// Writes an identity as the body with these rates would have it. `nir_parent` replaces the number when
/// the body lists the person under somebody else's; `imprecise` when only the year of birth is known.
pub(crate) fn ecrire(h: &mut Hasard, id: &Identite, t: &Taux, nir_parent: Option<&str>, imprecise: bool) -> Ecriture {
    let nir = if h.chance(t.nir_manquant) {
        None
    } else if let Some(parent) = nir_parent {
        Some(parent.to_string())
    } else if id.provisoire && h.chance(t.nia) {
        Some(nir::provisoire(id))
    } else if h.chance(t.nir_faux_chiffre) {
        Some(un_chiffre_faux(h, &id.nir))
    } else {
        Some(id.nir.clone())
    };
    let mut nom = id.nom_naissance.clone();
    let mut usage = (!id.nom_usage.is_empty()).then(|| id.nom_usage.clone());
    if usage.is_some() && h.chance(t.usage_pour_naissance) {
        // The birth name is lost, or stands in the other column.
        let naissance = std::mem::replace(&mut nom, usage.take().unwrap_or_default());
        usage = h.chance(0.4).then_some(naissance);
    }
    if nom.contains([' ', '-']) && h.chance(t.compose_altere) {
        nom = composer_autrement(h, &nom);
    }
    if h.chance(t.coquille_nom) {
        nom = coquille(h, &nom);
    }
    let mut prenoms = id.prenoms.clone();
    if prenoms.contains(' ') {
        if h.chance(t.premier_prenom_seul) {
            prenoms = prenoms.split(' ').next().unwrap_or_default().to_string();
        } else if h.chance(t.prenoms_inverses) {
            let mut parts: Vec<&str> = prenoms.split(' ').collect();
            parts.swap(0, 1);
            prenoms = parts.join(" ");
        }
    }
    if prenoms.contains('-') && h.chance(t.compose_altere) {
        prenoms = prenoms.replacen('-', " ", 1);
    }
    if h.chance(t.coquille_prenom) {
        prenoms = coquille(h, &prenoms);
    }
    let mut date = id.date_naissance;
    if imprecise && h.chance(NAISSANCE_FICTIVE_31_DECEMBRE) {
        date = jours(civil(date).0, 12, 31);
    } else if h.chance(t.date_fausse) {
        date = date_fausse(h, date);
    }
    let commune_naissance = (!h.chance(t.commune_manquante)).then(|| id.commune_naissance.clone());
    let code_postal = if h.chance(t.ancienne_adresse) {
        let c = &crate::identite::communes::COMMUNES;
        c[h.indice(c.len())].code_postal.to_string()
    } else {
        id.code_postal.to_string()
    };
    if t.capitales {
        nom = sans_accent(&nom);
        usage = usage.map(|u| sans_accent(&u));
        prenoms = sans_accent(&prenoms);
    }
    Ecriture { nir, nom_naissance: nom, nom_usage: usage, prenoms, date_naissance: date, sexe: id.sexe, commune_naissance, code_postal }
}

fn un_chiffre_faux(h: &mut Hasard, nir: &str) -> String {
    let mut b: Vec<u8> = nir.bytes().collect();
    // Never the place of birth: the invented range must stay invented.
    let i = [3, 4, 10, 11, 12][h.indice(5)];
    if let Some(x) = b.get_mut(i) {
        let chiffre = x.wrapping_sub(b'0').min(9);
        *x = b'0' + (chiffre + 1 + h.entre(0, 8) as u8) % 10;
    }
    b.iter().map(|&x| x as char).collect()
}

/// A compound name with a space instead of its hyphen (or the reverse), joined, or cut.
fn composer_autrement(h: &mut Hasard, nom: &str) -> String {
    match h.poids(&[0.6, 0.15, 0.25]) {
        0 if nom.contains('-') => nom.replacen('-', " ", 1),
        0 => nom.replacen(' ', "-", 1),
        1 => nom.replace([' ', '-'], ""),
        _ => {
            // The longest part stays: a particle alone is nobody's name.
            nom.split([' ', '-']).max_by_key(|p| p.chars().count()).unwrap_or(nom).to_string()
        }
    }
}

/// One typing fault: two letters swapped, one lost, one doubled, one changed.
fn coquille(h: &mut Hasard, nom: &str) -> String {
    let mut c: Vec<char> = nom.chars().collect();
    if c.len() < 3 {
        return nom.to_string();
    }
    let i = 1 + h.indice(c.len() - 2);
    match h.poids(&[0.35, 0.25, 0.2, 0.2]) {
        0 if c[i] != c[i + 1] => c.swap(i, i + 1),
        1 => {
            c.remove(i);
        }
        2 => c.insert(i, c[i]),
        _ => {
            let lettres = ['a', 'e', 'i', 'o', 'u', 'l', 'n', 'r', 's', 't'];
            let autre = lettres[h.indice(lettres.len())];
            c[i] = if c[i] == autre { 'z' } else { autre };
        }
    }
    c.into_iter().collect()
}

fn date_fausse(h: &mut Hasard, date: Jour) -> Jour {
    let (a, m, j) = civil(date);
    match h.poids(&[0.45, 0.3, 0.25]) {
        0 if j <= 12 && j != m => jours(a, j, m),
        1 => jours(a + if h.chance(0.5) { 1 } else { -1 }, m, j.min(28)),
        _ => {
            let autre = if j > 14 { j - 10 } else { j + 10 };
            jours(a, m, autre.min(28))
        }
    }
}

/// Upper case without accents nor cedilla; apostrophes and hyphens stay.
pub(crate) fn sans_accent(texte: &str) -> String {
    let mut s = String::with_capacity(texte.len());
    for c in texte.chars() {
        match c {
            'à' | 'â' | 'ä' | 'á' | 'ã' | 'À' | 'Â' | 'Ä' | 'Á' | 'å' => s.push('A'),
            'ç' | 'Ç' | 'ć' | 'č' | 'Ć' => s.push('C'),
            'é' | 'è' | 'ê' | 'ë' | 'É' | 'È' | 'Ê' | 'Ë' | 'ę' => s.push('E'),
            'î' | 'ï' | 'í' | 'ı' | 'İ' | 'Î' | 'Ï' => s.push('I'),
            'ô' | 'ö' | 'ó' | 'õ' | 'Ô' | 'Ö' => s.push('O'),
            'û' | 'ü' | 'ù' | 'ú' | 'Ü' | 'Û' => s.push('U'),
            'ñ' | 'ń' => s.push('N'),
            'ş' | 'Ş' | 'ś' => s.push('S'),
            'ğ' => s.push('G'),
            'ł' | 'Ł' => s.push('L'),
            'ß' => s.push_str("SS"),
            'œ' | 'Œ' => s.push_str("OE"),
            autre => s.extend(autre.to_uppercase()),
        }
    }
    s
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::hasard::Usage;

    fn modele() -> Identite {
        Identite {
            nir: "255089991012345".into(),
            nom_naissance: "Lefèvre-Gaudin".into(),
            nom_usage: "Müller".into(),
            prenoms: "Anne-Marie Lucie".into(),
            date_naissance: jours(1955, 8, 5),
            sexe: "F",
            commune_naissance: "99910".into(),
            code_postal: "99000",
            provisoire: true,
        }
    }

    fn part(t: &Taux, vrai: impl Fn(&Ecriture) -> bool) -> f64 {
        let id = modele();
        let n = 20_000;
        let oui = (0..n)
            .filter(|&i| {
                let mut h = Hasard::du_foyer(1, i, Usage::Extrait, 0);
                vrai(&ecrire(&mut h, &id, t, None, false))
            })
            .count();
        oui as f64 / f64::from(n)
    }

    #[test]
    fn chaque_faute_a_son_taux() {
        let t = &DEPARTEMENT;
        assert!((part(t, |e| e.nir.is_none()) - t.nir_manquant).abs() < 0.012);
        let nia = part(t, |e| e.nir.as_ref().is_some_and(|n| n.starts_with('8')));
        assert!((nia - (1.0 - t.nir_manquant) * t.nia).abs() < 0.015, "{nia}");
        let usage = part(t, |e| e.nom_usage.as_deref() != Some("Müller"));
        assert!((usage - t.usage_pour_naissance).abs() < 0.012, "{usage}");
        let date = part(t, |e| e.date_naissance != jours(1955, 8, 5));
        assert!((date - t.date_fausse).abs() < 0.006, "{date}");
        let un_prenom = part(t, |e| !e.prenoms.contains("Lucie") && !e.prenoms.contains(' '));
        assert!(un_prenom > 0.4);
        assert!((part(t, |e| e.commune_naissance.is_none()) - t.commune_manquante).abs() < 0.02);
    }

    #[test]
    fn les_anciens_systemes_ecrivent_en_capitales_sans_accent() {
        let mut h = Hasard::du_foyer(3, 1, Usage::Extrait, 0);
        let parfait = Taux { capitales: true, ..SANS_FAUTE };
        let e = ecrire(&mut h, &modele(), &parfait, None, false);
        assert_eq!(e.nom_naissance, "LEFEVRE-GAUDIN");
        assert_eq!(e.nom_usage.unwrap(), "MULLER");
        assert_eq!(e.prenoms, "ANNE-MARIE LUCIE");
        assert_eq!(sans_accent("Şahin Œuvré N'Guessan Öztürk Köß"), "SAHIN OEUVRE N'GUESSAN OZTURK KOSS");
    }

    #[test]
    fn sans_faute_l_identite_passe_telle_quelle() {
        let mut h = Hasard::du_foyer(3, 1, Usage::Extrait, 0);
        let id = Identite { provisoire: false, ..modele() };
        let e = ecrire(&mut h, &id, &SANS_FAUTE, None, false);
        assert!(e.nir.as_deref() == Some(id.nir.as_str()) && e.nom_naissance == id.nom_naissance);
        assert!(e.prenoms == id.prenoms && e.date_naissance == id.date_naissance);
    }

    const SANS_FAUTE: Taux = Taux {
        nir_manquant: 0.0,
        nir_faux_chiffre: 0.0,
        nia: 0.0,
        coquille_nom: 0.0,
        coquille_prenom: 0.0,
        usage_pour_naissance: 0.0,
        compose_altere: 0.0,
        premier_prenom_seul: 0.0,
        prenoms_inverses: 0.0,
        date_fausse: 0.0,
        commune_manquante: 0.0,
        ancienne_adresse: 0.0,
        doublon: 0.0,
        fait_tardif: 0.0,
        capitales: false,
    };
}

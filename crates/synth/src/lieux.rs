//! The directory of places of the invented territory: who receives people, where, by which doors, at which hours.
//!
//! Larger communes have more, small ones a town hall and sometimes a permanence: the density is of the order that the
//! département study gives (one to three France services per 100 000 inhabitants), the rest is the inventor's. Some
//! rows were checked too long ago to be printed, as in any directory.

use crate::calendrier::{Mois, iso};
use crate::identite::communes::{COMMUNES, Commune};
use crate::territoire::Parametres;

/// A place under construction.
struct Lieu<'c> {
    nom: &'c str,
    genre: &'c str,
    canaux: &'c str,
    organismes: &'c str,
    horaires: &'c str,
    ouvertures: &'c str,
}

const BUREAU: (&str, &str) = (
    "du lundi au vendredi, 9 h - 12 h et 13 h 30 - 16 h 30",
    "lu 09:00-12:00 13:30-16:30, ma 09:00-12:00 13:30-16:30, me 09:00-12:00 13:30-16:30, je 09:00-12:00 13:30-16:30, ve 09:00-12:00 13:30-16:30",
);
const TARD: (&str, &str) = ("mardi et jeudi jusqu'à 19 h, samedi matin", "ma 13:30-19:00, je 13:30-19:00, sa 09:00-12:00");
const RARE: (&str, &str) = ("le mercredi matin", "me 09:00-12:00");

const fn lieu<'c>(nom: &'c str, genre: &'c str, canaux: &'c str, organismes: &'c str, heures: (&'c str, &'c str)) -> Lieu<'c> {
    Lieu { nom, genre, canaux, organismes, horaires: heures.0, ouvertures: heures.1 }
}

/// Streets where nobody of the territory lives: an address of a place is never that of a person.
const VOIES: [&str; 6] = [
    "parvis de l'Hôtel-de-Ville",
    "esplanade des Droits-de-l'Homme",
    "place du Marché-Couvert",
    "cours des Services-Publics",
    "passage de l'Ancienne-Poste",
    "mail de la Solidarité",
];

/// Places of a commune, by its weight in the territory (per thousand or so).
fn lieux_de(rang: usize, c: &Commune) -> Vec<Lieu<'static>> {
    let mut l = vec![lieu("Mairie", "mairie", "guichet,telephone", "", if c.poids < 10.0 { RARE } else { BUREAU })];
    if rang == 0 {
        l.push(lieu("Accueil de la Caf", "agence", "guichet,telephone,visio", "caf", BUREAU));
        l.push(lieu("Agence retraite", "agence", "guichet,telephone,visio", "carsat", BUREAU));
        l.push(lieu("Accueil de la MSA", "agence", "guichet,telephone", "msa", BUREAU));
        l.push(lieu("Association d'accès aux droits", "association", "guichet,papier", "", TARD));
        l.push(lieu("Espace ouvert du centre", "espace_ouvert", "en_ligne", "", TARD));
    }
    if c.poids >= 55.0 {
        l.push(lieu("Accueil de l'assurance maladie", "agence", "guichet,telephone,papier", "cpam", BUREAU));
        l.push(lieu("Agence France Travail", "agence", "guichet,telephone,en_ligne", "france_travail", BUREAU));
        l.push(lieu("Point numérique de la Caf", "point_numerique", "en_ligne,guichet", "caf", BUREAU));
    }
    if c.poids >= 28.0 {
        l.push(lieu("Maison des solidarités", "service_social", "guichet,telephone,domicile", "departement", BUREAU));
        l.push(lieu("Médiation numérique", "mediation", "en_ligne,guichet", "", TARD));
    }
    if c.poids >= 15.0 {
        l.push(lieu("Centre communal d'action sociale", "ccas", "guichet,telephone,papier", "", BUREAU));
    }
    if c.poids >= 20.0 && rang.is_multiple_of(3) || (8.0..20.0).contains(&c.poids) && rang.is_multiple_of(5) {
        l.push(lieu("France services", "france_services", "guichet,en_ligne,papier,visio", "", BUREAU));
    }
    if c.poids < 15.0 && rang.is_multiple_of(2) {
        l.push(lieu("Permanence du bus des droits", "permanence", "guichet,en_ligne,papier", "", RARE));
    }
    l
}

/// `lieux.csv`, as a territory keeps it: semicolons, UTF-8. Rows were checked over the year before the month valued, one
/// in eleven earlier.
#[must_use]
pub fn lieux(p: &Parametres) -> String {
    let m: Mois = p.mois_m();
    let mut t = String::from("lieu;genre;commune;code_postal;adresse;telephone;horaires;canaux;verifie_le;organismes;ouvertures\n");
    let mut numero = 0u32;
    for (rang, c) in COMMUNES.iter().enumerate() {
        for l in lieux_de(rang, c) {
            numero += 1;
            let voie = VOIES[(numero as usize * 7) % VOIES.len()];
            let age = if numero.is_multiple_of(11) { 14 + (numero % 9) as i32 } else { 1 + (numero % 10) as i32 };
            let verifie = m.plus(-age).premier() + (numero % 27) as i32;
            // Numbers of the ranges kept for fiction.
            let telephone = format!("019900{:04}", 1_000 + numero * 13 % 9_000);
            t += &format!(
                "{};{};{};{};{} {voie};{telephone};{};{};{};{};{}\n",
                l.nom,
                l.genre,
                c.nom,
                c.code_postal,
                1 + numero % 60,
                l.horaires,
                l.canaux,
                iso(verifie),
                l.organismes,
                l.ouvertures
            );
        }
    }
    t
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chaque_commune_a_un_lieu_et_chaque_ligne_onze_cases() {
        let csv = lieux(&Parametres { personnes: 1, graine: 1, annee: 2026, mois: 10 });
        let lignes: Vec<Vec<&str>> = csv.lines().skip(1).map(|l| l.split(';').collect()).collect();
        assert!(lignes.iter().all(|l| l.len() == 11 && l[5].len() == 10 && l[8].len() == 10));
        assert!(COMMUNES.iter().all(|c| lignes.iter().any(|l| l[2] == c.nom && l[3] == c.code_postal)));
        let france_services = lignes.iter().filter(|l| l[1] == "france_services").count();
        assert!((3..12).contains(&france_services), "{france_services}");
        assert!(lignes.iter().any(|l| l[8] < "2025-10-01") && lignes.iter().filter(|l| l[8] < "2025-10-01").count() * 5 < lignes.len());
    }
}

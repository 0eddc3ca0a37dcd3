//! Who reads: a social worker reads rights and pieces; a digital mediator, whom no professional secret binds, reads
//! whom to meet, how and where, and nothing that says why; steering reads counts.

use std::collections::BTreeMap;

use recours_engine::aggregates::Diffusion;
use serde::Serialize;

use super::feuille::{Dite, Feuille, joindre};
use super::fiche::{Fiche, Prete};
use super::joindre::Lieu;

/// A role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum Role {
    /// Right, missing piece, history
    #[default]
    TravailleurSocial,
    /// Channel, appointment, place: no right, no amount, no reason
    MediateurNumerique,
    /// Counts of eleven and more
    Pilotage,
}

/// What a digital mediator reads of a person: made field by field, so that nothing else can be in it. No `Debug`: it
/// is an identity.
#[derive(Serialize)]
pub struct Rencontre {
    /// Position in the order of contacts.
    pub numero: usize,
    /// Given name and name.
    pub personne: String,
    /// By which channel.
    pub joindre: String,
    /// Number or address.
    pub coordonnees: Option<String>,
    /// Another channel.
    pub sinon: Option<String>,
    /// What to take care of.
    pub precautions: Vec<String>,
    /// Where to meet.
    pub lieu: Option<Lieu>,
    /// Before when.
    pub avant: Option<String>,
    /// Before when, `26/10/2026`.
    pub avant_court: Option<String>,
    /// Minutes to plan.
    pub minutes: u32,
}

impl Rencontre {
    /// The meetings of a list: people for whom a digital mediator is the one advised.
    pub fn de(fiches: Vec<Fiche>, profil: &str) -> Vec<Self> {
        fiches
            .into_iter()
            .filter(|f| f.profil == Some(profil))
            .map(|f| Self {
                numero: f.numero,
                personne: f.personne,
                joindre: f.contact.par,
                coordonnees: f.contact.coordonnees,
                sinon: f.contact.sinon,
                precautions: f.precautions,
                lieu: f.lieu,
                avant: f.date_utile,
                avant_court: f.date_utile_courte,
                minutes: f.minutes,
            })
            .collect()
    }

    /// Their table.
    pub fn feuille(rencontres: &[Self]) -> Feuille {
        let colonnes: [Dite<Self>; 8] = [
            (("fiche", 6), |r| r.numero.to_string()),
            (("personne", 26), |r| r.personne.clone()),
            (("avant_le", 12), |r| r.avant_court.clone().unwrap_or_default()),
            (("joindre_par", 14), |r| r.joindre.clone()),
            (("coordonnees", 28), |r| r.coordonnees.clone().unwrap_or_default()),
            (("sinon", 28), |r| r.sinon.clone().unwrap_or_default()),
            (("lieu", 34), |r| r.lieu.as_ref().map(|l| format!("{}, {}", l.nom, l.adresse)).unwrap_or_default()),
            (("precautions", 34), |r| joindre(r.precautions.iter().cloned())),
        ];
        let lignes = rencontres.iter().map(|r| colonnes.iter().map(|(_, dit)| dit(r)).collect()).collect();
        Feuille { nom: "Rendez-vous", colonnes: colonnes.iter().map(|(c, _)| *c).collect(), lignes }
    }
}

/// A table of counts of which none, nor any difference, is small.
#[derive(Serialize)]
pub struct Comptes {
    /// What is counted.
    pub titre: &'static str,
    /// Counts, largest first, the small ones together.
    pub lignes: Vec<(String, u64)>,
    /// Some were too small to be said, even together.
    pub tus: bool,
}

/// Small counts are put together until they are not small; what cannot be is not said. Each is rounded as the source asks.
fn proteger(titre: &'static str, comptes: BTreeMap<String, u64>, regle: Diffusion) -> Comptes {
    let mut lignes: Vec<(String, u64)> = comptes.into_iter().filter(|(_, n)| *n > 0).collect();
    lignes.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let mut ensemble = 0;
    // Those below the threshold, then the smallest of the others until the sum may be said.
    while lignes.last().is_some_and(|(_, n)| *n < regle.seuil || (ensemble > 0 && ensemble < regle.seuil)) {
        ensemble += lignes.pop().map_or(0, |(_, n)| n);
    }
    if ensemble >= regle.seuil {
        lignes.push(("Autres, ensemble".into(), ensemble));
    }
    for (_, n) in &mut lignes {
        *n = regle.arrondir(*n);
    }
    Comptes { titre, tus: ensemble > 0 && ensemble < regle.seuil, lignes }
}

/// The counts that steering reads.
pub fn pilotage(retenues: &[Prete], au_dela: usize, regle: Diffusion) -> Vec<Comptes> {
    let compter = |titre, de: &dyn Fn(&Prete) -> Vec<String>| {
        let mut n = BTreeMap::new();
        for cle in retenues.iter().flat_map(de) {
            *n.entry(cle).or_insert(0) += 1;
        }
        proteger(titre, n, regle)
    };
    let seul = |titre, n: usize| proteger(titre, BTreeMap::from([("Personnes".to_owned(), n as u64)]), regle);
    vec![
        seul("À contacter dans cette vague", retenues.len()),
        seul("Au-delà du temps de l'équipe", au_dela),
        compter("Joindre par", &|p| vec![p.fiche.contact.par.clone()]),
        compter("Accompagnement", &|p| vec![p.fiche.voie.to_owned()]),
        compter("Mois de la date utile", &|p| vec![mois(p)]),
        compter("Droits et échéances", &|p| p.fiche.droits.iter().map(|d| d.libelle.clone()).collect()),
    ]
}

fn mois(p: &Prete) -> String {
    p.fiche.date_utile_iso.as_deref().and_then(|d| d.get(..7)).map_or_else(|| "sans date".into(), str::to_owned)
}

/// Counts as a table.
pub fn feuille(comptes: &[Comptes]) -> Feuille {
    let lignes = comptes.iter().flat_map(|c| c.lignes.iter().map(|(quoi, n)| vec![c.titre.to_owned(), quoi.clone(), n.to_string()]));
    Feuille { nom: "Pilotage", colonnes: vec![("compte", 24), ("de", 44), ("personnes", 12)], lignes: lignes.collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn comptes(de: &[u64]) -> Comptes {
        proteger("essai", de.iter().enumerate().map(|(i, n)| (format!("c{i}"), *n)).collect(), Diffusion::DEFAUT)
    }

    #[test]
    fn aucun_compte_n_est_petit_ni_ne_se_deduit() {
        for de in [&[40, 30, 3][..], &[40, 12, 3, 4], &[10, 9, 1], &[11, 11], &[200, 1], &[5], &[0, 50], &[]] {
            let c = comptes(de);
            assert!(c.lignes.iter().all(|(_, n)| *n >= Diffusion::DEFAUT.seuil), "{de:?} : {:?}", c.lignes);
            let dit: u64 = c.lignes.iter().map(|(_, n)| n).sum();
            let tout: u64 = de.iter().sum();
            // Either everything is said, or nothing at all is: nobody learns the rest by difference.
            assert!(dit == tout || dit == 0, "{de:?} : {:?}", c.lignes);
        }
        assert_eq!(comptes(&[40, 30, 3]).lignes, [("c0".to_owned(), 40), ("Autres, ensemble".to_owned(), 33)]);
        assert!(comptes(&[5]).tus);
    }
}

//! The gap map: people to whom a human door should be offered, and the places that offer one, area by area.

use std::collections::BTreeMap;

use recours_engine::aggregates::registre::Parution;
use recours_engine::aggregates::{Diffusion, Publie};
use recours_engine::outreach::{Bande, Poignee, Reperage};

use super::communes::{Commune, POUR, epcis};
use super::decoupage::Decoupage;
use super::miroir::Empechement;
use super::planche::{Planche, Rang, a_part, nombre, parution_de, protegee, texte};
use crate::erreur::ErreurCommande;
use crate::lieux::{Genre, Lieu, Repertoire, cle_de_commune};
use crate::mission::Mission;

/// Columns of people.
const COLONNES: [&str; 2] = ["exigence non remplie", "autres"];

/// Public side of an area.
#[derive(Default)]
struct Offre {
    population: u64,
    lieux: u64,
    france_services: u64,
    minutes: u64,
    sans_heures: u64,
}

impl Offre {
    fn ajouter(&mut self, lieu: &Lieu) {
        if lieu.recoit() {
            self.lieux += 1;
            self.france_services += u64::from(lieu.genre == Genre::FranceServices);
            match &lieu.ouvertures {
                Some(o) => self.minutes += u64::from(o.minutes()),
                None => self.sans_heures += 1,
            }
        }
    }

    fn pour(&self, n: u64) -> String {
        if self.population == 0 { "non connu".into() } else { format!("{:.1}", n as f64 * POUR / self.population as f64).replace('.', ",") }
    }
}

/// What people of an area count for.
struct Zone {
    code: String,
    libelle: String,
    dits: Option<[Publie; 3]>,
}

/// The table. Counts of people by area need places that cross (`--territoires`); the public side needs none.
///
/// # Errors
/// E-OBSERVATOIRE-006.
pub fn faire(
    mission: &Mission,
    decoupage: &Decoupage,
    reperages: &[Reperage],
    empechements: &[Empechement],
    repertoire: &Repertoire,
    communes: &[Commune],
    regle: Diffusion,
) -> Result<(Planche, Vec<Parution>), ErreurCommande> {
    // One person, once: with something known to be unmet for one right at least, or not.
    let mut personnes: BTreeMap<Poignee, (usize, bool)> = BTreeMap::new();
    for r in reperages.iter().filter(|r| r.bande == Bande::AProposer) {
        personnes.entry(r.personne).or_insert_with(|| (decoupage.feuille(r), false));
    }
    for e in empechements.iter().filter(|e| !e.manque.is_empty()) {
        if let Some((_, manque)) = personnes.get_mut(&e.personne) {
            *manque = true;
        }
    }
    let mut comptes = vec![vec![0_u64; COLONNES.len()]; decoupage.zones.len()];
    for (zone, manque) in personnes.into_values() {
        if let Some(n) = comptes.get_mut(zone).and_then(|l| l.get_mut(usize::from(!manque))) {
            *n += 1;
        }
    }
    let parents: Vec<usize> = decoupage.zones.iter().filter_map(|z| z.parent).collect();
    let feuilles: Vec<Vec<u64>> = comptes.into_iter().enumerate().filter(|(z, _)| !parents.contains(z)).map(|(_, l)| l).collect();
    let publication = protegee("carte", decoupage.zones.clone(), &COLONNES, regle, &feuilles)?;
    let parutions = vec![parution_de(mission, "carte", &publication, regle)];
    let dites = |z: usize| Some([0, 1, 2].map(|c| publication.cellule(z, c)));

    let mut zones = vec![Zone { code: "tout".into(), libelle: mission.territoire.clone(), dits: dites(0) }];
    let dans = |code: &str| decoupage.zones.iter().position(|z| z.code == code).and_then(dites);
    for epci in epcis(communes).into_keys() {
        zones.push(Zone { code: format!("epci {epci}"), libelle: epci.to_owned(), dits: dans(&format!("epci {epci}")) });
        for c in communes.iter().filter(|c| c.epci == epci) {
            zones.push(Zone { code: c.nom.clone(), libelle: c.nom.clone(), dits: dans(&c.nom) });
        }
    }
    let rangs = zones.iter().map(|z| rang(z, &offre(z, repertoire, communes))).collect();
    let lire = vec![
        "À gauche, des personnes à qui un droit est à proposer ; à droite, les lieux du répertoire où l'on est reçu par quelqu'un (guichet, \
         visite, visio)."
            .to_owned(),
        "De qui l'on ne sait rien, on ne suppose rien : une porte sans écran lui est proposée aussi.".to_owned(),
        "Un lieu n'est pas une capacité d'accueil : les heures d'ouverture par semaine le disent un peu mieux, quand le répertoire les donne."
            .to_owned(),
        "« Non connu » : la mission ne fait pas traverser le lieu de résidence, ou la population n'est pas donnée.".to_owned(),
    ];
    let colonnes = vec![
        texte("Territoire"),
        nombre("Personnes à qui proposer"),
        nombre("Dont exigence non remplie"),
        nombre("Habitants"),
        nombre("Lieux"),
        nombre("Lieux pour 100 000"),
        nombre("Heures par semaine pour 100 000"),
        a_part("France services pour 100 000"),
        a_part("Lieux sans heures connues"),
        a_part("Code"),
    ];
    let legende = "Personnes à qui offrir une porte sans écran, et lieux qui en offrent une".to_owned();
    Ok((Planche::nouvelle("carte", "Où l'on peut être reçu", lire, legende, colonnes, rangs), parutions))
}

fn offre(zone: &Zone, repertoire: &Repertoire, communes: &[Commune]) -> Offre {
    let dedans = |c: &&Commune| zone.code == "tout" || zone.code == c.nom || zone.code == format!("epci {}", c.epci);
    let siennes: Vec<&Commune> = communes.iter().filter(dedans).collect();
    let cles: Vec<String> = siennes.iter().map(|c| cle_de_commune(&c.nom)).collect();
    let mut offre = Offre { population: siennes.iter().map(|c| c.population).sum(), ..Offre::default() };
    let ici = |l: &&Lieu| zone.code == "tout" || cles.contains(&cle_de_commune(&l.commune));
    repertoire.lieux.iter().filter(ici).for_each(|l| offre.ajouter(l));
    offre
}

fn rang(zone: &Zone, offre: &Offre) -> Rang {
    let dit = |c: usize| zone.dits.and_then(|d| d.get(c).copied()).map_or_else(|| "non connu".into(), Publie::texte);
    let heures = offre.minutes / 60;
    let habitants = if offre.population == 0 { "non connu".into() } else { offre.population.to_string() };
    Rang {
        page: zone.code == "tout" || zone.code.starts_with("epci ") || zone.dits.is_some(),
        cellules: vec![
            zone.libelle.clone(),
            dit(2),
            dit(0),
            habitants,
            offre.lieux.to_string(),
            offre.pour(offre.lieux),
            if offre.minutes == 0 { "non connu".into() } else { offre.pour(heures) },
            offre.pour(offre.france_services),
            offre.sans_heures.to_string(),
            zone.code.clone(),
        ],
    }
}

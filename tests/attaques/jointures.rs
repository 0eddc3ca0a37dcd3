//! The same people, sealed twice: what do the two have in common?

use std::collections::HashSet;
use std::path::Path;

use recours::mission::Mission;
use recours_seal::keys::{CleMaitresse, ClesLiaison, ClesScellement, ContexteMission, Role, Suite};
use recours_seal::oprf::{Aveuglement, ClesOprf, PasseOprf};
use recours_seal::token::{PASSES, parcourir};
use recours_tables::lire_table;
use zeroize::Zeroizing;

use super::banc::{Gens, Ligne, MODE_A, ORGANISMES};

/// Tokens of people, by pass: of level 1, of level 2, of blind evaluation (first ten people, numbers).
pub struct Jetons {
    t1: Vec<HashSet<[u8; 16]>>,
    t2: Vec<HashSet<[u8; 16]>>,
    aveugles: HashSet<[u8; 16]>,
}

/// Who seals: the mission, and one byte that stands for each master key.
struct Monde {
    mission: String,
    cles: [u8; 3],
    empreinte_regles: &'static str,
}

impl Monde {
    fn ici() -> Self {
        let mission = std::fs::read_to_string(MODE_A.chemin("mission.toml")).unwrap();
        Self { mission, cles: [1, 2, 3], empreinte_regles: "a" }
    }

    fn avec(cherche: &str, remplace: &str) -> Self {
        let mut monde = Self::ici();
        assert!(monde.mission.contains(cherche), "{cherche} n'est pas dans la mission");
        monde.mission = monde.mission.replacen(cherche, remplace, 1);
        monde
    }

    fn sceller(&self, gens: &[Gens], aveugles: usize) -> Jetons {
        let mission = Mission::depuis_texte(Path::new("mission.toml"), &self.mission).unwrap();
        let manifeste = blake3::Hash::from_hex(mission.empreinte(self.empreinte_regles)).unwrap();
        let suite = if mission.suite == recours::mission::Suite::Rgs { Suite::Rgs } else { Suite::Rapide };
        let contexte = ContexteMission { suite, manifeste: *manifeste.as_bytes(), epoque: mission.epoque.clone() };
        let maitresse = |role, i: usize| CleMaitresse::de_octets(role, Zeroizing::new([self.cles[i]; 32]));
        let niveau1 = ClesScellement::deriver(&maitresse(Role::Niveau1, 0), &contexte).unwrap();
        let niveau2 = ClesLiaison::deriver(&maitresse(Role::Niveau2, 1), &contexte).unwrap();
        let oprf = ClesOprf::deriver(&maitresse(Role::Oprf, 2), &contexte).unwrap();
        let mut j = Jetons { t1: vec![HashSet::new(); PASSES.len()], t2: vec![HashSet::new(); PASSES.len()], aveugles: HashSet::new() };
        let brutes: Vec<_> = gens.iter().map(Gens::brute).collect();
        let mut demandes: Vec<(PasseOprf, Vec<u8>)> = Vec::new();
        parcourir(&brutes, &PASSES, |i, passe, octets| {
            let Some(octets) = octets else { return };
            let t1 = niveau1.jeton(passe, octets);
            j.t2[passe.rang()].insert(niveau2.jeton(passe, &t1));
            j.t1[passe.rang()].insert(t1);
            if i < aveugles && passe.rang() < 2 {
                demandes.push((passe.into(), octets.to_vec()));
            }
        });
        for (passe, octets) in demandes {
            let aveugle = Aveuglement::generer(suite).unwrap();
            let elements = aveugle.aveugler(passe, 0, &[&octets]).unwrap();
            let reponse = oprf.evaluer(passe, &elements).unwrap();
            let sortie = aveugle.finaliser(&oprf.publique(passe).unwrap(), 0, &[&octets], &elements, &reponse).unwrap();
            j.aveugles.insert(*sortie[0].first_chunk().unwrap());
        }
        j
    }
}

impl Jetons {
    fn tous(&self) -> HashSet<[u8; 16]> {
        self.t1.iter().chain(&self.t2).flatten().chain(&self.aveugles).copied().collect()
    }

    /// Values of both, whatever the pass and level.
    fn communs(&self, autre: &Self) -> u64 {
        self.tous().intersection(&autre.tous()).count() as u64
    }
}

/// Each way in which two sealings of the same people may differ, and what they then have in common; the first line is the
/// control: nothing differs.
pub fn toutes(aveugles: usize) -> Vec<Ligne> {
    let gens = MODE_A.population();
    let base = Monde::ici().sceller(&gens, aveugles);
    let combien = base.tous().len() as u64;
    let mut autres: Vec<(&str, Monde)> = vec![
        ("rien ne diffère (témoin)", Monde::ici()),
        ("une autre mission (nom)", Monde::avec("nom = \"rsa_sans_css\"", "nom = \"autre\"")),
        ("un autre but (attribuer)", Monde::avec("finalite = \"informer\"", "finalite = \"attribuer\"")),
        ("une autre base légale", Monde::avec("CRPA L114-8 II", "CRPA L114-9")),
        ("un autre territoire", Monde::avec("Département inventé 99", "Département inventé 98")),
        ("une autre époque", Monde::avec("epoque = \"2026-T4\"", "epoque = \"2027-T1\"")),
        ("une autre date", Monde::avec("date = 2026-10-01", "date = 2026-11-01")),
        ("d'autres organismes (SIREN)", Monde::avec("siren = \"000000003\"", "siren = \"000000004\"")),
        ("d'autres droits", Monde::avec("droits = [\"c2s_allocataires_rsa\"]", "droits = [\"c2s_allocataires_rsa\", \"rsa\"]")),
        ("une autre suite", Monde::avec("suite = \"rgs\"", "suite = \"rapide\"")),
    ];
    autres.push(("un autre jeu de règles", Monde { empreinte_regles: "b", ..Monde::ici() }));
    let mut lignes: Vec<Ligne> = Vec::new();
    for (quoi, monde) in autres {
        let communs = base.communs(&monde.sceller(&gens, aveugles));
        lignes.push(Ligne::nouvelle("jointure, mêmes clés maîtresses", quoi, combien, communs, combien));
    }
    // Keys of somebody else: each level alone hides the people from whoever has the other.
    let autre = Monde { cles: [9, 2, 9], ..Monde::ici() }.sceller(&gens, aveugles);
    lignes.push(Ligne::nouvelle("jointure", "une autre clé des organismes, ou du tiers", combien, base.communs(&autre), combien));
    let autre = Monde { cles: [1, 9, 3], ..Monde::ici() }.sceller(&gens, aveugles);
    let (ici, la): (HashSet<_>, HashSet<_>) = (base.t2.iter().flatten().copied().collect(), autre.t2.iter().flatten().copied().collect());
    lignes.push(Ligne::nouvelle(
        "jointure",
        "une autre clé de l'unité de liaison (niveau 2)",
        ici.len() as u64,
        ici.intersection(&la).count() as u64,
        ici.len() as u64,
    ));
    lignes.push(entre_passes(&base));
    lignes.extend(poignees());
    lignes
}

/// One pass against another, one level against the other, in one mission.
fn entre_passes(base: &Jetons) -> Ligne {
    let colonnes: Vec<&HashSet<[u8; 16]>> = base.t1.iter().chain(&base.t2).chain([&base.aveugles]).collect();
    let (mut essais, mut communs) = (0, 0);
    for (i, ici) in colonnes.iter().enumerate() {
        for la in &colonnes[i + 1..] {
            essais += ici.len() as u64;
            communs += ici.intersection(la).count() as u64;
        }
    }
    Ligne::nouvelle("jointure", "une passe contre une autre, un niveau contre l'autre", essais, communs, essais)
}

/// Two linkages of the same deliveries; handles against row ids; row ids of one body against the other's.
fn poignees() -> Vec<Ligne> {
    let ici = MODE_A.copie();
    let lire = |ici: &super::banc::Copie, colonne: &str| -> HashSet<[u8; 16]> {
        let de = |(body, _): &(&str, &str)| {
            let lot = lire_table(ici.chemin(&format!("linkage/{body}.parquet"))).unwrap().tout().unwrap();
            lot.colonne(colonne).unwrap().octets16().unwrap().into_iter().flatten().collect::<Vec<_>>()
        };
        ORGANISMES.iter().flat_map(de).collect()
    };
    let (poignees, lignes) = (lire(&ici, "handle"), lire(&ici, "row_id"));
    recours::liaison::relier(&ici.mission(), None, &recours::progression::Progression::silencieuse()).unwrap();
    let nouvelles = lire(&ici, "handle");
    assert_eq!(lire(&ici, "row_id"), lignes, "les mêmes livraisons ont été reliées deux fois");
    let n = poignees.len() as u64;
    let communs = |a: &HashSet<[u8; 16]>, b: &HashSet<[u8; 16]>| a.intersection(b).count() as u64;
    vec![
        Ligne::nouvelle("jointure", "deux liaisons des mêmes livraisons : poignées", n, communs(&poignees, &nouvelles), n),
        Ligne::nouvelle("jointure", "poignées contre numéros de ligne", n, communs(&poignees, &lignes), n),
    ]
}

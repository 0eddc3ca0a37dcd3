//! A thief with a list of everybody's numbers, names and dates, and the files of a role: what can be named?

use std::collections::{BTreeSet, HashSet};

use recours_seal::keys::{CleMaitresse, ClesLiaison, ClesScellement, ContexteMission, Role, Suite};
use recours_seal::oprf::{Aveuglement, ClesOprf, PasseOprf};
use recours_seal::token::{PASSES, Passe, parcourir};
use recours_tables::{IdentiteAge, Lecteur, enveloppe};
use ring::{digest, hmac};
use zeroize::Zeroizing;

use super::banc::{Demo, Gens, Ligne, MODE_A, MODE_B, ORGANISMES, fichiers};

/// Everything in an adversary's files that could be compared or used as a key.
#[derive(Default)]
pub struct Butin {
    /// Every run of sixteen bytes: of the files, of what they open to, of what they say in hexadecimal.
    seize: HashSet<[u8; 16]>,
    /// Everything of thirty-two bytes that a curious mind would try as a key.
    cles: BTreeSet<[u8; 32]>,
    /// Those that are keys indeed.
    secrets: BTreeSet<[u8; 32]>,
    pub enveloppes: usize,
}

impl Butin {
    /// Takes all files below these places (files or folders of a demonstration), opening what these identities open.
    pub fn de(demo: &Demo, lieux: &[&str], identites: &[&str]) -> Self {
        let mut butin = Self::default();
        let cles: Vec<IdentiteAge> = identites.iter().map(|i| IdentiteAge::lire(&demo.chemin(i)).unwrap()).collect();
        for lieu in lieux {
            let chemin = demo.chemin(lieu);
            let tous = if chemin.is_dir() { fichiers(&chemin) } else { vec![chemin] };
            assert!(!tous.is_empty(), "{lieu} est vide");
            for fichier in tous {
                butin.prendre(&std::fs::read(fichier).unwrap(), &cles);
            }
        }
        butin
    }

    fn prendre(&mut self, octets: &[u8], cles: &[IdentiteAge]) {
        self.seize.extend(octets.windows(16).map(|w| *w.first_chunk().unwrap()));
        self.hexadecimal(octets);
        if octets.starts_with(b"RECOURS-CLE-1") {
            self.secrets.insert(secret(octets));
        }
        if octets.starts_with(b"age-encryption.org/") {
            for clair in cles.iter().filter_map(|cle| enveloppe::dechiffrer(octets, cle).ok()) {
                self.enveloppes += 1;
                self.prendre(&clair, cles);
            }
        } else if octets.starts_with(b"PAR1") {
            // Pages are compressed: cells are taken one by one.
            for lot in Lecteur::depuis_parquet("butin", octets.to_vec()).unwrap().lots().unwrap() {
                let lot = lot.unwrap();
                for colonne in lot.lot().columns() {
                    self.cellules(colonne.as_ref());
                }
            }
        }
    }

    fn cellules(&mut self, colonne: &dyn arrow::array::Array) {
        use arrow::array::AsArray;
        use arrow::datatypes::DataType;
        for i in (0..colonne.len()).filter(|i| colonne.is_valid(*i)) {
            let cellule = match colonne.data_type() {
                DataType::FixedSizeBinary(_) => colonne.as_fixed_size_binary().value(i),
                DataType::Binary => colonne.as_binary::<i32>().value(i),
                DataType::Utf8 => colonne.as_string::<i32>().value(i).as_bytes(),
                _ => continue,
            };
            self.seize.extend(cellule.windows(16).map(|w| *w.first_chunk().unwrap()));
            self.cles.extend(cellule.first_chunk::<32>());
            if let Some(clef) = cellule.first_chunk::<16>().filter(|_| self.cles.len() < 24) {
                // Random numbers of rows and persons, doubled: as good a guess as another.
                let mut double = [0; 32];
                double[..16].copy_from_slice(clef);
                double[16..].copy_from_slice(clef);
                self.cles.insert(double);
            }
        }
    }

    fn hexadecimal(&mut self, octets: &[u8]) {
        for suite in octets.split(|c| !c.is_ascii_hexdigit()).filter(|s| s.len() >= 32) {
            for debut in 0..2 {
                let lus: Vec<u8> =
                    suite[debut..].chunks_exact(2).filter_map(|p| u8::from_str_radix(std::str::from_utf8(p).ok()?, 16).ok()).collect();
                self.seize.extend(lus.windows(16).map(|w| *w.first_chunk().unwrap()));
                if suite.len() == 64 {
                    self.cles.extend(lus.first_chunk::<32>());
                }
            }
        }
    }

    /// Adds a key that leaked.
    pub fn avec(mut self, demo: &Demo, cle: &str) -> Self {
        self.secrets.insert(secret(&std::fs::read(demo.chemin(cle)).unwrap()));
        self
    }

    /// Adds what another adversary holds.
    pub fn uni(mut self, autre: Self) -> Self {
        self.seize.extend(autre.seize);
        self.cles.extend(autre.cles);
        self.secrets.extend(autre.secrets);
        self.enveloppes += autre.enveloppes;
        self
    }
}

/// The bytes of a key file.
fn secret(fichier: &[u8]) -> [u8; 32] {
    let texte = String::from_utf8_lossy(fichier);
    crate::canaris_partout::secrets::de_hexa(texte.split_whitespace().nth(2).unwrap()).try_into().unwrap()
}

/// Guessed keys that are tried two by two, as the two levels of mode A; a true key is tried with all the others.
const COUPLES: usize = 16;
/// Guessed keys under which blind evaluation, which is dear, is tried.
const AUTRES_CLES_OPRF: usize = 6;

/// What is tried of a person: each function, with no key and with each that could be one.
struct Essayeur<'a> {
    butin: &'a Butin,
    /// True keys first.
    cles: Vec<[u8; 32]>,
    secrets: usize,
    hmacs: Vec<hmac::Key>,
    niveau1: Vec<ClesScellement>,
    niveau2: Vec<ClesLiaison>,
    oprf: Vec<(ClesOprf, Suite)>,
    essais: u64,
}

/// How many of `gens` are recognised in what an adversary holds, and how many values were tried. `combien` people at most: each
/// goes through every pass, function and possible key.
pub fn attaquer(butin: &Butin, demo: &Demo, gens: &[Gens]) -> (u64, u64) {
    let mission = demo.mission();
    let empreinte = recours::cles::empreinte_de_mission(&mission).unwrap();
    let suite = if mission.suite == recours::mission::Suite::Rgs { Suite::Rgs } else { Suite::Rapide };
    let manifeste = crate::canaris_partout::secrets::de_hexa(&empreinte).try_into().unwrap();
    let contexte = ContexteMission { suite, manifeste, epoque: mission.epoque.clone() };
    let maitresse = |role, cle: &[u8; 32]| CleMaitresse::de_octets(role, Zeroizing::new(*cle));
    let secrets = butin.secrets.len();
    let cles: Vec<[u8; 32]> = butin.secrets.iter().chain(butin.cles.difference(&butin.secrets)).copied().collect();
    let mut essayeur = Essayeur {
        butin,
        secrets,
        hmacs: cles.iter().map(|c| hmac::Key::new(hmac::HMAC_SHA256, c)).collect(),
        niveau1: cles.iter().map(|c| ClesScellement::deriver(&maitresse(Role::Niveau1, c), &contexte).unwrap()).collect(),
        niveau2: cles.iter().map(|c| ClesLiaison::deriver(&maitresse(Role::Niveau2, c), &contexte).unwrap()).collect(),
        oprf: Vec::new(),
        essais: 0,
        cles,
    };
    if mission.mode == recours::mission::Mode::B {
        let essayees = essayeur.cles.iter().take(secrets + AUTRES_CLES_OPRF);
        essayeur.oprf = essayees.map(|c| (ClesOprf::deriver(&maitresse(Role::Oprf, c), &contexte).unwrap(), suite)).collect();
    }
    let retrouves = gens.iter().filter(|g| essayeur.reconnait(g)).count() as u64;
    (essayeur.essais, retrouves)
}

impl Essayeur<'_> {
    fn reconnait(&mut self, gens: &Gens) -> bool {
        let mut reconnu = false;
        for texte in gens.champs.iter().flatten() {
            reconnu |= self.nu(texte.as_bytes());
            reconnu |= texte.len() == 15 && self.nu(&texte.as_bytes()[..13]);
        }
        let mut octets: Vec<(Passe, Vec<u8>)> = Vec::new();
        parcourir(&[gens.brute()], &PASSES, |_, passe, o| octets.extend(o.map(|o| (passe, o.to_vec()))));
        for (passe, octets) in &octets {
            reconnu |= self.nu(octets) || self.sous_cle(*passe, octets);
        }
        // Blind evaluation is dear: the two passes of numbers, as a thief of numbers would.
        for (passe, octets) in octets.iter().filter(|(p, _)| *p <= Passe::P1) {
            reconnu |= self.par_evaluation(*passe, octets);
        }
        reconnu
    }

    fn vu(&mut self, valeur: &[u8]) -> bool {
        self.essais += 1;
        self.butin.seize.contains(valeur.first_chunk::<16>().unwrap())
    }

    /// Without key: what anybody can compute.
    fn nu(&mut self, octets: &[u8]) -> bool {
        self.vu(digest::digest(&digest::SHA256, octets).as_ref()) | self.vu(blake3::hash(octets).as_bytes())
    }

    fn sous_cle(&mut self, passe: Passe, octets: &[u8]) -> bool {
        let mut vu = false;
        for i in 0..self.hmacs.len() {
            let signe = hmac::sign(&self.hmacs[i], octets);
            vu |= self.vu(signe.as_ref());
            let t1 = self.niveau1[i].jeton(passe, octets);
            vu |= self.vu(&t1);
            for j in 0..self.niveau2.len() {
                if i.min(j) >= self.secrets && i.max(j) >= COUPLES {
                    continue;
                }
                let t2 = self.niveau2[j].jeton(passe, &t1);
                vu |= self.vu(&t2);
            }
        }
        for i in 0..self.cles.len() {
            vu |= self.vu(blake3::keyed_hash(&self.cles[i], octets).as_bytes());
        }
        vu
    }

    fn par_evaluation(&mut self, passe: Passe, octets: &[u8]) -> bool {
        let mut vu = false;
        for i in 0..self.oprf.len() {
            let (cles, suite) = &self.oprf[i];
            let passe = PasseOprf::from(passe);
            let aveugle = Aveuglement::generer(*suite).unwrap();
            let elements = aveugle.aveugler(passe, 0, &[octets]).unwrap();
            let reponse = cles.evaluer(passe, &elements).unwrap();
            let publique = cles.publique(passe).unwrap();
            let sortie = aveugle.finaliser(&publique, 0, &[octets], &elements, &reponse).unwrap();
            vu |= self.vu(&sortie[0]);
        }
        vu
    }
}

/// What the engine host holds; `cles` and the mission are everybody's.
const HOTE: &[&str] = &[
    "host",
    "deliveries",
    "lists",
    "observatory",
    "cles",
    "mission.toml",
    "linkage/caf.parquet",
    "linkage/cpam.parquet",
    "linkage/statistiques.json",
    "linkage/point.txt",
];
const LIAISON: &[&str] = &["linkage", "deliveries", "cles", "mission.toml"];

/// All dictionary attacks, on `combien` people.
pub fn toutes(combien: usize) -> Vec<Ligne> {
    let mut lignes = Vec::new();
    for (mode, demo) in [("A", &*MODE_A), ("B", &*MODE_B)] {
        let tous = demo.population();
        let gens = &tous[..combien.min(tous.len())];
        let hote = || Butin::de(demo, HOTE, &["host/cle.age"]);
        let liaison = || Butin::de(demo, LIAISON, &["linkage/cle.age"]);
        assert!(hote().enveloppes >= 2 && liaison().enveloppes >= 2, "les livraisons n'ont pas été ouvertes");
        let mut essayer = |detient: &str, butin: Butin| {
            let (essais, retrouves) = attaquer(&butin, demo, gens);
            lignes.push(Ligne::nouvelle(&format!("dictionnaire, mode {mode}"), detient, essais, retrouves, gens.len() as u64));
        };
        essayer("l'hôte : tous ses fichiers, livraisons ouvertes", hote());
        essayer("l'unité de liaison : jetons ouverts, sa clé", liaison());
        essayer("l'hôte et l'unité de liaison ensemble", hote().uni(liaison()));
        if mode == "A" {
            essayer("un organisme et l'hôte : clé de niveau 1 et fichiers de l'hôte", hote().avec(demo, "bodies/caf/niveau1.cle"));
            essayer("un organisme et l'unité de liaison (faiblesse écrite du mode A)", liaison().avec(demo, "bodies/caf/niveau1.cle"));
        } else {
            let tiers = || Butin::de(demo, &["tiers_cles", "echanges", "cles", "mission.toml"], &["tiers_cles/cle.age"]);
            essayer("le tiers des clés : sa clé, demandes ouvertes", tiers().avec(demo, "tiers_cles/oprf.cle"));
            essayer("le tiers des clés et l'hôte", tiers().avec(demo, "tiers_cles/oprf.cle").uni(hote()));
            essayer("le tiers des clés et l'unité de liaison (collusion écrite)", liaison().avec(demo, "tiers_cles/oprf.cle"));
        }
    }
    lignes.push(organisme_seul(combien));
    lignes
}

/// A body with its own files and key, against everything of the others that it can see pass: it looks for people whom
/// it does not serve.
fn organisme_seul(combien: usize) -> Ligne {
    let demo = &*MODE_A;
    let siens: BTreeSet<Option<String>> = demo.gens_de(ORGANISMES[0].0, ORGANISMES[0].1).into_iter().map(|g| g.champs[0].clone()).collect();
    let mut autres = demo.gens_de(ORGANISMES[1].0, ORGANISMES[1].1);
    autres.retain(|g| g.champs[0].is_some() && !siens.contains(&g.champs[0]));
    autres.truncate(combien);
    assert!(autres.len() >= 5, "{} inconnus de la Caf seulement", autres.len());
    let lieux = ["bodies/caf", "deliveries", "lists", "cles", "mission.toml"];
    let butin = Butin::de(demo, &lieux, &["bodies/caf/cle.age"]).avec(demo, "bodies/caf/niveau1.cle");
    let (essais, retrouves) = attaquer(&butin, demo, &autres);
    let detient = "un organisme : ses fichiers, sa clé, les enveloppes des autres";
    Ligne::nouvelle("dictionnaire, mode A", detient, essais, retrouves, autres.len() as u64)
}

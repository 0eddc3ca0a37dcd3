//! A few invented people and their files: links, findings, registers, keys.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Date32Array, FixedSizeBinaryArray, Float64Array, ListBuilder, RecordBatch, StringArray, StringBuilder,
    UInt8Array,
};
use recours::cles::Detenteur;
use recours::commandes::open::{BilanOuverture, ouvrir_liste};
use recours::commandes::outreach::{BilanListe, preparer_liste};
use recours::entete::{Contenu, Entete};
use recours::erreur::ErreurCommande;
use recours::mission::Mission;
use recours::progression::Progression;
use recours::{journal, signature};
use recours_tables::enveloppe::{IdentiteAge, chiffrer, dechiffrer};
use recours_tables::{Lecteur, Lot, ecrire_parquet};
use tempfile::TempDir;

pub const ORGANISMES: [&str; 3] = ["caf", "cpam", "carsat"];
/// 2026-10-01, the mission's date.
pub const JOUR: i32 = 20_727;

/// Somebody: number, bodies that know them, and what their register says.
#[derive(Clone)]
pub struct Personne {
    pub n: usize,
    pub connue_de: Vec<&'static str>,
    pub nom: String,
    pub prenoms: String,
    pub nir: Option<String>,
    pub naissance: i32,
    pub telephone: Option<String>,
    pub email: Option<String>,
    pub pieces: String,
    /// Telephone, counter, post, online.
    pub contacts: [f64; 4],
    pub confidentielle: bool,
    pub protegee: bool,
    pub decede: bool,
    pub opposition: bool,
    /// Day of the objection, and its last one.
    pub dates: (Option<i32>, Option<i32>),
    pub renonciations: Option<&'static str>,
    pub prefere: Option<&'static str>,
    /// Seen or not: alone, e-mail, French, equipment, code.
    pub difficultes: [Option<bool>; 5],
    pub referent: Option<(&'static str, &'static str)>,
    pub sans_adresse: bool,
}

pub fn personne(n: usize, connue_de: &[&'static str]) -> Personne {
    Personne {
        n,
        connue_de: connue_de.to_vec(),
        nom: format!("Nominventé{n}"),
        prenoms: "Camille Dominique".into(),
        nir: Some(format!("26101990010{n:02}")),
        naissance: -3_226,
        telephone: Some(format!("06399800{n:02}")),
        email: Some(format!("personne{n}@exemple.invalid")),
        pieces: "piece_identite;rib".into(),
        contacts: [2.0, 1.0, 0.0, 0.0],
        confidentielle: false,
        protegee: false,
        decede: false,
        opposition: false,
        dates: (None, None),
        renonciations: None,
        prefere: None,
        difficultes: [None; 5],
        referent: None,
        sans_adresse: false,
    }
}

/// Something found: person, right, certainty, days from the mission's date to the useful date.
pub type Reperage = (usize, &'static str, &'static str, Option<i32>);

pub struct Territoire {
    pub dossier: TempDir,
    pub mission: Mission,
}

pub fn cle16(marque: u8, n: usize) -> [u8; 16] {
    let mut cle = [marque; 16];
    cle[8..].copy_from_slice(&(n as u64).to_be_bytes());
    cle
}

pub fn poignee(n: usize) -> [u8; 16] {
    cle16(0xBB, n)
}

pub fn ligne_chez(organisme: &str, n: usize) -> [u8; 16] {
    cle16(0xC0 + ORGANISMES.iter().position(|o| *o == organisme).unwrap() as u8, n)
}

fn octets(cles: impl Iterator<Item = [u8; 16]>) -> ArrayRef {
    Arc::new(FixedSizeBinaryArray::try_from_sparse_iter_with_size(cles.map(Some), 16).unwrap())
}

fn listes(lignes: impl Iterator<Item = Vec<&'static str>>) -> ArrayRef {
    let mut listes = ListBuilder::new(StringBuilder::new());
    for ligne in lignes {
        ligne.into_iter().for_each(|mot| listes.values().append_value(mot));
        listes.append(true);
    }
    Arc::new(listes.finish())
}

fn table(chemin: &Path, colonnes: Vec<(&str, ArrayRef)>) {
    let lot = RecordBatch::try_from_iter(colonnes).unwrap();
    ecrire_parquet(chemin, &lot.schema(), &[lot]).unwrap();
}

pub fn version(droit: &str) -> String {
    let jeu = recours::regles::Jeu::lire(Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/fr")).unwrap();
    let pack = jeu.construire(None, i64::from(JOUR)).unwrap();
    pack.rights[pack.right(droit).unwrap()].rule()
}

impl Territoire {
    pub fn nouveau(personnes: &[Personne], reperages: &[Reperage], plafond: usize) -> Self {
        let dossier = tempfile::tempdir().unwrap();
        let d = dossier.path();
        for o in ORGANISMES {
            std::fs::create_dir_all(d.join("bodies").join(o)).unwrap();
            let connues: Vec<&Personne> = personnes.iter().filter(|p| p.connue_de.contains(&o)).collect();
            table(
                &d.join(format!("linkage/{o}.parquet")),
                vec![
                    ("row_id", octets(connues.iter().map(|p| ligne_chez(o, p.n)))),
                    ("handle", octets(connues.iter().map(|p| poignee(p.n)))),
                    ("force", Arc::new(UInt8Array::from(vec![3; connues.len()]))),
                    ("nir_certifie", Arc::new(BooleanArray::from(vec![true; connues.len()]))),
                ],
            );
            registre(&d.join(format!("bodies/{o}/registre.parquet")), o, &connues);
        }
        let texte = |f: fn(&Reperage) -> &'static str| Arc::new(StringArray::from_iter_values(reperages.iter().map(f))) as ArrayRef;
        let dates: ArrayRef = Arc::new(Date32Array::from_iter(reperages.iter().map(|r| r.3.map(|j| JOUR + j))));
        table(
            &d.join("host/findings.parquet"),
            vec![
                ("unit", octets(reperages.iter().map(|r| poignee(r.0)))),
                ("unit_kind", texte(|_| "personne")),
                ("kind", texte(|r| if r.1.starts_with("rupture") { "rupture" } else { "non_recours" })),
                ("right", texte(|r| r.1)),
                ("rule", Arc::new(StringArray::from_iter_values(reperages.iter().map(|r| version(r.1))))),
                ("certainty", texte(|r| r.2)),
                ("stage", texte(|_| "demande")),
                ("deadline", Arc::clone(&dates)),
                ("date_utile", dates),
                ("unmet", listes(reperages.iter().map(|_| Vec::new()))),
            ],
        );
        let mission = d.join("mission.toml");
        std::fs::write(&mission, texte_de_mission(plafond)).unwrap();
        let mission = Mission::lire(&mission).unwrap();
        recours::cles::creer_cles(&mission).unwrap();
        // As `detect` would have logged them.
        let hote = journal::ouvrir(&mission, &Detenteur::Hote).unwrap();
        let empreinte = blake3::hash(&std::fs::read(d.join("host/findings.parquet")).unwrap()).to_hex();
        journal::inscrire(&hote, journal::Acte::nouveau("detection").texte("fichier.findings.parquet", empreinte)).unwrap();
        Self { dossier, mission }
    }

    /// What is unmet, by the number of the finding.
    pub fn manquer(&self, manque: impl Fn(usize) -> Vec<&'static str>) {
        let chemin = self.chemin("host/findings.parquet");
        let lot = recours_tables::lire_table(&chemin).unwrap().tout().unwrap().lot().clone();
        let mut colonnes = lot.columns().to_vec();
        *colonnes.last_mut().unwrap() = listes((0..lot.num_rows()).map(manque));
        let lot = RecordBatch::try_new(lot.schema(), colonnes).unwrap();
        ecrire_parquet(&chemin, &lot.schema(), &[lot]).unwrap();
    }

    pub fn chemin(&self, relatif: &str) -> PathBuf {
        self.dossier.path().join(relatif)
    }

    pub fn preparer(&self, organisme: &str) -> Result<BilanListe, ErreurCommande> {
        let sortie = self.chemin(&format!("lists/{organisme}.age"));
        preparer_liste(&self.mission, &self.chemin("host/findings.parquet"), organisme, &sortie, &Progression::silencieuse())
    }

    /// Opens with the key of `cle`, in `bodies/<organisme>/liste`.
    pub fn ouvrir_avec(&self, organisme: &str, cle: &str) -> Result<BilanOuverture, ErreurCommande> {
        ouvrir_liste(
            &self.mission,
            &self.chemin(&format!("lists/{organisme}.age")),
            self.chemin(&format!("bodies/{organisme}/registre.parquet")),
            &self.chemin(&format!("bodies/{cle}/cle.age")),
            &self.chemin(&format!("bodies/{organisme}/liste")),
            JOUR,
            &Progression::silencieuse(),
        )
    }

    pub fn ouvrir(&self, organisme: &str) -> BilanOuverture {
        self.preparer(organisme).unwrap();
        self.ouvrir_avec(organisme, organisme).unwrap()
    }

    pub fn lire(&self, relatif: &str) -> String {
        String::from_utf8(std::fs::read(self.chemin(relatif)).unwrap()).unwrap()
    }

    /// The list of `organisme` made of these clear bytes, signed by `qui` under this header, encrypted to `pour`.
    pub fn poser(&self, organisme: &str, mut clair: Vec<u8>, entete: &Entete, qui: Option<&Detenteur>, pour: &str) {
        if let Some(qui) = qui {
            signature::signer(&mut clair, entete, &journal::ouvrir(&self.mission, qui).unwrap()).unwrap();
        }
        let cle = self.lire(&format!("cles/{pour}.pub")).trim().to_owned();
        std::fs::write(self.chemin(&format!("lists/{organisme}.age")), chiffrer(&clair, &[cle]).unwrap()).unwrap();
    }

    /// The header of a body's list in this mission.
    pub fn entete(&self, organisme: &str) -> Entete {
        let empreinte = recours::cles::empreinte_de_mission(&self.mission).unwrap();
        Entete::nouvelle(Contenu::Liste, &self.mission, &empreinte, organisme)
    }

    /// Changes some people's rows in a body's register.
    pub fn inscrire(&self, organisme: &str, personnes: &[Personne]) {
        let connues: Vec<&Personne> = personnes.iter().filter(|p| p.connue_de.contains(&organisme)).collect();
        registre(&self.chemin(&format!("bodies/{organisme}/registre.parquet")), organisme, &connues);
    }

    /// The clear bytes of a body's list.
    pub fn clair(&self, organisme: &str) -> Vec<u8> {
        let cle = IdentiteAge::lire(&self.chemin(&format!("bodies/{organisme}/cle.age"))).unwrap();
        dechiffrer(&std::fs::read(self.chemin(&format!("lists/{organisme}.age"))).unwrap(), &cle).unwrap()
    }

    /// The rows of these clear bytes.
    pub fn rangees_de(&self, clair: &[u8]) -> RecordBatch {
        Lecteur::depuis_parquet("liste", clair.to_vec()).unwrap().tout().unwrap().lot().clone()
    }

    /// The rows of a body's list, those of nobody included.
    pub fn rangees(&self, organisme: &str) -> Lot {
        Lecteur::depuis_parquet("liste", self.clair(organisme)).unwrap().tout().unwrap()
    }
}

/// A register of `n` people under other row numbers.
pub fn registre_sous(chemin: &Path, n: usize, numero: impl Fn(usize) -> [u8; 16]) {
    let personnes: Vec<Personne> = (0..n).map(|i| personne(i, &ORGANISMES)).collect();
    registre_de(chemin, &personnes.iter().collect::<Vec<_>>(), &|p| numero(p.n));
}

fn registre(chemin: &Path, organisme: &str, connues: &[&Personne]) {
    registre_de(chemin, connues, &|p| ligne_chez(organisme, p.n));
}

fn registre_de(chemin: &Path, connues: &[&Personne], numero: &dyn Fn(&Personne) -> [u8; 16]) {
    let texte = |f: fn(&Personne) -> Option<String>| Arc::new(StringArray::from_iter(connues.iter().map(|p| f(p)))) as ArrayRef;
    let vrai = |f: fn(&Personne) -> bool| Arc::new(BooleanArray::from_iter(connues.iter().map(|p| Some(f(p))))) as ArrayRef;
    let observee = |i: usize| Arc::new(BooleanArray::from_iter(connues.iter().map(|p| p.difficultes[i]))) as ArrayRef;
    let compte = |i: usize| Arc::new(Float64Array::from_iter_values(connues.iter().map(|p| p.contacts[i]))) as ArrayRef;
    table(
        chemin,
        vec![
            ("row_id", octets(connues.iter().map(|p| numero(p)))),
            ("nir", texte(|p| p.nir.clone())),
            ("nom_naissance", texte(|p| Some(p.nom.clone()))),
            ("nom_usage", texte(|_| None)),
            ("prenoms", texte(|p| Some(p.prenoms.clone()))),
            ("date_naissance", Arc::new(Date32Array::from_iter_values(connues.iter().map(|p| p.naissance)))),
            ("code_postal", texte(|p| (!p.sans_adresse).then(|| "99100".into()))),
            ("adresse_ligne1", texte(|p| (!p.sans_adresse).then(|| format!("{} rue inventée", p.n)))),
            ("adresse_ligne2", texte(|_| Some(String::new()))),
            ("adresse_commune", texte(|p| (!p.sans_adresse).then(|| "Villeneuve-l'Inventée".into()))),
            ("telephone", texte(|p| p.telephone.clone())),
            ("email", texte(|p| p.email.clone())),
            ("canal_prefere", texte(|p| p.prefere.map(str::to_owned))),
            ("contacts_telephone", compte(0)),
            ("contacts_accueil", compte(1)),
            ("contacts_courrier", compte(2)),
            ("contacts_numerique", compte(3)),
            ("pieces_detenues", texte(|p| Some(p.pieces.clone()))),
            ("adresse_confidentielle", vrai(|p| p.confidentielle)),
            ("sous_tutelle", vrai(|p| p.protegee)),
            ("decede", vrai(|p| p.decede)),
            ("opposition", vrai(|p| p.opposition)),
            ("opposition_le", Arc::new(Date32Array::from_iter(connues.iter().map(|p| p.dates.0)))),
            ("opposition_jusqu_au", Arc::new(Date32Array::from_iter(connues.iter().map(|p| p.dates.1)))),
            ("renonciations", texte(|p| p.renonciations.map(str::to_owned))),
            ("referent", texte(|p| p.referent.map(|r| r.0.to_owned()))),
            ("referent_telephone", texte(|p| p.referent.map(|r| r.1.to_owned()))),
            ("difficulte_seul", observee(0)),
            ("difficulte_courriel", observee(1)),
            ("difficulte_francais", observee(2)),
            ("difficulte_equipement", observee(3)),
            ("difficulte_code", observee(4)),
        ],
    );
}

fn texte_de_mission(plafond: usize) -> String {
    let regles = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/fr");
    let mut texte = format!(
        r#"[mission]
nom = "essai"
finalite = "informer"
base_legale = "CRPA L114-8 II"
territoire = "Département inventé 99"
date = 2026-10-01
epoque = "2026-T4"
donnees = "inventees"
mode = "A"
suite = "rgs"
regles = "{}"
droits = ["rsa", "aspa", "c2s_allocataires_rsa", "rupture_c2s_renouvellement"]

[destinataires]
rsa = ["caf", "cpam"]
aspa = ["carsat", "cpam"]
c2s_allocataires_rsa = ["cpam"]
rupture_c2s_renouvellement = ["cpam"]
"#,
        regles.display()
    );
    for (o, nom) in ORGANISMES.iter().zip(["Caf inventée", "Cpam inventée", "Carsat inventée"]) {
        texte += &format!("\n[[organisme]]\nid = \"{o}\"\nnom = \"{nom}\"\ndossier = \"bodies/{o}\"\nplafond_liste = {plafond}\n");
    }
    texte
}

//! Six invented people whose every value can be recognised, in the files of a CAF (CSV) and a CPAM (Parquet).

use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Date32Array, FixedSizeBinaryArray, Float64Array, RecordBatch, StringArray};
use recours::mission::Mission;
use recours_tables::ecrire_parquet;

/// Somebody, as both bodies would write them.
pub struct Personne {
    pub nir: &'static str,
    pub nom: &'static str,
    pub usage: &'static str,
    pub prenoms: &'static str,
    /// `AAAA-MM-JJ`, and days since 1970-01-01.
    pub ne_le: (&'static str, i32),
    pub sexe: &'static str,
    pub commune: &'static str,
    pub code_postal: &'static str,
    pub rue: &'static str,
    pub telephone: &'static str,
    pub courriel: &'static str,
    /// Family file at the CAF, with its role; none for who is unknown there.
    pub caf: Option<(&'static str, &'static str)>,
    /// Insured at the CPAM, with the cover.
    pub cpam: Option<bool>,
    pub opposition: bool,
}

pub const PERSONNES: [Personne; 6] = [
    Personne {
        nir: "285069987104263",
        nom: "N'Guyênçois-Ÿbarra",
        usage: "Vandœuvrière",
        prenoms: "Zéphyrœlle, Capucine",
        ne_le: ("1985-06-12", 5_641),
        sexe: "F",
        commune: "99871",
        code_postal: "98761",
        rue: "17 bis impasse des Ornithorynques",
        telephone: "0639987104",
        courriel: "zephyroelle.canarienne@exemple.invalid",
        caf: Some(("DOSSIERCANARI7391", "ALL")),
        cpam: Some(false),
        opposition: false,
    },
    Personne {
        nir: "184019987201777",
        nom: "Brûlefert-Çanaribois",
        usage: "",
        prenoms: "Hectorigène",
        ne_le: ("1984-01-20", 5_132),
        sexe: "M",
        commune: "99872",
        code_postal: "98762",
        rue: "203 chemin du Quokka",
        telephone: "0639987201",
        courriel: "hectorigene@exemple.invalid",
        caf: Some(("DOSSIERCANARI7391", "CJT")),
        cpam: Some(true),
        opposition: false,
    },
    Personne {
        nir: "",
        nom: "Brûlefert-Çanaribois",
        usage: "",
        prenoms: "Loupiotte",
        ne_le: ("2016-09-03", 17_047),
        sexe: "F",
        commune: "99873",
        code_postal: "98763",
        rue: "203 chemin du Quokka",
        telephone: "",
        courriel: "",
        caf: Some(("DOSSIERCANARI7391", "ENF")),
        cpam: Some(false),
        opposition: false,
    },
    Personne {
        nir: "170059987302117",
        nom: "Opposantœdipe",
        usage: "",
        prenoms: "Paulémique",
        ne_le: ("1970-05-09", 128),
        sexe: "M",
        commune: "99874",
        code_postal: "98764",
        rue: "8 quai du Refus",
        telephone: "0639987302",
        courriel: "paulemique@exemple.invalid",
        caf: Some(("DOSSIERCANARI7392", "ALL")),
        cpam: Some(false),
        opposition: true,
    },
    Personne {
        nir: "290029987403361",
        nom: "Seulabrène",
        usage: "",
        prenoms: "Quokkaline",
        ne_le: ("1990-02-14", 7_349),
        sexe: "F",
        commune: "99875",
        code_postal: "98765",
        rue: "1 place de l'Aïgue",
        telephone: "0639987403",
        courriel: "quokkaline@exemple.invalid",
        caf: Some(("DOSSIERCANARI7393", "ALL")),
        cpam: Some(false),
        opposition: false,
    },
    Personne {
        nir: "155129987504405",
        nom: "Autrefœil",
        usage: "",
        prenoms: "Jeantonin",
        ne_le: ("1955-12-24", -5_122),
        sexe: "M",
        commune: "99876",
        code_postal: "98766",
        rue: "44 sente des Oyats",
        telephone: "0639987504",
        courriel: "jeantonin@exemple.invalid",
        caf: None,
        cpam: Some(true),
        opposition: false,
    },
];

/// Facts: an amount of each family that a rule reads, and one column that no rule reads.
pub const MONTANTS: [(&str, &str); 3] = [("DOSSIERCANARI7391", "903,17"), ("DOSSIERCANARI7392", "646,29"), ("DOSSIERCANARI7393", "571,43")];
pub const INUTILE: &str = "31415,92";

/// The body's own number for a row: looks random, and is known to the test.
pub fn row_id(body: &str, rang: usize) -> [u8; 16] {
    *blake3::hash(format!("ligne {rang} de {body}").as_bytes()).as_bytes().first_chunk().unwrap()
}

pub fn mission(mode: &str) -> String {
    let (mode, population) = match mode {
        "A" => ("mode = \"A\"\nsuite = \"rgs\"", ""),
        _ => ("mode = \"B\"\nsuite = \"rapide\"\ntours = 2", "\npopulation = 100000"),
    };
    let fin = if population.is_empty() { "" } else { "\n[liaison]\npasses_elargies = false\n" };
    format!(
        r#"[mission]
nom = "partout"
finalite = "informer"
base_legale = "CRPA L114-8 II"
territoire = "Territoire inventé"
date = 2026-10-01
epoque = "2026-T4"
donnees = "inventees"
{mode}
regles = "{racine}/rules/fr"
droits = ["rsa", "c2s_allocataires_rsa"]
{fin}
[destinataires]
rsa = ["caf", "cpam"]
c2s_allocataires_rsa = ["cpam", "caf"]

[[organisme]]
id = "caf"
nom = "Caf inventée"
siren = "000000001"
dossier = "bodies/caf"
interne = ["rupture_versement_rejete"]
couverture = ["recu_rsa", "rsa_en_paiement"]
composition = "complete"
plafond_liste = 300{population}

[[organisme.table]]
fichiers = ["bodies/caf/extrait/personnes.csv"]
forme = "personnes"
cle = "row_id"
foyer = "dossier"
role = "qualite"
roles = {{ ALL = "demandeur", CJT = "conjoint", ENF = "enfant" }}

[organisme.table.identite]
nir = "nir"
nom_naissance = "nom"
nom_usage = "usage"
prenoms = "prenom"
date_naissance = "ne_le"
sexe = "sexe"
commune_naissance = "commune"
code_postal = "cp"
adresse = "rue"

[organisme.table.colonnes]
rsa_en_paiement = "rsa"
enceinte = "grossesse"
salaire_net_m14 = "vieux_salaire"

[[organisme.table]]
fichiers = ["bodies/caf/extrait/dossiers.csv"]
forme = "foyers"
cle = "numero"

[organisme.table.colonnes]
recu_rsa = "mt_rsa"
versement_rejete = "rejet"
compte_a_jour = "rib"

[[organisme]]
id = "cpam"
nom = "Cpam inventée"
siren = "000000003"
dossier = "bodies/cpam"
couverture = ["c2s_ouverte"]
composition = "aucune"
plafond_liste = 300{population}

[[organisme.table]]
fichiers = ["bodies/cpam/extrait/assures.parquet"]
forme = "personnes"
cle = "row_id"

[organisme.table.identite]
nir = "nir"
nom_naissance = "nom"
nom_usage = "usage"
prenoms = "prenom"
date_naissance = "ne_le"
sexe = "sexe"
commune_naissance = "commune"
code_postal = "cp"
adresse = "rue"

[organisme.table.colonnes]
c2s_ouverte = "css"
"#,
        racine = env!("CARGO_MANIFEST_DIR"),
    )
}

/// Writes the mission, the extracts and the registers.
pub fn ecrire(dossier: &Path, mode: &str) -> Mission {
    std::fs::create_dir_all(dossier.join("bodies/caf/extrait")).unwrap();
    std::fs::write(dossier.join("mission.toml"), mission(mode)).unwrap();
    std::fs::write(dossier.join("bodies/caf/extrait/personnes.csv"), personnes_caf()).unwrap();
    std::fs::write(dossier.join("bodies/caf/extrait/dossiers.csv"), dossiers_caf()).unwrap();
    let assures = assures_cpam();
    ecrire_parquet(dossier.join("bodies/cpam/extrait/assures.parquet"), &assures.schema(), &[assures]).unwrap();
    for body in ["caf", "cpam"] {
        let registre = registre(body);
        ecrire_parquet(dossier.join(format!("bodies/{body}/registre.parquet")), &registre.schema(), &[registre]).unwrap();
    }
    Mission::lire(dossier.join("mission.toml")).unwrap()
}

fn connues(body: &str) -> Vec<(usize, &'static Personne)> {
    let connue = |p: &Personne| if body == "caf" { p.caf.is_some() } else { p.cpam.is_some() };
    PERSONNES.iter().enumerate().filter(|(_, p)| connue(p)).collect()
}

pub fn personnes_caf() -> String {
    let mut texte = String::from("row_id;dossier;qualite;nir;nom;usage;prenom;ne_le;sexe;commune;cp;rue;rsa;grossesse;vieux_salaire\n");
    for (i, p) in connues("caf") {
        let (dossier, qualite) = p.caf.unwrap();
        let rsa = if dossier.ends_with('3') { "N" } else { "O" };
        texte += &[
            &super::motifs::hexa(&row_id("caf", i)),
            dossier,
            qualite,
            p.nir,
            p.nom,
            p.usage,
            p.prenoms,
            p.ne_le.0,
            p.sexe,
            p.commune,
            p.code_postal,
            p.rue,
            rsa,
            "N",
            INUTILE,
        ]
        .join(";");
        texte.push('\n');
    }
    texte
}

fn dossiers_caf() -> String {
    let lignes: String = MONTANTS.iter().map(|(dossier, montant)| format!("{dossier};{montant};2026-09-25;N\n")).collect();
    format!("numero;mt_rsa;rejet;rib\n{lignes}")
}

pub fn assures_cpam() -> RecordBatch {
    let gens = connues("cpam");
    let texte = |f: fn(&Personne) -> String| Arc::new(StringArray::from_iter_values(gens.iter().map(|(_, p)| f(p)))) as ArrayRef;
    RecordBatch::try_from_iter([
        ("row_id", octets(gens.iter().map(|(i, _)| row_id("cpam", *i)))),
        ("nir", texte(|p| p.nir.to_owned())),
        ("nom", texte(|p| p.nom.to_uppercase())),
        ("usage", texte(|p| p.usage.to_uppercase())),
        ("prenom", texte(|p| p.prenoms.to_uppercase())),
        ("ne_le", Arc::new(Date32Array::from_iter_values(gens.iter().map(|(_, p)| p.ne_le.1))) as ArrayRef),
        ("sexe", texte(|p| p.sexe.to_owned())),
        ("commune", texte(|p| p.commune.to_owned())),
        ("cp", texte(|p| p.code_postal.to_owned())),
        ("rue", texte(|p| p.rue.to_owned())),
        ("css", Arc::new(BooleanArray::from_iter(gens.iter().map(|(_, p)| p.cpam))) as ArrayRef),
    ])
    .unwrap()
}

pub fn registre(body: &str) -> RecordBatch {
    let gens = connues(body);
    let texte = |f: fn(&Personne) -> String| Arc::new(StringArray::from_iter_values(gens.iter().map(|(_, p)| f(p)))) as ArrayRef;
    let non = || Arc::new(BooleanArray::from(vec![false; gens.len()])) as ArrayRef;
    let compte = || Arc::new(Float64Array::from(vec![1.0; gens.len()])) as ArrayRef;
    RecordBatch::try_from_iter([
        ("row_id", octets(gens.iter().map(|(i, _)| row_id(body, *i)))),
        ("nir", texte(|p| p.nir.to_owned())),
        ("nom_naissance", texte(|p| p.nom.to_owned())),
        ("nom_usage", texte(|p| p.usage.to_owned())),
        ("prenoms", texte(|p| p.prenoms.to_owned())),
        ("date_naissance", Arc::new(Date32Array::from_iter_values(gens.iter().map(|(_, p)| p.ne_le.1))) as ArrayRef),
        ("code_postal", texte(|p| p.code_postal.to_owned())),
        ("adresse_ligne1", texte(|p| p.rue.to_owned())),
        ("adresse_ligne2", texte(|_| String::new())),
        ("adresse_commune", texte(|_| "Villecanari-sur-Œuf".to_owned())),
        ("telephone", texte(|p| p.telephone.to_owned())),
        ("email", texte(|p| p.courriel.to_owned())),
        ("canal_prefere", texte(|_| "courrier".to_owned())),
        ("contacts_telephone", compte()),
        ("contacts_accueil", compte()),
        ("contacts_courrier", compte()),
        ("contacts_numerique", compte()),
        ("pieces_detenues", texte(|_| "rib".to_owned())),
        ("adresse_confidentielle", non()),
        ("sous_tutelle", non()),
        ("decede", non()),
        ("opposition", Arc::new(BooleanArray::from_iter(gens.iter().map(|(_, p)| Some(p.opposition && body == "caf")))) as ArrayRef),
    ])
    .unwrap()
}

fn octets(ids: impl Iterator<Item = [u8; 16]>) -> ArrayRef {
    Arc::new(FixedSizeBinaryArray::try_from_iter(ids).unwrap())
}

/// All files below a folder; one that goes while we look is left.
pub fn fichiers(dossier: &Path) -> Vec<PathBuf> {
    let mut trouves = Vec::new();
    for entree in std::fs::read_dir(dossier).into_iter().flatten().flatten() {
        let chemin = entree.path();
        if chemin.is_dir() {
            trouves.extend(fichiers(&chemin));
        } else {
            trouves.push(chemin);
        }
    }
    trouves.sort();
    trouves
}

//! A demonstration's people, taken from the bodies' registers.

use std::collections::BTreeSet;
use std::path::Path;

use recours_tables::{IdentiteAge, lire_table};

use super::recherche::Recherche;
use super::territoire::fichiers;

/// Numbers, telephones, e-mails and addresses of everybody, and how many people.
pub fn gens_des_registres(racine: &Path) -> (Recherche, usize) {
    let (mut r, mut combien, mut vus) = (Recherche::default(), 0, BTreeSet::new());
    for body in ["caf", "cpam"] {
        let lot = lire_table(racine.join(format!("bodies/{body}/registre.parquet"))).unwrap().tout().unwrap();
        combien += lot.lignes();
        for colonne in ["nir", "telephone", "email", "adresse_ligne1"] {
            let textes = lot.colonne(colonne).unwrap().texte().unwrap();
            for texte in textes.iter().flatten().filter(|t| t.len() >= 10) {
                if vus.insert(texte.to_owned()) {
                    r.texte(colonne, texte);
                    if colonne == "nir" && texte.len() == 15 {
                        r.texte("nir sans sa clé", &texte[..13]);
                    }
                }
            }
        }
    }
    (r, combien)
}

/// Every file of the other roles, envelopes opened; gives how many.
pub fn chercher_hors_des_organismes(r: &Recherche, racine: &Path, fautes: &mut BTreeSet<String>) -> usize {
    let tous = fichiers(racine);
    let cles: Vec<IdentiteAge> = tous.iter().filter(|f| f.ends_with("cle.age")).map(|f| IdentiteAge::lire(f).unwrap()).collect();
    let dehors = tous.iter().filter(|f| !["bodies", "truth", "regles"].iter().any(|d| f.strip_prefix(racine).unwrap().starts_with(d)));
    let mut vus = 0;
    for fichier in dehors {
        let nom = fichier.strip_prefix(racine).unwrap().display().to_string();
        let trouves = r.au_fond(&nom, &std::fs::read(fichier).unwrap(), &cles, &mut |_| {});
        fautes.extend(trouves.into_iter().map(|(ou, quoi)| format!("{ou} : {quoi}")));
        vus += 1;
    }
    vus
}

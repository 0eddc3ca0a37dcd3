//! Files between roles: those that the protocol describes, those that the program names, and the columns that they have.

use std::collections::BTreeSet;

use super::textes::{mots, tables};

/// `demande.tN.PPP.age` and `demande.t{tour}.{partie:03}.age` are `demande.t*.*.age`.
fn motif(nom: &str) -> String {
    let mut motif = String::new();
    let mut reste = nom;
    while let Some((avant, suite)) = reste.split_once('{') {
        motif += avant;
        motif.push('*');
        reste = suite.split_once('}').map_or("", |(_, apres)| apres);
    }
    (motif + reste).replace("tN.PPP", "t*.*").replace(".tN.", ".t*.")
}

/// Last part of the paths of the protocol's table of files.
pub fn decrits(texte: &str) -> BTreeSet<String> {
    let table = tables(texte).into_iter().find(|(entete, _)| entete.starts_with(&["fichier", "de → à"])).unwrap().1;
    table.iter().flat_map(|ligne| mots(ligne[0])).map(|chemin| motif(chemin.rsplit('/').next().unwrap())).collect()
}

/// File names in the modules where every command asks for paths, and whatever is named elsewhere like a secret, an
/// envelope or a log.
pub fn du_programme() -> BTreeSet<String> {
    let ici = ["crates/cli/chemins.rs", "crates/cli/journal.rs", "crates/cli/commandes/observe.rs"];
    let mut noms: BTreeSet<String> = BTreeSet::from(["mission.toml".to_owned()]);
    let est_un_nom = |l: &str, fins: &[&str]| {
        fins.iter().any(|f| l.ends_with(f)) && l.bytes().all(|c| c.is_ascii_alphanumeric() || b"._{}:*".contains(&c)) && !l.starts_with('.')
    };
    for (fichier, source) in super::textes::programme("crates/cli") {
        let tout = ici.contains(&fichier.to_string_lossy().as_ref());
        let fins: &[&str] = if tout {
            &[".age", ".cle", ".pub", ".parquet", ".json", ".jsonl", ".toml", ".txt"]
        } else {
            &[".age", ".cle", ".pub", ".jsonl"]
        };
        // Invention plays every role at once; its paths are those of the others.
        if fichier.starts_with("crates/cli/commandes/demo") {
            continue;
        }
        let litteraux = source.lines().flat_map(|l| l.split('"').skip(1).step_by(2));
        noms.extend(litteraux.filter(|l| est_un_nom(l, fins)).map(motif));
    }
    noms
}

/// Columns of real files: both deliveries and the links of mode A, requests, answers and residue of mode B. Facts are left
/// out: the vocabulary describes them.
#[cfg(feature = "complet")]
pub fn colonnes() -> BTreeSet<String> {
    use crate::aveugle::territoire_b::TerritoireB;
    use crate::sceller::territoire::Territoire;

    let ici = Territoire::scelle();
    ici.relier().unwrap();
    let mut noms: BTreeSet<String> = recours::livraisons::parties::COLONNES.map(String::from).into();
    let mut lire = |lot: &recours_tables::Lot, faits: bool| {
        let tous = lot.lot().schema().fields().iter().map(|c| c.name().clone()).collect::<Vec<_>>();
        noms.extend(tous.into_iter().filter(|c| !faits || ["row_id", "foyer", "role"].contains(&c.as_str())));
    };
    lire(&ici.table_jetons("caf").1, false);
    lire(&ici.table_attributs("caf").1, true);
    lire(&recours_tables::lire_table(ici.chemin("linkage/caf.parquet")).unwrap().tout().unwrap(), false);

    let b = TerritoireB::nouveau(2, "rapide");
    b.par_fichiers("caf", 1);
    b.par_fichiers("cpam", 1);
    b.reussir(&["link", "mission.toml", "--tour", "1"]);
    b.reussir(&["blind", "mission.toml", "--body", "caf", "--tour", "2"]);
    b.reussir(&["serve-keys", "mission.toml", "--input", "echanges/caf"]);
    for (fichier, cle) in [
        ("echanges/caf/demande.t2.001.age", "tiers_cles/cle.age"),
        ("echanges/caf/reponse.t2.001.age", "bodies/caf/cle.age"),
        ("echanges/caf/residu.age", "bodies/caf/cle.age"),
    ] {
        lire(&b.table(&b.chemin(fichier), &b.chemin(cle)).1, false);
    }
    noms
}

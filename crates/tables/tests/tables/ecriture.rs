use std::fs;
use std::path::Path;
use std::sync::Arc;

use arrow::array::*;
use arrow::datatypes::{DataType, Field, Schema};
use recours_tables::{
    EcrivainParquet, FichierPret, Lecteur, Protection, depuis_parquet, ecrire_ensemble, ecrire_octets, ecrire_parquet, lire_table,
    preparer_octets, vers_parquet, vers_parquet_annote,
};
use tempfile::tempdir;

use super::lot;

fn contenu(dossier: &Path) -> Vec<String> {
    let mut noms: Vec<String> = fs::read_dir(dossier).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    noms.sort();
    noms
}

fn exemple() -> RecordBatch {
    lot(vec![("a", Arc::new(Int64Array::from_iter_values(0..100_000)))])
}

#[test]
fn les_octets_ne_dependent_pas_de_la_decoupe_ni_des_metadonnees() {
    let source = exemple();
    let d_un_bloc = vers_parquet("t", &source.schema(), std::slice::from_ref(&source)).unwrap();
    let tranches: Vec<_> = (0..100).map(|i| source.slice(i * 1000, 1000)).collect();
    assert_eq!(vers_parquet("t", &source.schema(), &tranches).unwrap(), d_un_bloc);
    let bavard = Arc::new(source.schema().as_ref().clone().with_metadata([("machine".into(), "poste-42".into())].into()));
    assert_eq!(vers_parquet("t", &bavard, &[source]).unwrap(), d_un_bloc);
}

#[test]
fn un_lot_d_un_autre_schema_est_refuse_et_rien_ne_reste() {
    let d = tempdir().unwrap();
    let source = exemple();
    let autre = lot(vec![("b", Arc::new(Int64Array::from(vec![1])))]);
    let autre_type = lot(vec![("a", Arc::new(Float64Array::from(vec![1.0])))]);
    for mauvais in [autre, autre_type] {
        let erreur = ecrire_parquet(d.path().join("neuf/t.parquet"), &source.schema(), &[source.clone(), mauvais]).unwrap_err();
        assert_eq!(erreur.code(), "E-TABLE-021");
    }
    let stricte = Arc::new(Schema::new(vec![Field::new("a", DataType::Int64, false)]));
    let nul = lot(vec![("a", Arc::new(Int64Array::from(vec![None])))]);
    assert!(ecrire_parquet(d.path().join("t.parquet"), &stricte, &[nul]).is_err());
    assert!(contenu(d.path()).is_empty(), "{:?}", contenu(d.path()));
}

#[test]
fn abandonner_ne_laisse_rien() {
    let d = tempdir().unwrap();
    let source = exemple();
    let mut e = EcrivainParquet::creer(d.path().join("x/y/t.parquet"), &source.schema()).unwrap();
    e.ecrire(&source).unwrap();
    drop(e);
    drop(preparer_octets(d.path().join("z/k"), b"abc", Protection::Privee).unwrap());
    assert!(contenu(d.path()).is_empty());
    // Whichever of two made their folder, the last one to go takes it away.
    for premier in [0, 1] {
        let mut deux = ["a", "b"]
            .map(|nom| preparer_octets(d.path().join("n/m").join(nom), b"abc", Protection::Privee).unwrap())
            .into_iter()
            .collect::<Vec<_>>();
        drop(deux.remove(premier));
        assert_eq!(contenu(d.path()), ["n"]);
        drop(deux);
        assert!(contenu(d.path()).is_empty(), "{premier}");
    }
    let autre = preparer_octets(d.path().join("n/a"), b"abc", Protection::Privee).unwrap();
    preparer_octets(d.path().join("n/b"), b"abc", Protection::Privee).unwrap().publier().unwrap();
    drop(autre);
    assert_eq!(contenu(&d.path().join("n")), ["b"]);
}

#[test]
fn ecrire_remplace_d_un_coup() {
    let d = tempdir().unwrap();
    let chemin = d.path().join("t.bin");
    ecrire_octets(&chemin, b"un", Protection::Ordinaire).unwrap();
    ecrire_octets(&chemin, b"deux", Protection::Ordinaire).unwrap();
    assert_eq!(fs::read(&chemin).unwrap(), b"deux");
    assert_eq!(contenu(d.path()), ["t.bin"]);
}

#[cfg(unix)]
#[test]
fn un_fichier_prive_l_est_des_sa_naissance() {
    use std::os::unix::fs::PermissionsExt;
    let d = tempdir().unwrap();
    let mut pret = FichierPret::creer(d.path().join("cle.age"), Protection::Privee).unwrap();
    assert_eq!(pret.fichier().metadata().unwrap().permissions().mode() & 0o777, 0o600);
    pret.publier().unwrap();
    let mode = |nom: &str| fs::metadata(d.path().join(nom)).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode("cle.age"), 0o600);
    ecrire_octets(d.path().join("public"), b"x", Protection::Ordinaire).unwrap();
    // Whatever the umask, an ordinary file is not more closed than one made by anybody else.
    fs::write(d.path().join("temoin"), b"x").unwrap();
    assert_eq!(mode("public"), mode("temoin"));
}

#[test]
fn un_ensemble_parait_en_entier() {
    let d = tempdir().unwrap();
    let source = exemple();
    let mut e = EcrivainParquet::creer(d.path().join("sous/t.parquet"), &source.schema()).unwrap();
    e.ecrire(&source).unwrap();
    let prets = vec![e.preparer().unwrap(), preparer_octets(d.path().join("sous/recu.json"), b"{}", Protection::Ordinaire).unwrap()];
    assert!(!d.path().join("sous/t.parquet").exists());
    ecrire_ensemble(prets).unwrap();
    assert_eq!(contenu(&d.path().join("sous")), ["recu.json", "t.parquet"]);
    assert_eq!(lire_table(d.path().join("sous/t.parquet")).unwrap().lignes(), Some(100_000));
}

#[test]
fn un_ensemble_qui_echoue_remet_tout_comme_avant() {
    let d = tempdir().unwrap();
    fs::write(d.path().join("ancien"), b"avant").unwrap();
    let prets = vec![
        preparer_octets(d.path().join("ancien"), b"apres", Protection::Ordinaire).unwrap(),
        preparer_octets(d.path().join("neuf/a"), b"apres", Protection::Ordinaire).unwrap(),
        preparer_octets(d.path().join("pris"), b"apres", Protection::Ordinaire).unwrap(),
        preparer_octets(d.path().join("suivant"), b"apres", Protection::Ordinaire).unwrap(),
    ];
    // A folder takes the third one's place before publication.
    fs::create_dir_all(d.path().join("pris/plein")).unwrap();
    let erreur = ecrire_ensemble(prets).unwrap_err();
    assert_eq!(erreur.code(), "E-TABLE-022");
    assert!(erreur.est_panne());
    assert!(erreur.to_string().contains("pris"));
    assert_eq!(contenu(d.path()), ["ancien", "pris"]);
    assert_eq!(fs::read(d.path().join("ancien")).unwrap(), b"avant");
}

#[test]
fn un_dossier_impossible_est_une_panne_d_ecriture() {
    let d = tempdir().unwrap();
    fs::write(d.path().join("fichier"), b"x").unwrap();
    let erreur = ecrire_octets(d.path().join("fichier/t"), b"x", Protection::Ordinaire).unwrap_err();
    assert_eq!((erreur.code(), erreur.est_panne()), ("E-TABLE-022", true));
    assert_eq!(ecrire_octets(d.path(), b"x", Protection::Ordinaire).unwrap_err().code(), "E-TABLE-022");
}

#[cfg(target_os = "linux")]
#[test]
fn un_disque_plein_est_dit_et_ne_laisse_rien() {
    use std::io::Write;
    // /dev/full refuses every write as a full disk does.
    let plein = fs::OpenOptions::new().write(true).open("/dev/full");
    let Ok(mut plein) = plein else { return };
    let cause = plein.write_all(b"x").unwrap_err();
    let erreur = recours_tables::ErreurTable::d_ecriture(Path::new("t.parquet"), &cause);
    assert!(erreur.to_string().contains("disque plein"), "{erreur}");
    assert!(erreur.est_panne());
}

#[test]
fn depuis_parquet_rend_le_schema_et_les_lignes() {
    let source = exemple();
    let octets = vers_parquet("t", &source.schema(), std::slice::from_ref(&source)).unwrap();
    let (schema, lots) = depuis_parquet("t", octets).unwrap();
    assert_eq!(schema, source.schema());
    assert_eq!(lots.iter().map(RecordBatch::num_rows).sum::<usize>(), 100_000);
}

#[test]
fn une_table_porte_des_textes_sur_elle_meme() {
    let vide = lot(vec![("a", Arc::new(Int64Array::from(vec![1])))]);
    let octets = vers_parquet_annote("t", &vide.schema(), std::slice::from_ref(&vide), &[("recours.mission", "abc")]).unwrap();
    let lecteur = Lecteur::depuis_parquet("t", octets).unwrap();
    assert_eq!(lecteur.annotation("recours.mission"), Some("abc"));
    assert_eq!(lecteur.annotation("autre"), None);
    let nue = Lecteur::depuis_parquet("t", vers_parquet("t", &vide.schema(), &[vide]).unwrap()).unwrap();
    assert_eq!(nue.annotation("recours.mission"), None);
}

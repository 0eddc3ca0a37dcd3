//! `recours demo` as a user runs it: what it leaves, what it must not leave, and the same findings again.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::LazyLock;

fn recours(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_recours")).args(arguments).output().unwrap()
}

fn reussi(o: &Output) -> String {
    assert!(o.status.success(), "{}\n{}", String::from_utf8_lossy(&o.stdout), String::from_utf8_lossy(&o.stderr));
    String::from_utf8_lossy(&o.stdout).into_owned()
}

/// One small département for all the tests of this file.
struct Demo {
    dossier: tempfile::TempDir,
    sortie: String,
}

static DEMO: LazyLock<Demo> = LazyLock::new(|| {
    let dossier = tempfile::tempdir().unwrap();
    let out = dossier.path().join("d");
    let sortie = reussi(&recours(&["demo", "--persons", "4000", "--seed", "3", "--out", out.to_str().unwrap()]));
    Demo { dossier, sortie }
});

fn out() -> PathBuf {
    DEMO.dossier.path().join("d")
}

fn fichiers(racine: &Path) -> Vec<PathBuf> {
    let mut out = Vec::new();
    for e in std::fs::read_dir(racine).unwrap() {
        let p = e.unwrap().path();
        if p.is_dir() { out.extend(fichiers(&p)) } else { out.push(p) }
    }
    out
}

#[test]
fn la_demonstration_laisse_ce_que_le_contrat_dit() {
    let d = out();
    for o in ["caf", "msa", "cpam", "carsat", "france_travail", "departement"] {
        for f in ["registre.parquet", "cle.age", "liste/liste.html", "liste/liste.csv"] {
            assert!(d.join("bodies").join(o).join(f).exists(), "bodies/{o}/{f}");
        }
        assert!(d.join("bodies").join(o).join("extrait").read_dir().unwrap().next().is_some());
        assert!(d.join("lists").join(format!("{o}.age")).exists());
    }
    for f in [
        "mission.toml",
        "truth/personnes.parquet",
        "truth/droits.parquet",
        "host/findings.parquet",
        "host/receipt.json",
        "host/trace.parquet.age",
    ] {
        assert!(d.join(f).exists(), "{f}");
    }
    assert!(d.join("observatory").read_dir().unwrap().next().is_some());
    for mot in ["rsa", "aspa", "c2s_gratuite", "rupture_dtr_manquante", "LIAISON", "TEMPS", "À OUVRIR ENSUITE"] {
        assert!(DEMO.sortie.contains(mot), "{mot}\n{}", DEMO.sortie);
    }
}

#[test]
fn detecter_de_nouveau_donne_les_memes_octets_quel_que_soit_le_nombre_de_fils() {
    let mission = out().join("mission.toml");
    let premier = std::fs::read(out().join("host/findings.parquet")).unwrap();
    assert!(premier.len() > 5_000);
    for fils in ["1", "2", "8"] {
        let d = tempfile::tempdir().unwrap();
        reussi(&recours(&["detect", mission.to_str().unwrap(), "--out", d.path().to_str().unwrap(), "--threads", fils]));
        assert_eq!(premier, std::fs::read(d.path().join("findings.parquet")).unwrap(), "{fils} fils");
    }
}

#[test]
fn la_meme_graine_donne_les_memes_comptes() {
    let d = tempfile::tempdir().unwrap();
    let autre = d.path().join("d");
    reussi(&recours(&["demo", "--persons", "4000", "--seed", "3", "--out", autre.to_str().unwrap()]));
    let comptes = |p: &Path| -> serde_json::Value {
        let r: serde_json::Value = serde_json::from_slice(&std::fs::read(p.join("host/receipt.json")).unwrap()).unwrap();
        r["droits"].clone()
    };
    assert_eq!(comptes(&out()), comptes(&autre));
}

#[test]
fn l_hote_travaille_sans_les_dossiers_des_autres() {
    let d = tempfile::tempdir().unwrap();
    for dossier in ["deliveries", "linkage", "host", "regles", "cles"] {
        copier(&out().join(dossier), &d.path().join(dossier));
    }
    // The host has neither the linkage unit's keys nor the findings of before.
    std::fs::remove_file(d.path().join("linkage/cle.age")).unwrap();
    std::fs::remove_file(d.path().join("linkage/niveau2.cle")).unwrap();
    std::fs::remove_file(d.path().join("host/findings.parquet")).unwrap();
    std::fs::copy(out().join("mission.toml"), d.path().join("mission.toml")).unwrap();
    reussi(&recours(&["detect", d.path().join("mission.toml").to_str().unwrap()]));
    assert_eq!(std::fs::read(out().join("host/findings.parquet")).unwrap(), std::fs::read(d.path().join("host/findings.parquet")).unwrap());
}

fn copier(de: &Path, vers: &Path) {
    for f in fichiers(de) {
        let cible = vers.join(f.strip_prefix(de).unwrap());
        std::fs::create_dir_all(cible.parent().unwrap()).unwrap();
        std::fs::copy(&f, &cible).unwrap();
    }
}

#[test]
fn un_dossier_qui_n_est_pas_une_demonstration_est_laisse_en_paix() {
    let d = tempfile::tempdir().unwrap();
    std::fs::write(d.path().join("important.txt"), "à garder").unwrap();
    let o = recours(&["demo", "--persons", "500", "--out", d.path().to_str().unwrap()]);
    assert_eq!(o.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&o.stderr).contains("E-DEMO-002"));
    assert_eq!(fichiers(d.path()).len(), 1);
    // A mission of one's own has the demo's folders: it is not a demo.
    std::fs::write(d.path().join("mission.toml"), "[mission]").unwrap();
    std::fs::create_dir(d.path().join("bodies")).unwrap();
    std::fs::write(d.path().join("bodies/extrait.csv"), "à garder").unwrap();
    let o = recours(&["demo", "--persons", "500", "--out", d.path().to_str().unwrap()]);
    assert_eq!((o.status.code(), fichiers(d.path()).len()), (Some(3), 3));
}

#[test]
fn une_livraison_alteree_ou_d_ailleurs_est_refusee_et_rien_n_est_ecrit() {
    let d = tempfile::tempdir().unwrap();
    for dossier in ["deliveries", "linkage", "host", "regles", "cles"] {
        copier(&out().join(dossier), &d.path().join(dossier));
    }
    std::fs::copy(out().join("mission.toml"), d.path().join("mission.toml")).unwrap();
    std::fs::remove_file(d.path().join("host/findings.parquet")).unwrap();
    let mission = d.path().join("mission.toml");
    let cible = d.path().join("deliveries/caf/attributs.parquet.age");
    let bon = std::fs::read(&cible).unwrap();
    let refuse = |contenu: &[u8], quoi: &str| {
        std::fs::write(&cible, contenu).unwrap();
        let o = recours(&["detect", mission.to_str().unwrap()]);
        assert_eq!(o.status.code(), Some(3), "{quoi}: {}", String::from_utf8_lossy(&o.stderr));
        assert!(String::from_utf8_lossy(&o.stderr).contains("attributs.parquet.age"), "{quoi}: {}", String::from_utf8_lossy(&o.stderr));
        assert!(!d.path().join("host/findings.parquet").exists(), "{quoi}");
    };
    refuse(&bon[..bon.len() / 2], "tronquée");
    let mut change = bon.clone();
    let milieu = change.len() / 2;
    change[milieu] ^= 1;
    refuse(&change, "un octet changé");
    refuse(&std::fs::read(out().join("lists/caf.age")).unwrap(), "chiffrée pour un autre");
    // A delivery and links of two different sealings do not go together.
    let autre = std::fs::read(out().join("deliveries/msa/attributs.parquet.age")).unwrap();
    std::fs::write(&cible, autre).unwrap();
    assert_eq!(recours(&["detect", mission.to_str().unwrap()]).status.code(), Some(3));
}

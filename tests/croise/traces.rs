//! What is put aside has no name and no other reader, and nothing of it is left, were the program killed.
#![cfg(target_os = "linux")]

use std::os::unix::fs::MetadataExt;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::banc::Banc;
use super::population::{banc, tirer};

fn lancer(banc: &Banc) -> Child {
    Command::new(env!("CARGO_BIN_EXE_recours"))
        .current_dir(banc.dossier.path())
        .args(["croise", "croisement.toml", "--out", "r.parquet", "--memory", "1MB", "--threads", "1", "--parties", "256"])
        .args(["--deversoir", "aside"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// The unlinked file that the process holds in a folder, as soon as it has some bytes: its rights.
fn deversoir(enfant: &Child, dossier: &std::path::Path) -> Option<u32> {
    let fichiers = std::fs::read_dir(format!("/proc/{}/fd", enfant.id())).ok()?;
    fichiers.flatten().find_map(|f| {
        let vers = std::fs::read_link(f.path()).ok()?;
        let ici = vers.to_string_lossy().starts_with(&*dossier.to_string_lossy()) && vers.to_string_lossy().ends_with("(deleted)");
        let etat = std::fs::metadata(f.path()).ok().filter(|m| ici && m.len() > 0)?;
        Some(etat.mode() & 0o777)
    })
}

#[test]
fn un_arret_brutal_ne_laisse_rien_et_rien_n_a_de_nom() {
    let banc = banc(&tirer(40_000, 11));
    let aside = banc.chemin("aside");
    std::fs::create_dir(&aside).unwrap();
    let avant = || {
        let mut noms: Vec<_> = std::fs::read_dir(banc.dossier.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
        noms.sort();
        noms
    };
    let noms = avant();
    let debut = Instant::now();
    let mut enfant = lancer(&banc);
    let droits = loop {
        if let Some(droits) = deversoir(&enfant, &aside.canonicalize().unwrap()) {
            break droits;
        }
        assert!(enfant.try_wait().unwrap().is_none(), "le travail a fini avant d'avoir déversé");
        assert!(debut.elapsed() < Duration::from_secs(120), "rien n'a été déversé");
        std::thread::sleep(Duration::from_micros(200));
    };
    // Nobody else may open it, and it has no name.
    assert_eq!(droits, 0o600);
    assert_eq!(std::fs::read_dir(&aside).unwrap().count(), 0);
    // SIGKILL.
    enfant.kill().unwrap();
    enfant.wait().unwrap();
    assert_eq!(std::fs::read_dir(&aside).unwrap().count(), 0);
    assert!(!banc.chemin("r.parquet").exists());
    assert_eq!(avant(), noms);
}

#[test]
fn un_disque_plein_sort_en_4_et_ne_laisse_rien() {
    let banc = banc(&tirer(3_000, 5));
    let noms = || std::fs::read_dir(banc.dossier.path()).unwrap().count();
    let avant = noms();
    // No file may grow beyond so many blocks, and the signal that says so is ignored: writing fails as on a full disk.
    for (memoire, blocs) in [("1MB", "40"), ("1GB", "8")] {
        let commande = format!("trap '' XFSZ; ulimit -f {blocs}; exec \"$0\" \"$@\"");
        let sortie = Command::new("sh")
            .current_dir(banc.dossier.path())
            .args(["-c", &commande, env!("CARGO_BIN_EXE_recours"), "croise", "croisement.toml"])
            .args(["--out", "r.parquet", "--memory", memoire])
            .output()
            .unwrap();
        let dit = super::banc::dit(&sortie);
        assert_eq!(sortie.status.code(), Some(4), "{memoire} {dit}");
        assert!(dit.contains("E-TABLE-022") && dit.contains("fichier trop grand"), "{dit}");
        assert_eq!(noms(), avant);
    }
}

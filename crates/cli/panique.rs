//! A fault of the program must not print what it was working on: a panic message may hold a record.

use std::panic::PanicHookInfo;

/// Code of every panic.
pub const CODE: &str = "E-INTERNE-001";

/// Replaces the default panic message (which prints the payload) by a code and a place in the source.
///
/// Panics that the reading of a damaged file turns into an error stay silent. Call once, at start.
pub fn poser_crochet() {
    std::panic::set_hook(Box::new(|panique| {
        if recours_tables::lecture::panique_gardee() {
            return;
        }
        if sortie_fermee(panique) {
            // The reader of our output has left (`| head`): nothing to say, nobody to say it to.
            return;
        }
        eprintln!("{}", message(panique.location().map(|l| (l.file(), l.line()))));
    }));
}

/// `println!` panics when its pipe is closed.
fn sortie_fermee(panique: &PanicHookInfo<'_>) -> bool {
    panique.payload().downcast_ref::<String>().is_some_and(|texte| texte.starts_with("failed printing to std"))
}

/// The three last parts of the path: enough to find the place, nothing of the machine that compiled.
fn message(lieu: Option<(&str, u32)>) -> String {
    let lieu = lieu.map_or_else(
        || "lieu inconnu".to_owned(),
        |(fichier, ligne)| {
            let parties: Vec<&str> = fichier.split(['/', '\\']).collect();
            let debut = parties.len().saturating_sub(3);
            format!("{}:{ligne}", parties[debut..].join("/"))
        },
    );
    format!(
        "erreur {CODE} : défaut du programme ({lieu}). Rien n'a été publié.\n  \
         → Signalez ce code et ce lieu, sans joindre de données."
    )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]
    use super::*;

    /// Run by the next test in a process of its own, since the hook is the whole process's.
    #[test]
    fn tombe_avec_une_valeur() {
        if std::env::var_os("RECOURS_TOMBE").is_none() {
            return;
        }
        poser_crochet();
        panic!("DUPONT 1850399123456");
    }

    #[test]
    fn une_panique_dit_son_code_et_pas_sa_valeur() {
        let sortie = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "panique::tests::tombe_avec_une_valeur", "--nocapture"])
            .env("RUST_BACKTRACE", "1")
            .env("RECOURS_TOMBE", "1")
            .output()
            .unwrap();
        let texte = format!("{}{}", String::from_utf8_lossy(&sortie.stdout), String::from_utf8_lossy(&sortie.stderr));
        assert!(texte.contains(CODE) && texte.contains("crates/cli/panique.rs:"), "{texte}");
        assert!(!texte.contains("DUPONT"), "{texte}");
    }

    #[test]
    fn le_message_donne_le_lieu_et_rien_de_la_machine() {
        let m = message(Some(("/home/moi/.cargo/registry/src/arrow-1/src/lib.rs", 12)));
        assert!(m.contains("(arrow-1/src/lib.rs:12)"), "{m}");
        assert!(!m.contains("home"));
        assert!(message(None).contains("lieu inconnu"));
    }
}

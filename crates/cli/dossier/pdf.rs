//! Tagged PDFs, printed by a browser of the machine: the program writes none itself.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::erreur::ErreurCommande;

/// Browsers that print from the command line, in the order in which they are looked for.
const NOMS: [&str; 8] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
    "microsoft-edge-stable",
    "brave-browser",
];

/// The browser: the one that RECOURS_NAVIGATEUR names, else the first in PATH.
///
/// # Errors
/// E-DOSSIER-003 when there is none.
pub fn navigateur() -> Result<PathBuf, ErreurCommande> {
    let absent = |quoi: String| {
        ErreurCommande::panne("E-DOSSIER-003", quoi)
            .avec_conseil("Installez Chromium, ou nommez-le : RECOURS_NAVIGATEUR=/chemin/du/navigateur. Sans --pdf, le HTML s'imprime de tout navigateur.")
    };
    if let Some(nomme) = std::env::var_os("RECOURS_NAVIGATEUR").filter(|n| !n.is_empty()) {
        let chemin = PathBuf::from(nomme);
        return trouver(&chemin)
            .ok_or_else(|| absent(format!("{} : ce navigateur n'existe pas ; aucun PDF, rien n'est écrit.", chemin.display())));
    }
    NOMS.iter()
        .find_map(|nom| trouver(Path::new(nom)))
        .ok_or_else(|| absent("aucun navigateur (Chromium ou de la même famille) dans PATH ; aucun PDF, rien n'est écrit.".to_owned()))
}

/// A program by its path, or by its name in PATH.
fn trouver(nom: &Path) -> Option<PathBuf> {
    if nom.components().count() > 1 {
        return nom.is_file().then(|| nom.to_owned());
    }
    std::env::split_paths(&std::env::var_os("PATH")?).map(|d| d.join(nom)).find(|c| c.is_file())
}

/// Prints pages that stand in a folder: the PDF of each, in the same order.
///
/// # Errors
/// E-DOSSIER-004 when the browser fails.
pub fn imprimer(navigateur: &Path, dossier: &Path, pages: &[String]) -> Result<Vec<Vec<u8>>, ErreurCommande> {
    let echec = |page: &str, quoi: &str| {
        ErreurCommande::panne("E-DOSSIER-004", format!("{} : le navigateur n'a pas imprimé {page} ({quoi}).", navigateur.display()))
            .avec_conseil("Essayez-le à la main sur cette page, ou un autre par RECOURS_NAVIGATEUR.")
    };
    let mut pdfs = Vec::with_capacity(pages.len());
    for page in pages {
        let (html, pdf) = (dossier.join(page), dossier.join(page).with_extension("pdf"));
        let mut commande = Command::new(navigateur);
        commande
            .args(["--headless", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update"])
            .args(["--disable-sync", "--no-pdf-header-footer", "--generate-pdf-document-outline"])
            .arg(option("--user-data-dir=", dossier.join("profil").as_os_str()))
            .arg(option("--print-to-pdf=", pdf.as_os_str()))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        // A browser refuses its own sandbox to root; the page is ours, without script, and fetches nothing.
        if est_root() {
            commande.arg("--no-sandbox");
        }
        commande.arg(&html);
        let fini = commande.status().map_err(|e| echec(page, &e.kind().to_string()))?;
        if !fini.success() {
            return Err(echec(page, &format!("code {}", fini.code().unwrap_or(-1))));
        }
        pdfs.push(std::fs::read(&pdf).map_err(|e| echec(page, &e.kind().to_string()))?);
    }
    Ok(pdfs)
}

fn option(nom: &str, valeur: &OsStr) -> std::ffi::OsString {
    let mut o = std::ffi::OsString::from(nom);
    o.push(valeur);
    o
}

#[cfg(unix)]
fn est_root() -> bool {
    use std::os::unix::fs::MetadataExt as _;
    std::fs::metadata("/proc/self").is_ok_and(|m| m.uid() == 0)
}

#[cfg(not(unix))]
fn est_root() -> bool {
    false
}

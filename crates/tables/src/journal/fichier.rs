//! A log's file: appending under a lock, pruning, reading its head.

use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::verification::AVANT;
use super::{CleJournal, Contenu, ELAGAGE, Entree, ErreurJournal, Point, verifier_fichier};
use crate::ecriture::{Protection, ecrire_octets};
use crate::erreur::ErreurTable;

/// Longest line that an entry can be, in bytes: enough for a few hundred bounded texts.
const LIGNE_MAX: u64 = 1 << 20;

/// A role's log, open for writing. Holds the signature key: no `Debug`, no `Clone`.
pub struct Journal {
    chemin: PathBuf,
    auteur: String,
    cle: CleJournal,
}

impl Journal {
    /// Opens the log of `auteur`, which need not exist yet, and checks that its last entry holds and is signed by
    /// this key: nothing is ever appended to a log whose end was tampered with.
    ///
    /// # Errors
    /// E-JOURNAL-002, -003, -005, -006 for the last entry; E-TABLE when the file cannot be read.
    pub fn ouvrir(chemin: &Path, auteur: &str, cle: CleJournal) -> Result<Self, ErreurJournal> {
        let journal = Self { chemin: chemin.to_path_buf(), auteur: auteur.to_owned(), cle };
        match File::open(chemin) {
            Ok(mut fichier) => drop(journal.derniere(&mut fichier)?),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {}
            Err(e) => return Err(ErreurTable::de_lecture(chemin, &e).into()),
        }
        Ok(journal)
    }

    /// The author's key, which signs files too ([`crate::signature`]).
    #[must_use]
    pub fn cle(&self) -> &CleJournal {
        &self.cle
    }

    /// The author.
    #[must_use]
    pub fn auteur(&self) -> &str {
        &self.auteur
    }

    /// Its file.
    #[must_use]
    pub fn chemin(&self) -> &Path {
        &self.chemin
    }

    /// Appends an entry dated now; two processes at a time wait for each other.
    ///
    /// # Errors
    /// E-JOURNAL-010 for a content that no log may hold; those of [`Journal::ouvrir`]; E-TABLE-022 when the disk
    /// refuses.
    pub fn inscrire(&self, acte: &str, contenu: Contenu) -> Result<Entree, ErreurJournal> {
        self.inscrire_a(Timestamp::now().as_second(), acte, contenu)
    }

    pub(super) fn inscrire_a(&self, instant: i64, acte: &str, contenu: Contenu) -> Result<Entree, ErreurJournal> {
        let mut fichier = self.verrouiller()?;
        let precedente = self.derniere(&mut fichier)?;
        let entree = Entree::nouvelle(precedente.as_ref(), instant, &self.auteur, acte, contenu, &self.cle)?;
        let ligne = entree.ligne()?;
        // One write: a reader sees the line whole or not at all.
        fichier.write_all(ligne.as_bytes()).and_then(|()| fichier.sync_all()).map_err(|e| ErreurTable::d_ecriture(&self.chemin, &e))?;
        Ok(entree)
    }

    /// Removes the contents of entries older than `avant` (seconds since 1970), announced by a new entry; their
    /// hashes and signatures stay. Gives how many were removed now.
    ///
    /// # Errors
    /// Those of [`super::verifier`]: a log that does not hold is not pruned; E-TABLE-022 when the disk refuses.
    pub fn elaguer(&self, avant: i64) -> Result<usize, ErreurJournal> {
        let fichier = self.verrouiller()?;
        let mut entrees = verifier_fichier(&self.chemin, Some(self.cle.publique()), None)?.entrees;
        let mut retires = 0;
        for entree in entrees.iter_mut().filter(|e| e.instant < avant && e.acte != ELAGAGE && e.contenu.is_some()) {
            entree.contenu = None;
            retires += 1;
        }
        if retires == 0 {
            return Ok(0);
        }
        let limite = Timestamp::from_second(avant).unwrap_or_default().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        let contenu = Contenu::from([(AVANT.to_owned(), limite), ("retires".to_owned(), retires.to_string())]);
        let annonce = Entree::nouvelle(entrees.last(), Timestamp::now().as_second().max(avant), &self.auteur, ELAGAGE, contenu, &self.cle)?;
        entrees.push(annonce);
        let mut texte = String::new();
        for entree in &entrees {
            texte += &entree.ligne()?;
        }
        ecrire_octets(&self.chemin, texte.as_bytes(), Protection::Privee)?;
        // The lock is on the former file; whoever waits for it looks at the name again.
        drop(fichier);
        Ok(retires)
    }

    /// Its head, to be kept by others.
    ///
    /// # Errors
    /// E-JOURNAL-012 when there is no entry yet; those of [`Journal::ouvrir`].
    pub fn point(&self) -> Result<Point, ErreurJournal> {
        let mut fichier = File::open(&self.chemin).map_err(|e| ErreurTable::de_lecture(&self.chemin, &e))?;
        self.derniere(&mut fichier)?.map(|e| Point::de(&e)).ok_or_else(|| ErreurJournal::Vide { chemin: self.chemin.clone() })
    }

    /// The file, locked, and still the one that the name leads to.
    fn verrouiller(&self) -> Result<File, ErreurJournal> {
        let refus = |e: std::io::Error| ErreurJournal::from(ErreurTable::d_ecriture(&self.chemin, &e));
        if let Some(dossier) = self.chemin.parent() {
            std::fs::create_dir_all(dossier).map_err(refus)?;
        }
        loop {
            let mut options = OpenOptions::new();
            options.create(true).append(true).read(true);
            // For its role alone, which hands copies and points to whom it wants.
            #[cfg(unix)]
            {
                use std::os::unix::fs::OpenOptionsExt;
                options.mode(0o600);
            }
            let fichier = options.open(&self.chemin).map_err(refus)?;
            fichier.lock().map_err(refus)?;
            if est_au_nom(&fichier, &self.chemin) {
                return Ok(fichier);
            }
        }
    }

    /// The last entry, checked; none in an empty file.
    fn derniere(&self, fichier: &mut File) -> Result<Option<Entree>, ErreurJournal> {
        let refus = |e: std::io::Error| ErreurJournal::from(ErreurTable::de_lecture(&self.chemin, &e));
        let longueur = fichier.metadata().map_err(refus)?.len();
        if longueur == 0 {
            return Ok(None);
        }
        fichier.seek(SeekFrom::Start(longueur.saturating_sub(LIGNE_MAX))).map_err(refus)?;
        let mut fin = Vec::new();
        fichier.read_to_end(&mut fin).map_err(refus)?;
        let illisible = || ErreurJournal::Illisible { chemin: self.chemin.clone(), ligne: self.lignes() };
        let sans_fin = fin.strip_suffix(b"\n").ok_or_else(illisible)?;
        let debut = sans_fin.iter().rposition(|c| *c == b'\n').map_or(0, |i| i + 1);
        let texte = sans_fin.get(debut..).and_then(|t| std::str::from_utf8(t).ok()).ok_or_else(illisible)?;
        let entree = Entree::lire(texte).ok_or_else(illisible)?;
        let ligne = usize::try_from(entree.rang).unwrap_or(usize::MAX);
        if !entree.tient() {
            return Err(ErreurJournal::Modifiee { chemin: self.chemin.clone(), ligne });
        }
        if entree.cle != self.cle.publique() || entree.auteur != self.auteur {
            return Err(ErreurJournal::CleEtrangere { chemin: self.chemin.clone(), ligne });
        }
        if !entree.est_signee() {
            return Err(ErreurJournal::Signature { chemin: self.chemin.clone(), ligne });
        }
        Ok(Some(entree))
    }

    /// Lines of the file, for a message.
    fn lignes(&self) -> usize {
        std::fs::read(&self.chemin).map_or(0, |o| o.split(|c| *c == b'\n').filter(|l| !l.is_empty()).count())
    }
}

/// False when pruning put another file under the name while we waited for the lock.
#[cfg(unix)]
fn est_au_nom(fichier: &File, chemin: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    match (fichier.metadata(), std::fs::metadata(chemin)) {
        (Ok(a), Ok(b)) => a.ino() == b.ino() && a.dev() == b.dev(),
        _ => false,
    }
}

#[cfg(not(unix))]
fn est_au_nom(_fichier: &File, _chemin: &Path) -> bool {
    true
}

//! Files written aside in their own folder, then renamed: one at a time or all together.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile, TempPath};

use crate::erreur::ErreurTable;

/// Who may read the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Protection {
    /// As the user's umask says.
    #[default]
    Ordinaire,
    /// The user only (0600): keys, and whatever shows a record's values.
    Privee,
}

/// A file written aside, in its destination's folder. It is removed unless it is published.
#[derive(Debug)]
pub struct FichierPret {
    // Fields drop in this order: the file must go before its folder can be removed.
    aside: NamedTempFile,
    destination: PathBuf,
    dossiers: DossiersFaits,
}

/// Folders made for a file; removed again (when empty) unless the file was published.
#[derive(Debug, Default)]
struct DossiersFaits(Vec<PathBuf>);

impl DossiersFaits {
    /// Makes the missing folders down to `dossier`.
    fn faire(dossier: &Path) -> io::Result<Self> {
        let mut manquants: Vec<PathBuf> =
            dossier.ancestors().take_while(|d| !d.as_os_str().is_empty() && !d.exists()).map(Path::to_path_buf).collect();
        manquants.reverse();
        let mut faits = Self::default();
        for manquant in manquants {
            match fs::create_dir(&manquant) {
                Ok(()) => faits.0.push(manquant),
                // Somebody else made it in between: theirs.
                Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
                Err(e) => return Err(e),
            }
        }
        Ok(faits)
    }

    fn garder(&mut self) {
        self.0.clear();
    }
}

impl Drop for DossiersFaits {
    fn drop(&mut self) {
        for dossier in self.0.iter().rev() {
            // Fails when another file was put there: then the folder is no longer ours to remove.
            let _ = fs::remove_dir(dossier);
        }
    }
}

impl FichierPret {
    /// An empty file beside `chemin`.
    ///
    /// # Errors
    /// E-TABLE-022 when the folder cannot be made or written.
    pub fn creer(chemin: impl AsRef<Path>, protection: Protection) -> Result<Self, ErreurTable> {
        let chemin = chemin.as_ref();
        let refus = |e: io::Error| ErreurTable::d_ecriture(chemin, &e);
        if chemin.file_name().is_none() || chemin.is_dir() {
            return Err(refus(io::ErrorKind::IsADirectory.into()));
        }
        let dossier = match chemin.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        let dossiers = DossiersFaits::faire(dossier).map_err(refus)?;
        let mut builder = Builder::new();
        builder.prefix(".recours-").suffix(".partiel");
        permissions(&mut builder, protection);
        let aside = builder.tempfile_in(dossier).map_err(refus)?;
        Ok(Self { aside, destination: chemin.to_path_buf(), dossiers })
    }

    /// Where it will stand once published.
    pub fn destination(&self) -> &Path {
        &self.destination
    }

    /// The file to write to.
    pub fn fichier(&mut self) -> &mut File {
        self.aside.as_file_mut()
    }

    /// BLAKE3 of what was written so far, 64 hexadecimal digits: read again from the disk.
    ///
    /// # Errors
    /// E-TABLE-022 when the file cannot be read again.
    pub fn empreinte(&self) -> Result<String, ErreurTable> {
        let refus = |e: io::Error| ErreurTable::d_ecriture(&self.destination, &e);
        let mut hache = blake3::Hasher::new();
        hache.update_reader(File::open(self.aside.path()).map_err(refus)?).map_err(refus)?;
        Ok(hache.finalize().to_hex().to_string())
    }

    /// A second handle on the same file, for writers that own theirs.
    pub(super) fn double(&self) -> Result<File, ErreurTable> {
        self.aside.as_file().try_clone().map_err(|e| ErreurTable::d_ecriture(&self.destination, &e))
    }

    /// Puts the file in its place, replacing what was there.
    ///
    /// # Errors
    /// E-TABLE-022; then the destination is as it was.
    pub fn publier(self) -> Result<(), ErreurTable> {
        ecrire_ensemble(vec![self])
    }
}

#[cfg(unix)]
fn permissions(builder: &mut Builder<'_, '_>, protection: Protection) {
    use std::os::unix::fs::PermissionsExt;
    // The umask applies to what is asked here.
    let mode = match protection {
        Protection::Ordinaire => 0o666,
        Protection::Privee => 0o600,
    };
    builder.permissions(fs::Permissions::from_mode(mode));
}

#[cfg(not(unix))]
fn permissions(_builder: &mut Builder<'_, '_>, _protection: Protection) {}

/// A destination already replaced, and what stood there before.
struct Publie {
    destination: PathBuf,
    ancien: Option<TempPath>,
}

/// Publishes files already written aside: all of them, or none.
///
/// What each destination held is kept aside until the last rename; if one fails, the earlier ones are put
/// back as they were.
///
/// # Errors
/// E-TABLE-022 with the file that could not be put in place.
pub fn ecrire_ensemble(fichiers: Vec<FichierPret>) -> Result<(), ErreurTable> {
    for pret in &fichiers {
        pret.aside.as_file().sync_all().map_err(|e| ErreurTable::d_ecriture(&pret.destination, &e))?;
    }
    let mut publies: Vec<Publie> = Vec::with_capacity(fichiers.len());
    let mut dossiers: Vec<DossiersFaits> = Vec::with_capacity(fichiers.len());
    for pret in fichiers {
        let FichierPret { aside, destination, dossiers: faits } = pret;
        dossiers.push(faits);
        match remplacer(aside, &destination) {
            Ok(ancien) => publies.push(Publie { destination, ancien }),
            Err(erreur) => {
                defaire(publies);
                return Err(ErreurTable::d_ecriture(&destination, &erreur));
            }
        }
    }
    dossiers.iter_mut().for_each(DossiersFaits::garder);
    Ok(())
}

/// Renames `aside` to `destination`; gives back what was there, moved aside.
fn remplacer(aside: NamedTempFile, destination: &Path) -> io::Result<Option<TempPath>> {
    let ancien = match fs::symlink_metadata(destination) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => None,
        Err(e) => return Err(e),
        Ok(m) if m.is_dir() => return Err(io::ErrorKind::IsADirectory.into()),
        Ok(_) => {
            let dossier = destination.parent().filter(|p| !p.as_os_str().is_empty());
            let place =
                Builder::new().prefix(".recours-").suffix(".ancien").tempfile_in(dossier.unwrap_or(Path::new(".")))?.into_temp_path();
            // A second name for the old content, so that the destination is never missing meanwhile.
            fs::remove_file(&place)?;
            if fs::hard_link(destination, &place).is_err() {
                fs::rename(destination, &place)?;
            }
            Some(place)
        }
    };
    match aside.persist(destination) {
        Ok(_) => Ok(ancien),
        Err(echec) => {
            if let Some(place) = ancien {
                let _ = fs::rename(&place, destination);
            }
            Err(echec.error)
        }
    }
}

/// Puts back what the destinations held.
fn defaire(publies: Vec<Publie>) {
    for publie in publies.into_iter().rev() {
        match publie.ancien {
            Some(ancien) => {
                let _ = fs::rename(&ancien, &publie.destination);
            }
            None => {
                let _ = fs::remove_file(&publie.destination);
            }
        }
    }
}

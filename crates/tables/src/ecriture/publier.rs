//! Files written aside in their own folder, then renamed: one at a time or all together.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

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
    aside: Aside,
    destination: PathBuf,
    dossiers: DossiersFaits,
}

/// Where the bytes are until the file is published.
#[derive(Debug)]
enum Aside {
    /// In a file beside the destination.
    Nomme(NamedTempFile),
    /// In a file without a name in the destination's folder: nothing is left of it after a kill.
    SansNom(File),
}

impl Aside {
    fn fichier(&self) -> &File {
        match self {
            Self::Nomme(f) => f.as_file(),
            Self::SansNom(f) => f,
        }
    }

    /// The file under a name of its own, ready to be renamed.
    fn nommer(self, dossier: &Path) -> io::Result<NamedTempFile> {
        match self {
            Self::Nomme(f) => Ok(f),
            Self::SansNom(f) => donner_un_nom(f, dossier),
        }
    }
}

/// A name of the temporary files of a folder.
fn temporaire<'a, 'b>() -> Builder<'a, 'b> {
    let mut builder = Builder::new();
    builder.prefix(".recours-").suffix(".partiel");
    builder
}

/// A name for a file that has none: by a link where the system can, else by a copy.
fn donner_un_nom(mut fichier: File, dossier: &Path) -> io::Result<NamedTempFile> {
    use io::{Seek, SeekFrom};
    #[cfg(target_os = "linux")]
    {
        use std::os::fd::AsRawFd;
        let lien = format!("/proc/self/fd/{}", fichier.as_raw_fd());
        let lie = temporaire().make_in(dossier, |place| {
            rustix::fs::linkat(rustix::fs::CWD, &lien, rustix::fs::CWD, place, rustix::fs::AtFlags::SYMLINK_FOLLOW).map_err(io::Error::from)
        });
        if let Ok(lie) = lie {
            return Ok(NamedTempFile::from_parts(fichier, lie.into_temp_path()));
        }
    }
    let mut builder = temporaire();
    permissions(&mut builder, Protection::Ordinaire);
    let mut copie = builder.tempfile_in(dossier)?;
    fichier.seek(SeekFrom::Start(0))?;
    io::copy(&mut fichier, copie.as_file_mut())?;
    copie.as_file().sync_all()?;
    Ok(copie)
}

/// Folders made for files that are not published yet, and how many of these stand in each: the last one to go takes the folder
/// with it, whichever made it.
static FAITS: Mutex<BTreeMap<PathBuf, usize>> = Mutex::new(BTreeMap::new());

fn faits() -> MutexGuard<'static, BTreeMap<PathBuf, usize>> {
    FAITS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Folders made for a file; removed again (when empty) unless it, or another file in them, was published.
#[derive(Debug, Default)]
struct DossiersFaits(Vec<PathBuf>);

impl DossiersFaits {
    /// Makes the missing folders down to `dossier`.
    fn faire(dossier: &Path) -> io::Result<Self> {
        let mut tous: Vec<&Path> = dossier.ancestors().take_while(|d| !d.as_os_str().is_empty()).collect();
        tous.reverse();
        let mut siens = Self::default();
        for ici in tous {
            let mut faits = faits();
            if !ici.exists() {
                match fs::create_dir(ici) {
                    Ok(()) => {
                        faits.insert(ici.to_path_buf(), 0);
                    }
                    // Somebody else made it in between: theirs.
                    Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
                    Err(e) => return Err(e),
                }
            }
            if let Some(n) = faits.get_mut(ici) {
                *n += 1;
                siens.0.push(ici.to_path_buf());
            }
        }
        Ok(siens)
    }

    fn garder(&mut self) {
        let mut faits = faits();
        for dossier in self.0.drain(..) {
            faits.remove(&dossier);
        }
    }
}

impl Drop for DossiersFaits {
    fn drop(&mut self) {
        let mut faits = faits();
        for dossier in self.0.iter().rev() {
            let Some(n) = faits.get_mut(dossier) else { continue };
            *n -= 1;
            if *n == 0 {
                faits.remove(dossier);
                // Fails when another file was put there: then the folder is no longer ours to remove.
                let _ = fs::remove_dir(dossier);
            }
        }
    }
}

impl FichierPret {
    /// An empty file beside `chemin`.
    ///
    /// # Errors
    /// E-TABLE-022 when the folder cannot be made or written.
    pub fn creer(chemin: impl AsRef<Path>, protection: Protection) -> Result<Self, ErreurTable> {
        Self::ouvrir(chemin.as_ref(), |dossier| {
            let mut builder = temporaire();
            permissions(&mut builder, protection);
            builder.tempfile_in(dossier).map(Aside::Nomme)
        })
    }

    /// As [`FichierPret::creer`], for a long work: until it is published the file has no name, so that nothing of it is left
    /// were the program killed.
    ///
    /// # Errors
    /// The same.
    pub fn sans_nom(chemin: impl AsRef<Path>) -> Result<Self, ErreurTable> {
        Self::ouvrir(chemin.as_ref(), |dossier| tempfile::tempfile_in(dossier).map(Aside::SansNom))
    }

    fn ouvrir(chemin: &Path, ouvrir: impl FnOnce(&Path) -> io::Result<Aside>) -> Result<Self, ErreurTable> {
        let refus = |e: io::Error| ErreurTable::d_ecriture(chemin, &e);
        if chemin.file_name().is_none() || chemin.is_dir() {
            return Err(refus(io::ErrorKind::IsADirectory.into()));
        }
        let dossier = dossier_de(chemin);
        let dossiers = DossiersFaits::faire(dossier).map_err(refus)?;
        let aside = ouvrir(dossier).map_err(refus)?;
        Ok(Self { aside, destination: chemin.to_path_buf(), dossiers })
    }

    /// Where it will stand once published.
    pub fn destination(&self) -> &Path {
        &self.destination
    }

    /// The file to write to.
    pub fn fichier(&mut self) -> &mut File {
        match &mut self.aside {
            Aside::Nomme(f) => f.as_file_mut(),
            Aside::SansNom(f) => f,
        }
    }

    /// BLAKE3 of what was written so far, 64 hexadecimal digits: read again from the disk.
    ///
    /// # Errors
    /// E-TABLE-022 when the file cannot be read again.
    pub fn empreinte(&self) -> Result<String, ErreurTable> {
        let refus = |e: io::Error| ErreurTable::d_ecriture(&self.destination, &e);
        let mut hache = blake3::Hasher::new();
        match &self.aside {
            Aside::Nomme(f) => hache.update_reader(File::open(f.path()).map_err(refus)?),
            Aside::SansNom(f) => {
                use std::io::{Seek, SeekFrom};
                // The cursor is shared with whoever writes: put back where it was.
                let mut f = f;
                let ici = f.stream_position().map_err(refus)?;
                f.seek(SeekFrom::Start(0)).map_err(refus)?;
                let lu = hache.update_reader(f).map(drop);
                f.seek(SeekFrom::Start(ici)).map_err(refus)?;
                lu.map(|()| &mut hache)
            }
        }
        .map_err(refus)?;
        Ok(hache.finalize().to_hex().to_string())
    }

    /// A second handle on the same file, for writers that own theirs.
    pub(super) fn double(&self) -> Result<File, ErreurTable> {
        self.aside.fichier().try_clone().map_err(|e| ErreurTable::d_ecriture(&self.destination, &e))
    }

    /// Puts the file in its place, replacing what was there.
    ///
    /// # Errors
    /// E-TABLE-022; then the destination is as it was.
    pub fn publier(self) -> Result<(), ErreurTable> {
        ecrire_ensemble(vec![self])
    }
}

/// The folder of a file.
fn dossier_de(chemin: &Path) -> &Path {
    match chemin.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
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
        pret.aside.fichier().sync_all().map_err(|e| ErreurTable::d_ecriture(&pret.destination, &e))?;
    }
    let mut publies: Vec<Publie> = Vec::with_capacity(fichiers.len());
    let mut dossiers: Vec<DossiersFaits> = Vec::with_capacity(fichiers.len());
    for pret in fichiers {
        let FichierPret { aside, destination, dossiers: faits } = pret;
        dossiers.push(faits);
        match aside.nommer(dossier_de(&destination)).and_then(|aside| remplacer(aside, &destination)) {
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

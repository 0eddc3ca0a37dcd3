//! Every file that somebody could touch: a bit in each of many places, an end cut, a byte more, another body's, a former one.

use std::path::Path;

use recours::cles::Identifiants;
use recours::commandes::detect::{detecter, detecter_dans};
use recours::commandes::outreach::preparer_liste;
use recours::erreur::ErreurCommande;
use recours::progression::Progression;
use recours::{aveugle, liaison, scellement};
use recours_tables::journal::verifier_fichier;

use super::banc::{Copie, Ligne, MODE_A, fichiers};

/// What a role does with the files of a copy.
type Action = fn(&Copie) -> Result<(), ErreurCommande>;

/// What was tried on one file, and what went unseen.
pub struct Essai {
    pub quoi: String,
    pub essais: u64,
    /// Change, and the line of text where it stands.
    pub non_vus: Vec<String>,
}

impl Essai {
    pub fn ligne(&self) -> Ligne {
        Ligne::nouvelle("altération", &self.quoi, self.essais, self.non_vus.len() as u64, self.essais)
    }
}

/// Changes of a file: name of the change, bytes. Text keeps its case and its last line end, which mean nothing.
fn alterations(octets: &[u8], places: usize) -> Vec<(String, Vec<u8>)> {
    let texte = std::str::from_utf8(octets).is_ok();
    let fin = if texte && octets.ends_with(b"\n") { octets.len() - 1 } else { octets.len() };
    let mut sortie = Vec::new();
    for k in 0..places.min(fin) {
        let place = k * fin / places.min(fin);
        let mut change = octets.to_vec();
        change[place] ^= 1 << (k % if texte { 4 } else { 8 });
        sortie.push((format!("octet {place}"), change));
    }
    for reste in [0, fin / 2, fin - 1] {
        sortie.push((format!("coupé à {reste}"), octets[..reste].to_vec()));
    }
    sortie.push(("un octet de plus".to_owned(), [octets, b"x"].concat()));
    sortie
}

/// Tries every change of a file, and puts it back.
fn essayer(chemin: &Path, quoi: &str, places: usize, agir: &dyn Fn() -> Result<(), ErreurCommande>) -> Essai {
    let bon = std::fs::read(chemin).unwrap();
    agir().unwrap_or_else(|e| panic!("{quoi} : intact, il doit être accepté : {e}"));
    let mut essai = Essai { quoi: quoi.to_owned(), essais: 0, non_vus: Vec::new() };
    for (change, octets) in alterations(&bon, places) {
        std::fs::write(chemin, &octets).unwrap();
        essai.essais += 1;
        if agir().is_ok() {
            essai.non_vus.push(format!("{change}{}", ligne_de(&bon, &octets)));
        }
    }
    std::fs::write(chemin, bon).unwrap();
    essai
}

/// The line in which a text was changed.
fn ligne_de(bon: &[u8], change: &[u8]) -> String {
    let Ok(texte) = std::str::from_utf8(bon) else { return String::new() };
    let place = bon.iter().zip(change).position(|(a, b)| a != b).unwrap_or(0);
    let ligne = texte.lines().scan(0, |debut, l| {
        let ici = *debut;
        *debut += l.len() + 1;
        Some((ici, l))
    });
    ligne.take_while(|(debut, _)| *debut <= place).last().map(|(_, l)| format!(" : {l}")).unwrap_or_default()
}

fn muet() -> Progression {
    Progression::silencieuse()
}

fn sceller(ici: &Copie) -> Result<(), ErreurCommande> {
    scellement::sceller_organisme(&ici.mission(), "caf", &[], Some(&ici.chemin("essai")), &muet()).map(drop)
}

fn relier(ici: &Copie) -> Result<(), ErreurCommande> {
    liaison::relier(&ici.mission(), Some(&ici.chemin("essai")), &muet()).map(drop)
}

/// What is held and what is put aside are checked alike, and refused in the same words.
fn detecter_ici(ici: &Copie) -> Result<(), ErreurCommande> {
    let tenu = detecter(&ici.mission(), Some(&ici.chemin("essai")), &muet()).map(drop);
    let deverse = detecter_dans(&ici.mission(), Some(&ici.chemin("essai")), Some(512 << 20), &muet()).map(drop);
    let dit = |r: &Result<(), ErreurCommande>| r.as_ref().err().map(ToString::to_string);
    assert_eq!(dit(&tenu), dit(&deverse));
    tenu
}

fn lister(ici: &Copie) -> Result<(), ErreurCommande> {
    preparer_liste(&ici.mission(), &ici.chemin("host/findings.parquet"), "cpam", &ici.chemin("essai/liste.age"), &muet()).map(drop)
}

fn ouvrir(ici: &Copie) -> Result<(), ErreurCommande> {
    use recours::commandes::open::{jour_d_usage, ouvrir_liste};
    let mission = ici.mission();
    let jour = jour_d_usage(&mission);
    let (liste, registre, cle) =
        (ici.chemin("lists/cpam.age"), ici.chemin("bodies/cpam/registre.parquet"), ici.chemin("bodies/cpam/cle.age"));
    ouvrir_liste(&mission, &liste, registre, &cle, &ici.chemin("essai/pages"), jour, &muet()).map(drop)
}

/// A byte changed, a cut, an addition, in each file of a mission in mode A. `places` per file.
pub fn fichiers_un_a_un(places: usize) -> Vec<Essai> {
    let cas: [(&str, &str, Action); 15] = [
        ("deliveries/caf/jetons.parquet.age", "livraison à l'unité de liaison", relier),
        ("deliveries/cpam/attributs.parquet.age", "livraison à l'hôte", detecter_ici),
        ("linkage/cpam.parquet", "poignées remises à l'hôte", detecter_ici),
        ("lists/cpam.age", "liste chiffrée", ouvrir),
        ("host/findings.parquet", "repérages, avant les listes", lister),
        ("bodies/caf/niveau1.cle", "clé de niveau 1", sceller),
        ("linkage/niveau2.cle", "clé de niveau 2", relier),
        ("bodies/caf/signature.cle", "clé de signature", sceller),
        ("cles/liaison.pub", "clé publique de la liaison", sceller),
        ("cles/hote.pub", "clé publique de l'hôte", sceller),
        ("deliveries/caf/point.txt", "point du journal livré avec les jetons", relier),
        ("linkage/point.txt", "point du journal de la liaison", detecter_ici),
        ("host/cle.age", "identité de l'hôte", detecter_ici),
        ("linkage/cle.age", "identité de la liaison", relier),
        ("bodies/cpam/cle.age", "identité d'un organisme", ouvrir),
    ];
    let mut essais = Vec::new();
    for (fichier, quoi, action) in cas {
        // A copy for each: what goes unseen must not be logged for the next.
        let ici = MODE_A.copie();
        let chemin = ici.chemin(fichier);
        let mut essai = essayer(&chemin, &format!("{quoi} ({fichier})"), places, &|| action(&ici));
        // A comment in front of an identity is nobody's.
        essai.non_vus.retain(|v| !v.contains(" : # "));
        essais.push(essai);
    }
    essais.push(identifiants(&MODE_A.copie(), places));
    essais.push(regles(&MODE_A.copie(), places));
    essais.extend(journaux(places));
    essais
}

/// Every key that `identifiants.toml` names is looked at by whoever uses it.
fn identifiants(ici: &Copie, places: usize) -> Essai {
    let tous = || -> Result<(), ErreurCommande> {
        sceller(ici)?;
        relier(ici)?;
        detecter_ici(ici)?;
        lister(ici)?;
        preparer_liste(&ici.mission(), &ici.chemin("host/findings.parquet"), "caf", &ici.chemin("essai/liste.age"), &muet()).map(drop)
    };
    let mut essai = essayer(&ici.chemin("cles/identifiants.toml"), "identifiants des clés, pour tous les rôles", places / 2, &tous);
    // Public halves of signature keys serve to check logs, by a command of its own (below); nothing is sent to the auditor here but
    // the trace, by its own file.
    essai.non_vus.retain(|v| !v.contains(" : # ") && v.contains("age1"));
    essai
}

/// A file of the rule pack: the fingerprint that binds keys to the mission no longer fits.
fn regles(ici: &Copie, places: usize) -> Essai {
    let verifier = || {
        let mission = ici.mission();
        let empreinte = recours::cles::empreinte_de_mission(&mission)?;
        Identifiants::de_mission(&mission, &empreinte).map(drop)
    };
    let mut total = Essai { quoi: "jeu de règles, chaque fichier".to_owned(), essais: 0, non_vus: Vec::new() };
    let tous = fichiers(&ici.chemin("regles"));
    let yaml: Vec<_> =
        tous.iter().filter(|f| f.extension().is_some_and(|e| e == "yaml") && !f.to_string_lossy().contains("variantes")).collect();
    assert!(yaml.len() > 20);
    for fichier in yaml {
        let essai = essayer(fichier, &fichier.display().to_string(), (places / 20).max(2), &verifier);
        total.essais += essai.essais;
        total.non_vus.extend(essai.non_vus.into_iter().map(|v| format!("{} {v}", fichier.display())));
    }
    total
}

/// The logs, each held to its role's public key and to the point that another keeps; lines swapped, doubled, removed too.
fn journaux(places: usize) -> Vec<Essai> {
    let ici = MODE_A.copie();
    let ids = Identifiants::lire_si_present(&ici.mission()).unwrap().unwrap();
    let mut essais = Vec::new();
    for (role, fichier) in [("caf", "bodies/caf/journal.jsonl"), ("liaison", "linkage/journal.jsonl"), ("hote", "host/journal.jsonl")] {
        let chemin = ici.chemin(fichier);
        let cle = recours_tables::journal::ClePublique::de_texte(&ids.signatures[role]).unwrap();
        let entier = verifier_fichier(&chemin, Some(cle), None).unwrap();
        let point = recours_tables::journal::Point::de(entier.entrees.last().unwrap());
        let verifier = || verifier_fichier(&chemin, Some(cle), Some(&point)).map(drop).map_err(ErreurCommande::from);
        let mut essai = essayer(&chemin, &format!("journal signé ({fichier})"), places * 4, &verifier);
        let texte = std::fs::read_to_string(&chemin).unwrap();
        let lignes: Vec<&str> = texte.lines().collect();
        for i in 0..lignes.len() {
            let mut sans = lignes.clone();
            sans.remove(i);
            let mut double = lignes.clone();
            double.insert(i, lignes[i]);
            let mut echange = lignes.clone();
            let autre = (i + 1) % lignes.len();
            echange.swap(i, autre);
            for (quoi, lignes) in [("retirée", sans), ("doublée", double), ("échangée", echange)] {
                std::fs::write(&chemin, lignes.iter().map(|l| format!("{l}\n")).collect::<String>()).unwrap();
                essai.essais += 1;
                if verifier().is_ok() {
                    essai.non_vus.push(format!("ligne {} {quoi}", i + 1));
                }
            }
        }
        std::fs::write(&chemin, texte).unwrap();
        essais.push(essai);
    }
    essais
}

/// Whole files in another's place: of the other body, of another mission's run, of the other role, of the other kind.
pub fn echanges() -> Essai {
    let ici = MODE_A.copie();
    let autre = Ailleurs::nouvelle();
    let mut essai =
        Essai { quoi: "fichier entier d'un autre (organisme, rôle, époque, mission)".to_owned(), essais: 0, non_vus: Vec::new() };
    let ailleurs = |relatif: &str| autre.0.path().join("d").join(relatif);
    let cas: Vec<(&str, std::path::PathBuf, Action)> = vec![
        ("deliveries/caf/jetons.parquet.age", ici.chemin("deliveries/cpam/jetons.parquet.age"), relier),
        ("deliveries/caf/jetons.parquet.age", ici.chemin("deliveries/caf/attributs.parquet.age"), relier),
        ("deliveries/caf/jetons.parquet.age", ailleurs("deliveries/caf/jetons.parquet.age"), relier),
        ("deliveries/caf/point.txt", ici.chemin("deliveries/cpam/point.txt"), relier),
        ("deliveries/cpam/attributs.parquet.age", ici.chemin("deliveries/caf/attributs.parquet.age"), detecter_ici),
        ("deliveries/cpam/attributs.parquet.age", ici.chemin("deliveries/cpam/jetons.parquet.age"), detecter_ici),
        ("deliveries/cpam/attributs.parquet.age", ailleurs("deliveries/cpam/attributs.parquet.age"), detecter_ici),
        ("linkage/cpam.parquet", ici.chemin("linkage/caf.parquet"), detecter_ici),
        ("linkage/cpam.parquet", ailleurs("linkage/cpam.parquet"), detecter_ici),
        ("linkage/point.txt", ici.chemin("deliveries/caf/point.txt"), detecter_ici),
        ("lists/cpam.age", ici.chemin("lists/caf.age"), ouvrir),
        ("lists/cpam.age", ailleurs("lists/cpam.age"), ouvrir),
        ("host/findings.parquet", ici.chemin("linkage/caf.parquet"), lister),
        ("bodies/caf/niveau1.cle", ailleurs("bodies/caf/niveau1.cle"), sceller),
        ("bodies/caf/niveau1.cle", ici.chemin("linkage/niveau2.cle"), sceller),
        ("linkage/niveau2.cle", ailleurs("linkage/niveau2.cle"), relier),
        ("linkage/cle.age", ailleurs("linkage/cle.age"), relier),
        ("host/cle.age", ici.chemin("linkage/cle.age"), detecter_ici),
        ("cles/hote.pub", ici.chemin("cles/liaison.pub"), sceller),
        ("cles/identifiants.toml", ailleurs("cles/identifiants.toml"), relier),
        ("mission.toml", ailleurs("mission.toml"), relier),
    ];
    for (place, venu, action) in cas {
        let chemin = ici.chemin(place);
        let (bon, faux) = (std::fs::read(&chemin).unwrap(), std::fs::read(&venu).unwrap());
        assert_ne!(bon, faux, "{place} : c'est le même fichier");
        std::fs::write(&chemin, faux).unwrap();
        essai.essais += 1;
        if action(&ici).is_ok() {
            let d_ou = if venu.starts_with(autre.0.path()) { "d'une autre mission" } else { "d'ici" };
            essai.non_vus.push(format!("{place} remplacé par {} {d_ou}", venu.file_name().unwrap().to_string_lossy()));
        }
        std::fs::write(&chemin, bon).unwrap();
    }
    essai
}

/// The same people in another mission: same files, another epoch.
struct Ailleurs(tempfile::TempDir);

impl Ailleurs {
    fn nouvelle() -> Self {
        let dossier = tempfile::tempdir().unwrap();
        let racine = dossier.path().join("d");
        for f in fichiers(&MODE_A.racine()) {
            let relatif = f.strip_prefix(MODE_A.racine()).unwrap();
            let garde = ["mission.toml", "regles", "bodies"].iter().any(|d| relatif.starts_with(d));
            let secret = relatif.extension().is_some_and(|e| e == "age" || e == "cle" || e == "jsonl");
            if garde && !secret {
                let cible = racine.join(relatif);
                std::fs::create_dir_all(cible.parent().unwrap()).unwrap();
                std::fs::copy(&f, cible).unwrap();
            }
        }
        let texte = std::fs::read_to_string(racine.join("mission.toml")).unwrap();
        std::fs::write(racine.join("mission.toml"), texte.replace("2026-T4", "2027-T1")).unwrap();
        let mission = recours::mission::Mission::lire(racine.join("mission.toml")).unwrap();
        recours::cles::creer_cles(&mission).unwrap();
        for o in &mission.organismes {
            scellement::sceller_organisme(&mission, &o.id, &[], None, &muet()).unwrap();
        }
        liaison::relier(&mission, None, &muet()).unwrap();
        detecter(&mission, None, &muet()).unwrap();
        for o in &mission.organismes {
            let sortie = racine.join(format!("lists/{}.age", o.id));
            preparer_liste(&mission, &racine.join("host/findings.parquet"), &o.id, &sortie, &muet()).unwrap();
        }
        Self(dossier)
    }
}

/// Mode B: answers and proofs, byte by byte, and batches in another's place.
pub fn evaluations(places: usize) -> Essai {
    use recours_seal::keys::{CleMaitresse, ContexteMission, Role, Suite};
    use recours_seal::oprf::{Aveuglement, ClesOprf, Evaluation, PasseOprf};
    use recours_seal::token::Passe;
    let mut essai = Essai { quoi: "preuves et éléments évalués (mode B), octet par octet".to_owned(), essais: 0, non_vus: Vec::new() };
    for suite in [Suite::Rapide, Suite::Rgs] {
        let contexte = ContexteMission { suite, manifeste: [7; 32], epoque: "2026-T4".into() };
        let maitresse = |n: u8| CleMaitresse::de_octets(Role::Oprf, zeroize::Zeroizing::new([n; 32]));
        let cles = ClesOprf::deriver(&maitresse(1), &contexte).unwrap();
        let passe = PasseOprf::from(Passe::P0);
        let aveugle = Aveuglement::generer(suite).unwrap();
        let entrees: [&[u8]; 3] = [b"un", b"deux", b"trois"];
        let envoi = aveugle.aveugler(passe, 0, &entrees).unwrap();
        let publique = cles.publique(passe).unwrap();
        let vraie = cles.evaluer(passe, &envoi).unwrap();
        let mut essayer = |quoi: &str, reponse: &Evaluation, entrees: &[&[u8]], envoi: &[u8]| {
            essai.essais += 1;
            if aveugle.finaliser(&publique, 0, entrees, envoi, reponse).is_ok() {
                essai.non_vus.push(quoi.to_owned());
            }
        };
        for i in (0..64).step_by((64 / places.min(64)).max(1)) {
            let mut r = vraie.clone();
            r.preuve[i] ^= 1 << (i % 8);
            essayer(&format!("octet {i} de la preuve"), &r, &entrees, &envoi);
        }
        for i in (0..vraie.elements.len()).step_by((vraie.elements.len() / places).max(1)) {
            let mut r = vraie.clone();
            r.elements[i] ^= 1 << (i % 8);
            essayer(&format!("octet {i} d'un élément évalué"), &r, &entrees, &envoi);
            let mut autre_envoi = envoi.clone();
            autre_envoi[i] ^= 1 << (i % 8);
            essayer(&format!("octet {i} d'un élément envoyé"), &vraie, &entrees, &autre_envoi);
        }
        let taille = recours_seal::oprf::taille_element(suite);
        let avec = |changer: &dyn Fn(&mut Evaluation)| {
            let mut r = vraie.clone();
            changer(&mut r);
            r
        };
        essayer("deux éléments échangés", &avec(&|r| r.elements[..2 * taille].rotate_left(taille)), &entrees, &envoi);
        essayer("un élément en moins", &avec(&|r| r.elements.truncate(2 * taille)), &entrees, &envoi);
        essayer("un élément doublé", &avec(&|r| r.elements.copy_within(..taille, taille)), &entrees, &envoi);
        essayer("la preuve d'un autre lot", &avec(&|r| r.preuve = cles.evaluer(passe, &envoi[..taille]).unwrap().preuve), &entrees, &envoi);
        essayer("la réponse d'une autre passe", &cles.evaluer(Passe::P1.into(), &envoi).unwrap(), &entrees, &envoi);
        let autre_cle = ClesOprf::deriver(&maitresse(2), &contexte).unwrap();
        essayer("la réponse d'une autre clé", &autre_cle.evaluer(passe, &envoi).unwrap(), &entrees, &envoi);
        let autre_epoque = ContexteMission { epoque: "2027-T1".into(), ..contexte };
        let autre_epoque = ClesOprf::deriver(&maitresse(1), &autre_epoque).unwrap();
        essayer("la réponse d'une autre époque", &autre_epoque.evaluer(passe, &envoi).unwrap(), &entrees, &envoi);
        // And the true one is accepted: the refusals above were not for another reason.
        assert!(aveugle.finaliser(&publique, 0, &entrees, &envoi, &vraie).is_ok());
    }
    essai
}

/// Mode B's files: request, answer, private state, residue.
pub fn echanges_du_mode_b(places: usize) -> Vec<Essai> {
    use crate::aveugle::territoire_b::TerritoireB;
    let b = TerritoireB::nouveau(2, "rapide");
    let mission = b.mission();
    let (demande, reponse) = (b.chemin("echanges/caf/demande.t1.001.age"), b.chemin("echanges/caf/reponse.t1.001.age"));
    aveugle::aveugler(&mission, "caf", &[], 1, None, None, &muet()).unwrap();
    let mut essais = Vec::new();
    let bon = std::fs::read(&demande).unwrap();
    let compteur = std::fs::read(b.chemin("tiers_cles/compteur.json")).unwrap();
    let mut essai = Essai { quoi: "demande au tiers des clés".to_owned(), essais: 0, non_vus: Vec::new() };
    for (change, octets) in alterations(&bon, places) {
        std::fs::write(&demande, octets).unwrap();
        essai.essais += 1;
        if aveugle::evaluer_fichiers(&mission, &demande, &reponse).is_ok() {
            essai.non_vus.push(change);
        }
    }
    assert_eq!(compteur, std::fs::read(b.chemin("tiers_cles/compteur.json")).unwrap(), "une demande refusée n'est pas comptée");
    essais.push(essai);
    std::fs::write(&demande, bon).unwrap();
    aveugle::evaluer_fichiers(&mission, &demande, &reponse).unwrap();
    for (fichier, quoi) in
        [(reponse, "réponse du tiers des clés"), (b.chemin("bodies/caf/aveugle/etat.t1.001.age"), "état privé d'un aveuglement")]
    {
        let bon = std::fs::read(&fichier).unwrap();
        let mut essai = Essai { quoi: quoi.to_owned(), essais: 0, non_vus: Vec::new() };
        for (change, octets) in alterations(&bon, places) {
            std::fs::write(&fichier, octets).unwrap();
            essai.essais += 1;
            if aveugle::finaliser(&mission, "caf", &[], 1, None, None, &muet()).is_ok() {
                essai.non_vus.push(change);
            }
        }
        std::fs::write(&fichier, bon).unwrap();
        essais.push(essai);
    }
    aveugle::finaliser(&mission, "caf", &[], 1, None, None, &muet()).unwrap();
    liaison::relier_premier_tour(&mission, None, None, &muet()).unwrap();
    let residu = b.chemin("echanges/caf/residu.age");
    let bon = std::fs::read(&residu).unwrap();
    let mut essai = Essai { quoi: "résidu du premier tour".to_owned(), essais: 0, non_vus: Vec::new() };
    for (change, octets) in alterations(&bon, places) {
        std::fs::write(&residu, octets).unwrap();
        essai.essais += 1;
        let organisme = mission.organisme("caf").unwrap();
        let empreinte = recours::cles::empreinte_de_mission(&mission).unwrap();
        if aveugle::lire_residu(&mission, organisme, &empreinte, None).is_ok() {
            essai.non_vus.push(change);
        }
    }
    essais.push(essai);
    essais
}

/// Whether a role refuses a mission of which one field changed: it says so, or its keys are no longer those.
pub fn mission_changee(champ: &str, change: &str) -> bool {
    let ici = MODE_A.copie();
    let fichier = ici.chemin("mission.toml");
    let texte = std::fs::read_to_string(&fichier).unwrap();
    assert!(texte.contains(champ), "{champ} n'est pas dans la mission");
    std::fs::write(&fichier, texte.replacen(champ, change, 1)).unwrap();
    let Ok(mission) = recours::mission::Mission::lire(&fichier) else { return true };
    let actions: [Action; 3] = [sceller, relier, detecter_ici];
    let vue = recours::cles::empreinte_de_mission(&mission).and_then(|e| Identifiants::de_mission(&mission, &e)).is_err();
    vue && actions.iter().all(|agir| agir(&ici).is_err())
}

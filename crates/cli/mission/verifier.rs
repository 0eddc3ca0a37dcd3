//! From the file as written to a mission that holds together.

use std::path::{Path, PathBuf};

use jiff::civil::Date;
use recours_engine::aggregates::Diffusion;
use toml::Spanned;

use super::brut::{EnTete, MissionBrute, OrganismeBrut, Texte};
use super::faute::{Faute, Place};
use super::organisme::conseil_parmi;
use super::roles::est_siren;
use super::verifier_tables::table_source;
use super::{Composition, Donnees, Dossiers, Equipe, Finalite, Mission, Mode, Organisme, Suite, roles};

/// What checking needs at every step: the text (for places), the folder (for paths), the faults so far.
pub(super) struct Verification<'t> {
    pub texte: &'t str,
    pub dossier: PathBuf,
    pub fautes: Vec<Faute>,
}

impl Verification<'_> {
    pub fn place<T>(&self, valeur: &Spanned<T>) -> Place {
        Place::de(self.texte, &valeur.span())
    }

    pub fn faute(&mut self, code: &'static str, place: Place, message: String, conseil: impl Into<String>) {
        self.fautes.push(Faute::nouvelle(code, place, message, conseil));
    }

    pub fn chemin(&mut self, cle: &str, texte: &Texte) -> PathBuf {
        self.non_vide(cle, texte);
        self.dossier.join(texte.get_ref())
    }

    pub fn non_vide(&mut self, cle: &str, texte: &Texte) -> String {
        if texte.get_ref().trim().is_empty() {
            let place = self.place(texte);
            self.faute("E-MISSION-009", place, format!("« {cle} » est vide."), "Remplissez cette valeur.");
        }
        texte.get_ref().clone()
    }

    /// One of a few words; the first one stands for a faulty value, so that checking can go on.
    pub fn parmi<T: Copy>(&mut self, cle: &str, texte: &Texte, permis: &[(&str, T)], sinon: T) -> T {
        if let Some((_, valeur)) = permis.iter().find(|(nom, _)| nom == texte.get_ref()) {
            return *valeur;
        }
        let noms: Vec<&str> = permis.iter().map(|(nom, _)| *nom).collect();
        let place = self.place(texte);
        self.faute(
            "E-MISSION-009",
            place,
            format!("« {} » ne convient pas pour « {cle} ».", texte.get_ref()),
            conseil_parmi(texte.get_ref(), &noms),
        );
        sinon
    }
}

/// Identifiers become file names: nothing but lower-case letters, digits and `_`.
pub(super) fn est_identifiant(texte: &str) -> bool {
    (1..=64).contains(&texte.len()) && texte.bytes().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'_')
}

fn est_epoque(texte: &str) -> bool {
    let Some((annee, partie)) = texte.split_once('-') else { return false };
    annee.len() == 4
        && annee.bytes().all(|c| c.is_ascii_digit())
        && (matches!(partie, "T1" | "T2" | "T3" | "T4" | "S1" | "S2")
            || (partie.len() == 2 && partie.parse::<u8>().is_ok_and(|m| (1..=12).contains(&m))))
}

pub(super) fn verifier(fichier: &Path, texte: &str, brute: MissionBrute) -> Result<Mission, Vec<Faute>> {
    let dossier = fichier.parent().map(Path::to_path_buf).unwrap_or_default();
    let mut v = Verification { texte, dossier: dossier.clone(), fautes: Vec::new() };
    let organismes = organismes(&mut v, brute.organisme);
    let mut mission = en_tete(&mut v, fichier, dossier, &brute.mission);
    let place_mode = v.place(&brute.mission.mode);
    mission.roles = roles::verifier(texte, brute.roles, mission.donnees, mission.mode, &organismes, place_mode, &mut v.fautes);
    mission.tours = tours(&mut v, brute.mission.tours.as_ref(), mission.mode);
    mission.liaison = super::limites::verifier(&mut v, brute.liaison.unwrap_or_default());
    // Asked only of a mission that says B: a mode that is neither has its own fault.
    if brute.mission.mode.get_ref() == "B" {
        populations(&mut v, &organismes);
    }
    mission.destinataires = destinataires(&mut v, brute.destinataires, &organismes);
    mission.diffusion = diffusion(&mut v, brute.diffusion);
    mission.conventions = super::convention::verifier(&mut v, brute.convention, &organismes);
    mission.conservation = super::conservation::verifier(&mut v, brute.conservation.unwrap_or_default());
    if mission.donnees == Donnees::Reelles {
        for organisme in organismes.iter().filter(|o| o.siren.is_none()) {
            v.fautes.push(Faute::nouvelle(
                "E-MISSION-012",
                None,
                format!("l'organisme « {} » n'a pas de SIREN, obligatoire avec donnees = \"reelles\".", organisme.id),
                "Ajoutez siren = \"…\" (neuf chiffres).",
            ));
        }
    }
    mission.organismes = organismes;
    if v.fautes.is_empty() { Ok(mission) } else { Err(v.fautes) }
}

fn en_tete(v: &mut Verification<'_>, fichier: &Path, dossier: PathBuf, m: &EnTete) -> Mission {
    let date = date(v, &m.date);
    if !est_epoque(m.epoque.get_ref()) {
        let place = v.place(&m.epoque);
        v.faute(
            "E-MISSION-009",
            place,
            format!("« {} » n'est pas une époque.", m.epoque.get_ref()),
            "Écrivez un trimestre (2026-T4), un semestre (2026-S2) ou un mois (2026-10).",
        );
    }
    if let Some(empreinte) = &m.empreinte_regles
        && !(empreinte.get_ref().len() == 64 && empreinte.get_ref().bytes().all(|c| matches!(c, b'0'..=b'9' | b'a'..=b'f')))
    {
        let place = v.place(empreinte);
        v.faute(
            "E-MISSION-009",
            place,
            "« empreinte_regles » n'est pas une empreinte.".into(),
            "Il faut 64 chiffres hexadécimaux en minuscules.",
        );
    }
    let droits = m.droits.as_ref().map(|droits| ids(v, "droits", droits));
    let mut dossier_de = |cle: &str, donne: &Option<Texte>, defaut: &str| match donne {
        Some(texte) => v.chemin(cle, texte),
        None => v.dossier.join(defaut),
    };
    let dossiers = Dossiers {
        livraisons: dossier_de("dossier_livraisons", &m.dossier_livraisons, "deliveries"),
        liaison: dossier_de("dossier_liaison", &m.dossier_liaison, "linkage"),
        hote: dossier_de("dossier_hote", &m.dossier_hote, "host"),
        listes: dossier_de("dossier_listes", &m.dossier_listes, "lists"),
    };
    Mission {
        fichier: fichier.to_path_buf(),
        dossier,
        nom: v.non_vide("nom", &m.nom),
        finalite: v.parmi(
            "finalite",
            &m.finalite,
            &[("informer", Finalite::Informer), ("attribuer", Finalite::Attribuer)],
            Finalite::Informer,
        ),
        base_legale: v.non_vide("base_legale", &m.base_legale),
        territoire: v.non_vide("territoire", &m.territoire),
        date,
        epoque: m.epoque.get_ref().clone(),
        donnees: v.parmi("donnees", &m.donnees, &[("inventees", Donnees::Inventees), ("reelles", Donnees::Reelles)], Donnees::Inventees),
        mode: v.parmi("mode", &m.mode, &[("A", Mode::A), ("B", Mode::B)], Mode::B),
        suite: v.parmi("suite", &m.suite, &[("rgs", Suite::Rgs), ("rapide", Suite::Rapide)], Suite::Rgs),
        tours: 1,
        liaison: super::LimitesLiaison::default(),
        regles: v.chemin("regles", &m.regles),
        empreinte_regles: m.empreinte_regles.as_ref().map(|e| e.get_ref().clone()),
        variante: m.variante.as_ref().map(|t| v.chemin("variante", t)),
        droits,
        dossiers,
        roles: super::Roles::default(),
        destinataires: Vec::new(),
        diffusion: Vec::new(),
        conventions: Vec::new(),
        conservation: super::Conservation::default(),
        organismes: Vec::new(),
    }
}

/// `2026-10-01`, or the same between quotes; none for what is no day of 1990 to 2200.
pub(crate) fn date_de(valeur: &toml::Value) -> Option<Date> {
    let lue = match valeur {
        toml::Value::String(texte) => texte.parse::<Date>().ok().filter(|_| texte.len() == 10),
        toml::Value::Datetime(instant) if instant.time.is_none() && instant.offset.is_none() => instant.date.and_then(|d| {
            let annee = i16::try_from(d.year).ok()?;
            Date::new(annee, i8::try_from(d.month).ok()?, i8::try_from(d.day).ok()?).ok()
        }),
        _ => None,
    };
    lue.filter(|d| (1990..=2200).contains(&d.year()))
}

/// The mission's date.
fn date(v: &mut Verification<'_>, brute: &Spanned<toml::Value>) -> Date {
    date_de(brute.get_ref()).unwrap_or_else(|| {
        let place = v.place(brute);
        v.faute("E-MISSION-009", place, "« date » n'est pas un jour.".into(), "Écrivez par exemple date = 2026-10-01.");
        Date::constant(2000, 1, 1)
    })
}

/// Rounds: two unless the mission says one; mode A has one.
fn tours(v: &mut Verification<'_>, donnes: Option<&Spanned<u8>>, mode: Mode) -> u8 {
    match (mode, donnes) {
        (Mode::A, None) => 1,
        (Mode::B, None) => 2,
        (Mode::B, Some(n)) if matches!(n.get_ref(), 1 | 2) => *n.get_ref(),
        (Mode::A, Some(n)) => {
            let place = v.place(n);
            v.faute("E-MISSION-026", place, "« tours » n'a de sens qu'en mode \"B\".".into(), "Retirez cette ligne, ou passez en mode B.");
            1
        }
        (Mode::B, Some(n)) => {
            let place = v.place(n);
            v.faute("E-MISSION-009", place, "« tours » ne convient pas.".into(), "Écrivez 1 ou 2.");
            2
        }
    }
}

/// In mode B, what a body may have evaluated is capped at the population that it attests.
fn populations(v: &mut Verification<'_>, organismes: &[Organisme]) {
    for organisme in organismes.iter().filter(|o| !o.tables.is_empty() && o.population.is_none()) {
        v.fautes.push(Faute::nouvelle(
            "E-MISSION-027",
            None,
            format!("l'organisme « {} » n'atteste pas sa population, obligatoire en mode \"B\".", organisme.id),
            "Ajoutez population = … : le plus grand nombre de lignes que son extrait puisse avoir.",
        ));
    }
}

/// Rights and ruptures under a key of the mission, each once.
fn ids(v: &mut Verification<'_>, cle: &str, droits: &[Texte]) -> Vec<String> {
    let mut vus: Vec<String> = Vec::new();
    for droit in droits {
        identifiant(v, cle, droit);
        if vus.contains(droit.get_ref()) {
            let place = v.place(droit);
            v.faute("E-MISSION-010", place, format!("{cle} : « {} » est écrit deux fois.", droit.get_ref()), "Gardez-le une fois.");
        }
        vus.push(droit.get_ref().clone());
    }
    vus
}

fn identifiant(v: &mut Verification<'_>, cle: &str, texte: &Texte) {
    if !est_identifiant(texte.get_ref()) {
        let place = v.place(texte);
        v.faute(
            "E-MISSION-009",
            place,
            format!("{cle} : « {} » n'est pas un identifiant.", texte.get_ref()),
            "Lettres minuscules sans accent, chiffres et _ seulement.",
        );
    }
}

fn destinataires(v: &mut Verification<'_>, bruts: super::brut::Carte<Vec<Texte>>, organismes: &[Organisme]) -> Vec<(String, Vec<String>)> {
    let connus: Vec<&str> = organismes.iter().map(|o| o.id.as_str()).collect();
    let mut sortie = Vec::with_capacity(bruts.len());
    for (droit, liste) in bruts {
        identifiant(v, "destinataires", &droit);
        let mut vus: Vec<String> = Vec::with_capacity(liste.len());
        for organisme in liste {
            let place = v.place(&organisme);
            let id = organisme.into_inner();
            if !connus.contains(&id.as_str()) {
                v.faute(
                    "E-MISSION-019",
                    place,
                    format!("destinataires.{} : l'organisme « {id} » n'est pas dans cette mission.", droit.get_ref()),
                    conseil_parmi(&id, &connus),
                );
            } else if vus.contains(&id) {
                v.faute(
                    "E-MISSION-010",
                    place,
                    format!("destinataires.{} : « {id} » est écrit deux fois.", droit.get_ref()),
                    "Gardez-le une fois, à son rang.",
                );
            }
            vus.push(id);
        }
        sortie.push((droit.into_inner(), vus));
    }
    sortie
}

/// Rules of disclosure by source; whether each names a body or a variable is checked where the rules are known.
fn diffusion(v: &mut Verification<'_>, brutes: super::brut::Carte<Texte>) -> Vec<(String, Diffusion)> {
    let permis = [("defaut", Diffusion::DEFAUT), ("cnaf", Diffusion::CNAF), ("dgfip", Diffusion::DGFIP)];
    let mut sortie = Vec::with_capacity(brutes.len());
    for (source, regle) in brutes {
        identifiant(v, "diffusion", &source);
        let regle = v.parmi("diffusion", &regle, &permis, Diffusion::DEFAUT);
        sortie.push((source.into_inner(), regle));
    }
    sortie
}

fn organismes(v: &mut Verification<'_>, bruts: Vec<Spanned<OrganismeBrut>>) -> Vec<Organisme> {
    let mut vus: Vec<(String, Place)> = Vec::new();
    let mut sortie = Vec::with_capacity(bruts.len());
    for brut in bruts {
        let brut = brut.into_inner();
        let id = brut.id.get_ref().clone();
        identifiant(v, "id", &brut.id);
        let place = v.place(&brut.id);
        if let Some((_, premiere)) = vus.iter().find(|(autre, _)| *autre == id) {
            let message = format!("l'organisme « {id} » est déjà décrit ligne {}.", premiere.ligne);
            v.faute("E-MISSION-010", place, message, "Donnez un autre id, ou réunissez ses tables.");
        }
        vus.push((id, place));
        sortie.push(organisme(v, brut));
    }
    sortie
}

fn organisme(v: &mut Verification<'_>, brut: OrganismeBrut) -> Organisme {
    let id = brut.id.get_ref().clone();
    let siren = brut.siren.as_ref().map(|siren| {
        if !est_siren(siren.get_ref()) {
            let place = v.place(siren);
            v.faute(
                "E-MISSION-011",
                place,
                format!("organisme « {id} » : un SIREN a neuf chiffres."),
                "Écrivez-le entre guillemets, sans espace : \"123456789\".",
            );
        }
        siren.get_ref().clone()
    });
    let composition = match &brut.composition {
        None => Composition::Aucune,
        Some(texte) => v.parmi(
            "composition",
            texte,
            &[("complete", Composition::Complete), ("partielle", Composition::Partielle), ("aucune", Composition::Aucune)],
            Composition::Aucune,
        ),
    };
    if let Some(n) = brut.population.as_ref().filter(|n| *n.get_ref() == 0) {
        let place = v.place(n);
        v.faute("E-MISSION-009", place, format!("organisme « {id} » : population nulle."), "Donnez le nombre de personnes qu'il connaît.");
    }
    let population = brut.population.map(Spanned::into_inner);
    let interne = ids(v, "interne", brut.interne.as_deref().unwrap_or_default());
    let couverture = brut.couverture.iter().map(|t| (t.get_ref().clone(), v.place(t))).collect();
    let dossier = match &brut.dossier {
        Some(texte) => v.chemin("dossier", texte),
        None => v.dossier.join("bodies").join(&id),
    };
    let tables: Vec<_> = brut.table.into_iter().map(|table| table_source(v, table)).collect();
    super::verifier_tables::ensemble(v, &id, &tables);
    Organisme {
        nom: v.non_vide("nom", &brut.nom),
        siren,
        dpo: brut.dpo.as_ref().map(|t| v.non_vide("dpo", t)),
        representant: brut.representant.as_ref().map(|t| v.non_vide("representant", t)),
        dossier,
        couverture,
        composition,
        plafond_liste: brut.plafond_liste,
        equipe: brut.equipe.as_ref().map(|e| Equipe { personnes: e.personnes, minutes: e.minutes }),
        population,
        interne,
        tables,
        id,
    }
}

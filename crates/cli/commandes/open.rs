//! `recours open`: at home, a body's list with its own names, pieces, channels and words.

mod canal;
mod capacites;
mod demarches;
mod feuille;
mod fiche;
mod joindre;
pub(crate) mod liste;
mod mots;
mod ordre;
mod pages;
mod pieces;
pub(crate) mod registre;
mod roles;
mod tableur;
mod voie;

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use recours_engine::outreach::{BLOC, Jour, Ligne, NumeroDeLigne, expiration_par_defaut};
use recours_rules::pack::Pack;
use recours_tables::{Origine, ecrire_ensemble};

use crate::cles::Detenteur;
use crate::commandes::interne;
use crate::erreur::ErreurCommande;
use crate::journal::{self, Acte};
use crate::lieux::Repertoire;
use crate::mission::{Donnees, Equipe, Mission};
use crate::progression::Progression;
use crate::retours::{self, suivi};
use crate::traces::{self, Statut};
use crate::{opposition, regles};

use capacites::Observateur;
use fiche::{Cadre, Prete, Sienne};
use registre::Inscrit;
pub use roles::Role;
pub use tableur::cellule;

/// Arguments.
#[derive(Debug, clap::Args)]
#[command(long_about = "Chez l'organisme : ouvre sa liste, retrouve les personnes dans son registre, et écrit une fiche par personne.\n\n\
Écrit, lisibles par vous seul : liste.html (une fiche A4 par personne, à imprimer recto verso), liste.csv et liste.xlsx\n\
(pour un tableur), courriers.html s'il y en a. Avec --role mediateur_numerique : rendez_vous.html, .csv et .xlsx, sans\n\
droit, montant ni motif. Avec --role pilotage : pilotage.html et .csv, des comptes seulement.\n\
Les personnes décédées, mineures ou qui se sont opposées n'y sont pas, ni les droits auxquels une personne renonce.\n\
Une ligne que le registre ne connaît pas n'est à personne : les listes sont complétées pour que leur taille ne dise\n\
rien. Rien n'est lu d'une liste que l'hôte n'a pas signée pour cette mission, cette époque et cet organisme (sa clé\n\
publique est dans cles/identifiants.toml, à côté de la mission). L'ouverture est notée au journal de l'organisme et dans\n\
ses traces, d'où « recours acces » répond à une personne.\n\n\
Les contacts vont dans l'ordre des dates utiles, puis de ce qui pèse le plus, puis des obstacles cumulés. Le temps de\n\
l'équipe (--personnes et --minutes, ou « equipe » sous l'organisme de la mission) arrête la liste ; le reste est compté.\n\n\
Le registre peut avoir, à côté de « opposition » (oui ou non) : opposition_le, opposition_jusqu_au (dernier jour, sans\n\
quoi elle n'a pas de fin), renonciations (« rsa:2026-05-01; aspa:2026-05-01:2027-04-30 »), pieces_detenues (« rib;\n\
logement:2026-05-01 », avec le jour où la pièce est arrivée), referent et referent_telephone, et les difficultés\n\
observées que lit capacites.yaml (difficulte_seul, _courriel, _francais, _equipement, _code). La date comparée est celle de la mission.\n\n\
Exemple : recours open lists/caf.age --register bodies/caf/registre.parquet --identity bodies/caf/cle.age --out bodies/caf/liste")]
pub struct Args {
    /// Liste chiffrée
    #[arg(value_name = "LISTE")]
    pub liste: PathBuf,
    /// Registre de l'organisme (Parquet, CSV ou Arrow)
    #[arg(long, value_name = "FICHIER")]
    pub register: PathBuf,
    /// Clé secrète de l'organisme (cle.age)
    #[arg(long, value_name = "FICHIER")]
    pub identity: PathBuf,
    /// Dossier de sortie
    #[arg(long, value_name = "DOSSIER")]
    pub out: PathBuf,
    /// Fichier de la mission (par défaut, mission.toml au-dessus de la liste ou dans le dossier courant)
    #[arg(long, value_name = "FICHIER")]
    pub mission: Option<PathBuf>,
    /// Jour d'utilisation, AAAA-MM-JJ (par défaut, aujourd'hui ; pour des données inventées, la date de la mission)
    #[arg(long, value_name = "DATE")]
    pub on: Option<jiff::civil::Date>,
    /// Qui lira : travailleur_social, mediateur_numerique ou pilotage
    #[arg(long, value_enum, value_name = "ROLE", default_value = "travailleur_social")]
    pub role: Role,
    /// Répertoire des lieux (par défaut, lieux.csv à côté de la mission, s'il y est)
    #[arg(long, value_name = "FICHIER")]
    pub lieux: Option<PathBuf>,
    /// Lignes trouvées chez vous par « recours interne », à joindre à la liste
    #[arg(long, value_name = "FICHIER")]
    pub avec: Option<PathBuf>,
    /// Refus retenus par « recours returns » (refus.parquet) : non proposés tant que la situation n'a pas changé
    #[arg(long, value_name = "FICHIER")]
    pub refus: Option<PathBuf>,
    /// Personnes de l'équipe, pour cette vague
    #[arg(long, value_name = "N", requires = "minutes")]
    pub personnes: Option<u32>,
    /// Minutes que chacune y consacre
    #[arg(long, value_name = "M", requires = "personnes")]
    pub minutes: Option<u32>,
}

/// What opening a list gave. Counts only: the pages are in their files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BilanOuverture {
    /// The body.
    pub organisme: String,
    /// People to contact.
    pub personnes: usize,
    /// Rights and losses on their pages.
    pub droits: usize,
    /// People for whom the team has no time in this wave.
    pub au_dela: usize,
    /// People of the list left out: deceased, objected, minors.
    pub ecartees: usize,
    /// Rows of a right that the person renounces.
    pub renoncees: usize,
    /// Rows whose last day has passed.
    pub expirees: usize,
    /// Rows of nobody in the register.
    pub inconnues: usize,
    /// Minutes to plan.
    pub minutes: u32,
    /// Files written.
    pub fichiers: Vec<PathBuf>,
}

impl BilanOuverture {
    /// Counts, for the terminal.
    #[must_use]
    pub fn en_clair(&self) -> String {
        use std::fmt::Write;
        let mut s = String::new();
        // Writing to a String cannot fail.
        let _ = writeln!(
            s,
            "{} : {} personnes à contacter, {} droits ou échéances, environ {}.",
            self.organisme,
            self.personnes,
            self.droits,
            duree(self.minutes)
        );
        if self.au_dela > 0 {
            let _ = writeln!(s, "Au-delà du temps de l'équipe : {} personnes, pour une autre vague.", self.au_dela);
        }
        let _ = writeln!(
            s,
            "Écartées (décès, opposition, minorité) : {}. Droits auxquels la personne renonce : {}. Lignes expirées : {}. \
         Lignes de personne : {}.",
            self.ecartees, self.renoncees, self.expirees, self.inconnues
        );
        if self.inconnues > BLOC || self.personnes + self.ecartees + self.renoncees + self.expirees == 0 {
            let _ =
                writeln!(s, "Si vous attendiez davantage de personnes, vérifiez que le registre est celui de l'extrait qui a été scellé.");
        }
        s
    }
}

/// What to open, and for whom.
pub struct Ouverture<'a> {
    /// The mission.
    pub mission: &'a Mission,
    /// The encrypted list.
    pub liste: &'a Path,
    /// The body's register.
    pub registre: Origine,
    /// Its secret key.
    pub cle: &'a Path,
    /// Folder of the pages.
    pub sortie: &'a Path,
    /// Day of use, days since 1970-01-01.
    pub jour: Jour,
    /// Who reads.
    pub role: Role,
    /// Directory of places; absent: `lieux.csv` beside the mission, if it is there.
    pub lieux: Option<&'a Path>,
    /// Rows found at home.
    pub avec: Option<&'a Path>,
    /// What was refused in the field.
    pub refus: Option<&'a Path>,
    /// The team; absent: that of the mission.
    pub equipe: Option<Equipe>,
}

/// Runs the command.
///
/// # Errors
/// Exit 3 when the list, the key, the register, the directory or the mission is refused; nothing is written then.
pub fn executer(args: Args) -> Result<(), ErreurCommande> {
    let fichier = args.mission.clone().map_or_else(|| trouver_mission(&args.liste), Ok)?;
    let mission = Mission::lire(&fichier)?;
    let demande = Ouverture {
        mission: &mission,
        liste: &args.liste,
        registre: args.register.clone().into(),
        cle: &args.identity,
        sortie: &args.out,
        jour: args.on.map_or_else(|| jour_d_usage(&mission), jours),
        role: args.role,
        lieux: args.lieux.as_deref(),
        avec: args.avec.as_deref(),
        refus: args.refus.as_deref(),
        equipe: args.personnes.zip(args.minutes).map(|(personnes, minutes)| Equipe { personnes, minutes }),
    };
    let bilan = demande.ouvrir(&Progression::automatique())?;
    print!("{}", bilan.en_clair());
    for f in &bilan.fichiers {
        println!("→ {}", f.display());
    }
    Ok(())
}

/// Opens a list for a social worker, with the team and the directory of the mission.
///
/// # Errors
/// As the command.
pub fn ouvrir_liste(
    mission: &Mission,
    liste: &Path,
    registre: impl Into<Origine>,
    cle: &Path,
    sortie: &Path,
    jour: Jour,
    progression: &Progression,
) -> Result<BilanOuverture, ErreurCommande> {
    let role = Role::default();
    let registre = registre.into();
    Ouverture { mission, liste, registre, cle, sortie, jour, role, lieux: None, avec: None, refus: None, equipe: None }.ouvrir(progression)
}

/// Rows that may be used, and what was left of the others.
struct Tri<'a> {
    par_personne: Vec<(&'a Inscrit, Vec<Sienne<'a>>)>,
    fin: Jour,
    ecartees: usize,
    renoncees: usize,
    expirees: usize,
    inconnues: usize,
}

impl Ouverture<'_> {
    /// Opens the list and writes the files of the role under `sortie`, all or none, for their owner only.
    ///
    /// # Errors
    /// As the command.
    pub fn ouvrir(&self, progression: &Progression) -> Result<BilanOuverture, ErreurCommande> {
        let etape = progression.etape("ouverture de la liste", None);
        let mission = self.mission;
        let (pack, empreinte_regles) = regles::de_mission(mission)?;
        let empreinte = mission.empreinte(&empreinte_regles);
        let ouverte = liste::ouvrir(mission, &empreinte, self.liste, self.cle)?;
        let chez = mission.organisme(&ouverte.organisme)?;
        let journal = journal::ouvrir(mission, &Detenteur::Organisme(chez.id.clone()))?;
        if pack.texts.is_empty() {
            return Err(ErreurCommande::refus("E-PAGE-003", "le jeu de règles n'a pas de textes pour les fiches.".to_owned())
                .avec_conseil("Ajoutez `textes/fiches.yaml` au jeu de règles de la mission."));
        }
        let interne = self.avec.map(|f| interne::lire(mission, chez, f)).transpose()?;
        let (siennes, jeu_interne) = interne.map_or((Vec::new(), None), |(l, p)| (l, Some(p)));
        let lignes = avec_regles(self.liste, &ouverte.lignes, &siennes, &pack, jeu_interne.as_ref())?;
        let voulus: HashSet<NumeroDeLigne> = lignes.iter().map(|s| s.ligne.row_id).collect();
        // Objections hold on the mission's date; an earlier day of use makes none of them end.
        let observateur = Observateur::nouveau(&pack);
        let dite_le = opposition::jour_de(mission).min(self.jour);
        let mut trouves = registre::lire_avec(&self.registre, &voulus, self.jour, dite_le, &observateur.colonnes())?;
        trouves.inscrits.values_mut().for_each(|i| observateur.noter(i));
        if let Some(refus) = self.refus {
            trouves.refuser(retours::refus::retenus(refus, self.registre.nom(), &voulus)?);
        }
        let lieux = self.repertoire()?;
        let suite = |l: &Ligne| suite(l, &trouves, self.jour);
        let tri = trier(lignes, &trouves, self.jour);
        let cadre = Cadre { pack: &pack, id: &chez.id, organisme: &chez.nom, jour: self.jour, lieux: lieux.as_ref() };
        let mut pretes: Vec<Prete> = tri.par_personne.into_iter().map(|(i, siens)| fiche::fiche(&cadre, i, siens)).collect();
        ordre::ordonner(&mut pretes);
        let tiennent = ordre::capacite(pretes.iter().map(|p| p.fiche.minutes), self.equipe.or(chez.equipe));
        let au_dela = pretes.split_off(tiennent);
        for (i, p) in pretes.iter_mut().enumerate() {
            p.fiche.numero = i + 1;
        }
        let gens = |p: &[Prete]| p.iter().flat_map(|p| p.lignes.iter().map(|(l, ..)| l.row_id)).collect::<HashSet<_>>();
        let (avec_fiche, sans_fiche) = (gens(&pretes), gens(&au_dela));
        let minutes = pretes.iter().map(|p| p.fiche.minutes).sum();
        let (personnes, droits) = (pretes.len(), pretes.iter().map(|p| p.fiche.droits.len()).sum());
        let sms = pack.texts.filled("sms", &[("organisme", std::slice::from_ref(&chez.nom))]);
        let regle = mission.diffusion.iter().find(|(source, _)| *source == chez.id).map(|(_, d)| *d);
        let feuillet = pages::Feuillet { organisme: &chez.nom, jour: self.jour, fin: tri.fin, minutes, au_dela: au_dela.len(), sms, regle };
        let ouverture = suivi::Ouverture { organisme: &chez.id, epoque: &mission.epoque, jour: self.jour };
        let suites = match self.role {
            Role::TravailleurSocial => {
                retours::ecrire::preparer(self.sortie, &ouverture, &pages::suivies(&pretes), &pages::hors(&au_dela))?
            }
            Role::MediateurNumerique | Role::Pilotage => Vec::new(),
        };
        let mut prepares = pages::preparer(self.sortie, self.role, &feuillet, pretes)?;
        prepares.extend(suites);
        let fichiers = prepares.iter().map(|p| p.destination().to_path_buf()).collect();
        let contexte = traces::Contexte { mission, organisme: chez, empreinte: &empreinte, empreinte_regles: &empreinte_regles };
        let recues = (ouverte.empreinte, ouverte.lignes.as_slice());
        let trace = traces::ouverture(&contexte, &pack, recues, (&avec_fiche, &sans_fiche), suite)?.preparer(&prepares)?;
        let acte = Acte::de_mission("ouverture", mission, &empreinte).compte("personnes", (personnes + au_dela.len()) as u64);
        journal::inscrire(&journal, traces::au_journal(acte, &trace)?)?;
        prepares.extend(trace);
        ecrire_ensemble(prepares)?;
        etape.terminer();
        Ok(BilanOuverture {
            organisme: chez.nom.clone(),
            personnes,
            droits,
            au_dela: au_dela.len(),
            ecartees: tri.ecartees,
            renoncees: tri.renoncees,
            expirees: tri.expirees,
            inconnues: tri.inconnues,
            minutes,
            fichiers,
        })
    }

    fn repertoire(&self) -> Result<Option<Repertoire>, ErreurCommande> {
        let a_cote = self.mission.dossier.join("lieux.csv");
        match self.lieux {
            Some(f) => Repertoire::lire(f).map(Some),
            None if a_cote.is_file() => Repertoire::lire(&a_cote).map(Some),
            None => Ok(None),
        }
    }
}

/// Each row with its rule; of a row that stands in both, that of the list. Refused: a rule that the mission has not.
fn avec_regles<'a>(
    fichier: &Path,
    lignes: &'a [Ligne],
    internes: &'a [Ligne],
    pack: &'a Pack,
    interne: Option<&'a Pack>,
) -> Result<Vec<Sienne<'a>>, ErreurCommande> {
    let regle = |pack: &'a Pack, ligne: &'a Ligne| {
        let droit = pack.rights.iter().find(|r| r.id == ligne.droit && r.rule() == ligne.regle)?;
        Some(Sienne { ligne, droit, pack, date: ligne.date_utile })
    };
    let mut toutes = Vec::with_capacity(lignes.len() + internes.len());
    for (i, l) in lignes.iter().enumerate() {
        toutes.push(regle(pack, l).ok_or_else(|| liste::refus(fichier, Some(i as u64 + 1), "règle que la mission n'a pas"))?);
    }
    let deja: HashSet<(NumeroDeLigne, &str)> = lignes.iter().map(|l| (l.row_id, l.droit.as_str())).collect();
    let en_plus = internes.iter().filter(|l| !deja.contains(&(l.row_id, l.droit.as_str())));
    toutes.extend(en_plus.filter_map(|l| regle(interne?, l)));
    Ok(toutes)
}

/// What becomes of a row of the list that makes no page; `None` for one that makes one, or is of nobody.
fn suite(l: &Ligne, trouves: &registre::Trouves, jour: Jour) -> Option<Statut> {
    let ecartee = trouves.ecartes.contains_key(&l.row_id);
    match () {
        () if !ecartee && !trouves.inscrits.contains_key(&l.row_id) => None,
        () if ecartee => Some(Statut::Ecartee),
        () if l.expire < jour => Some(Statut::Expiree),
        () if trouves.renonce(&l.row_id, &l.droit) => Some(Statut::Renoncee),
        () => None,
    }
}

/// Rows by person, in the order of the list; the others counted.
fn trier<'a>(lignes: Vec<Sienne<'a>>, trouves: &'a registre::Trouves, jour: Jour) -> Tri<'a> {
    let connue = |r: &NumeroDeLigne| trouves.inscrits.contains_key(r) || trouves.ecartes.contains_key(r);
    let (siennes, autres): (Vec<_>, Vec<_>) = lignes.into_iter().partition(|s| connue(&s.ligne.row_id));
    let (valides, expirees): (Vec<_>, Vec<_>) = siennes.into_iter().partition(|s| s.ligne.expire >= jour);
    let (valides, renoncees): (Vec<_>, Vec<_>) = valides.into_iter().partition(|s| !trouves.renonce(&s.ligne.row_id, &s.ligne.droit));
    let ecartees: HashSet<NumeroDeLigne> = valides.iter().map(|s| s.ligne.row_id).filter(|r| trouves.ecartes.contains_key(r)).collect();
    let fin = valides.iter().map(|s| s.ligne.expire).max().unwrap_or_else(|| expiration_par_defaut(jour));
    let mut rangs: HashMap<NumeroDeLigne, usize> = HashMap::new();
    let mut par_personne: Vec<(&Inscrit, Vec<Sienne<'_>>)> = Vec::new();
    for s in valides {
        if let Some(inscrit) = trouves.inscrits.get(&s.ligne.row_id) {
            let rang = *rangs.entry(s.ligne.row_id).or_insert_with(|| {
                par_personne.push((inscrit, Vec::new()));
                par_personne.len() - 1
            });
            if let Some((_, siens)) = par_personne.get_mut(rang) {
                siens.push(s);
            }
        }
    }
    Tri { par_personne, fin, ecartees: ecartees.len(), renoncees: renoncees.len(), expirees: expirees.len(), inconnues: autres.len() }
}

/// The day on which pages are used: today, or the mission's date when people are invented.
pub fn jour_d_usage(mission: &Mission) -> Jour {
    match mission.donnees {
        Donnees::Inventees => jours(mission.date),
        Donnees::Reelles => jours(jiff::Zoned::now().date()),
    }
}

fn jours(date: jiff::civil::Date) -> Jour {
    let jours = recours_rules::date::days(i64::from(date.year()), i64::from(date.month()), i64::from(date.day()));
    i32::try_from(jours).unwrap_or(Jour::MAX)
}

/// `mission.toml` in one of the three folders above the list, or in the current one.
pub(crate) fn trouver_mission(liste: &Path) -> Result<PathBuf, ErreurCommande> {
    let dossiers = liste.ancestors().skip(1).take(3).map(Path::to_path_buf).chain([PathBuf::new()]);
    dossiers.map(|d| d.join("mission.toml")).find(|f| f.is_file()).ok_or_else(|| {
        ErreurCommande::usage("E-LISTE-006", "fichier de mission introuvable à côté de la liste.")
            .avec_conseil("Donnez-le avec --mission ; le jeu de règles qu'il nomme doit être là aussi, pour les textes des fiches.")
    })
}

fn duree(minutes: u32) -> String {
    match (minutes / 60, minutes % 60) {
        (0, m) => format!("{m} minutes"),
        (1, 0) => "1 heure".into(),
        (h, m) if h < 8 && m > 0 => format!("{h} h {m:02}"),
        (h, _) => format!("{h} heures"),
    }
}

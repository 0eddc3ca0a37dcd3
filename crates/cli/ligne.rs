//! The command line: its commands, its help, and its errors in French.
//!
//! To add a command: a variant of [`Commande`] holding its `clap::Args`, and its arm in [`executer`].

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{ArgAction, CommandFactory, FromArgMatches, Parser, Subcommand};
use recours_coffre::Phrase;
use recours_tables::ErreurEnveloppe;

use crate::aide::{en_francais, faute_d_usage};
use crate::commandes;
use crate::erreur::{ErreurCommande, Sortie};

/// `recours`: arguments of the program.
#[derive(Debug, Parser)]
#[command(
    name = "recours",
    version,
    about = "Trouver les personnes qui ne reçoivent pas un droit qu'elles ont sans doute",
    long_about = "Recours trouve les personnes qui ne reçoivent pas un droit qu'elles ont sans doute, ou qui vont \
                  en perdre un, sans qu'aucun organisme apprenne qui sont les allocataires des autres.\n\n\
                  Chaque organisme scelle son extrait ; les jetons sont reliés sans les faits ; les règles sont \
                  évaluées sans les noms ; chaque organisme n'ouvre que la liste des siens.\n\n\
                  Codes de sortie : 0 fait ; 1 la chose vérifiée a des fautes ; 2 mauvais usage ; 3 une entrée est \
                  refusée, rien n'est écrit ; 4 la machine a failli, rien ne reste.",
    arg_required_else_help = true
)]
pub struct Ligne {
    /// Affiche l'aide (-h : en bref).
    #[arg(short = 'h', long = "help", action = ArgAction::Help, global = true, display_order = 998)]
    aide: Option<bool>,

    /// Phrase sous laquelle les clés de ce rôle sont chiffrées : première ligne de ce fichier (droits 600), ou d'un tube
    /// (/dev/fd/N). À défaut, le fichier que nomme la variable RECOURS_PHRASE
    #[arg(long, value_name = "FICHIER", global = true, display_order = 997)]
    phrase: Option<PathBuf>,

    /// Affiche la version.
    #[arg(short = 'V', long = "version", action = ArgAction::Version, display_order = 999)]
    version: Option<bool>,

    /// The command.
    #[command(subcommand)]
    commande: Commande,
}

/// The commands, in the order of the work.
#[derive(Debug, Subcommand)]
pub enum Commande {
    /// Invente un département et fait tout le travail, d'un bout à l'autre
    #[cfg(feature = "complet")]
    Demo(commandes::demo::Args),
    /// Vérifie un jeu de règles : lecture, types, cas d'école
    Check(commandes::check::Args),
    /// Met en forme des fichiers de règles
    Fmt(commandes::fmt::Args),
    /// Publie un jeu de règles : une page pour le public, qui se lit et se cherche sans réseau
    Publie(commandes::publie::Args),
    /// Évalue les droits de foyers connus, sans liaison
    Evaluate(commandes::evaluate::Args),
    /// Croise les tables sans nom de plusieurs organismes, déjà sous clés, et y évalue des règles
    Croise(commandes::croise::Args),
    /// Dit ce qui vient dans les douze mois pour des foyers connus : échéances et dates utiles
    Calendrier(commandes::calendrier::Args),
    /// Dit ce qui a changé entre deux états des droits
    Difference(commandes::difference::Args),
    /// Dit quelles colonnes chaque organisme doit apporter, et pour quelle règle
    Plan(commandes::plan::Args),
    /// Écrit les papiers à signer : liste des données, convention, analyse d'impact, registre, information, homologation
    Dossier(commandes::dossier::Args),
    /// Crée, montre ou détruit les clés d'une mission
    #[cfg(feature = "complet")]
    Keys(commandes::keys::Args),
    /// Montre, signe, vérifie ou compare le manifeste : ce dont les organismes conviennent
    Manifeste(commandes::manifeste::Args),
    /// Scelle l'extrait d'un organisme : identités en jetons, faits en colonnes
    #[cfg(feature = "complet")]
    Seal(commandes::seal::Args),
    /// Mode B, chez l'organisme : aveugle l'extrait pour le tiers des clés
    #[cfg(feature = "complet")]
    Blind(commandes::blind::Args),
    /// Mode B, chez le tiers des clés : évalue sans voir, et compte
    #[cfg(feature = "complet")]
    ServeKeys(commandes::serve_keys::Args),
    /// Mode B, chez l'organisme : vérifie les réponses et livre
    #[cfg(feature = "complet")]
    Finalise(commandes::finalise::Args),
    /// Relie les jetons des organismes, sans voir ni identité ni fait
    #[cfg(feature = "complet")]
    Link(commandes::link::Args),
    /// Évalue les règles sur les personnes reliées
    Detect(commandes::detect::Args),
    /// Explique un repérage, clause par clause
    Explain(commandes::explain::Args),
    /// Prépare la liste chiffrée d'un organisme
    Outreach(commandes::outreach::Args),
    /// Compte, chez l'organisme, par où passent ses usagers : classes de canal, protégées
    #[cfg(feature = "complet")]
    Canaux(commandes::canaux::Args),
    /// Ouvre une liste chez l'organisme : noms, pièces, canal, pages à imprimer
    #[cfg(feature = "complet")]
    Open(commandes::open::Args),
    /// Évalue chez l'organisme, sur son seul extrait, les règles dont les faits ne sortent pas de chez lui
    #[cfg(feature = "complet")]
    Interne(commandes::interne::Args),
    /// Chez l'organisme, après les visites : ce qu'elles ont donné, et quelles règles avaient raison
    #[cfg(feature = "complet")]
    Returns(commandes::returns::Args),
    /// Répond, chez l'organisme, à une personne qui demande ce qui a été fait de ses données
    #[cfg(feature = "complet")]
    Acces(commandes::acces::Args),
    /// Publie des comptes protégés
    Observe(commandes::observe::Args),
    /// Retire chez un rôle ou un organisme ce dont le temps est passé, et dit ce qui reste
    Conservation(commandes::conservation::Args),
    /// Détruit ce qu'un rôle ou un organisme tient d'une époque, et le montre
    #[cfg(feature = "complet")]
    Efface(commandes::efface::Args),
    /// Vérifie le journal signé d'un rôle, en donne le point, en retire les contenus anciens
    Journal(commandes::journal::Args),
}

/// Runs one command.
fn executer(commande: Commande) -> Result<(), ErreurCommande> {
    match commande {
        #[cfg(feature = "complet")]
        Commande::Demo(a) => commandes::demo::executer(a),
        Commande::Check(a) => commandes::check::executer(a),
        Commande::Fmt(a) => commandes::fmt::executer(a),
        Commande::Publie(a) => commandes::publie::executer(a),
        Commande::Evaluate(a) => commandes::evaluate::executer(a),
        Commande::Croise(a) => commandes::croise::executer(a),
        Commande::Calendrier(a) => commandes::calendrier::executer(a),
        Commande::Difference(a) => commandes::difference::executer(a),
        Commande::Plan(a) => commandes::plan::executer(a),
        Commande::Dossier(a) => commandes::dossier::executer(a),
        #[cfg(feature = "complet")]
        Commande::Keys(a) => commandes::keys::executer(a),
        Commande::Manifeste(a) => commandes::manifeste::executer(a),
        #[cfg(feature = "complet")]
        Commande::Seal(a) => commandes::seal::executer(a),
        #[cfg(feature = "complet")]
        Commande::Blind(a) => commandes::blind::executer(a),
        #[cfg(feature = "complet")]
        Commande::ServeKeys(a) => commandes::serve_keys::executer(a),
        #[cfg(feature = "complet")]
        Commande::Finalise(a) => commandes::finalise::executer(a),
        #[cfg(feature = "complet")]
        Commande::Link(a) => commandes::link::executer(a),
        Commande::Detect(a) => commandes::detect::executer(a),
        Commande::Explain(a) => commandes::explain::executer(a),
        Commande::Outreach(a) => commandes::outreach::executer(a),
        #[cfg(feature = "complet")]
        Commande::Canaux(a) => commandes::canaux::executer(a),
        #[cfg(feature = "complet")]
        Commande::Open(a) => commandes::open::executer(a),
        #[cfg(feature = "complet")]
        Commande::Interne(a) => commandes::interne::executer(a),
        #[cfg(feature = "complet")]
        Commande::Returns(a) => commandes::returns::executer(a),
        #[cfg(feature = "complet")]
        Commande::Acces(a) => commandes::acces::executer(a),
        Commande::Observe(a) => commandes::observe::executer(a),
        Commande::Conservation(a) => commandes::conservation::executer(a),
        #[cfg(feature = "complet")]
        Commande::Efface(a) => commandes::efface::executer(a),
        Commande::Journal(a) => commandes::journal::executer(a),
    }
}

/// The passphrase of the role that this process plays, from where it is told to be.
fn donner_phrase(option: Option<PathBuf>) -> Result<(), ErreurCommande> {
    let Some(chemin) = option.or_else(|| std::env::var_os("RECOURS_PHRASE").filter(|c| !c.is_empty()).map(PathBuf::from)) else {
        return Ok(());
    };
    let phrase = Phrase::de_fichier(&chemin).map_err(ErreurEnveloppe::from)?;
    recours_coffre::donner(phrase);
    Ok(())
}

/// Reads the arguments, runs the command, prints its error and gives the exit code. A panic gives 4.
pub fn lancer(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    crate::panique::poser_crochet();
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let resultat = std::panic::catch_unwind(|| {
        let ligne = match lire(arguments) {
            Ok(ligne) => ligne,
            Err(code) => return code,
        };
        match donner_phrase(ligne.phrase).and_then(|()| executer(ligne.commande)) {
            Ok(()) => ExitCode::SUCCESS,
            Err(erreur) => {
                eprintln!("{erreur}");
                erreur.sortie.into()
            }
        }
    });
    resultat.unwrap_or_else(|_| Sortie::Panne.into())
}

/// The arguments, or the exit code after help or a usage error was printed.
fn lire(arguments: Vec<OsString>) -> Result<Ligne, ExitCode> {
    en_francais(Ligne::command()).try_get_matches_from(arguments).and_then(|trouves| Ligne::from_arg_matches(&trouves)).map_err(|erreur| {
        if erreur.kind() == clap::error::ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
            // Nothing was asked: the help is the best answer, and it is still wrong usage.
            eprint!("{}", erreur.render());
            Sortie::Usage.into()
        } else if erreur.use_stderr() {
            eprintln!("{}", faute_d_usage(&erreur));
            Sortie::Usage.into()
        } else {
            // Help or version asked for; a closed output is no fault.
            let _ = erreur.print();
            ExitCode::SUCCESS
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn la_ligne_de_commande_est_bien_formee() {
        en_francais(Ligne::command()).debug_assert();
    }
}

//! clap speaks English; Recours speaks French.

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, Command};

use crate::erreur::ErreurCommande;

const MODELE: &str = "{about-with-newline}\nUsage : {usage}\n\n{all-args}{after-help}";

/// Headings, usage line, default and allowed values of a command and its subcommands, in French.
pub fn en_francais(commande: Command) -> Command {
    commande
        .help_template(MODELE)
        .disable_help_flag(true)
        .disable_version_flag(true)
        .disable_help_subcommand(true)
        .subcommand_help_heading("Commandes ")
        .subcommand_value_name("COMMANDE")
        .mut_args(argument_en_francais)
        .mut_subcommands(en_francais)
}

/// clap adds « [default: …] » and « [possible values: …] » by itself: hidden, and said in French.
fn argument_en_francais(argument: Arg) -> Arg {
    let mut suite = String::new();
    let permises: Vec<String> =
        argument.get_possible_values().iter().filter(|v| !v.is_hide_set()).map(|v| v.get_name().to_owned()).collect();
    if !permises.is_empty() && argument.get_action().takes_values() {
        suite += &format!(" [valeurs : {}]", permises.join(", "));
    }
    let defauts: Vec<String> = argument.get_default_values().iter().map(|v| v.to_string_lossy().into_owned()).collect();
    if !defauts.is_empty() && argument.get_action().takes_values() {
        suite += &format!(" [par défaut : {}]", defauts.join(" "));
    }
    let titre = if argument.is_positional() { "Arguments " } else { "Options " };
    let aide = argument.get_help().map(|a| format!("{a}{suite}"));
    let longue = argument.get_long_help().map(|a| format!("{a}{suite}"));
    // Flags have no value to hide; clap refuses the setting on them.
    let mut argument = match argument.get_action().takes_values() {
        true => argument.hide_default_value(true).hide_possible_values(true),
        false => argument,
    };
    if argument.get_help_heading().is_none() {
        argument = argument.help_heading(titre);
    }
    if let Some(aide) = aide {
        argument = argument.help(aide);
    }
    if let Some(longue) = longue {
        argument = argument.long_help(longue);
    }
    argument
}

fn contexte(erreur: &clap::Error, genre: ContextKind) -> String {
    match erreur.get(genre) {
        Some(ContextValue::String(texte)) => texte.clone(),
        Some(ContextValue::Strings(textes)) => textes.join(", "),
        Some(ContextValue::StyledStr(texte)) => texte.to_string(),
        Some(ContextValue::Number(n)) => n.to_string(),
        _ => String::new(),
    }
}

/// A wrong command line, in French, with the closest name when there is one.
pub fn faute_d_usage(erreur: &clap::Error) -> ErreurCommande {
    use ContextKind as C;
    let argument = contexte(erreur, C::InvalidArg);
    let message = match erreur.kind() {
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand | ErrorKind::MissingSubcommand => "il faut une commande.".to_owned(),
        ErrorKind::InvalidSubcommand => {
            format!("la commande « {} » n'existe pas.", contexte(erreur, C::InvalidSubcommand))
        }
        ErrorKind::UnknownArgument => format!("l'argument « {argument} » n'existe pas ici."),
        ErrorKind::MissingRequiredArgument => format!("il manque : {argument}."),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            let valeur = contexte(erreur, C::InvalidValue);
            let permises = contexte(erreur, C::ValidValue);
            let raison = std::error::Error::source(erreur).map(|s| format!(" ({s})")).unwrap_or_default();
            match (valeur.is_empty(), permises.is_empty()) {
                (true, _) => format!("« {argument} » attend une valeur."),
                (false, true) => format!("« {valeur} » ne convient pas à « {argument} »{raison}."),
                (false, false) => format!("« {valeur} » ne convient pas à « {argument} » ; valeurs permises : {permises}."),
            }
        }
        ErrorKind::ArgumentConflict => {
            let autre = contexte(erreur, C::PriorArg);
            if autre.is_empty() || autre == argument {
                format!("« {argument} » ne se donne qu'une fois.")
            } else {
                format!("« {argument} » et « {autre} » ne vont pas ensemble.")
            }
        }
        ErrorKind::TooManyValues | ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues | ErrorKind::NoEquals => {
            format!("« {argument} » n'a pas le bon nombre de valeurs.")
        }
        ErrorKind::InvalidUtf8 => "un argument n'est pas du texte UTF-8.".to_owned(),
        _ => "la ligne de commande n'est pas comprise.".to_owned(),
    };
    let proche = [C::SuggestedSubcommand, C::SuggestedArg, C::SuggestedValue]
        .into_iter()
        .map(|genre| contexte(erreur, genre))
        .find(|texte| !texte.is_empty());
    let conseil = match proche {
        Some(nom) => format!("Vouliez-vous dire « {nom} » ? Voir « recours --help »."),
        None => "Voir « recours --help », ou « recours COMMANDE --help ».".to_owned(),
    };
    ErreurCommande::usage("E-USAGE-001", message).avec_conseil(conseil)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]
    use super::*;
    use clap::{ArgAction, value_parser};

    fn exemple() -> Command {
        en_francais(
            Command::new("recours").subcommand_required(true).subcommand(
                Command::new("demo")
                    .about("Invente un département")
                    .arg(
                        Arg::new("persons")
                            .long("persons")
                            .help("Nombre de personnes")
                            .default_value("200000")
                            .value_parser(value_parser!(u64)),
                    )
                    .arg(Arg::new("suite").long("suite").help("Suite").value_parser(["rgs", "rapide"]))
                    .arg(Arg::new("mission").required(true).help("La mission"))
                    .arg(Arg::new("aide").short('h').long("help").action(ArgAction::Help).help("Affiche l'aide")),
            ),
        )
    }

    fn message(arguments: &[&str]) -> String {
        let tous = std::iter::once(&"recours").chain(arguments);
        faute_d_usage(&exemple().try_get_matches_from(tous).unwrap_err()).to_string()
    }

    #[test]
    fn l_aide_est_en_francais() {
        let aide = exemple().try_get_matches_from(["recours", "demo", "--help"]).unwrap_err().to_string();
        for attendu in ["Usage : recours demo", "Options :", "Arguments :", "[par défaut : 200000]", "[valeurs : rgs, rapide]"] {
            assert!(aide.contains(attendu), "{attendu} absent de :\n{aide}");
        }
        for anglais in ["default:", "possible values", "Print help", "Commands:"] {
            assert!(!aide.contains(anglais), "{anglais} dans :\n{aide}");
        }
    }

    #[test]
    fn les_fautes_d_usage_sont_en_francais_avec_le_nom_proche() {
        assert!(message(&[]).contains("il faut une commande"));
        let m = message(&["dmeo"]);
        assert!(m.contains("« dmeo » n'existe pas") && m.contains("« demo »"), "{m}");
        let m = message(&["demo", "m", "--person", "3"]);
        assert!(m.contains("« --person » n'existe pas ici") && m.contains("« --persons »"), "{m}");
        assert!(message(&["demo"]).contains("il manque : <mission>"));
        let m = message(&["demo", "m", "--suite", "rsg"]);
        assert!(m.contains("valeurs permises : rgs, rapide"), "{m}");
        assert!(message(&["demo", "m", "--persons", "beaucoup"]).contains("« beaucoup » ne convient pas"));
        assert!(message(&["demo", "m", "--persons"]).contains("attend une valeur"));
        assert!(message(&["demo", "m", "--persons", "1", "--persons", "2"]).contains("ne se donne qu'une fois"));
        for m in [message(&["dmeo"]), message(&["demo"])] {
            assert!(!m.contains("error") && !m.contains("Usage:"), "{m}");
        }
    }
}

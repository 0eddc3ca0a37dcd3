//! Given names by sex, generation and origin, most frequent first.

use super::noms::rang;
use super::pays::Origine;
use crate::faits::Sexe;
use crate::hasard::Hasard;
use std::sync::OnceLock;

/// Middle years of the six French generations below.
const ANNEES: [i32; 6] = [1930, 1948, 1964, 1980, 1996, 2014];

const F_FRANCAIS: [&str; 6] = [
    "Jeanne|Marie|Yvonne|Simone|Denise|Madeleine|Paulette|Germaine|Lucienne|Odette|Suzanne|Marcelle|Georgette|Jacqueline|\
Andrée|Raymonde|Ginette|Renée|Huguette|Fernande|Henriette|Marie-Louise|Gilberte|Berthe",
    "Monique|Françoise|Nicole|Jacqueline|Michèle|Danielle|Christiane|Colette|Annie|Josette|Jeannine|Marie-Thérèse|Éliane|\
Bernadette|Claudine|Arlette|Geneviève|Marie-France|Yvette|Chantal|Andrée|Liliane|Evelyne|Régine",
    "Catherine|Sylvie|Brigitte|Martine|Christine|Patricia|Isabelle|Véronique|Nathalie|Pascale|Dominique|Corinne|Valérie|\
Florence|Marie-Christine|Laurence|Agnès|Béatrice|Anne-Marie|Marie-Pierre|Hélène|Joëlle|Élisabeth|Fabienne",
    "Sandrine|Stéphanie|Céline|Karine|Virginie|Sophie|Delphine|Aurélie|Séverine|Caroline|Émilie|Julie|Anne|Laetitia|\
Élodie|Cécile|Claire|Vanessa|Mélanie|Audrey|Anne-Sophie|Hélène|Gaëlle|Magali|Jennifer|Amandine",
    "Marine|Laura|Camille|Manon|Léa|Pauline|Marion|Mathilde|Chloé|Justine|Océane|Sarah|Anaïs|Lucie|Morgane|Emma|Charlotte|\
Margaux|Clara|Noémie|Mélissa|Alexandra|Solène|Marie-Lou|Eva|Coralie",
    "Jade|Louise|Emma|Alice|Ambre|Lina|Rose|Chloé|Mila|Léa|Anna|Mia|Julia|Lou|Inès|Agathe|Juliette|Zoé|Romane|Lola|\
Jeanne|Iris|Nina|Léonie|Victoire|Lucie|Capucine|Anna-Rose",
];
const H_FRANCAIS: [&str; 6] = [
    "Jean|Pierre|André|René|Marcel|Roger|Louis|Robert|Henri|Georges|Maurice|Raymond|Lucien|Fernand|Paul|Gaston|Albert|\
Charles|Émile|Eugène|Léon|Joseph|Gilbert|Edmond",
    "Michel|Jean|Jean-Pierre|Claude|Jacques|Bernard|Gérard|Daniel|Alain|Jean-Claude|Christian|Guy|Serge|Jean-Louis|Roland|\
Jean-Marie|Gilbert|Francis|Yves|Jean-François|Maurice|Roger|Bernard-Marie|Noël",
    "Philippe|Patrick|Thierry|Pascal|Éric|Christophe|Bruno|Didier|Laurent|Jean-Luc|Jean-Marc|Dominique|Frédéric|François|\
Franck|Hervé|Gilles|Jean-Paul|Marc|Olivier|Denis|Vincent|Jean-Michel|Joël",
    "Nicolas|Sébastien|Stéphane|David|Cédric|Julien|Guillaume|Jérôme|Arnaud|Fabrice|Grégory|Ludovic|Mickaël|Yannick|\
Benoît|Matthieu|Jean-Baptiste|Jonathan|Romain|Damien|Anthony|Fabien|Loïc|Jérémy|Xavier|Pierre-Yves",
    "Thomas|Alexandre|Maxime|Kevin|Quentin|Antoine|Florian|Valentin|Clément|Lucas|Hugo|Théo|Romain|Dylan|Corentin|Bastien|\
Adrien|Alexis|Paul|Benjamin|Simon|Baptiste|Jordan|Victor|Paul-Antoine|Tristan",
    "Gabriel|Raphaël|Léo|Louis|Jules|Adam|Lucas|Hugo|Arthur|Nathan|Maël|Liam|Ethan|Paul|Noah|Sacha|Tom|Gabin|Aaron|\
Timéo|Éden|Marius|Côme|Isaac|Jean-Léon|Robin|Malo",
];
const F_AILLEURS: [&str; 7] = [
    "Fatima|Khadija|Aïcha|Fatiha|Nadia|Samira|Zohra|Malika|Karima|Leïla|Yasmine|Sabrina|Amina|Fatma|Rachida|Hayat|Souad|\
Naïma|Houria|Meriem|Sihem|Nour|Assia|Salma|Imane",
    "Fatoumata|Aminata|Mariam|Awa|Aïssatou|Kadiatou|Ramatoulaye|Adjoua|Marie-Claire|Grâce|Bintou|Oumou|Djénéba|Esther|\
Clarisse|Ruth|Mireille|Solange",
    "Maria|Ana|Isabel|Fernanda|Teresa|Rosa|Carmen|Conceição|Lúcia|Cristina|Pilar|Sofia|Beatriz|Dolores|Inês|Maria José",
    "Maria|Giulia|Francesca|Anna|Rosa|Chiara|Paola|Lucia|Elena|Giovanna|Carla|Silvia",
    "Fatma|Ayşe|Emine|Hatice|Zeynep|Elif|Meryem|Sevda|Özlem|Gülsüm|Esra|Derya",
    "Thi Mai|Thi Lan|Mei|Li Na|Xiu Ying|Kim Anh|Priya|Lakshmi|Ying|Hong|Thi Hoa|Nirmala|Jaya|Sunita",
    "Elena|Maria|Ioana|Katarzyna|Agnieszka|Olena|Oksana|Anna|Magdalena|Andreea|Iryna|Monika|Ursula|Gabriela",
];
const H_AILLEURS: [&str; 7] = [
    "Mohamed|Ahmed|Ali|Rachid|Karim|Mustapha|Abdelkader|Said|Youssef|Hassan|Omar|Brahim|Kamel|Samir|Nabil|Mehdi|Abdel Aziz|\
Mourad|Farid|Bilal|Yanis|Amine|Rayan|Abderrahmane|Hicham",
    "Mamadou|Moussa|Ibrahima|Amadou|Ousmane|Abdoulaye|Cheikh|Seydou|Bakary|Kouadio|Jean-Claude|Emmanuel|Patrice|Boubacar|\
Modou|Souleymane|Dieudonné|Christian",
    "José|Manuel|António|João|Carlos|Francisco|Fernando|Luís|Miguel|Pedro|Paulo|Jorge|Juan|Javier|Rui|José Maria",
    "Giuseppe|Antonio|Mario|Francesco|Luigi|Marco|Salvatore|Roberto|Paolo|Vincenzo|Luca|Pietro",
    "Mehmet|Mustafa|Ahmet|Ali|Hüseyin|Hasan|İbrahim|Murat|Ömer|Emre|Serkan|Yusuf",
    "Van Minh|Duc|Wei|Jian|Hao|Quang|Anh Tuan|Suresh|Ravi|Rajan|Bao|Jun|Hung|Arjun",
    "Ion|Andrei|Mihai|Piotr|Krzysztof|Tomasz|Oleksandr|Dmytro|Marek|Cristian|Florin|Jan|Klaus|Andriy",
];

fn decoupe(sexe: Sexe, ailleurs: bool, i: usize) -> &'static [&'static str] {
    static LISTES: OnceLock<[Vec<Vec<&'static str>>; 4]> = OnceLock::new();
    let l = LISTES.get_or_init(|| {
        let couper = |t: &[&'static str]| t.iter().map(|s| s.split('|').collect()).collect();
        [couper(&F_FRANCAIS), couper(&H_FRANCAIS), couper(&F_AILLEURS), couper(&H_AILLEURS)]
    });
    let k = usize::from(sexe == Sexe::H) + if ailleurs { 2 } else { 0 };
    l[k].get(i).map_or(&[], Vec::as_slice)
}

/// Number of different given names of a sex.
#[cfg(test)]
pub(crate) fn nombre(sexe: Sexe) -> usize {
    let mut tous: Vec<&str> =
        (0..6).flat_map(|i| decoupe(sexe, false, i)).chain((0..7).flat_map(|i| decoupe(sexe, true, i))).copied().collect();
    tous.sort_unstable();
    tous.dedup();
    tous.len()
}

fn generation(h: &mut Hasard, annee: i32) -> usize {
    // One birth in four takes a name of the generation beside.
    let proche = (0..ANNEES.len()).min_by_key(|&i| (ANNEES[i] - annee).abs()).unwrap_or(0);
    match h.poids(&[0.74, 0.16, 0.10]) {
        0 => proche,
        1 => proche.saturating_sub(1),
        _ => (proche + 1).min(ANNEES.len() - 1),
    }
}

/// One given name for a birth year, sex and origin.
fn un(h: &mut Hasard, sexe: Sexe, annee: i32, origine: Origine) -> &'static str {
    let l = match origine {
        Origine::Francaise => decoupe(sexe, false, generation(h, annee)),
        autre => decoupe(sexe, true, autre as usize - 1),
    };
    l[rang(h, l.len())]
}

/// Given names as registered, first one first, separated by spaces (compound names keep their hyphen).
pub(crate) fn prenoms(h: &mut Hasard, sexe: Sexe, annee: i32, origine: Origine) -> String {
    let mut noms = un(h, sexe, annee, origine).to_string();
    let autres = match origine {
        Origine::Francaise => h.poids(&[0.25, 0.30, 0.45]),
        _ => h.poids(&[0.8, 0.17, 0.03]),
    };
    for _ in 0..autres {
        let n = un(h, sexe, annee - 20, origine);
        if !noms.split(' ').any(|p| p == n) {
            noms.push(' ');
            noms.push_str(n);
        }
    }
    noms
}

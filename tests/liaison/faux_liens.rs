//! Two bodies that share nobody: every link is false.

use recours_seal::linkage::{OptionsLiaison, StatistiquesPasse};

use super::population::{Hasard, Marges, Noms, inventer, loger_des_homonymes, loger_des_homonymes_ensemble, separer_des_jumeaux};
use super::{Fiche, paires, relier, sans_limite, taille};

/// Which rows keep their number.
#[derive(Clone, Copy)]
enum Numeros {
    Aucun,
    /// As the inventor has it at the Caf and at the département: 0.5 % and 35 % missing.
    Certifies,
}

struct Mesure {
    /// False links over people of a side, all passes.
    total: f64,
    passes: Vec<StatistiquesPasse>,
}

fn mesurer((a, b): (&[Fiche], &[Fiche]), numeros: Numeros, options: &OptionsLiaison) -> Mesure {
    let retirer = |fiches: &[Fiche], part: f64| -> Vec<Fiche> {
        let mut h = Hasard(0x1A7);
        let part = match numeros {
            Numeros::Aucun => 1.0,
            Numeros::Certifies => part,
        };
        fiches.iter().map(|f| if h.chance(part) { Fiche { nir: String::new(), ..f.clone() } } else { f.clone() }).collect()
    };
    let (a, b) = (retirer(a, 0.005), retirer(b, 0.35));
    let (handles, resultat) = relier(&[("caf", &a), ("departement", &b)], options);
    Mesure { total: paires(&handles).len() as f64 / a.len() as f64, passes: resultat.statistiques.passes }
}

/// Two populations of `n`: 1 % of the first are twins of somebody of the second, and `homonymes` live with a parent of
/// their name, known to the same body or to the other.
fn populations(n: usize, noms: Noms<'_>, homonymes: f64) -> (Vec<Fiche>, Vec<Fiche>) {
    let mut b = inventer(n, 15_000_000, noms);
    let mut a = inventer(n, 0, noms);
    separer_des_jumeaux(&mut a, &b, 0.01);
    loger_des_homonymes_ensemble(&mut a, homonymes / 2.0);
    loger_des_homonymes_ensemble(&mut b, homonymes / 2.0);
    loger_des_homonymes(&mut a, &b, homonymes / 2.0);
    (a, b)
}

fn pour_cent(x: f64) -> String {
    format!("{:.4} %", x * 100.0).replace('.', ",")
}

fn montrer(titre: &str, n: usize, mesures: &[(&str, &Mesure)]) {
    println!("\n{titre}");
    print!("{:<6}{:>12}", "passe", "attendus");
    for (nom, _) in mesures {
        print!("{nom:>26}");
    }
    println!("   refus");
    let Some((_, tenue)) = mesures.last() else { return };
    for (i, p) in tenue.passes.iter().enumerate() {
        print!("{:<6}{:>12}", p.passe.code(), pour_cent(p.faux_liens_attendus / n as f64));
        for (_, m) in mesures {
            print!("{:>26}", pour_cent(m.passes[i].liens as f64 / n as f64));
        }
        let dates = if p.dates_admises { "dates contraires admises" } else { "" };
        println!("   {}", p.depassement.map_or_else(|| dates.to_owned(), |d| d.texte()));
    }
    print!("{:<6}{:>12}", "toutes", "");
    for (_, m) in mesures {
        print!("{:>26}", pour_cent(m.total));
    }
    println!();
}

/// Falls when a pass over its budget is run all the same, when the veto is removed (certified people are then linked by
/// name), or when p9 stops heeding the dates of parents and children of one name.
#[test]
fn populations_disjointes() {
    let n = taille(8_000);
    let marges = std::env::var("RECOURS_MARGES").ok().map(|chemin| Marges::lire(chemin.as_ref()));
    let mut listes = vec![("noms à la fréquence de la France", Noms::France)];
    if std::env::var("RECOURS_TAILLE").is_ok() {
        listes.extend(marges.iter().map(|m| ("noms aux marges de FEBRL4 (pessimistes)", Noms::Febrl(m))));
        listes.push(("trois cents noms (dix fois trop d'homonymes)", Noms::Listes));
    }
    let limites = OptionsLiaison::default();
    let mut hors = 0.0_f64;
    for (quoi, noms) in listes {
        let (a, b) = populations(n, noms, 0.004);
        println!("\n{n} personnes de chaque côté, aucune commune ; {quoi}");
        let tenue = mesurer((&a, &b), Numeros::Aucun, &limites);
        let mut colonnes = vec![("avec les limites", &tenue)];
        let libre = matches!(noms, Noms::France).then(|| mesurer((&a, &b), Numeros::Aucun, &sans_limite()));
        if let Some(libre) = &libre {
            colonnes.insert(0, ("sans limite", libre));
        }
        montrer("Personne n'a de numéro : aucun veto.", n, &colonnes);
        let veto = mesurer((&a, &b), Numeros::Certifies, &limites);
        montrer("Numéros certifiés, dont 0,5 % et 35 % manquent : veto.", n, &[("avec les limites", &veto)]);
        for m in [&tenue, &veto] {
            for p in &m.passes {
                assert!(p.liens as f64 <= (limites.faux_liens_maximum * n as f64).max(12.0), "{}", p.passe.code());
            }
            assert!(m.total <= limites.faux_liens_cumules_maximum, "{}", m.total);
            hors = hors.max(m.total);
        }
        // Two thirds of the pairs of people are of two certified numbers: names must not link them.
        let communes = || veto.passes.iter().zip(&tenue.passes).filter(|(v, t)| !v.refusee && !t.refusee);
        let (avec, sans) = communes().fold((0, 0), |(a, s), (v, t)| (a + v.liens, s + t.liens));
        assert!(sans > 0 && (avec as f64) < 0.65 * sans as f64, "{avec} {sans}");
        let p9 = veto.passes.iter().find(|p| p.passe.code() == "p9").map(|p| p.dates_admises);
        assert_eq!(p9, Some(false));
    }
    println!("\nau pire, toutes passes ensemble : {} (au plus 0,5 %)", pour_cent(hors));
}

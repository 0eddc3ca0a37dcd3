//! What not being on a list tells, at the declared capacity: nothing, whatever is known of a person.

use super::*;

/// People led by the CPAM, far more than its capacity.
const GENS: usize = 600;
const PLAFOND: usize = 200;
const TIRAGES: usize = 250;

/// A property of a person that a list must not tell.
type Groupe = (&'static str, fn(usize) -> bool);

/// The grade, the strength of the link, how many rights, and when the handle was drawn.
const GROUPES: [Groupe; 4] = [
    ("à proposer", |n| n.is_multiple_of(3)),
    ("lien faible", |n| n % 5 == 1),
    ("deux droits", |n| n.is_multiple_of(2)),
    ("petite poignée", |n| n < GENS / 2),
];

/// For each group, by how many standard deviations its share of the lists differs from that of the others; and the same for
/// single persons (chi-square, as a deviation).
fn ecarts(listes: &[BTreeSet<usize>]) -> Vec<(&'static str, f64)> {
    let p = PLAFOND as f64 / GENS as f64;
    let mut sortie: Vec<(&str, f64)> = GROUPES
        .iter()
        .map(|(nom, dedans)| {
            let taille = (0..GENS).filter(|n| dedans(*n)).count() as f64;
            let listees: usize = listes.iter().map(|l| l.iter().filter(|n| dedans(**n)).count()).sum();
            let (attendu, tirages) = (taille * p, listes.len() as f64);
            // Draws without replacement: hypergeometric.
            let variance = taille * p * (1.0 - p) * (GENS as f64 - taille) / (GENS as f64 - 1.0);
            (*nom, (listees as f64 - attendu * tirages) / (variance * tirages).sqrt())
        })
        .collect();
    let n = listes.len() as f64;
    let chi2: f64 = (0..GENS)
        .map(|g| listes.iter().filter(|l| l.contains(&g)).count() as f64)
        .map(|vues| (vues - n * p).powi(2) / (n * p * (1.0 - p)))
        .sum();
    sortie.push(("chacun", (chi2 - GENS as f64) / (2.0 * GENS as f64).sqrt()));
    sortie
}

fn population() -> (Vec<Reperage>, Annuaire) {
    let mut reperages: Vec<Reperage> = (0..GENS)
        .map(|n| Reperage { bande: if GROUPES[0].1(n) { Bande::AProposer } else { Bande::AVerifier }, ..reperage(n, RSA) })
        .collect();
    reperages.extend((0..GENS).filter(|n| GROUPES[2].1(*n)).map(|n| reperage(n, ASPA)));
    let mut annuaire = Annuaire::nouveau(&reperages, ORGANISMES);
    for n in 0..GENS {
        let force = if GROUPES[1].1(n) { 1 } else { 3 };
        annuaire.inscrire(CPAM, &poignee(n), Inscription { row_id: ligne_de(CPAM, n), force });
    }
    (reperages, annuaire)
}

fn listes(reperages: &[Reperage], annuaire: &Annuaire) -> Vec<BTreeSet<usize>> {
    (0..TIRAGES)
        .map(|g| {
            let liste = preparer(&vague(CPAM, Some(PLAFOND), g as u8), &regles(), reperages, annuaire).unwrap();
            droits(&liste, CPAM).into_iter().map(|(n, _)| n).collect()
        })
        .collect()
}

/// Fails when the draw looks at the grade, the link, the number of rights or the order of handles.
#[test]
fn ne_pas_figurer_sur_une_liste_ne_dit_rien_au_plafond() {
    let (reperages, annuaire) = population();
    let listes = listes(&reperages, &annuaire);
    assert!(listes.iter().all(|l| l.len() == PLAFOND));
    for (quoi, ecart) in ecarts(&listes) {
        assert!(ecart.abs() < 4.5, "{quoi} : {ecart:.1} écarts-types");
    }
}

/// The measure above sees what it is there for: a draw that favours a group, even slightly, is far outside.
#[test]
fn un_tirage_qui_regarde_le_degre_se_voit() {
    let (reperages, annuaire) = population();
    let vraies = listes(&reperages, &annuaire);
    for (rang, (nom, dedans)) in GROUPES.iter().enumerate() {
        // In each list ten of the others give their place to ten of the group.
        let biaisees: Vec<BTreeSet<usize>> = vraies
            .iter()
            .map(|l| {
                let (sortants, entrants): (Vec<usize>, Vec<usize>) = (
                    l.iter().copied().filter(|n| !dedans(*n)).take(10).collect(),
                    (0..GENS).filter(|n| dedans(*n) && !l.contains(n)).take(10).collect(),
                );
                l.iter().copied().filter(|n| !sortants.contains(n)).chain(entrants).collect()
            })
            .collect();
        let ecart = ecarts(&biaisees)[rang].1;
        assert!(ecart > 10.0, "{nom} : {ecart:.1}");
    }
}

/// People with a finding whom no recipient of it knows are counted once, and are on no list.
#[test]
fn les_injoignables_sont_comptes_une_fois() {
    // 1: RSA, known to the Carsat only (no recipient). 2: both rights, known to nobody. 3: reachable for one of two. 4: too
    // late, and known to nobody: no longer to be reached.
    let r = [
        reperage(1, RSA),
        reperage(2, RSA),
        reperage(2, ASPA),
        reperage(3, RSA),
        reperage(3, ASPA),
        Reperage { echeance: Some(JOUR - 1), ..dans(4, FIN_C2S, -9) },
    ];
    let a = annuaire(&r, &[(CARSAT, 1), (CARSAT, 3)]);
    for o in [CAF, CPAM, CARSAT] {
        let liste = preparer(&vague(o, None, 1), &regles(), &r, &a).unwrap();
        assert_eq!(liste.bilan.injoignables, 2);
        assert_eq!(liste.remises.len() as u64, liste.bilan.lignes);
    }
}

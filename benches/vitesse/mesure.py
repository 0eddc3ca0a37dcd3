"""`recours evaluate` from file to file: CPU seconds of each stage, on foyers of whom everything is known and of whom a tenth
of the cells is empty; and OpenFisca-France on the same foyers, run alternately.

Standard library only: OpenFisca (AGPL-3.0) runs as a program in an environment of its own.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
from pathlib import Path

RACINE = Path(__file__).resolve().parents[2]
REGLES = "rules/fr"
BASE = ("tests/donnees/oracle/2026-10_persons.parquet", "tests/donnees/oracle/2026-10_households.parquet")
JOUR = "2026-10-01"
MOIS = "2026-03"
# What end to end must reach on complete data, foyers per second of one core, rules read.
PLANCHER = 60_000


def lancer(commande) -> tuple[str, float]:
    """Output of a program, and its CPU seconds, children included."""
    avant = resource.getrusage(resource.RUSAGE_CHILDREN)
    r = subprocess.run([str(c) for c in commande], cwd=RACINE, capture_output=True, text=True)
    if r.returncode:
        sys.exit(f"{commande[0]} : code {r.returncode}\n{r.stdout}{r.stderr}")
    apres = resource.getrusage(resource.RUSAGE_CHILDREN)
    return r.stdout, apres.ru_utime + apres.ru_stime - avant.ru_utime - avant.ru_stime


def evaluer(a, jour: str, dossier: Path, validation: bool, n: int = 1) -> dict:
    temps = a.dossier / "temps.json"
    commande = [a.recours, "evaluate", "--rules", REGLES, "--on", jour, "--persons", dossier / "persons.parquet"]
    commande += ["--households", dossier / "households.parquet", "--out", a.dossier / "reponses.parquet", "--threads", n]
    _, cpu = lancer([*commande, f"--timings={temps}", *(["--validation"] if validation else [])])
    bilan = json.loads(temps.read_text())
    return {"processus": cpu, **{p["poste"]: p["cpu_s"] for p in [*bilan["postes"], bilan["sans_les_regles"]]}}


def completer(a, jour: str, base, n: int, vides: int, ou: Path) -> Path:
    ou.mkdir(parents=True, exist_ok=True)
    lancer([a.completes, REGLES, jour, *base, n, 1, vides, ou])
    return ou


def medianes(mesures: list) -> dict:
    return {cle: statistics.median(m[cle] for m in mesures) for cle in mesures[0]}


def milliers(x: float) -> str:
    return f"{x:,.0f}".replace(",", " ")


def etapes(a) -> bool:
    """The four cases, in turn; whether the floor is reached on complete data."""
    donnees = {nom: completer(a, JOUR, BASE, a.foyers, vides, a.dossier / nom) for nom, vides in (("complets", 0), ("nuls", 10))}
    cas = [(nom, validation) for validation in (False, True) for nom in donnees]
    mesures = {c: [] for c in cas}
    for _ in range(a.fois):
        for c in cas:
            mesures[c].append(evaluer(a, JOUR, donnees[c[0]], c[1]))
    titres = {"lecture": "lecture", "decodage": "décodage", "evaluation": "évaluation", "reponses": "réponses", "ecriture": "écriture"}
    print(f"{milliers(a.foyers)} foyers, un fil, médianes de {a.fois} tours alternés ; secondes de CPU (foyers par seconde de CPU)\n")
    print(f"{'':<44}" + "".join(f"{t:>20}" for t in [*titres.values(), "de bout en bout"]))
    tout = {}
    for nom, validation in cas:
        m = medianes(mesures[(nom, validation)])
        tout[(nom, validation)] = m["sans_les_regles"]
        ligne = ("validation" if validation else "information") + (", tout connu" if nom == "complets" else ", 10 % des cellules vides")
        case = lambda s: f"{s:.3f} ({milliers(a.foyers / s) if s else '-'})"
        print(f"{ligne:<44}" + "".join(f"{case(m[p]):>20}" for p in [*titres, "sans_les_regles"]))
    for validation in (False, True):
        rapport = tout[("nuls", validation)] / tout[("complets", validation)]
        print(f"10 % de vides / tout connu ({'validation' if validation else 'information'}) : {rapport:.2f}")
    regles = medianes(mesures[cas[0]])["regles"]
    print(f"règles lues, vérifiées et compilées, une fois : {regles:.3f} s de CPU\n")
    return all(a.foyers / tout[("complets", v)] >= PLANCHER for v in (False, True))


def openfisca(a) -> None:
    """The same foyers through both, alternately."""
    dossier = a.dossier / "openfisca"
    dossier.mkdir()
    n = a.openfisca_foyers
    ici = RACINE / "benches/openfisca"
    lancer([a.openfisca, ici / "foyers.py", "--mois", MOIS, "--dossier", dossier, "--sortes", "tirage", "--n", n])
    base = (dossier / f"{MOIS}_persons.parquet", dossier / f"{MOIS}_households.parquet")
    complets = completer(a, f"{MOIS}-01", base, 0, 0, a.dossier / "memes")
    nous, eux = [], []
    for _ in range(a.fois):
        nous.append(evaluer(a, f"{MOIS}-01", complets, True))
        sortie, cpu = lancer([a.openfisca, ici / "vitesse.py", "--mois", MOIS, "--persons", base[0], "--households", base[1]])
        eux.append({"processus": cpu, **json.loads(sortie.splitlines()[-1])})
    m, o = medianes(nous), medianes(eux)
    calcul = m["evaluation"] + m["reponses"] + m["decodage"]
    print(f"OpenFisca-France et Recours (--validation) sur les {milliers(o['foyers'])} mêmes foyers, {MOIS}, médianes de {a.fois} tours alternés")
    print(f"{'':<44}{'OpenFisca':>14}{'Recours':>14}{'rapport':>10}")
    paires = [
        ("calcul seul (s de CPU)", "simulation", [e["simulation"] for e in eux], [x["evaluation"] + x["reponses"] + x["decodage"] for x in nous]),
        ("processus entier (s de CPU)", "processus", [e["processus"] for e in eux], [x["processus"] for x in nous]),
    ]
    for titre, cle, leurs, notres in paires:
        rapport = statistics.median(l / r for l, r in zip(leurs, notres))
        print(f"{titre:<44}{statistics.median(leurs):>14.2f}{statistics.median(notres):>14.3f}{rapport:>10.0f}")
    print(f"{'foyers par seconde de CPU, calcul seul':<44}{milliers(o['foyers'] / o['simulation']):>14}{milliers(o['foyers'] / calcul):>14}")
    print(f"réponses : {int(o['sorties'])} variables pour OpenFisca ; tous les droits du jeu, montants et bornes, pour Recours.")
    print("Calcul seul : pour OpenFisca, entités, entrées et variables demandées ; pour Recours, décodage, évaluation et table.\n")
    sortie, _ = lancer([a.openfisca, ici / "compare.py", "--recours", a.recours, "--dossier", dossier, "--mois", MOIS, "--pires", 0])
    print("Accord des réponses sur ces foyers :")
    print(sortie)


def main() -> None:
    p = argparse.ArgumentParser()
    p.add_argument("--recours", required=True)
    p.add_argument("--completes", required=True)
    p.add_argument("--dossier", type=Path, required=True)
    p.add_argument("--foyers", type=int, required=True)
    p.add_argument("--fois", type=int, required=True)
    p.add_argument("--openfisca", help="its Python")
    p.add_argument("--openfisca-foyers", type=int, default=10_000)
    p.add_argument("--plancher", action="store_true")
    a = p.parse_args()
    os.environ["RAYON_NUM_THREADS"] = "1"
    atteint = etapes(a)
    if a.openfisca:
        openfisca(a)
    else:
        print("OpenFisca-France n'est pas installé ici : rien n'est comparé.")
    if a.plancher and not atteint:
        sys.exit(f"moins de {milliers(PLANCHER)} foyers par seconde de CPU, de bout en bout, sur des données complètes.")


if __name__ == "__main__":
    main()

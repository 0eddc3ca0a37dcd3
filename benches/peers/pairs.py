"""Runs the job on each engine, alternately, each time in a fresh process; prints medians and ratios; compares all answers."""
import argparse
import json
import os
import subprocess
import sys
from statistics import median

import mesure
import reponses

ENGINES = ["recours", "duckdb", "polars", "datafusion"]


def options():
    p = argparse.ArgumentParser(prog="benches/peers/run", description="Le même travail sur plusieurs moteurs : mêmes réponses, CPU, durée, mémoire.")
    p.add_argument("--persons", type=int, required=True, help="personnes inventées (1600000, 10000000…)")
    p.add_argument("--out", required=True, help="fichier JSON des résultats : un objet par moteur et par nombre de fils")
    p.add_argument("--threads", help="nombres de fils, par exemple 1,2 (sans : 2, ou 1 s'il n'y a qu'un cœur)")
    p.add_argument("--rounds", type=int, default=5, help="tours comptés, après un tour pour chauffer (5)")
    p.add_argument("--engines", default=",".join(ENGINES), help="moteurs, dans l'ordre où ils alternent (" + ",".join(ENGINES) + ")")
    p.add_argument("--data", help="dossier des tables (sans : target/peers/N, fait au besoin)")
    p.add_argument("--memory", help="mémoire donnée à Recours, par exemple 2GiB (sans : pas de limite)")
    p.add_argument("--keep", metavar="DOSSIER", help="y garder la dernière réponse de chaque moteur")
    a = p.parse_args()
    a.engines = a.engines.split(",")
    unknown = [e for e in a.engines if e not in ENGINES]
    if unknown:
        p.error(f"moteur inconnu : {', '.join(unknown)} (moteurs : {', '.join(ENGINES)})")
    if a.persons < 1 or a.rounds < 1:
        p.error("--persons et --rounds sont au moins 1")
    a.threads = [int(t) for t in a.threads.split(",")] if a.threads else [min(2, len(os.sched_getaffinity(0)))]
    return a


def command(engine, recours, folder, threads, out, memory):
    if engine == "recours":
        more = ["--memory", memory] if memory else []
        return [recours, "croise", f"{folder}/croisement.toml", "--out", out, "--threads", str(threads), *more]
    return [sys.executable, os.path.join(mesure.HERE, "moteurs", f"par_{engine}.py"), folder, str(threads), out]


def rounds(a, recours, folder, answers):
    """Raw measures by (engine, threads): a warm-up, then the counted rounds, engines alternating."""
    raw = {(e, t): [] for t in a.threads for e in a.engines}
    for turn in range(a.rounds + 1):
        for (engine, threads), runs in raw.items():
            out = os.path.join(answers, f"{engine}_{threads}.parquet")
            if os.path.exists(out):
                os.remove(out)
            used = mesure.run(command(engine, recours, folder, threads, out, a.memory), os.path.join(answers, f"{engine}.log"))
            if turn > 0:
                runs.append(used)
                print(f"tour {turn}  {engine:<11} {threads} fil(s)  CPU {used['cpu_s']:.2f} s  durée {used['wall_s']:.2f} s", file=sys.stderr, flush=True)
    return raw


def ratio(own, other, what):
    each = [b[what] / a[what] for a, b in zip(own, other)]
    return {"median": round(median(each), 3), "min": round(min(each), 3), "max": round(max(each), 3)}


def results(a, raw, found):
    out = []
    for (engine, threads), runs in raw.items():
        one = {"engine": engine, "threads": threads, "persons": a.persons, "rows": found[engine, threads]["rows"]}
        one.update({k: round(median(r[k] for r in runs), 3) for k in ("cpu_s", "wall_s", "peak_mib")})
        one["runs"] = len(runs)
        one["rounds"] = runs
        own = raw.get(("recours", threads))
        if own:
            one["ratio_cpu"], one["ratio_wall"] = ratio(own, runs, "cpu_s"), ratio(own, runs, "wall_s")
        if threads != 1 and (engine, 1) in raw:
            one["wall_from_one_thread"] = ratio(runs, raw[engine, 1], "wall_s")
        one["checksum"] = found[engine, threads]
        out.append(one)
    return out


def table(out):
    def span(r):
        return f"{r['median']:.2f} ({r['min']:.2f}–{r['max']:.2f})" if r else "—"

    lines = [["moteur", "fils", "lignes", "CPU s", "durée s", "mémoire Mio", "M pers./CPU s", "CPU / Recours", "durée / Recours", "durée 1 fil / celle-ci"]]
    for o in out:
        numbers = [f"{o['cpu_s']:.2f}", f"{o['wall_s']:.2f}", f"{o['peak_mib']:.0f}", f"{o['persons'] / 1e6 / o['cpu_s']:.2f}"]
        spans = [span(o.get(k)) for k in ("ratio_cpu", "ratio_wall", "wall_from_one_thread")]
        lines.append([o["engine"], str(o["threads"]), str(o["rows"]), *numbers, *spans])
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    return "\n".join("  ".join(c.ljust(w) if i == 0 else c.rjust(w) for i, (c, w) in enumerate(zip(line, widths))) for line in lines)


def main():
    a = options()
    recours = mesure.recours() if "recours" in a.engines else None
    folder = mesure.data(a.persons, a.data)
    with mesure.answers(a.keep) as answers:
        raw = rounds(a, recours, folder, answers)
        found = {(e, t): reponses.checksum(os.path.join(answers, f"{e}_{t}.parquet")) for e, t in raw}
    out = results(a, raw, found)
    with open(a.out, "w") as f:
        json.dump(out, f, indent=1)
    print(f"{a.persons} personnes, {mesure.households(folder)} foyers ; médianes de {a.rounds} tours (min–max des rapports, tour par tour)")
    print(table(out))
    if len({json.dumps(c) for c in found.values()}) > 1:
        print("les réponses diffèrent :")
        for (e, t), c in found.items():
            print(f"  {e}, {t} fil(s) : {c}")
        return 1
    print(f"réponses identiques : {json.dumps(next(iter(found.values())))}")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (subprocess.CalledProcessError, mesure.Failed) as e:
        print(f"benches/peers/run : {e}", file=sys.stderr)
        sys.exit(2)

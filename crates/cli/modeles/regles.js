"use strict";
(() => {
  const par = id => document.getElementById(id);
  const champ = par("chercher"), organisme = par("organisme"), genre = par("genre"), liste = par("resultats"), dit = par("annonce");
  const VIDES = new Set("le la les un une des de du d l a au aux et ou en dans pour par sur avec mon ma mes je j ai suis est qui que qu ne n pas on".split(" "));
  const plier = t => t.toLowerCase().replace(/œ/g, "oe").replace(/æ/g, "ae").normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/[^\p{L}\p{N}]+/gu, " ").trim();
  const racine = m => m.length > 3 ? m.replace(/[sx]$/, "") : m;
  // Between answers as good, a right goes before a rupture, and both before what they read.
  const MONTREES = 12, AVANCE = { droit: 10, rupture: 4, "démarche": 2 };
  let index = null, attente = 0;

  // Read once, when somebody first searches: the page opens without it.
  const indexer = () => index ??= [...document.querySelectorAll("[data-nom]")].map(el => {
    const texte = s => [...el.querySelectorAll(s)].map(x => x.textContent).join(" ");
    const plat = t => ` ${plier(t)} `;
    return { el, nom: plat(el.dataset.nom), mots: plat(texte(".mots")), quoi: plat(texte("p.quoi")), dites: plat(texte(".dit")), tout: plat(el.textContent),
             organisme: el.dataset.organisme || "", genre: el.dataset.genre, libre: AVANCE[el.dataset.quoi.split(",")[0]] || 0 };
  });

  const noter = (e, mots) => {
    let trouves = 0, note = e.libre;
    for (const m of mots) {
      const n = (e.nom.includes(m) ? 12 : 0) + (e.mots.includes(m) ? 12 : 0) + (e.quoi.includes(m) ? 6 : 0) + (e.dites.includes(m) ? 4 : 0) + (e.tout.includes(m) ? 1 : 0);
      trouves += n > 0 ? 1 : 0;
      note += n;
    }
    return { trouves, note };
  };

  const chercher = () => {
    const ecrit = plier(champ.value);
    let mots = ecrit.split(" ").filter(m => m.length > 1);
    const pleins = mots.filter(m => VIDES.has(m) === false);
    mots = (pleins.length > 0 ? pleins : mots).map(m => " " + racine(m));
    const filtre = e => (organisme.value === "" || e.organisme.split(" ").includes(organisme.value)) && (genre.value === "" || e.genre === genre.value);
    liste.replaceChildren();
    if (mots.length === 0 && organisme.value === "") {
      dit.textContent = "";
      return;
    }
    const notes = indexer().filter(filtre).map(e => ({ e, ...noter(e, mots) }));
    const plus = Math.max(0, ...notes.map(n => n.trouves));
    const gardes = notes.filter(n => mots.length === 0 ? n.e.genre === "regle" : n.trouves === plus && plus > 0);
    gardes.sort((a, b) => b.note - a.note || a.e.el.dataset.nom.localeCompare(b.e.el.dataset.nom, "fr"));
    const montres = mots.length === 0 ? gardes : gardes.slice(0, MONTREES);
    for (const { e } of montres) {
      const li = document.createElement("li"), lien = document.createElement("a");
      lien.href = "#" + e.el.id;
      lien.textContent = e.el.dataset.nom;
      li.append(lien, " – " + e.el.dataset.quoi);
      liste.append(li);
    }
    const n = gardes.length, partiel = plus > 0 && plus < mots.length ? ` Aucun ne répond à tous les mots : ceux-ci répondent à ${plus} sur ${mots.length}.` : "";
    const debut = n > montres.length ? ` Les ${montres.length} premiers sont montrés.` : "";
    dit.textContent = n === 0 ? "Rien ne répond à ces mots. Essayez un mot plus court, ou parcourez le sommaire."
      : (n === 1 ? "1 résultat." : `${n} résultats.`) + debut + partiel;
  };

  const plusTard = () => {
    clearTimeout(attente);
    attente = setTimeout(chercher, 150);
  };

  // What a link leads to is shown, with everything folded around it.
  const ouvrir = () => {
    const cible = location.hash.length > 1 ? par(decodeURIComponent(location.hash.slice(1))) : null;
    if (cible === null) return;
    for (let el = cible; el !== null; el = el.parentElement) if (el.tagName === "DETAILS") el.open = true;
    cible.scrollIntoView();
    if (cible.matches("[data-nom], li")) {
      cible.setAttribute("tabindex", "-1");
      cible.focus({ preventScroll: true });
    }
  };

  par("moteur").hidden = false;
  champ.addEventListener("input", plusTard);
  organisme.addEventListener("change", chercher);
  genre.addEventListener("change", chercher);
  par("moteur").addEventListener("submit", e => { e.preventDefault(); chercher(); });
  par("effacer").addEventListener("click", () => { champ.value = ""; organisme.value = ""; genre.value = ""; chercher(); champ.focus(); });
  addEventListener("hashchange", ouvrir);
  // A link to where one already is changes no address.
  document.addEventListener("click", e => { const a = e.target.closest("a[href^='#']"); if (a !== null && a.hash === location.hash) ouvrir(); });
  ouvrir();
})();

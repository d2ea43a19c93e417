"use strict";
/* The draw chengnuo-draw/1 in the reader's browser, and an officer's commitment, which is worked out here so that
   the secret is not sent. SHA-256 stands here because the browser's own is not offered without https. */
(() => {
  const FORMAT = "chengnuo-draw/1";
  const K = new Uint32Array(64), START = new Uint32Array(8), W = new Uint32Array(64);
  const utf8 = new TextEncoder();

  for (let n = 2, found = 0; found < 64; n += 1) {
    let prime = true;
    for (let by = 2; by * by <= n && prime; by += 1) prime = n % by !== 0;
    if (!prime) continue;
    if (found < 8) START[found] = (Math.sqrt(n) % 1) * 2 ** 32;
    K[found] = (Math.cbrt(n) % 1) * 2 ** 32;
    found += 1;
  }

  function round(state) {
    for (let i = 16; i < 64; i += 1) {
      const a = W[i - 15], b = W[i - 2];
      const s0 = ((a >>> 7) | (a << 25)) ^ ((a >>> 18) | (a << 14)) ^ (a >>> 3);
      const s1 = ((b >>> 17) | (b << 15)) ^ ((b >>> 19) | (b << 13)) ^ (b >>> 10);
      W[i] = (W[i - 16] + s0 + W[i - 7] + s1) | 0;
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let i = 0; i < 64; i += 1) {
      const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
      const t1 = (h + s1 + ((e & f) ^ (~e & g)) + K[i] + W[i]) | 0;
      const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
      const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g; g = f; f = e; e = (d + t1) | 0; d = c; c = b; b = a; a = (t1 + t2) | 0;
    }
    state[0] += a; state[1] += b; state[2] += c; state[3] += d; state[4] += e; state[5] += f; state[6] += g; state[7] += h;
  }

  /* The eight 32-bit words of the SHA-256 of bytes. */
  function sha256(bytes) {
    const state = START.slice(), blocks = (bytes.length + 72) >>> 6;
    for (let block = 0; block < blocks; block += 1) {
      for (let i = 0; i < 16; i += 1) {
        let word = 0;
        for (let j = 0; j < 4; j += 1) {
          const at = block * 64 + i * 4 + j;
          word = (word << 8) | (at < bytes.length ? bytes[at] : at === bytes.length ? 0x80 : 0);
        }
        W[i] = word;
      }
      if (block === blocks - 1) {
        W[14] = Math.floor(bytes.length / 2 ** 29);
        W[15] = bytes.length << 3;
      }
      round(state);
    }
    return state;
  }

  const hex = (state) => Array.from(state, (word) => word.toString(16).padStart(8, "0")).join("");
  const hashOf = (text) => hex(sha256(utf8.encode(text)));
  const commitment = (assessment, place, secret) => hashOf(`${FORMAT}\n${assessment}\n${place}\n${secret}`);
  const breathe = () => new Promise((go) => { setTimeout(go); });
  const linesOf = (text) => text.split("\n").slice(0, -1);
  const wrong = (name, ...facts) => Object.assign(new Error(name), { facts });

  function keyOf(rule, seed) {
    const bytes = new Uint8Array(32), view = new DataView(bytes.buffer);
    sha256(utf8.encode(`${FORMAT}\n${hashOf(rule)}\n${seed}`)).forEach((word, at) => view.setUint32(at * 4, word));
    return bytes;
  }

  /* SHA-256 of key and text, as hexadecimal: its order is that of the bytes. */
  function rank(key, text) {
    const more = utf8.encode(text), bytes = new Uint8Array(32 + more.length);
    bytes.set(key);
    bytes.set(more, 32);
    return hex(sha256(bytes));
  }

  const byRank = (a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : a[1] < b[1] ? -1 : 1);

  async function replay(files, progress) {
    const rule = JSON.parse(files["rule.json"]), seed = files["seed.txt"].replace(/[\r\n]+$/, "");
    for (const name of ["objects", "inspectors"]) {
      if (hashOf(files[`${name}.txt`]) !== rule[name].sha256) throw wrong("hash", `${name}.txt`);
    }
    if (rule.seed.kind === "two_secrets") {
      const given = seed.split("\n").map((secret, at) => commitment(rule.assessment, at + 1, secret));
      if (given.join() !== rule.seed.commitments.join()) throw wrong("secrets");
    }
    const key = keyOf(files["rule.json"], seed), kinds = new Map(), units = linesOf(files["objects.txt"]);
    for (let at = 0; at < units.length; at += 1) {
      const [kind, code] = units[at].split("\t");
      if (!kinds.has(kind)) kinds.set(kind, []);
      kinds.get(kind).push([rank(key, `object\n${code}`), code]);
      if (at % 5000 === 0) { progress(at, units.length); await breathe(); }
    }
    return assign(key, rule, kinds, linesOf(files["inspectors.txt"]), progress);
  }

  async function assign(key, rule, kinds, lines, progress) {
    const load = new Map(), recused = new Map(), result = [];
    for (const line of lines) {
      const [number, , codes] = line.split("\t");
      load.set(number, 0);
      recused.set(number, new Set(codes.split(",")));
    }
    for (const kind of [...kinds.keys()].sort()) {
      const ranked = kinds.get(kind).sort(byRank);
      const share = Math.ceil((ranked.length * rule.share) / 10000);
      const many = rule.method === "census" ? ranked.length : Math.min(ranked.length, Math.max(rule.least, share));
      for (let at = 0; at < many; at += 1) {
        const code = ranked[at][1], chosen = [];
        const free = [...load.keys()].filter((number) => !recused.get(number).has(code));
        const levels = [...new Set(free.map((number) => load.get(number)))].sort((a, b) => a - b);
        for (const level of levels) {
          if (chosen.length >= rule.each) break;
          const equals = free.filter((number) => load.get(number) === level);
          const line = equals.map((number) => [rank(key, `inspector\n${code}\n${number}`), number]).sort(byRank);
          chosen.push(...line.map((pair) => pair[1]));
        }
        chosen.length = Math.min(chosen.length, rule.each);
        chosen.forEach((number) => load.set(number, load.get(number) + 1));
        result.push(`${kind}\t${at + 1}\t${code}\t${chosen.join(",")}`);
        if (at % 500 === 0) { progress(1, 1); await breathe(); }
      }
    }
    return result;
  }

  // ---- the public page

  const MOST = 200;
  const said = (words, ...facts) => facts.reduce((text, fact) => text.replace("%s", fact), words);

  async function fetched(base) {
    const files = {};
    for (const name of ["objects.txt", "inspectors.txt", "rule.json", "seed.txt", "result.txt"]) {
      const answer = await fetch(base + name, { credentials: "omit" });
      if (!answer.ok) throw wrong("failed");
      files[name] = await answer.text();
    }
    return files;
  }

  function compare(root, published, worked) {
    const body = root.querySelector("tbody"), many = Math.max(published.length, worked.length);
    let differs = 0;
    body.replaceChildren();
    for (let at = 0; at < many; at += 1) {
      const same = published[at] === worked[at];
      differs += same ? 0 : 1;
      if (at >= MOST && (same || differs > MOST)) continue;
      const row = body.insertRow();
      for (const text of [published[at], worked[at]]) row.insertCell().textContent = (text ?? "").replaceAll("\t", " ");
      row.insertCell().textContent = same ? `● ${root.dataset.equal}` : `■ ${root.dataset.unequal}`;
      row.className = same ? "is-equal" : "is-unequal";
    }
    root.querySelector("[data-lines]").hidden = false;
    return differs ? said(root.dataset.differs, differs, many) : said(root.dataset.same, many);
  }

  const root = document.getElementById("replay-here");
  if (root) {
    const button = root.querySelector("[data-start]"), told = root.querySelector("[data-told]");
    const bar = root.querySelector("progress");
    root.hidden = false;
    button.addEventListener("click", async () => {
      button.disabled = true;
      bar.hidden = false;
      told.textContent = root.dataset.files;
      try {
        const files = await fetched(root.dataset.base);
        const worked = await replay(files, (done, all) => {
          bar.max = all;
          bar.value = done;
          told.textContent = said(root.dataset.working, done, all);
        });
        told.textContent = compare(root, linesOf(files["result.txt"]), worked);
        told.dataset.done = "yes";
      } catch (problem) {
        const words = problem.facts ? root.dataset[problem.message] : root.dataset.failed;
        told.textContent = said(words, ...(problem.facts ?? []));
      }
      bar.hidden = true;
      button.disabled = false;
    });
  }

  // ---- an officer's commitment

  document.querySelectorAll("[data-commit]").forEach((part) => {
    const secret = part.querySelector("[data-secret]"), field = part.querySelector("input[name=commitment]");
    const make = part.querySelector("[data-make]");
    const write = () => {
      const text = secret.value.trim();
      field.value = text.length < 12 ? "" : commitment(part.dataset.assessment, part.dataset.place, text);
    };
    part.querySelector("[data-only-here]").hidden = false;
    secret.addEventListener("input", write);
    make.addEventListener("click", () => {
      const bytes = crypto.getRandomValues(new Uint8Array(16));
      secret.value = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
      write();
      secret.select();
    });
  });
})();

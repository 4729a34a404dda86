"use strict";

// Draws the list of findings from the data in the page and filters it. Text only ever becomes text
// nodes; the page's policy forbids anything else.
(() => {
  /** Findings drawn at a time: in the list, and in one document. */
  const CHUNK = 60;
  /** Findings drawn for printing, where nothing can be drawn later. */
  const MOST_PRINTED = 2000;
  /** Hosts to choose from; the search field finds the others. */
  const MOST_HOSTS = 500;
  /** How far below the window the list is drawn ahead. */
  const AHEAD = "1200px";
  /** Wait for more typing before a search, in milliseconds. */
  const TYPING = 80;
  const SEVERITIES = ["error", "warning", "info"];
  const SAFETY = { safe: "Safe fix", unsafe: "Fix, to be looked at", display: "Advice" };

  const byId = (id) => document.getElementById(id);
  const counted = (count, word) => `${count.toLocaleString("en")} ${word}${count === 1 ? "" : "s"}`;

  // -- Data ------------------------------------------------------------------------------------

  function taken(id) {
    const element = byId(id);
    const data = JSON.parse(element.textContent);
    element.remove();
    return data;
  }

  const about = taken("about-data");
  const hidden = new RegExp(`[${about.hidden}]`, "u");
  const hiddenOrNot = new RegExp(`[${about.hidden}]|[^${about.hidden}]+`, "gu");
  const rules = new Map(Object.entries(about.rules));
  const sources = [];
  const findings = [];
  for (const entry of taken("findings-data")) {
    if ("path" in entry) {
      entry.number = sources.push(entry) - 1;
      continue;
    }
    entry.source = sources[sources.length - 1];
    entry.family = entry.rule.split("/")[0];
    findings.push(entry);
  }

  /** Text as the search compares it: any case, straight quotes, one kind of blank. */
  function folded(text) {
    return text
      .toLowerCase()
      .replace(/[\u2018\u2019]/g, "'")
      .replace(/[\u201c\u201d]/g, '"')
      .replace(/\s+/g, " ");
  }

  function haystack(finding) {
    if (finding.haystack === undefined) {
      const { path, record = "", url = "", title = "" } = finding.source;
      finding.haystack = folded(
        [finding.message, finding.excerpt.join(""), path, record, url, title].join("\n"),
      );
    }
    return finding.haystack;
  }

  // -- Text ------------------------------------------------------------------------------------

  /** A new element with a class and children: elements, or strings that are shown as text. */
  function element(name, className, ...children) {
    const made = document.createElement(name);
    if (className) {
      made.className = className;
    }
    made.append(...children);
    return made;
  }

  function button(className, label, action) {
    const made = element("button", className, label);
    made.type = "button";
    made.addEventListener("click", action);
    return made;
  }

  /** Appends text of an article, with what cannot be seen made visible. */
  function write(parent, text) {
    if (!hidden.test(text)) {
      parent.append(text);
      return parent;
    }
    for (const [piece] of text.matchAll(hiddenOrNot)) {
      if (!hidden.test(piece)) {
        parent.append(piece);
      } else if (piece === "\n") {
        parent.append(element("span", "line-end", "↵"), "\n");
      } else {
        parent.append(element("span", "hidden-character", codePoint(piece)));
      }
    }
    return parent;
  }

  function codePoint(character) {
    return `U+${character.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
  }

  /** The text as it can be pasted into a terminal. */
  function visible(text) {
    return text.replace(hiddenOrNot, (piece) => (hidden.test(piece) ? `<${codePoint(piece)}>` : piece));
  }

  /** Appends a message: what stands between backticks is code. */
  function writeMessage(parent, message) {
    message.split("`").forEach((piece, index, pieces) => {
      const isCode = index % 2 === 1 && index < pieces.length - 1;
      if (isCode) {
        parent.append(write(element("code"), piece));
      } else {
        write(parent, index % 2 === 1 ? `\`${piece}` : piece);
      }
    });
    return parent;
  }

  /** The address, if it is one that may become a link. */
  function webAddress(text) {
    try {
      const url = new URL(text);
      return url.protocol === "http:" || url.protocol === "https:" ? url.href : null;
    } catch {
      return null;
    }
  }

  // -- Copying ---------------------------------------------------------------------------------

  async function copy(text, what) {
    let isDone = true;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      isDone = copyBySelection(text);
    }
    announce(isDone ? `Copied ${what}` : "The browser did not allow copying");
  }

  /** For pages that the browser does not trust with the clipboard, such as those over http. */
  function copyBySelection(text) {
    const focused = document.activeElement;
    const area = element("textarea");
    area.value = text;
    area.readOnly = true;
    byId("toast").after(area);
    area.select();
    const isDone = document.execCommand("copy");
    area.remove();
    focused?.focus();
    return isDone;
  }

  let silence;
  function announce(text) {
    byId("toast").textContent = text;
    clearTimeout(silence);
    silence = setTimeout(() => byId("toast").replaceChildren(), 2500);
  }

  // -- Filters ---------------------------------------------------------------------------------

  const noFilter = () => ({ q: "", severity: new Set(SEVERITIES), family: "", rule: "", host: "" });
  let filter = noFilter();

  /** The filters, each as a test of a finding. */
  function tests() {
    const wanted = folded(filter.q.trim());
    return {
      q: (finding) => !wanted || haystack(finding).includes(wanted),
      severity: (finding) => filter.severity.has(finding.severity),
      family: (finding) => !filter.family || finding.family === filter.family,
      rule: (finding) => !filter.rule || finding.rule === filter.rule,
      host: (finding) => !filter.host || finding.source.host === filter.host,
    };
  }

  /**
   * The findings that pass, and for each filter how many findings each of its values would show if
   * the others stay as they are.
   */
  function filtered() {
    const all = Object.entries(tests());
    const counts = { severity: new Map(), family: new Map(), rule: new Map(), host: new Map() };
    const count = (name, value) => counts[name].set(value, (counts[name].get(value) ?? 0) + 1);
    const passed = [];
    for (const finding of findings) {
      let failed = "";
      let failures = 0;
      for (const [name, test] of all) {
        if (!test(finding)) {
          failures += 1;
          failed = name;
          if (failures > 1) {
            break;
          }
        }
      }
      if (failures === 0) {
        passed.push(finding);
      }
      for (const name of ["severity", "family", "rule", "host"]) {
        if (failures === 0 || (failures === 1 && failed === name)) {
          count(name, name === "host" ? finding.source.host : finding[name]);
        }
      }
    }
    return { passed, counts };
  }

  function readHash() {
    const given = new URLSearchParams(location.hash.slice(1));
    const read = noFilter();
    read.q = given.get("q") ?? "";
    if (given.has("severity")) {
      read.severity = new Set(
        given
          .get("severity")
          .split(",")
          .filter((name) => SEVERITIES.includes(name)),
      );
    }
    for (const name of ["family", "rule", "host"]) {
      read[name] = given.get(name) ?? "";
    }
    return read;
  }

  function hashOf({ q, severity, family, rule, host }) {
    const parts = [];
    const add = (name, value) =>
      value && parts.push(`${name}=${encodeURIComponent(value).replace(/%2F|%2C/g, decodeURIComponent)}`);
    add("q", q);
    if (severity.size < SEVERITIES.length) {
      parts.push(`severity=${SEVERITIES.filter((name) => severity.has(name)).join(",")}`);
    }
    add("family", family);
    add("rule", rule);
    add("host", host);
    return parts.length > 0 ? `#${parts.join("&")}` : "";
  }

  function writeHash() {
    const hash = hashOf(filter);
    if (hash === location.hash) {
      return;
    }
    try {
      history.replaceState(null, "", hash || location.pathname + location.search);
    } catch {
      // A page in a sandbox has no history; its filters work all the same.
    }
  }

  /** Gives a choice the values that there are, by name or the most frequent first. */
  function offer(select, every, values) {
    select.replaceChildren(new Option(every, ""));
    for (const value of values) {
      const option = new Option(visible(value), value);
      option.dataset.label = option.text;
      select.append(option);
    }
  }

  /** Writes counts behind the values of a choice, and hides those that would show nothing. */
  function tell(select, counts) {
    for (const option of select.options) {
      if (option.value) {
        const count = counts.get(option.value) ?? 0;
        option.text = `${option.dataset.label} (${count.toLocaleString("en")})`;
        option.hidden = count === 0 && !option.selected;
      }
    }
  }

  /** Shows the filter in the form. A value that the report does not have is offered, too. */
  function showFilter() {
    byId("query").value = filter.q;
    for (const box of byId("severities").querySelectorAll("input")) {
      box.checked = filter.severity.has(box.value);
    }
    for (const name of ["family", "rule", "host"]) {
      const select = byId(name);
      if (filter[name] && ![...select.options].some((option) => option.value === filter[name])) {
        const option = new Option(visible(filter[name]), filter[name]);
        option.dataset.label = option.text;
        select.append(option);
      }
      select.value = filter[name];
    }
  }

  function changed() {
    writeHash();
    draw();
  }

  function prepareFilters() {
    for (const name of SEVERITIES) {
      const box = element("input");
      Object.assign(box, { type: "checkbox", value: name, checked: true });
      box.addEventListener("change", () => {
        filter.severity[box.checked ? "add" : "delete"](name);
        changed();
      });
      byId("severities").append(element("label", "", box, element("span")));
    }
    const families = new Set(findings.map((finding) => finding.family));
    offer(byId("family"), "All families", [...families].sort());
    const named = new Set(findings.map((finding) => finding.rule));
    offer(byId("rule"), "All rules", [...named].sort());
    const hosts = new Map();
    for (const { source } of findings) {
      if (source.host) {
        hosts.set(source.host, (hosts.get(source.host) ?? 0) + 1);
      }
    }
    byId("host-label").hidden = hosts.size === 0;
    const frequent = [...hosts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, MOST_HOSTS);
    offer(
      byId("host"),
      "All hosts",
      frequent.map(([host]) => host),
    );
    for (const name of ["family", "rule", "host"]) {
      byId(name).addEventListener("change", (event) => {
        filter[name] = event.target.value;
        if (name === "family" && filter.family && !filter.rule.startsWith(`${filter.family}/`)) {
          filter.rule = "";
          showFilter();
        }
        changed();
      });
    }
    let typing;
    byId("query").addEventListener("input", (event) => {
      clearTimeout(typing);
      filter.q = event.target.value;
      typing = setTimeout(changed, TYPING);
    });
    byId("filters").addEventListener("submit", (event) => event.preventDefault());
    byId("filters").addEventListener("reset", (event) => {
      event.preventDefault();
      filter = noFilter();
      showFilter();
      changed();
    });
    byId("copy-link").addEventListener("click", () =>
      copy(location.href.split("#")[0] + hashOf(filter), "the link"),
    );
    byId("fold").addEventListener("click", () => {
      isFolded = !isFolded;
      byId("fold").setAttribute("aria-pressed", String(isFolded));
      draw();
    });
    window.addEventListener("hashchange", () => {
      filter = readHash();
      showFilter();
      draw();
      byId("list").scrollIntoView();
    });
  }

  // -- The list --------------------------------------------------------------------------------

  let isFolded = false;
  /** Documents with the findings that pass, and how many of the documents are drawn. */
  let groups = [];
  let drawn = 0;

  const watcher = new IntersectionObserver(
    (entries) => entries.filter((entry) => entry.isIntersecting).forEach((entry) => entry.target.click()),
    { rootMargin: `0px 0px ${AHEAD} 0px` },
  );

  /** Draws the list anew. */
  function draw() {
    const { passed, counts } = filtered();
    groups = [];
    for (const finding of passed) {
      const last = groups[groups.length - 1];
      if (last?.source === finding.source) {
        last.findings.push(finding);
      } else {
        groups.push({ source: finding.source, findings: [finding] });
      }
    }
    for (const box of byId("severities").querySelectorAll("input")) {
      const count = (counts.severity.get(box.value) ?? 0).toLocaleString("en");
      box.nextElementSibling.textContent = `${box.value} ${count}`;
    }
    for (const name of ["family", "rule", "host"]) {
      tell(byId(name), counts[name]);
    }
    const shown = passed.length.toLocaleString("en");
    byId("count").textContent =
      `Showing ${shown} of ${counted(findings.length, "finding")} in ${counted(groups.length, "document")}`;
    byId("reset").disabled = hashOf(filter) === "";
    byId("nothing").hidden = passed.length > 0;
    watcher.disconnect();
    byId("documents").replaceChildren();
    drawn = 0;
    drawMore();
  }

  /** Draws further documents, until there are some findings more. */
  function drawMore() {
    const made = [];
    for (let room = CHUNK; room > 0 && drawn < groups.length; drawn += 1) {
      const group = groups[drawn];
      made.push(drawDocument(group));
      room -= isFolded ? 2 : Math.min(group.findings.length, CHUNK);
    }
    byId("documents").append(...made);
    const more = byId("more");
    const left = groups.length - drawn;
    more.hidden = left === 0;
    more.textContent = `Show more (${counted(left, "document")} left)`;
    watch(more);
  }

  /** Clicks a button as soon as it comes near the window, also if it is there already. */
  function watch(more) {
    watcher.unobserve(more);
    if (!more.hidden) {
      watcher.observe(more);
    }
  }

  function drawDocument({ source, findings: all }) {
    const details = element("details", "document");
    details.open = !isFolded;
    const title = write(element("h3"), source.path);
    if (source.record !== undefined) {
      title.append(" ", write(element("span", "record"), `{${source.record}}`));
    }
    const summary = element("summary", "", title);
    for (const severity of SEVERITIES) {
      const count = all.filter((finding) => finding.severity === severity).length;
      if (count > 0) {
        const label = `${count.toLocaleString("en")} ${severity}${severity !== "info" && count > 1 ? "s" : ""}`;
        summary.append(" ", element("span", `badge tally ${severity}`, label));
      }
    }
    details.append(summary);
    const lines = aboutDocument(source);
    if (lines) {
      details.append(lines);
    }
    let next = 0;
    const more = button("more", "", () => {
      for (const finding of all.slice(next, next + CHUNK)) {
        more.before(drawFinding(finding));
      }
      next = Math.min(next + CHUNK, all.length);
      more.textContent = `Show more (${counted(all.length - next, "finding")} left)`;
      if (next < all.length) {
        watch(more);
      } else {
        watcher.unobserve(more);
        more.remove();
      }
    });
    details.append(more);
    if (details.open) {
      more.click();
    } else {
      details.addEventListener("toggle", () => next === 0 && more.click());
    }
    return details;
  }

  /** What is known of a record: its number, headline, date and address. */
  function aboutDocument(source) {
    if (source.record === undefined) {
      return null;
    }
    const line = element("p", "about", `Record ${source.index.toLocaleString("en")}`);
    for (const text of [source.title, source.date]) {
      if (text) {
        line.append(" · ", write(element("bdi"), text));
      }
    }
    if (source.url) {
      const address = webAddress(source.url);
      const shown = write(element(address ? "a" : "span"), source.url);
      if (address) {
        Object.assign(shown, { href: address, rel: "noreferrer noopener", target: "_blank" });
      }
      line.append(" · ", shown);
    }
    return line;
  }

  /** The place as compilers print it, which editors and terminals open. */
  function place({ source, line, column }) {
    const record = source.in === "text" ? `{${source.record}}` : "";
    return visible(`${source.path}${record}:${line}:${column}`);
  }

  function drawFinding(finding) {
    const article = element("article", `finding ${finding.severity}`);
    const facts = element(
      "div",
      "line-of-facts",
      element("span", `badge ${finding.severity}`, finding.severity),
    );
    const rule = write(element("a"), finding.rule);
    rule.href = hashOf({ ...noFilter(), rule: finding.rule });
    rule.title = rules.get(finding.rule)?.summary ?? "";
    const where = `line ${finding.line.toLocaleString("en")}, column ${finding.column.toLocaleString("en")}`;
    const copyPlace = button("small copy-place", "Copy place", () => copy(place(finding), "the place"));
    copyPlace.setAttribute("aria-label", `Copy place: ${where}`);
    facts.append(
      rule,
      element("span", "place", finding.source.in === "text" ? `${where} of the text` : where),
      copyPlace,
    );
    article.append(
      facts,
      writeMessage(element("p", "message"), finding.message),
      drawExcerpt(finding.excerpt),
    );
    if (finding.fix) {
      article.append(drawFix(finding.fix));
    }
    if (finding.related) {
      article.append(drawRelated(finding));
    }
    if (rules.has(finding.rule)) {
      article.append(drawWhy(rules.get(finding.rule)));
    }
    return article;
  }

  function drawExcerpt([before, span, behind]) {
    const line = element("div", "excerpt");
    line.dir = "auto";
    write(line, before);
    line.append(write(element("mark"), span));
    return write(line, behind);
  }

  function drawFix(fix) {
    const block = element("div", `fix ${fix.safety}`, element("span", "", `${SAFETY[fix.safety]}:`));
    writeMessage(block, fix.message);
    const written = fix.edits.filter(([, replacement]) => replacement !== "");
    if (written.length === 0) {
      return block;
    }
    block.append(element("br"));
    for (const [old, replacement, cut] of fix.edits) {
      const edit = element("span", "edit");
      if (old) {
        edit.append(write(element("del"), old));
      }
      if (replacement) {
        edit.append(old ? " → " : "", write(element("ins"), replacement));
      }
      if (replacement && !cut) {
        const copyIt = button("small copy-fix", "Copy", () => copy(replacement, "the replacement"));
        copyIt.setAttribute("aria-label", `Copy replacement: ${visible(replacement)}`);
        edit.append(" ", copyIt);
      }
      block.append(edit);
    }
    if (fix["more-edits"]) {
      block.append(`and ${counted(fix["more-edits"], "edit")} more`);
    }
    return block;
  }

  function drawRelated(finding) {
    const list = element("ul", "related");
    for (const related of finding.related) {
      const item = element("li", "", `Line ${related.line.toLocaleString("en")}: `);
      writeMessage(item, related.message);
      const [before, span, behind] = related.excerpt;
      const quote = write(element("q"), before);
      quote.append(write(element("mark"), span));
      item.append(" ", write(quote, behind));
      list.append(item);
    }
    if (finding["more-related"]) {
      list.append(element("li", "", `and ${counted(finding["more-related"], "place")} more`));
    }
    return list;
  }

  /** Why there is such a rule; drawn when somebody asks. */
  function drawWhy(rule) {
    const details = element("details", "why", element("summary", "", "Why?"));
    details.addEventListener("toggle", () => {
      if (details.childElementCount === 1) {
        for (const paragraph of rule.why.split(/\n\s*\n/)) {
          details.append(writeMessage(element("p"), paragraph.replace(/\s+/g, " ")));
        }
      }
    });
    return details;
  }

  // -- The page --------------------------------------------------------------------------------

  function prepareTheme() {
    const theme = byId("theme");
    const system = matchMedia("(prefers-color-scheme: dark)");
    const root = document.documentElement;
    const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : system.matches);
    const show = () => {
      theme.textContent = isDark() ? "Light colours" : "Dark colours";
    };
    try {
      const kept = localStorage.getItem("newslint-theme");
      if (kept === "dark" || kept === "light") {
        root.dataset.theme = kept;
      }
    } catch {
      // Without storage the choice holds for this visit.
    }
    theme.addEventListener("click", () => {
      root.dataset.theme = isDark() ? "light" : "dark";
      show();
      try {
        localStorage.setItem("newslint-theme", root.dataset.theme);
      } catch {
        // As above.
      }
    });
    system.addEventListener("change", show);
    show();
    theme.hidden = false;
  }

  /** Draws what is not drawn yet: paper does not scroll. */
  function drawForPrint() {
    const drawnFindings = () => document.querySelectorAll(".finding").length;
    for (let before = -1; before !== drawnFindings() && drawnFindings() < MOST_PRINTED;) {
      before = drawnFindings();
      document.querySelectorAll(".document[open] > .more").forEach((more) => more.click());
      if (!byId("more").hidden) {
        drawMore();
      }
    }
  }

  function start() {
    prepareTheme();
    byId("no-script").remove();
    byId("list").before(byId("totals"));
    if (about.findings === 0) {
      return;
    }
    document.title = `${counted(about.findings, "finding")} – newslint report`;
    const left = about.findings - findings.length;
    if (left > 0) {
      byId("shortened").hidden = false;
      byId("shortened").textContent =
        findings.length > 0
          ? `The list holds the first ${findings.length.toLocaleString("en")} findings; ${left.toLocaleString("en")} more are only in the totals. --format jsonl writes them all.`
          : "This report was made with --statistics: it holds the totals, not the findings.";
    }
    byId("list").hidden = false;
    byId("jumps").hidden = false;
    byId("filters").hidden = findings.length === 0;
    for (const jump of byId("jumps").querySelectorAll("a")) {
      // Not by the address: what stands there behind # is the filter.
      jump.addEventListener("click", (event) => {
        event.preventDefault();
        byId(jump.hash.slice(1)).scrollIntoView();
      });
    }
    byId("more").addEventListener("click", drawMore);
    window.addEventListener("beforeprint", drawForPrint);
    prepareFilters();
    filter = readHash();
    if (findings.length > 0) {
      showFilter();
      draw();
    }
    if (location.hash.includes("=")) {
      byId("list").scrollIntoView();
    }
  }

  start();
})();

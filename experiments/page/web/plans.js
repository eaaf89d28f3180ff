// Plans: doses of levers, what they cost, and the scenario file that the command line reads.

const MOST_RAMP = 120;
const MOST_BYTES = 65536;
const MOST_LINES = 600;

/** Return a plan without levers. */
function emptyPlan() {
  return { levers: {}, ceiling: null, overrides: {}, noEffect: false };
}

function copyPlan(plan) {
  return structuredClone(plan);
}

function samePlan(first, second) {
  return JSON.stringify(orderedPlan(first)) === JSON.stringify(orderedPlan(second));
}

function orderedPlan(plan) {
  const levers = Object.entries(plan.levers)
    .filter(([, dose]) => dose.level > 0)
    .sort()
    .map(([id, dose]) => [
      id,
      Number(dose.level.toPrecision(6)),
      dose.start,
      dose.ramp,
      dose.end ?? null,
    ]);
  return { levers, ceiling: plan.ceiling ?? null };
}

/** Return million rupiah a year once all ramps are over, at the prices of the catalogue. */
function planCost(plan, levers) {
  return levers.reduce((sum, row) => sum + (plan.levers[row.id]?.level ?? 0) * row.full_cost, 0);
}

/** Return the plan made larger or smaller until it costs a sum; levers stop at their maximum. */
function scaledPlan(plan, levers, sum) {
  const rows = levers.filter((row) => row.full_cost > 0 && (plan.levers[row.id]?.level ?? 0) > 0);
  const scaled = copyPlan(plan);
  let free = rows;
  let spent = 0;
  while (free.length > 0) {
    const cost = free.reduce((total, row) => total + plan.levers[row.id].level * row.full_cost, 0);
    const factor = (sum - spent) / cost;
    const beyond = free.filter((row) => plan.levers[row.id].level * factor > row.maximum_share);
    const stopped = beyond.length > 0 ? beyond : free;
    for (const row of stopped) {
      scaled.levers[row.id].level =
        beyond.length > 0 ? row.maximum_share : plan.levers[row.id].level * factor;
      spent += scaled.levers[row.id].level * row.full_cost;
    }
    free = beyond.length > 0 ? free.filter((row) => !beyond.includes(row)) : [];
  }
  return scaled;
}

function scalar(value) {
  const rounded = Number(value.toPrecision(12));
  return Number.isInteger(rounded) ? `${rounded}.0` : String(rounded);
}

/** Return a plan as the scenario file of `tumbuh run` and `tumbuh compare --scenarios`. */
function planYaml(plan, levers, id, title, intent) {
  const lines = [`id: ${id}`, "title:"];
  for (const [key, text] of [
    ["title", title],
    ["intent", intent],
  ]) {
    if (key === "intent") lines.push("intent:");
    for (const language of ["id", "en"])
      lines.push(`  ${language}: ${JSON.stringify(text[language])}`);
  }
  const used = levers.filter((row) => (plan.levers[row.id]?.level ?? 0) > 0);
  lines.push(used.length > 0 ? "levers:" : "levers: {}");
  for (const row of used) {
    const dose = plan.levers[row.id];
    const end = dose.end ? `, end: "${dose.end}"` : "";
    const level = scalar(Math.min(dose.level, row.maximum_share) * row.full);
    lines.push(
      `  ${row.id}: {level: ${level}, start: "${dose.start}", ramp_months: ${scalar(dose.ramp)}${end}}`
    );
  }
  if (plan.ceiling !== null) {
    lines.push(
      "budget:",
      `  ceiling_million_idr_per_year: ${scalar(plan.ceiling)}`,
      "  over_ceiling: scale"
    );
  }
  return `${lines.join("\n")}\n`;
}

/** A mistake in a file or address that the reader can mend. */
class Mistake extends Error {
  constructor(key, blanks) {
    super(key);
    this.key = key;
    this.blanks = blanks;
  }
}

/** Return the text of a small text file, or throw a Mistake. */
async function readSmall(file) {
  if (file.size === 0) throw new Mistake("mistake.empty", {});
  if (file.size > MOST_BYTES) {
    throw new Mistake("mistake.large", {
      size: Math.ceil(file.size / 1024),
      most: MOST_BYTES / 1024,
    });
  }
  let text;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(await file.arrayBuffer());
  } catch {
    throw new Mistake("mistake.binary", {});
  }
  if (/[\0-\x08\x0e-\x1f]/.test(text)) throw new Mistake("mistake.binary", {});
  const lines = text.replace(/^\ufeff/, "").split(/\r?\n/);
  if (lines.length > MOST_LINES) throw new Mistake("mistake.long", { most: MOST_LINES });
  return lines;
}

const DOSE_LINE = /^ {2}([a-z][a-z ]{1,40}):\s*\{(.{1,200})\}\s*(?:#.*)?$/;

/** Return the plan of a scenario file's lines; only what this page writes is understood. */
function planOfYaml(lines, data) {
  const plan = emptyPlan();
  let section = "";
  let found = false;
  lines.forEach((line, index) => {
    const top = /^([a-z_]+):\s*(.*)$/.exec(line);
    if (top) {
      section = top[1];
      if (section === "extends" && /[a-z]/.test(top[2])) {
        throw new Mistake("mistake.extends", { line: index + 1 });
      }
      if (section === "settings" || section === "equal_budget") {
        throw new Mistake("mistake.section", { line: index + 1, found: section });
      }
      found ||= section === "levers";
    } else if (section === "levers" && /^ {2}[^ #]/.test(line)) {
      readDose(plan, line, index + 1, data);
    } else if (section === "budget") {
      const ceiling = /^ {2}ceiling_million_idr_per_year:\s*([\d.]{1,12})\s*$/.exec(line);
      if (ceiling) plan.ceiling = boundedNumber(ceiling[1], 0, 1e6, index + 1);
    }
  });
  if (!found) throw new Mistake("mistake.no_levers", {});
  return plan;
}

function readDose(plan, line, place, { levers, dates }) {
  const entry = DOSE_LINE.exec(line);
  if (!entry) throw new Mistake("mistake.dose", { line: place });
  const row = levers.find((lever) => lever.id === entry[1]);
  if (!row) throw new Mistake("mistake.lever", { line: place, found: entry[1] });
  const parts = Object.fromEntries(
    entry[2].split(",").map((part) => {
      const cut = part.indexOf(":");
      return [
        part.slice(0, cut).trim(),
        part
          .slice(cut + 1)
          .trim()
          .replace(/^"(.*)"$/, "$1"),
      ];
    })
  );
  const level = boundedNumber(parts.level, 0, row.full * row.maximum_share, place);
  if (parts.end !== undefined && parts.end <= parts.start)
    throw new Mistake("mistake.end", { line: place });
  plan.levers[row.id] = {
    level: Math.min(level / row.full, row.maximum_share),
    start: boundedMonth(parts.start, place, dates),
    ramp: boundedNumber(parts.ramp_months, 0, MOST_RAMP, place),
    end: parts.end === undefined ? null : boundedMonth(parts.end, place, dates),
  };
}

function boundedNumber(text, low, high, line) {
  const value = /^\d{1,9}(\.\d{1,15})?$/.test(text ?? "") ? Number(text) : NaN;
  if (!(value >= low && value <= high)) {
    throw new Mistake("mistake.number", { line, low, high, found: (text ?? "").slice(0, 20) });
  }
  return value;
}

function boundedMonth(text, line, dates) {
  if (!/^20\d\d-(0[1-9]|1[0-2])$/.test(text ?? "") || text < dates.first || text > dates.last) {
    throw new Mistake("mistake.month", {
      line,
      first: dates.first,
      found: (text ?? "").slice(0, 20),
    });
  }
  return text;
}

// The engine of the page: plans in, trajectories of every draw out. Draws are cut into pieces that
// go to whichever worker is free.

const PIECE_DRAWS = 64;
const FEWEST_PIECE_DRAWS = 16;
const MOST_WORKERS = 8;
const POINTS = 100;
// The smallest module that needs 128-bit vectors: one function, () -> v128.
const VECTOR_PROBE = [
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15,
  253, 98, 11,
];

// Return an engine.
//   payload: what `engine_payload` of payload.py made.
//   options.workers: threads; 0 for the page's own; by default one less than the processors.
async function createEngine(payload, options = {}) {
  if (typeof WebAssembly !== "object" || !WebAssembly.validate(new Uint8Array(VECTOR_PROBE))) {
    const text = "This browser has no WebAssembly with 128-bit vectors: use one from 2023 on";
    throw Object.assign(new Error(text), { code: "browser" });
  }
  const tables = await unpacked(payload.packed);
  const modules = await Promise.all(
    ["history", "future"].map((name) => WebAssembly.compile(tables.bytes(`${name} module`)))
  );
  const setup = engineSetup(payload, tables, modules);
  const pool = await startPool(setup, options.workers);
  return makeEngine(payload, setup, pool);
}

// Inflate the tables of a page.
async function unpacked({ text, places }) {
  const letters = atob(text);
  const packed = new Uint8Array(letters.length);
  for (let k = 0; k < letters.length; k++) packed[k] = letters.charCodeAt(k);
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
  const buffer = await new Response(stream).arrayBuffer();
  return {
    bytes: (name) => new Uint8Array(buffer, ...places[name]),
    numbers: (name) => new Float64Array(buffer, places[name][0], places[name][1] / 8),
  };
}

// What every worker is told once.
function engineSetup(payload, tables, modules) {
  const drawnRows = payload.inputs.map((name) => payload.drawn.indexOf(name));
  const shared = {
    inputs: payload.inputs.length,
    draws: payload.draws,
    drawn: tables.numbers("drawn"),
    drawnRows,
    states: tables.numbers("states"),
    origin: payload.origin,
    timeStep: payload.time_step,
  };
  const last = stepOf(payload, monthOf(`${payload.until + 1}-01`));
  const restart = payload.restart_step;
  const kernel = (name, module, firstStep, steps, outputs) => ({
    module,
    spec: { ...payload.kernels[name], firstStep, steps, outputs, continued: name === "future" },
    tables: Object.fromEntries(
      ["at_start", "fixed", "changing"].map((key) => [key, tables.numbers(`${name} ${key}`)])
    ),
  });
  const kernels = {
    history: kernel("history", modules[0], 0, restart, 0),
    future: kernel("future", modules[1], restart, last - restart, payload.outputs.length),
  };
  return { shared, kernels };
}

// ---- threads --------------------------------------------------------------------------------

// Start workers; where the browser refuses them, the page's own thread works.
async function startPool(setup, wanted) {
  const processors = (typeof navigator === "object" && navigator.hardwareConcurrency) || 2;
  const count = wanted ?? Math.max(1, Math.min(MOST_WORKERS, processors - 1));
  let threads = [];
  if (count > 0 && typeof Worker === "function") {
    const source = new Blob([`(${tumbuhWorker})(self)`], { type: "text/javascript" });
    const address = URL.createObjectURL(source);
    try {
      threads = await Promise.all(
        Array.from({ length: count }, () => readied(new Worker(address), setup))
      );
    } catch {
      threads = [];
    }
    URL.revokeObjectURL(address);
  }
  if (!threads.length) threads = [await readied(ownThread(), setup)];
  return makePool(threads);
}

// Something like a worker on this thread: it answers between two events, not at once.
function ownThread() {
  const thread = { onmessage: null, onerror: null, terminate: () => {} };
  const host = {
    postMessage: (data) => setTimeout(() => thread.onmessage && thread.onmessage({ data }), 0),
  };
  tumbuhWorker(host);
  thread.postMessage = (data) => {
    setTimeout(() => {
      try {
        host.onmessage({ data });
      } catch (error) {
        if (thread.onerror) thread.onerror(error);
      }
    }, 0);
  };
  return thread;
}

function readied(thread, setup) {
  return new Promise((resolve, reject) => {
    thread.onmessage = () => resolve(thread);
    thread.onerror = (error) => {
      thread.terminate();
      reject(new Error(error.message || "The worker did not start"));
    };
    thread.postMessage(setup);
  });
}

// Hand out pieces of work, first come first served.
function makePool(threads) {
  const idle = [...threads];
  const waiting = [];
  let number = 0;

  function next() {
    while (idle.length && waiting.length) {
      const piece = waiting.shift();
      if (piece.signal && piece.signal.aborted) piece.reject(aborted());
      else start(idle.pop(), piece);
    }
  }

  function start(thread, piece) {
    const finish = (act) => {
      idle.push(thread);
      act();
      next();
    };
    thread.onmessage = ({ data }) => finish(() => piece.resolve(data.found));
    thread.onerror = (error) => finish(() => piece.reject(new Error(error.message)));
    thread.postMessage({ ...piece.request, id: ++number });
  }

  return {
    size: threads.length,
    run: (request, signal) =>
      new Promise((resolve, reject) => {
        waiting.push({ request, signal, resolve, reject });
        next();
      }),
    close: () => threads.forEach((thread) => thread.terminate()),
  };
}

function aborted() {
  return new DOMException("A newer question took its place", "AbortError");
}

// ---- months ---------------------------------------------------------------------------------

// Month of the model's clock, 0 for January 2018, at which a calendar month starts.
function monthOf(date) {
  const found = /^(\d{4})-(\d{2})$/.exec(date);
  if (!found || +found[2] < 1 || +found[2] > 12) {
    throw refusal("date", "date", `expected a year and month such as 2027-01, found ${date}`, {
      found: date,
    });
  }
  return 12 * (+found[1] - 2018) + +found[2] - 1;
}

function dateOf(month) {
  const year = 2018 + Math.floor(month / 12);
  return `${year}-${String((month % 12) + 1).padStart(2, "0")}`;
}

function stepOf(payload, month) {
  return Math.round((month - payload.origin) / payload.time_step);
}

// ---- plans ----------------------------------------------------------------------------------

// Return {values, given}: a number for each input, NaN where the draws have it, and by row the
// numbers of each draw where the reader gave some.
function inputsOf(payload, plan, draws) {
  const values = Float64Array.from(payload.inputs, (name) => payload.same[name] ?? NaN);
  const given = {};
  const row = (name) => payload.inputs.indexOf(name);
  for (const [id, dose] of Object.entries(plan.levers || {})) {
    const lever = payload.levers[id];
    if (!lever) throw refusal("lever", id, "unknown lever");
    const checked = checkedDose(payload, lever, dose);
    for (const part of Object.keys(lever.constants)) {
      values[row(lever.constants[part])] = checked[part];
    }
  }
  if (plan.ceiling !== null && plan.ceiling !== undefined) {
    values[row("budget ceiling")] = within(plan.ceiling, 0, Infinity, "budget ceiling");
  }
  const assumed = plan.noEffect ? payload.no_effect : {};
  for (const [name, value] of Object.entries({ ...plan.overrides, ...assumed })) {
    if (typeof value === "number") values[row(name)] = checkedParameter(payload, name, value);
    else {
      if (value.length < draws) throw refusal("draws", name, "expected a number for each draw");
      given[row(name)] = Float64Array.from(value, (v) => checkedParameter(payload, name, v));
    }
  }
  return { values, given };
}

function checkedDose(payload, lever, { level, start, ramp, end }) {
  const { decision, until } = payload;
  const last = monthOf(`${until + 1}-01`);
  const begin = within(monthOf(start), monthOf(decision), last, `${lever.id} start`);
  return {
    level: within(level, 0, lever.maximum_share * (1 + 1e-12), `${lever.id} level`) * lever.full,
    start: begin,
    ramp: within(ramp, 0, last, `${lever.id} ramp`),
    end: end ? within(monthOf(end), begin, last, `${lever.id} end`) : payload.same[lever.constants.end],
  };
}

function checkedParameter(payload, name, value) {
  const bounds = payload.parameters[name];
  if (!bounds) throw refusal("parameter", name, "unknown parameter");
  return within(value, bounds.low, bounds.high, name);
}

function within(value, low, high, name) {
  if (typeof value !== "number" || !(value >= low && value <= high)) {
    const text = `expected ${low} to ${high}, found ${value}`;
    throw refusal("range", name, text, { low, high, found: value });
  }
  return value;
}

// An error about what the reader asked for; the page says it in the reader's language by its code.
function refusal(code, where, text, facts = {}) {
  return Object.assign(new RangeError(`${where}: ${text}`), { code, where, ...facts });
}

// Million rupiah a year once every ramp is over.
function yearlyCost(payload, plan) {
  let sum = 0;
  for (const [id, { level }] of Object.entries(plan.levers || {})) {
    sum += level * payload.levers[id].full * payload.levers[id].unit_cost;
  }
  return sum;
}

// ---- engine ---------------------------------------------------------------------------------

function makeEngine(payload, setup, pool) {
  const newest = new Map();
  const kept = new Map();
  const outputs = payload.outputs;

  // Keep the last few results that many plans share.
  function remembered(key, make) {
    if (!kept.has(key)) {
      if (kept.size >= 8) kept.delete(kept.keys().next().value);
      const found = make();
      kept.set(key, found);
      found.catch(() => kept.delete(key));
    }
    return kept.get(key);
  }

  // Run one kernel over the first draws; rows of the result are one for each number of a draw.
  async function runDraws(request, draws, signal) {
    const share = Math.ceil(draws / pool.size / 2);
    const size = 2 * Math.ceil(Math.min(PIECE_DRAWS, Math.max(FEWEST_PIECE_DRAWS, share)) / 2);
    const pieces = [];
    for (let first = 0; first < draws; first += size) {
      pieces.push(pieceOf(request, draws, first, Math.min(size, draws - first)));
    }
    const found = await Promise.all(pieces.map((piece) => pool.run(piece, signal)));
    const rows = found[0].length / pieces[0].count;
    const all = new Float64Array(rows * draws);
    found.forEach((part, k) => {
      const { first, count } = pieces[k];
      for (let row = 0; row < rows; row++) {
        all.set(part.subarray(row * count, (row + 1) * count), row * draws + first);
      }
    });
    return all;
  }

  function pieceOf(request, draws, first, count) {
    const given = {};
    for (const row of Object.keys(request.given)) {
      given[row] = request.given[row].slice(first, first + count);
    }
    return { ...request, given, first, count, states: slab(request.states, draws, first, count) };
  }

  // States at the decision date: those that the page carries, or new ones where the plan assumes
  // other parameters, which act from the beginning.
  function statesOf(plan, draws) {
    if (!plan.noEffect && !Object.keys(plan.overrides || {}).length) return Promise.resolve(null);
    const assumed = { overrides: plan.overrides, noEffect: plan.noEffect };
    return remembered(JSON.stringify(["states", assumed, draws]), async () => {
      const inputs = inputsOf(payload, assumed, draws);
      const steps = payload.restart_step;
      const request = { kernel: "history", ...inputs, steps, kept: [], wantsStates: true };
      const all = await runDraws(request, draws);
      const rows = payload.kernels.history.rows;
      const states = new Float64Array(rows.length * draws);
      rows.forEach((row, k) => {
        states.set(all.subarray(row * draws, (row + 1) * draws), k * draws);
      });
      return states;
    });
  }

  // Outputs (output, month, draw) at months of the model's clock.
  async function future(plan, extra, draws, months, signal) {
    const inputs = inputsOf(payload, plan, draws);
    for (const [name, value] of Object.entries(extra)) {
      inputs.values[payload.inputs.indexOf(name)] = value;
    }
    const states = await statesOf(plan, draws);
    const steps = months.map((month) => stepOf(payload, month) - payload.restart_step);
    const request = { kernel: "future", ...inputs, states, steps: steps[steps.length - 1] };
    return runDraws({ ...request, kept: steps, wantsStates: false }, draws, signal);
  }

  function monthsUntil(year, spacing = 1) {
    const first = monthOf(payload.decision);
    const last = within(monthOf(`${year + 1}-01`), first + 12, monthOf(`${payload.until + 1}-01`), "until");
    return Array.from({ length: (last - first) / spacing + 1 }, (_, k) => first + k * spacing);
  }

  function drawsOf(wanted) {
    return Math.min(payload.draws, within(Math.floor(wanted), 1, Infinity, "draws"));
  }

  // Abort what is running of the same channel.
  function latest(channel, signal) {
    const own = new AbortController();
    if (newest.has(channel)) newest.get(channel).abort();
    newest.set(channel, own);
    if (signal) {
      if (signal.aborted) own.abort();
      signal.addEventListener("abort", () => own.abort(), { once: true });
    }
    return own.signal;
  }

  async function simulate(plan, options = {}) {
    const { draws: wanted = 200, until = 2031, signal, channel = "default" } = options;
    const begun = performance.now();
    const stop = latest(channel, signal);
    const draws = drawsOf(wanted);
    const months = monthsUntil(until);
    const nothing = { levers: {}, overrides: plan.overrides, noEffect: plan.noEffect };
    const key = JSON.stringify(["base", nothing, draws, until]);
    // Checked before anything runs.
    inputsOf(payload, plan, draws);
    const before = remembered(key, () => future(nothing, {}, draws, months));
    const still = Object.values(plan.levers || {}).every((dose) => dose.level === 0);
    const idle = still && (plan.ceiling ?? null) === null;
    const after = idle ? before : future(plan, {}, draws, months, stop);
    const [found, base] = await Promise.all([after, before]);
    if (stop.aborted) throw aborted();
    const cost = yearlyCost(payload, plan);
    return makeAnswer(payload, { plan: found, base, draws, months, until, cost, begun });
  }

  // Gain at the end of a year by relaxing one link of delivery after the other.
  async function bottleneck(plan, options = {}) {
    const { until = 2031, draws: wanted = payload.bottleneck_draws, signal } = options;
    const draws = drawsOf(wanted);
    const months = [monthOf(`${until + 1}-01`)];
    const own = plan || { levers: {} };
    const cases = payload.links.map((link) => [link, { [`relax ${link}`]: 1 }]);
    if (!plan) cases.push(["food", payload.food]);
    const runs = [["", {}], ...cases].map(([, extra]) => future(own, extra, draws, months, signal));
    const [plain, ...relaxed] = await Promise.all(runs);
    const survey = outputs.indexOf("survey prevalence");
    const gains = cases.map(([link], k) => {
      const gain = pairedGain(payload, plain, relaxed[k], survey * draws, draws);
      return { link, gain: Statistics.interval(gain.filter(Number.isFinite)) };
    });
    return gains.sort((first, second) => second.gain.mean - first.gain.mean);
  }

  // Prevalence if a share of new faltering, all by default, ended on the decision date: as
  // surveyed, and in both child sectors.
  async function speedLimit(options = {}) {
    const { until = 2031, draws: wanted = 200, signal, removal = 1 } = options;
    const draws = drawsOf(wanted);
    const months = monthsUntil(until);
    const share = within(removal, 0, 1, "removal");
    const limit = Object.entries(payload.speed_limit).map(([name, all]) => [name, share * all]);
    const all = await future({ levers: {} }, Object.fromEntries(limit), draws, months, signal);
    const path = (name) => tableOf(all, outputs.indexOf(name), months.length * draws);
    return {
      draws,
      months: months.map(dateOf),
      years: yearColumns(months),
      survey: path("survey prevalence"),
      coflow: path("HAZ survey prevalence"),
      stocks: path("stock survey prevalence"),
    };
  }

  // What the draws have for a parameter.
  function parameter(name, draws = payload.draws) {
    const row = payload.drawn.indexOf(name);
    if (row < 0) throw refusal("parameter", name, "no drawn parameter");
    return setup.shared.drawn.slice(row * payload.draws, row * payload.draws + draws);
  }

  const info = Object.freeze({
    draws: payload.draws,
    until: payload.until,
    months0: payload.decision,
    links: payload.links,
    outputs,
    parameters: payload.parameters,
    noEffect: payload.no_effect,
    workers: pool.size,
  });
  return Object.freeze({ info, simulate, bottleneck, speedLimit, parameter, close: pool.close });
}

// Some draws of a table with a row for each number.
function slab(table, draws, first, count) {
  if (!table) return null;
  const rows = table.length / draws;
  const out = new Float64Array(rows * count);
  for (let row = 0; row < rows; row++) {
    const from = row * draws + first;
    out.set(table.subarray(from, from + count), row * count);
  }
  return out;
}

function tableOf(all, place, size) {
  return all.subarray(place * size, (place + 1) * size);
}

function yearColumns(months) {
  const years = {};
  months.forEach((month, column) => {
    if (column && month % 12 === 0) years[2018 + month / 12 - 1] = column;
  });
  return years;
}

// Fall of a prevalence from one run to another in the same draws, points.
function pairedGain(payload, base, other, from, draws) {
  const gain = new Float64Array(draws);
  for (let k = 0; k < draws; k++) {
    const fall = base[from + k] - other[from + k];
    gain[k] = POINTS * (Math.abs(fall) < payload.rules.tie ? 0 : fall);
  }
  return gain;
}

// ---- answers --------------------------------------------------------------------------------

function makeAnswer(payload, { plan, base, draws, months, until, cost, begun }) {
  const columns = months.length;
  const years = yearColumns(months);
  const runs = { plan, base };
  const place = (name) => {
    const found = payload.outputs.indexOf(name);
    if (found < 0) throw refusal("output", name, "unknown output");
    return found;
  };
  const path = (name, of = "plan") => tableOf(runs[of], place(name), columns * draws);
  const good = Array.from({ length: draws }, (_, draw) => allFinite(runs, draw, draws));
  const kept = (values) => values.filter((_, draw) => good[draw]);
  const column = (year) => {
    if (!(year in years)) throw refusal("year", `${year}`, `expected a year to ${until}`);
    return years[year];
  };
  const at = (name, year, of = "plan") => {
    const from = column(year) * draws;
    return kept(path(name, of).subarray(from, from + draws));
  };
  const gainOf = (name, year) => {
    const from = (place(name) * columns + column(year)) * draws;
    return kept(pairedGain(payload, base, plan, from, draws));
  };
  const more = (name, year, sign) => {
    const other = at(name, year, "base");
    return at(name, year).map((value, k) => sign * (value - other[k]));
  };

  function outcomes(year, target) {
    const percent = (name) => Statistics.interval(at(name, year).map((value) => POINTS * value));
    const gain = gainOf("survey prevalence", year);
    const none = payload.rules.no_effect_points;
    return {
      survey: percent("survey prevalence"),
      true: percent("true prevalence"),
      severe: percent("severe prevalence"),
      routine: percent("routine prevalence"),
      gain: Statistics.interval(gain),
      true_gain: Statistics.interval(gainOf("true prevalence", year)),
      averted: Statistics.interval(more("stunted children", year, -1)),
      child_years: Statistics.interval(more("stunting free child years", year, 1)),
      spending: Statistics.interval(at("Cumulative Spending", year)),
      chances: payload.rules.gains.map((least) => Statistics.chance(gain, (g) => g >= least)),
      better: Statistics.chance(gain, (g) => g > 0),
      none: Statistics.chance(gain, (g) => Math.abs(g) < none),
      on_target:
        target === undefined
          ? null
          : Statistics.chance(at("survey prevalence", year), (value) => value <= target),
    };
  }

  // Implied cut in new stunting under two over the last two years, percent.
  function cut(year = until) {
    const last = months[column(year)];
    const onset = (of, draw) => {
      const rates = [];
      months.forEach((month, m) => {
        // Every three months, as a comparison keeps them.
        const counts = month % 3 === 0 && month >= last - 24 && month <= last;
        if (counts) rates.push(path("onset rate under two", of)[m * draws + draw]);
      });
      return Statistics.mean(rates);
    };
    const fall = Float64Array.from({ length: draws }, (_, draw) => {
      const change = 1 - onset("plan", draw) / onset("base", draw);
      return POINTS * (Math.abs(change) < payload.rules.tie ? 0 : change);
    });
    return Statistics.interval(kept(fall));
  }

  // Million rupiah spent in the month that begins at each column.
  function spending() {
    const sums = path("Cumulative Spending");
    return sums.slice(draws).map((sum, k) => sum - sums[k]);
  }

  return Object.freeze({
    draws,
    failed: good.filter((fine) => !fine).length,
    until,
    months: months.map(dateOf),
    years,
    base: path("survey prevalence", "base"),
    plan: path("survey prevalence"),
    path,
    at,
    get spending() {
      return spending();
    },
    outcomes,
    gain: (year = until) => gainOf("survey prevalence", year),
    cut,
    yearlyCost: cost,
    ms: performance.now() - begun,
  });
}

function allFinite(runs, draw, draws) {
  return Object.values(runs).every((all) => {
    for (let k = draw; k < all.length; k += draws) if (!Number.isFinite(all[k])) return false;
    return true;
  });
}

// The engine of the page: plans in, trajectories of every draw out. Draws are cut into pieces that
// go to whichever worker is free.

const PIECE_DRAWS = 64;
const FEWEST_PIECE_DRAWS = 16;
// The smallest module that needs 128-bit vectors: one function, () -> v128.
const VECTOR_PROBE = [
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15,
  253, 98, 11,
];

// Return an engine.
//   payload: what `engine_payload` of payload.py made.
//   options.workers: threads; 0 for the page's own; by default one less than the processors, 2 to 8.
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

function makeEngine(payload, setup, pool) {
  const lines = new Map();
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

  // One question of a channel runs and one waits. A newer one takes the place of the one that waits:
  // so a slider that is dragged is followed, and the answer is never more than one question behind.
  function inTurn(channel, work) {
    return new Promise((resolve, reject) => {
      const turn = { work, resolve, reject };
      const line = lines.get(channel);
      if (!line) {
        lines.set(channel, { waiting: null });
        follow(channel, turn);
        return;
      }
      if (line.waiting) line.waiting.reject(aborted());
      line.waiting = turn;
    });
  }

  async function follow(channel, first) {
    const line = lines.get(channel);
    for (let turn = first; turn; ) {
      await turn.work().then(turn.resolve, turn.reject);
      turn = line.waiting;
      line.waiting = null;
    }
    lines.delete(channel);
  }

  function simulate(plan, options = {}) {
    const begun = performance.now();
    return inTurn(options.channel || "default", () => answered(plan, options, begun));
  }

  async function answered(plan, options, begun) {
    const { draws: wanted = 200, until = 2031, signal } = options;
    if (signal && signal.aborted) throw aborted();
    const draws = drawsOf(wanted);
    const months = monthsUntil(until);
    const nothing = { levers: {}, overrides: plan.overrides, noEffect: plan.noEffect };
    const key = JSON.stringify(["base", nothing, draws, until]);
    // Checked before anything runs.
    const { values } = inputsOf(payload, plan, draws);
    const before = remembered(key, () => future(nothing, {}, draws, months));
    const still = Object.values(plan.levers || {}).every((dose) => dose.level === 0);
    const idle = still && (plan.ceiling ?? null) === null;
    const after = idle ? before : future(plan, {}, draws, months, signal);
    const [found, base] = await Promise.all([after, before]);
    if (signal && signal.aborted) throw aborted();
    // The model spends no more than the ceiling, whatever the doses would cost.
    const ceiling = values[payload.inputs.indexOf("budget ceiling")];
    const cost = Math.min(yearlyCost(payload, plan), ceiling);
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

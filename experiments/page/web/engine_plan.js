// Plans of the page, checked and turned into inputs of the model; calendar months.

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

// Million rupiah a year once every ramp is over, before any ceiling.
function yearlyCost(payload, plan) {
  let sum = 0;
  for (const [id, { level }] of Object.entries(plan.levers || {})) {
    sum += level * payload.levers[id].full * payload.levers[id].unit_cost;
  }
  return sum;
}

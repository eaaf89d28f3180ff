// The state of the page in the part of the address after "#", so that a link brings back the view.

const MOST_ADDRESS = 6000;
const DRAWS = 200;
const DRAW_CHOICES = [100, 200, 400, 1000];

/** Return the numbers of draws that a reader may ask for, up to all that the page carries. */
function drawChoices(data) {
  return [...DRAW_CHOICES.filter((count) => count < data.draws), data.draws];
}

/** Return the state that the page begins with. */
function firstState(data) {
  const preset = data.scenarios.find((row) => row.id === "all_three_food") ?? data.scenarios[0];
  return {
    view: "standing",
    language: "id",
    year: data.library.year,
    draws: Math.min(DRAWS, data.draws),
    plans: { A: copyPlan(preset.plan), B: null },
    editing: "A",
    sum: data.equal_sum,
    target: { percent: data.standing.targets.percent, year: data.standing.targets.year },
    noEffect: false,
    assessment: null,
  };
}

// Signs that an address keeps as they are, so that a link stays short.
function doseText(id, dose) {
  const parts = [id, Number(dose.level.toPrecision(8)), dose.start, dose.ramp, dose.end ?? ""];
  return parts.join("_");
}

function planText(plan) {
  const doses = Object.entries(plan.levers).filter(([, dose]) => dose.level > 0);
  return [plan.ceiling ?? "", ...doses.map(([id, dose]) => doseText(id, dose))].join("*");
}

/** Return the state as the fragment of an address, without "#". */
function stateText(state) {
  const pairs = new URLSearchParams();
  pairs.set("v", state.view);
  pairs.set("l", state.language);
  pairs.set("y", state.year);
  pairs.set("d", state.draws);
  pairs.set("a", planText(state.plans.A));
  if (state.plans.B) pairs.set("b", planText(state.plans.B));
  pairs.set("s", state.sum);
  pairs.set("t", `${state.target.percent}_${state.target.year}`);
  if (state.noEffect) pairs.set("n", "1");
  if (state.assessment) pairs.set("h", assessmentText(state.assessment));
  return pairs.toString();
}

function assessmentText(assessment) {
  return Object.values(assessment)
    .flat()
    .map((item) => [item.low, item.best, item.high].join("_"))
    .join("*");
}

function planOf(text, { levers, dates }) {
  const [ceiling, ...doses] = text.split("*");
  const plan = emptyPlan();
  plan.ceiling = ceiling === "" ? null : boundedNumber(ceiling, 0, 1e6, 1);
  for (const dose of doses) {
    const [id, level, start, ramp, end] = dose.split("_");
    const row = levers.find((lever) => lever.id === id);
    if (!row) throw new Mistake("mistake.lever", { line: 1, found: id.slice(0, 20) });
    plan.levers[id] = {
      level: Math.min(boundedNumber(level, 0, row.maximum_share + 1e-6, 1), row.maximum_share),
      start: boundedMonth(start, 1, dates),
      ramp: boundedNumber(ramp, 0, MOST_RAMP, 1),
      end: end ? boundedMonth(end, 1, dates) : null,
    };
  }
  return plan;
}

function assessmentOf(text, data) {
  const cells = text.split("*");
  const names = Object.entries(data.determinants).flatMap(([name, items]) =>
    items.map((item) => [name, item])
  );
  if (cells.length !== names.length) throw new Mistake("mistake.address", {});
  const found = {};
  names.forEach(([name, item], index) => {
    const [low, best, high] = cells[index]
      .split("_")
      .map((part) => boundedNumber(part, 0, data.scale, 1));
    if (!(low <= best && best <= high)) throw new Mistake("mistake.order", { line: 1 });
    (found[name] ??= []).push({ indicator: item, low, best, high });
  });
  return found;
}

/** Return the state of a fragment; parts that make no sense are left as they are, and told. */
function stateOf(text, data, views) {
  const state = firstState(data);
  const mistakes = [];
  if (text.length > MOST_ADDRESS) return { state, mistakes: [new Mistake("mistake.address", {})] };
  const pairs = new URLSearchParams(text);
  const read = (key, take) => {
    if (!pairs.has(key)) return;
    try {
      take(pairs.get(key));
    } catch (error) {
      if (!(error instanceof Mistake)) throw error;
      mistakes.push(error);
    }
  };
  const oneOf = (values, value) => {
    if (!values.includes(value)) throw new Mistake("mistake.address", {});
    return value;
  };
  read("v", (value) => {
    state.view = oneOf(views, value);
  });
  read("l", (value) => {
    state.language = oneOf(["id", "en"], value);
  });
  read("y", (value) => {
    state.year = oneOf(data.dates.years, Number(value));
  });
  read("d", (value) => {
    state.draws = oneOf(drawChoices(data), Number(value));
  });
  read("a", (value) => {
    state.plans.A = planOf(value, data);
  });
  read("b", (value) => {
    state.plans.B = planOf(value, data);
  });
  read("s", (value) => {
    state.sum = boundedNumber(value, 1, 1e6, 1);
  });
  read("t", (value) => {
    const [percent, year] = value.split("_");
    state.target = {
      percent: boundedNumber(percent, 1, 60, 1),
      year: oneOf(data.dates.years, Number(year)),
    };
  });
  read("n", (value) => {
    state.noEffect = value === "1";
  });
  read("h", (value) => {
    state.assessment = assessmentOf(value, data);
  });
  return { state, mistakes };
}

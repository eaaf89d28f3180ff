// Runs what a test asks of the page's engine, in node. Arguments: file with the request, folder.
// The request: {sources, payload, calls: [{method, args, file?}]}; the answers go to answers.json,
// trajectories of a call with a file as double numbers (output, month, draw) to that file.
const fs = require("fs");
const path = require("path");

const [, , asked, folder] = process.argv;
const request = JSON.parse(fs.readFileSync(asked, "utf8"));
const source = request.sources.map((file) => fs.readFileSync(file, "utf8")).join("\n");
const make = new Function(`"use strict";${source};return {createEngine, Statistics};`);
const { createEngine, Statistics } = make();

async function answer(engine, { method, args, file, year, target }) {
  const found = await engine[method](...args);
  if (method !== "simulate") return found;
  if (file) {
    const all = engine.info.outputs.map((name) => Buffer.from(found.path(name).slice().buffer));
    fs.writeFileSync(path.join(folder, file), Buffer.concat(all));
  }
  return {
    months: found.months,
    years: found.years,
    failed: found.failed,
    yearlyCost: found.yearlyCost,
    outcomes: found.outcomes(year, target),
    cut: found.cut(year),
    spent: Array.from(found.spending),
    sum: Array.from(found.at("Cumulative Spending", year)),
  };
}

async function main() {
  if (request.statistics) {
    const { name, args } = request.statistics;
    return args.map((given) => Statistics[name](...given.map(numbers)));
  }
  const payload = JSON.parse(fs.readFileSync(request.payload, "utf8"));
  const engine = await createEngine(payload, { workers: 0 });
  const answers = [];
  for (const call of request.calls) {
    const pending = [].concat(call).map((one) =>
      answer(engine, one).catch((error) => ({ error: error.name, message: error.message }))
    );
    answers.push(...(await Promise.all(pending)));
  }
  return answers;
}

// Lists of numbers as the page has them; null is no number.
function numbers(given) {
  if (!Array.isArray(given)) return given;
  if (given.some(Array.isArray)) return given.map(numbers);
  return Float64Array.from(given, (item) => item ?? NaN);
}

const plain = (_, value) => (value instanceof Float64Array ? Array.from(value) : value);
main().then((found) => {
  fs.writeFileSync(path.join(folder, "answers.json"), JSON.stringify(found, plain));
});

// The model's kernels in WebAssembly: some draws at a time, on a thread of their own or on the
// page's. The function stands alone: a worker is made from its source text.

function tumbuhWorker(scope) {
  "use strict";
  const PAGE_BYTES = 65536;
  const NUMBER_BYTES = 8;
  const LINE_BYTES = 64;
  // Room for inputs, states and results of so many draws; no request is for more.
  const MOST_DRAWS = 64;

  // What all kernels have: draws, states, clock.
  let shared = null;
  const kernels = {};

  // Places in the memory of a kernel, in bytes, and what stands there from the beginning.
  function makeKernel({ module, spec, tables }) {
    const places = {};
    let end = LINE_BYTES;
    const reserve = (name, count) => {
      places[name] = end;
      end = Math.ceil((end + count * NUMBER_BYTES) / LINE_BYTES) * LINE_BYTES + LINE_BYTES;
    };
    const evaluations = spec.steps + 1;
    reserve("at_start", tables.at_start.length);
    reserve("fixed", tables.fixed.length);
    reserve("changing", tables.changing.length);
    reserve("times", evaluations);
    reserve("amounts", 3);
    reserve("rows", evaluations);
    reserve("counts", evaluations);
    reserve("nothing", 1);
    reserve("scratch", spec.size * spec.lanes);
    reserve("inputs", shared.inputs * MOST_DRAWS);
    reserve("from", spec.states * MOST_DRAWS);
    reserve("to", spec.states * MOST_DRAWS);
    reserve("out", spec.outputs * evaluations * MOST_DRAWS);
    const memory = new WebAssembly.Memory({ initial: Math.ceil(end / PAGE_BYTES) });
    const instance = new WebAssembly.Instance(module, { env: { __linear_memory: memory } });
    const view = (name, count) => new Float64Array(memory.buffer, places[name], count);
    for (const name of ["at_start", "fixed", "changing"]) {
      view(name, tables[name].length).set(tables[name]);
    }
    const step = shared.timeStep;
    view("amounts", 3).set([step, step / 2, step / 6]);
    view("times", evaluations).forEach((_, k, all) => {
      all[k] = shared.origin + (spec.firstStep + k) * step;
    });
    return { spec, places, view, memory, run: instance.exports.run };
  }

  // Run some draws and return outputs (output, row, draw), or the states at the end.
  function run(kernel, request) {
    const { spec, places, view, memory } = kernel;
    const { count, steps, kept } = request;
    const padded = Math.ceil(count / spec.lanes) * spec.lanes;
    fillInputs(view("inputs", shared.inputs * padded), padded, request);
    if (spec.continued) fillStates(view("from", spec.states * padded), padded, request);
    const rows = new BigInt64Array(memory.buffer, places.rows, steps + 1).fill(-1n);
    kept.forEach((step, row) => (rows[step] = BigInt(row)));
    const none = places.nothing;
    kernel.run(
      places.inputs, BigInt(padded), places.at_start, places.fixed, places.changing, places.times,
      places.from, places.rows, places.counts, none, places.out, BigInt(kept.length * padded),
      none, places.to, places.scratch, places.amounts, BigInt(steps), none, none, none, none, 1n
    );
    const [name, number] = request.wantsStates
      ? ["to", spec.states]
      : ["out", spec.outputs * kept.length];
    const found = new Float64Array(number * count);
    copyRows(view(name, number * padded), padded, found, count);
    return found;
  }

  // One row for each input: the number of the plan, or what the draws have.
  function fillInputs(inputs, padded, { first, count, values, given }) {
    for (let row = 0; row < shared.inputs; row++) {
      const target = inputs.subarray(row * padded, (row + 1) * padded);
      if (given[row]) target.set(given[row]);
      else if (Number.isNaN(values[row])) {
        const from = shared.drawnRows[row] * shared.draws + first;
        target.set(shared.drawn.subarray(from, from + count));
      } else target.fill(values[row], 0, count);
      // A block that is not full repeats its last draw.
      target.fill(target[count - 1], count);
    }
  }

  // The states that came with the request, or those that the page carries.
  function fillStates(target, padded, { first, count, states }) {
    if (states) copyRows(states, count, target, padded);
    else {
      for (let row = 0; row < target.length / padded; row++) {
        const from = row * shared.draws + first;
        target.set(shared.states.subarray(from, from + count), row * padded);
        target.fill(target[row * padded + count - 1], row * padded + count, (row + 1) * padded);
      }
    }
  }

  function copyRows(source, sourceWidth, target, targetWidth) {
    const width = Math.min(sourceWidth, targetWidth);
    for (let from = 0, to = 0; from < source.length; from += sourceWidth, to += targetWidth) {
      target.set(source.subarray(from, from + width), to);
      if (targetWidth > width) target.fill(target[to + width - 1], to + width, to + targetWidth);
    }
  }

  function begin(message) {
    shared = message.shared;
    for (const name of Object.keys(message.kernels)) {
      kernels[name] = makeKernel(message.kernels[name]);
    }
    scope.postMessage({ ready: true });
  }

  scope.onmessage = (event) => {
    const message = event.data;
    if (message.kernels) {
      begin(message);
      return;
    }
    const found = run(kernels[message.kernel], message);
    scope.postMessage({ id: message.id, found }, [found.buffer]);
  };
}

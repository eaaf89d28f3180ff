// Threads that run the model: workers, or the page's own thread where the browser refuses them.

const MOST_WORKERS = 8;

// Start workers; where the browser refuses them, the page's own thread works.
async function startPool(setup, wanted) {
  const processors = (typeof navigator === "object" && navigator.hardwareConcurrency) || 2;
  // The page's own thread mostly waits.
  const count = wanted ?? Math.max(2, Math.min(MOST_WORKERS, processors - 1));
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

import Elk, { type ElkNode } from "elkjs/lib/elk-api.js";
// Served as its own, unmodified file, as its licence (EPL-2.0) likes it best.
import worker from "elkjs/lib/elk-worker.min.js?url";

/**
 * Lay a graph out in a worker of its own, which ends with the answer or with the signal.
 *
 * This module brings the engine along: it is imported only when somebody arranges something.
 */
export async function laidOut(graph: ElkNode, signal: AbortSignal): Promise<ElkNode> {
  const elk = new Elk({ workerFactory: () => new Worker(worker) });
  const givenUp = new Promise<never>((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason as Error));
  });
  try {
    return await Promise.race([elk.layout(graph), givenUp]);
  } finally {
    elk.terminateWorker();
  }
}

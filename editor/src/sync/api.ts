import type { CatalogData } from "../document/catalog";
import type { Model, Run } from "./messages";

/** What the server said was wrong, as one sentence fit to show. */
export class ApiError extends Error {}

/** The cookie is called differently under TLS, where browsers can guard its name. */
function csrfToken(): string {
  return /(?:^|; )(?:__Host-)?csrftoken=([^;]+)/.exec(document.cookie)?.[1] ?? "";
}

async function ask<T>(url: string, body?: unknown): Promise<T> {
  const init: RequestInit = { credentials: "same-origin", headers: { Accept: "application/json" } };
  if (body !== undefined) {
    init.method = "POST";
    init.headers = {
      Accept: "application/json",
      "Content-Type": "application/json",
      "X-CSRFToken": csrfToken(),
    };
    init.body = JSON.stringify(body);
  }
  const answer = await fetch(url, init);
  const data: unknown = await answer.json().catch(() => null);
  if (answer.ok) return data as T;
  const said = (data as { error?: { message?: string } } | null)?.error?.message;
  throw new ApiError(said ?? "The server did not answer as expected. Try again.");
}

export class Api {
  private readonly base: string;

  constructor(base: string) {
    this.base = base;
  }

  catalog(): Promise<CatalogData> {
    return ask(`${this.base}/catalog/`);
  }

  async models(system: string): Promise<readonly Model[]> {
    const list = await ask<{ results: readonly Model[] }>(`${this.base}/models/?system=${system}`);
    return list.results;
  }

  startRun(model: string, test: string): Promise<Run> {
    return ask(`${this.base}/runs/`, { model, test, params: {} });
  }

  cancelRun(run: string): Promise<Run> {
    return ask(`${this.base}/runs/${run}/cancel/`, {});
  }
}

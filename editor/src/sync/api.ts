import type { CatalogData } from "../document/catalog";
import type { Ways } from "../paths/ways";
import type { Cost, Model, Run } from "./messages";
import { t } from "../words/t";

type Request = RequestInit & { headers?: Record<string, string> };

/** Fails with what the server said was wrong, as one sentence fit to show. */
async function ask<T>(url: string, request: Request = {}): Promise<T> {
  const headers = { Accept: "application/json", ...request.headers };
  const answer = await fetch(url, { credentials: "same-origin", ...request, headers });
  const data: unknown = await answer.json().catch(() => null);
  if (answer.ok) return data as T;
  const said = (data as { error?: { message?: string } } | null)?.error?.message;
  throw new Error(said ?? t("The server did not answer as expected. Try again."));
}

export class Api {
  private readonly base: string;
  private readonly csrf: string;

  /** The page hands the token over; its cookie is closed to scripts. */
  constructor(base: string, csrf: string) {
    this.base = base;
    this.csrf = csrf;
  }

  send<T>(path: string, body: unknown, method = "POST"): Promise<T> {
    const headers = { "Content-Type": "application/json", "X-CSRFToken": this.csrf };
    return ask(this.base + path, { method, headers, body: JSON.stringify(body) });
  }

  get<T>(path: string): Promise<T> {
    return ask(this.base + path);
  }

  /** What the system is judged with, the workspace's own entries included. */
  catalog(system: string): Promise<CatalogData> {
    return ask(`${this.base}/catalog/?system=${system}`);
  }

  async models(system: string): Promise<readonly Model[]> {
    const list = await ask<{ results: readonly Model[] }>(`${this.base}/models/?system=${system}`);
    return list.results;
  }

  /** Anything under one system's address, such as `log/7/`. */
  read<T>(system: string, path: string): Promise<T> {
    return ask(`${this.base}/systems/${system}/${path}`);
  }

  act<T>(system: string, path: string, body: unknown): Promise<T> {
    return this.send(`/systems/${system}/${path}`, body);
  }

  /** How likely each asset is hit, and by which ways. */
  ways(system: string): Promise<Ways> {
    return this.read(system, "paths/");
  }

  /** What each test of a model costs, by the test. */
  costs(model: string): Promise<Readonly<Record<string, Cost>>> {
    return this.get(`/models/${model}/costs/`);
  }

  startRun(model: string, test: string, confirmed = false): Promise<Run> {
    return this.send("/runs/", { model, test, params: {}, confirmed });
  }

  cancelRun(run: string): Promise<Run> {
    return this.send(`/runs/${run}/cancel/`, {});
  }
}

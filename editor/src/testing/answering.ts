import { Api } from "../sync/api";

/** A server for tests that gives what it was told to give, and keeps what it was sent. */
export class Answering extends Api {
  readonly sent: [path: string, body: unknown][] = [];
  private readonly answers: Readonly<Record<string, unknown>>;

  constructor(answers: Readonly<Record<string, unknown>>) {
    super("/api/v1", "token");
    this.answers = answers;
  }

  override async send<T>(path: string, body: unknown): Promise<T> {
    this.sent.push([path, body]);
    return this.answer(path);
  }

  override async read<T>(_system: string, path: string): Promise<T> {
    return this.answer(path);
  }

  private async answer<T>(path: string): Promise<T> {
    const known = Object.keys(this.answers).find((one) => path.startsWith(one));
    if (known === undefined) throw new Error(`Not here: ${path}`);
    return this.answers[known] as T;
  }
}

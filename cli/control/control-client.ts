import type { Route } from "../../host/control/api/index.ts";
import { pathNames, problemSchema } from "../../host/control/api/index.ts";
import { CommandError } from "../console/command-error.ts";
import { HostRefusal } from "./host-refusal.ts";
import type { ControlTarget } from "./control-target.ts";

const TIMEOUT_MS = 30_000;

/** Calls a host's API by the routes that it is made from. */
export class ControlClient {
  private readonly target: ControlTarget;

  constructor(target: ControlTarget) {
    this.target = target;
  }

  /** The answer, checked against the route. Throws HostRefusal with the host's own text and remedy, CommandError when nobody answers. */
  async call<Input extends object, Answer>(route: Route<Input, Answer>, input: Input): Promise<Answer> {
    const { url, token } = this.target;
    const { path, rest } = placed(route.path, input);
    const isGet = route.method === "GET";
    const query = isGet ? `?${queryOf(rest)}`.replace(/^\?$/, "") : "";
    const response = await this.reached(() =>
      fetch(`${url}${path}${query}`, {
        method: route.method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(isGet ? {} : { "content-type": "application/json" }),
        },
        ...(isGet ? {} : { body: JSON.stringify(rest) }),
        redirect: "error",
        signal: AbortSignal.timeout(TIMEOUT_MS),
      }),
    );
    const body: unknown = await response.json().catch(() => null);
    if (response.status !== 200) throw this.refusal(response.status, body);
    const parsed = route.answer.safeParse(body);
    if (parsed.success) return parsed.data;
    throw new CommandError(
      `${url}${path} answers what this version does not understand`,
      "use the version of `sandpit` that runs the host",
    );
  }

  private async reached(ask: () => Promise<Response>): Promise<Response> {
    try {
      return await ask();
    } catch (cause) {
      throw new CommandError(
        `no host answers at ${this.target.url}`,
        "start one with `npm start` or `sandpit run`, or correct --url",
        { cause },
      );
    }
  }

  private refusal(status: number, body: unknown): CommandError {
    const problem = problemSchema.safeParse(body);
    if (problem.success) {
      const { code, text, remedy } = problem.data;
      return new HostRefusal(code, text, remedy);
    }
    return new CommandError(
      `${this.target.url} answers with status ${status} and is no host of this program`,
      "correct --url",
    );
  }
}

function queryOf(values: Readonly<Record<string, unknown>>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) query.set(name, String(value));
  return query.toString();
}

/** The path with what it names, and what is left of the input. */
function placed(
  template: string,
  input: object,
): { readonly path: string; readonly rest: Record<string, unknown> } {
  const names = pathNames(template);
  const entries = Object.entries(input).filter(([, value]) => value !== undefined);
  const values = new Map<string, unknown>(entries);
  const path = template.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(String(values.get(name))),
  );
  return { path, rest: Object.fromEntries(entries.filter(([name]) => !names.includes(name))) };
}

/** One HTTP request. Header names are lower case; `query` has no question mark. */
export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
  readonly address: string;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Fault: the connection breaks after that many bytes of the body; null sends it whole. */
  readonly cutAtByte: number | null;
}

const JSON_TYPE = "application/json; charset=utf-8";
const CONTENT_TYPE = "content-type";

/** A value as the venue's gateway writes it: JSON with a blank after each comma, as its recorded answers have. */
export function jsonAnswer(status: number, value: unknown): HttpAnswer {
  return { status, headers: { [CONTENT_TYPE]: JSON_TYPE }, body: spacedJson(value), cutAtByte: null };
}

/** The gateway's error: `{"error":"NOT_FOUND", "error_details":"…", "message":"…"}`. */
export function errorAnswer(status: number, error: string, message: string): HttpAnswer {
  return jsonAnswer(status, { error, error_details: message, message });
}

/** 400: a field is missing, malformed or contradicts another. */
export function invalidArgument(message: string): HttpAnswer {
  return errorAnswer(400, "INVALID_ARGUMENT", message);
}

/** 401 carries plain text, no JSON. */
export const UNAUTHORIZED: HttpAnswer = {
  status: 401,
  headers: { [CONTENT_TYPE]: "text/plain; charset=utf-8" },
  body: "Unauthorized\n",
  cutAtByte: null,
};

export const PERMISSION_DENIED: HttpAnswer = errorAnswer(403, "PERMISSION_DENIED", "Missing required scopes");

/** 429 and 5xx come from the edge, as a page for browsers: whoever parses every body as JSON meets it here first. */
export function edgeAnswer(status: number, title: string): HttpAnswer {
  const body =
    `<html>\n  <head>\n    <title>Coinbase</title>\n    <meta name="robots" content="noindex">\n  </head>\n` +
    `  <body>\n    <h1>${title}</h1>\n  </body>\n</html>\n`;
  return { status, headers: { [CONTENT_TYPE]: "text/html; charset=utf-8" }, body, cutAtByte: null };
}

function spacedJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(spacedJson).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${spacedJson(member)}`).join(", ")}}`;
}

import { SignerError } from "../signer-error.ts";
import type { VenueProtocol } from "../signer-key.ts";
import type { AllowedRequest } from "./allowed-requests.ts";
import { allowedRequests } from "./allowed-requests.ts";

const PATH_UNITS_MAX = 256;
/** Plain segments only: no dot, percent sign, backslash, question mark or doubled slash that anybody could read in another way. */
const PATH = /^(?:\/[A-Za-z0-9_-]{1,64})+$/;
const ID = /^[A-Za-z0-9-]{1,64}$/;
const METHOD = /^[A-Z]{3,6}$/;

interface Entry {
  readonly request: AllowedRequest;
  readonly segments: readonly string[];
  readonly isNarrowedAway: boolean;
}

/** The requests that may be signed with one key: what is compiled in for its venue, less what its configuration leaves out. */
export class AllowList {
  readonly #entries: readonly Entry[];

  /** `narrowedTo` as `GET /api/v3/account`. Throws SignerError for what is not on the compiled list: a configuration can only take away. */
  constructor(protocol: VenueProtocol, narrowedTo?: readonly string[]) {
    const known = allowedRequests[protocol];
    const unknown = narrowedTo?.find((name) => !known.some((request) => nameOf(request) === name));
    if (unknown !== undefined)
      throw new SignerError(
        "SANDPIT_SIGNER_ALLOW_UNKNOWN",
        `the key's "allow" names ${printable(unknown)}, which is never signed; name some of: ${known.map(nameOf).join(", ")}`,
      );
    this.#entries = known.map((request) => ({
      request,
      segments: request.path.split("/"),
      isNarrowedAway: narrowedTo !== undefined && !narrowedTo.includes(nameOf(request)),
    }));
  }

  /** The entry for a request. Throws SignerError for one that is not to be signed. */
  find(method: string, path: string): AllowedRequest {
    if (path.length > PATH_UNITS_MAX || !PATH.test(path) || !METHOD.test(method))
      throw new SignerError(
        "SANDPIT_SIGNER_TEXT_REFUSED",
        `"${printable(`${method} ${path}`)}" is no method and plain path of at most ${PATH_UNITS_MAX} characters; give the path alone, unencoded`,
      );
    const segments = path.split("/");
    const entry = this.#entries.find(
      ({ request, segments: pattern }) => request.method === method && matches(pattern, segments),
    );
    if (entry === undefined)
      throw new SignerError(
        "SANDPIT_SIGNER_PATH_REFUSED",
        `${method} ${path} is not among the requests that this project ever signs; see docs/security.md`,
      );
    if (entry.isNarrowedAway)
      throw new SignerError(
        "SANDPIT_SIGNER_PATH_NARROWED",
        `${method} ${path} is left out by the key's "allow"; add "${nameOf(entry.request)}" there if it is wanted`,
      );
    return entry.request;
  }
}

function nameOf({ method, path }: AllowedRequest): string {
  return `${method} ${path}`;
}

function matches(pattern: readonly string[], segments: readonly string[]): boolean {
  return (
    pattern.length === segments.length &&
    pattern.every((part, index) =>
      part === "{id}" ? ID.test(segments[index] ?? "") : part === segments[index],
    )
  );
}

/** For texts: what a request had, cut and without anything that steers a terminal. */
export function printable(text: string): string {
  return text.slice(0, 128).replaceAll(/[^ -~]/g, "?");
}

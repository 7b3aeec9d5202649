import { openApiDocument, routes } from "../../host/control/api/index.ts";
import type { Command } from "../console/command.ts";

export const openapiCommand: Command = {
  name: "openapi",
  summary: "Prints the OpenAPI 3.1 document of the control API, as a host serves it at /v1/openapi.json.",
  options: {},
  run: () => {
    process.stdout.write(`${JSON.stringify(openApiDocument(routes), null, 2)}\n`);
    return Promise.resolve(0);
  },
};

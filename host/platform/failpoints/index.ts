export {
  armFailpoint,
  Failpoint,
  failpoint,
  FAILPOINT_VARIABLE,
  FailpointError,
  failpointNames,
} from "./failpoint.ts";

export { FeatureCode, FeatureTable, FEATURES_MAX } from "./feature-table.hot.ts";

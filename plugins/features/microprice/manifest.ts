// Generated from manifest.json by `sandpit plugin build`. Do not edit.

export namespace Output {
  export const microprice: u16 = 0;
  export const spread: u16 = 1;
}

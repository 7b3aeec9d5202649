/** Two records of one id, or two fields of one name, would be read for each other. Throws an error that names them. */
export function requireUnique(what: string, values: readonly (string | number)[]): void {
  const twice = values.find((value, index) => values.indexOf(value) !== index);
  if (twice !== undefined)
    throw new Error(`abi: the ${what} ${twice} stands for two; give one of them another`);
}

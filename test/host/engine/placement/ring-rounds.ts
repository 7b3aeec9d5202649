/** The payload of a round: the words round, ~round, round * odd …: a word of another round, or of another lap, stands out. Returns its length. */
export function fillRound(payload: Int32Array, round: number): number {
  payload[0] = round;
  payload[1] = ~round;
  const words = 2 + ((round * 7) % 40);
  for (let word = 2; word < words; word++) payload[word] = Math.imul(round, 0x9e3779b1 + word * 2);
  return words * 4;
}

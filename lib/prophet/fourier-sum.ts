/**
 * A Fourier sum at one phase: sum over n of c[2n-2] sin(2 pi n turns) + c[2n-1] cos(2 pi n turns).
 *
 * @param turns the phase in periods; any real number.
 */
export function fourierSum(coefficients: Float64Array, turns: number): number {
  let sum = 0;
  for (let index = 0; index < coefficients.length; index += 2) {
    const angle = Math.PI * turns * (index + 2);
    sum += coefficients[index]! * Math.sin(angle) + coefficients[index + 1]! * Math.cos(angle);
  }
  return sum;
}

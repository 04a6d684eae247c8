/**
 * Solves `matrix * x = right` for a symmetric positive definite matrix, in place.
 *
 * @param matrix row-major `size` x `size`; its lower triangle is overwritten by the factor.
 * @param right length `size`; overwritten by the solution.
 * @returns false when the matrix is not positive definite to working precision; both arrays are then invalid.
 * Source: Golub and Van Loan, Matrix Computations, algorithm 4.2.1.
 */
export function solveCholesky(matrix: Float64Array, right: Float64Array, size: number): boolean {
  for (let row = 0; row < size; row += 1) {
    const rowStart = row * size;
    for (let column = 0; column <= row; column += 1) {
      const columnStart = column * size;
      let sum = matrix[rowStart + column]!;
      for (let inner = 0; inner < column; inner += 1) {
        sum -= matrix[rowStart + inner]! * matrix[columnStart + inner]!;
      }
      if (column < row) {
        matrix[rowStart + column] = sum / matrix[columnStart + column]!;
      } else {
        if (!(sum > 0)) return false;
        matrix[rowStart + row] = Math.sqrt(sum);
      }
    }
  }
  for (let row = 0; row < size; row += 1) {
    let sum = right[row]!;
    for (let inner = 0; inner < row; inner += 1) sum -= matrix[row * size + inner]! * right[inner]!;
    right[row] = sum / matrix[row * size + row]!;
  }
  for (let row = size - 1; row >= 0; row -= 1) {
    let sum = right[row]!;
    for (let inner = row + 1; inner < size; inner += 1) sum -= matrix[inner * size + row]! * right[inner]!;
    right[row] = sum / matrix[row * size + row]!;
  }
  return true;
}

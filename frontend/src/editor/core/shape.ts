/**
 * How the points of a face err together, and so where the others are to be expected once a person has fixed some: the
 * browser's twin of ml/shape, which learns the model. The errors of a proposal, in the frame of the mean face, are
 * Gaussian with mean 0 and covariance B·Bᵀ + diag(s²); what is answered is the conditional mean, worked out in the few
 * components of B instead of 212 coordinates.
 */
import { N_POINTS } from "../../schema/schema.generated";
import type { Points } from "./points";
import { similarityFromMean } from "./similarity";

/** As the server sends it. */
export interface ShapeDocument {
  readonly version: number;
  readonly components: number;
  /** B, 212 × components, row by row; rows are x0, y0, x1, y1, … */
  readonly basis: readonly number[];
  /** s, 212 numbers, above 0. */
  readonly noise: readonly number[];
}

/** Rotation and scale from the mean face to the image: (x, y) becomes (a·x - b·y, b·x + a·y). */
interface Frame {
  readonly a: number;
  readonly b: number;
}

const VERSION = 1;
const COORDINATES = 2 * N_POINTS;

export class ShapeModel {
  private constructor(
    private readonly components: number,
    private readonly basis: Float64Array,
    private readonly noise: Float64Array,
  ) {}

  /** Raises RangeError for a document of another version, or one whose numbers are not what it says. */
  static from({ version, components, basis, noise }: ShapeDocument): ShapeModel {
    const sizes = basis.length === COORDINATES * components && noise.length === COORDINATES;
    if (version !== VERSION || !sizes || !basis.every(Number.isFinite) || !noise.every((each) => each > 0)) {
      throw new RangeError("not a shape model of version 1");
    }
    return new ShapeModel(components, Float64Array.from(basis), Float64Array.from(noise));
  }

  /**
   * Where the points are to be expected, given that those in `fixed` lie where `positions` has them.
   *
   * Depends on the proposal and the fixed points alone, never on the order in which they were fixed. Fixed points are
   * answered where they are.
   *
   * @param proposal Image pixels.
   * @param fixed Indices of points.
   * @param positions Image pixels; only the fixed ones are read.
   */
  carry(proposal: Points, fixed: readonly number[], positions: Points): Points {
    const answer = proposal.slice();
    if (fixed.length === 0) return answer;
    const frame = frameOf(proposal);
    const weights = this.weightsGiven(fixed, residuals(frame, proposal, fixed, positions));
    for (let index = 0; index < N_POINTS; index += 1) {
      const dx = this.expected(2 * index, weights);
      const dy = this.expected(2 * index + 1, weights);
      answer[2 * index] = (proposal[2 * index] as number) + frame.a * dx - frame.b * dy;
      answer[2 * index + 1] = (proposal[2 * index + 1] as number) + frame.b * dx + frame.a * dy;
    }
    for (const index of fixed) answer.set(positions.subarray(2 * index, 2 * index + 2), 2 * index);
    return answer;
  }

  /**
   * How much of each point's uncertainty is left once the points in `fixed` are known: 1 is all of it, 0 for a fixed
   * one. It depends on which points are fixed, not on where.
   */
  uncertaintyLeft(fixed: readonly number[]): Float64Array {
    const left = new Float64Array(N_POINTS);
    const lower = cholesky(this.precision(fixed), this.components);
    for (let index = 0; index < N_POINTS; index += 1) {
      let [before, after] = [0, 0];
      for (const row of [2 * index, 2 * index + 1]) {
        const loads = this.basis.slice(row * this.components, (row + 1) * this.components);
        const own = (this.noise[row] as number) ** 2;
        before += own + squares(loads);
        after += own + squares(solveLower(lower, loads));
      }
      left[index] = Math.sqrt(after / before);
    }
    for (const index of fixed) left[index] = 0;
    return left;
  }

  /** (I + Bᵀ D⁻¹ B)⁻¹ Bᵀ D⁻¹ d over the fixed coordinates: the mean of the components given their residuals d. */
  private weightsGiven(fixed: readonly number[], d: Float64Array): Float64Array {
    const k = this.components;
    const right = new Float64Array(k);
    fixed.forEach((index, position) => {
      for (const axis of [0, 1]) {
        const row = 2 * index + axis;
        const weighted = (d[2 * position + axis] as number) / (this.noise[row] as number) ** 2;
        for (let i = 0; i < k; i += 1) right[i] = (right[i] as number) + (this.basis[row * k + i] as number) * weighted;
      }
    });
    const lower = cholesky(this.precision(fixed), k);
    return solveUpper(lower, solveLower(lower, right));
  }

  /** I + Bᵀ D⁻¹ B over the fixed coordinates, (k, k) row by row. */
  private precision(fixed: readonly number[]): Float64Array {
    const k = this.components;
    const matrix = new Float64Array(k * k);
    for (let i = 0; i < k; i += 1) matrix[i * k + i] = 1;
    for (const index of fixed) {
      for (const row of [2 * index, 2 * index + 1]) {
        const scale = 1 / (this.noise[row] as number) ** 2;
        for (let i = 0; i < k; i += 1) {
          const load = (this.basis[row * k + i] as number) * scale;
          // The lower triangle is all that the Cholesky factor reads.
          for (let j = 0; j <= i; j += 1) {
            matrix[i * k + j] = (matrix[i * k + j] as number) + load * (this.basis[row * k + j] as number);
          }
        }
      }
    }
    return matrix;
  }

  private expected(row: number, weights: Float64Array): number {
    let sum = 0;
    for (let i = 0; i < weights.length; i += 1) {
      sum += (this.basis[row * weights.length + i] as number) * (weights[i] as number);
    }
    return sum;
  }
}

function frameOf(proposal: Points): Frame {
  const { xx, yx } = similarityFromMean(proposal);
  return { a: xx, b: yx };
}

/** The fixed points' way from the proposal, in the frame of the mean face: x, y of the first, x, y of the second, … */
function residuals({ a, b }: Frame, proposal: Points, fixed: readonly number[], positions: Points): Float64Array {
  const d = new Float64Array(2 * fixed.length);
  const scale = Math.max(a * a + b * b, Number.MIN_VALUE);
  fixed.forEach((index, position) => {
    const dx = (positions[2 * index] as number) - (proposal[2 * index] as number);
    const dy = (positions[2 * index + 1] as number) - (proposal[2 * index + 1] as number);
    d[2 * position] = (a * dx + b * dy) / scale;
    d[2 * position + 1] = (a * dy - b * dx) / scale;
  });
  return d;
}

/** The lower triangle L with L·Lᵀ = `matrix`, (k, k) row by row, symmetric and positive definite. */
function cholesky(matrix: Float64Array, k: number): Float64Array {
  const lower = new Float64Array(k * k);
  for (let i = 0; i < k; i += 1) {
    for (let j = 0; j <= i; j += 1) {
      let sum = matrix[i * k + j] as number;
      for (let m = 0; m < j; m += 1) sum -= (lower[i * k + m] as number) * (lower[j * k + m] as number);
      lower[i * k + j] = i === j ? Math.sqrt(sum) : sum / (lower[j * k + j] as number);
    }
  }
  return lower;
}

/** Solves L·x = right. */
function solveLower(lower: Float64Array, right: Float64Array): Float64Array {
  const k = right.length;
  const x = right.slice();
  for (let i = 0; i < k; i += 1) {
    for (let j = 0; j < i; j += 1) x[i] = (x[i] as number) - (lower[i * k + j] as number) * (x[j] as number);
    x[i] = (x[i] as number) / (lower[i * k + i] as number);
  }
  return x;
}

/** Solves Lᵀ·x = right. */
function solveUpper(lower: Float64Array, right: Float64Array): Float64Array {
  const k = right.length;
  const x = right.slice();
  for (let i = k - 1; i >= 0; i -= 1) {
    for (let j = i + 1; j < k; j += 1) x[i] = (x[i] as number) - (lower[j * k + i] as number) * (x[j] as number);
    x[i] = (x[i] as number) / (lower[i * k + i] as number);
  }
  return x;
}

function squares(values: Float64Array): number {
  return values.reduce((sum, each) => sum + each * each, 0);
}

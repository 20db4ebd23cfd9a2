/** How far an arrow key moves a point, in image pixels, by the modifier that is held. */
export const NUDGE_STEPS = { none: 1, shift: 10, alt: 0.1 } as const;

export const NUDGE_DIRECTIONS = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
} as const;

export type ArrowKey = keyof typeof NUDGE_DIRECTIONS;

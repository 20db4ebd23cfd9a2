/** What the editor's state and its actions ask of the canvas. */
export interface StageHandle {
  zoomBy(factor: number): void;
  fitPhoto(): void;
  fitFace(): void;
  panBy(dx: number, dy: number): void;
  /** Brings an image point on the screen if it is not there. */
  reveal(x: number, y: number): void;
  /** Brings an image point to the middle of the screen, near enough to judge it. */
  lookAt(x: number, y: number): void;
  /** Commits a drag under way. */
  endGesture(): void;
  /** Takes a drag or stroke under way back; false when there is none. */
  cancelGesture(): boolean;
  focus(): void;
  /** From image pixels to CSS pixels of the browser window. */
  imageToScreen(x: number, y: number): [number, number];
}

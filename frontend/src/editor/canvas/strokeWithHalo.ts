import { PALETTE } from "./palette";

/** Strokes the context's path over a wider dark line, so that it stands out from skin and hair of any tone. */
export function strokeWithHalo(context: CanvasRenderingContext2D, colour: string, width: number): void {
  context.strokeStyle = PALETTE.halo;
  context.lineWidth = width + 1.75;
  context.stroke();
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.stroke();
}

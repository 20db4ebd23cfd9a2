/** Brightness, contrast and gamma of the photo's canvas. CSS knows the first two; gamma takes an SVG filter of our own. */
import type { Tone } from "../viewSettings";

const SVG = "http://www.w3.org/2000/svg";

export class PhotoTone {
  readonly #root: SVGSVGElement;
  readonly #functions: SVGElement[];

  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly id = `facet-gamma-${Math.random().toString(36).slice(2)}`,
  ) {
    this.#root = document.createElementNS(SVG, "svg");
    for (const name of ["width", "height"]) this.#root.setAttribute(name, "0");
    this.#root.setAttribute("aria-hidden", "true");
    // An svg of no size is still a box in the layout.
    this.#root.style.position = "absolute";
    const filter = this.#root.appendChild(document.createElementNS(SVG, "filter"));
    filter.setAttribute("id", this.id);
    // The photo's own numbers, as an image editor would bend them.
    filter.setAttribute("color-interpolation-filters", "sRGB");
    const transfer = filter.appendChild(document.createElementNS(SVG, "feComponentTransfer"));
    this.#functions = ["feFuncR", "feFuncG", "feFuncB"].map((name) => {
      const bend = transfer.appendChild(document.createElementNS(SVG, name));
      bend.setAttribute("type", "gamma");
      return bend;
    });
    canvas.after(this.#root);
  }

  /** 1 leaves the photo as it is; a gamma above 1 lights up what is dark. */
  show({ brightness, contrast, gamma }: Readonly<Record<Tone, number>>): void {
    for (const bend of this.#functions) bend.setAttribute("exponent", String(1 / gamma));
    const parts = [
      brightness === 1 ? "" : `brightness(${brightness})`,
      contrast === 1 ? "" : `contrast(${contrast})`,
      gamma === 1 ? "" : `url(#${this.id})`,
    ];
    this.canvas.style.filter = parts.filter(Boolean).join(" ");
  }

  dispose(): void {
    this.#root.remove();
  }
}

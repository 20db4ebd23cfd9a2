/**
 * A label map on the screen. It is kept in blocks, of the level that the screen shows, and only of the place that it shows:
 * neither painting nor looking at a part of it touches the rest, which a photo may have fifty megapixels of.
 */
import type { CategoryIds } from "../core/labelMap";
import { TILE, tileBox } from "../core/paintedLayer";
import { type Size, toScreen, type Viewport } from "../core/viewport";
import { borderWidth, type LevelBox, levelPixels, type MapStyle, sameStyle } from "./labelMapPixels";
import { levelAt } from "./photoLevels";

/** Side of a block, in pixels of its level. */
const BLOCK = 512;
/** A block knows so many pixels around it: what smoothing and the rounding of its edges to the screen's pixels reach. */
const APRON = 4;
/** A tile still is a whole number of pixels on every level. */
const LEVELS = Math.log2(TILE) + 1;
/** Blocks beyond the screen that are kept, a megabyte each: whoever pans back finds them. */
const SPARE = 24;

/** Where and how large the map is to be drawn. */
export interface MapView {
  readonly viewport: Viewport;
  /** Of the canvas, in its own pixels. */
  readonly canvas: Size;
  /** The canvas's pixels in a CSS pixel. */
  readonly ratio: number;
  readonly smooth: boolean;
}

interface Block {
  readonly context: OffscreenCanvasRenderingContext2D;
  readonly box: LevelBox;
}

export class LabelMapImage {
  readonly #blocks = new Map<number, Block>();
  #level = 0;
  #style: MapStyle | null = null;

  constructor(readonly map: CategoryIds) {}

  /** Takes over what has changed: these tiles, and all when the style is another one. Returns the tiles to draw again. */
  show(style: MapStyle, tiles: Iterable<number>): readonly number[] {
    if (!sameStyle(style, this.#style)) {
      this.#style = style;
      this.#blocks.clear();
      const { width, height } = this.map;
      return [...Array(Math.ceil(width / TILE) * Math.ceil(height / TILE)).keys()];
    }
    const stale = this.#withNeighbours(tiles, style);
    for (const index of stale) this.#renewTile(index, style);
    return stale;
  }

  /** Draws what of the map lies in `within`, a rectangle of the canvas's pixels; all that the canvas shows without one. */
  draw(context: CanvasRenderingContext2D, view: MapView, within?: LevelBox): void {
    const style = this.#style;
    if (style === null) return;
    const { viewport, canvas, ratio, smooth } = view;
    const level = levelAt(viewport.scale * ratio, LEVELS);
    if (level !== this.#level) this.#blocks.clear();
    this.#level = level;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.imageSmoothingEnabled = smooth;
    // The level has at most two pixels for one of the screen: nothing is skipped.
    context.imageSmoothingQuality = "low";
    const area = within ?? { left: 0, top: 0, right: canvas.width, bottom: canvas.height };
    const side = BLOCK * 2 ** level;
    const columns = Math.ceil(this.map.width / side);
    const seen = new Set<number>();
    for (let index = 0; index < columns * Math.ceil(this.map.height / side); index += 1) {
      const [left, top] = [(index % columns) * side, Math.floor(index / columns) * side];
      const target = {
        left: Math.round(ratio * toScreen(viewport, left - 0.5, 0)[0]),
        top: Math.round(ratio * toScreen(viewport, 0, top - 0.5)[1]),
        right: Math.round(ratio * toScreen(viewport, Math.min(this.map.width, left + side) - 0.5, 0)[0]),
        bottom: Math.round(ratio * toScreen(viewport, 0, Math.min(this.map.height, top + side) - 0.5)[1]),
      };
      if (!overlap(target, area)) continue;
      seen.add(index);
      this.#drawBlock(context, this.#blocks.get(index) ?? this.#makeBlock(index, columns, style), view, target);
    }
    if (within === undefined) this.#forgetBut(seen);
  }

  /** On whole pixels of the screen, so that each of those is one block's, and no seam shows. */
  #drawBlock(context: CanvasRenderingContext2D, { context: { canvas }, box }: Block, view: MapView, target: LevelBox): void {
    const { viewport, ratio } = view;
    const cell = 2 ** this.#level;
    const [x, y] = toScreen(viewport, box.left * cell - 0.5, box.top * cell - 0.5);
    const scale = cell * viewport.scale * ratio;
    context.save();
    context.beginPath();
    context.rect(target.left, target.top, target.right - target.left, target.bottom - target.top);
    context.clip();
    context.drawImage(canvas, x * ratio, y * ratio, canvas.width * scale, canvas.height * scale);
    context.restore();
  }

  #makeBlock(index: number, columns: number, style: MapStyle): Block {
    const cell = 2 ** this.#level;
    const [left, top] = [(index % columns) * BLOCK, Math.floor(index / columns) * BLOCK];
    const right = Math.min(left + BLOCK, Math.ceil(this.map.width / cell));
    const bottom = Math.min(top + BLOCK, Math.ceil(this.map.height / cell));
    const box = { left: left - APRON, top: top - APRON, right: right + APRON, bottom: bottom + APRON };
    const context = new OffscreenCanvas(box.right - box.left, box.bottom - box.top).getContext("2d");
    if (context === null) throw new Error("this browser gives no 2D canvas");
    const block = { context, box };
    this.#fill(block, box, style);
    this.#blocks.set(index, block);
    return block;
  }

  #fill({ context, box }: Block, part: LevelBox, style: MapStyle): void {
    const [width, height] = [part.right - part.left, part.bottom - part.top];
    const pixels = new ImageData(levelPixels(this.map, style, this.#level, part), width, height);
    context.putImageData(pixels, part.left - box.left, part.top - box.top);
  }

  #renewTile(index: number, style: MapStyle): void {
    const cell = 2 ** this.#level;
    const { left, top, right, bottom } = tileBox(index, this.map);
    // With what goes on beyond the photo's edge.
    const tile = {
      left: left / cell - (left === 0 ? APRON : 0),
      top: top / cell - (top === 0 ? APRON : 0),
      right: Math.ceil(right / cell) + (right === this.map.width ? APRON : 0),
      bottom: Math.ceil(bottom / cell) + (bottom === this.map.height ? APRON : 0),
    };
    for (const block of this.#blocks.values()) {
      const part = {
        left: Math.max(tile.left, block.box.left),
        top: Math.max(tile.top, block.box.top),
        right: Math.min(tile.right, block.box.right),
        bottom: Math.min(tile.bottom, block.box.bottom),
      };
      if (overlap(tile, block.box)) this.#fill(block, part, style);
    }
  }

  /** A border changes also where only a pixel beyond it did. */
  #withNeighbours(tiles: Iterable<number>, { shape }: MapStyle): number[] {
    if (shape === "fill") return [...tiles];
    const { width, height } = this.map;
    const columns = Math.ceil(width / TILE);
    const rows = Math.ceil(height / TILE);
    const reach = Math.ceil(borderWidth(width, height) / TILE);
    const near = new Set<number>();
    for (const index of tiles) {
      const [column, row] = [index % columns, Math.floor(index / columns)];
      for (let way = -reach; way <= reach; way += 1) {
        if (column + way >= 0 && column + way < columns) near.add(index + way);
        if (row + way >= 0 && row + way < rows) near.add(index + way * columns);
      }
    }
    return [...near];
  }

  #forgetBut(seen: ReadonlySet<number>): void {
    let spare = this.#blocks.size - seen.size - SPARE;
    for (const index of this.#blocks.keys()) {
      if (spare <= 0) return;
      if (seen.has(index)) continue;
      this.#blocks.delete(index);
      spare -= 1;
    }
  }
}

function overlap(a: LevelBox, b: LevelBox): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

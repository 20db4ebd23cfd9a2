/** Painting the label map by hand, and how the map is shown. */
export const paint = {
  title: "Painting",
  pixels: (radius: number) => `${radius} px`,
  radius: "Radius of the brush",
  paintWith: (category: string) => `Paint with ${category}`,
  show: (category: string) => `Show ${category}`,
  tooManyPieces:
    "This stroke was not kept: it lies in more single pieces than Facet can store at once. Paint it in several strokes.",
  polygonHint: "Click corner after corner; a click on the first one, or a double click, closes it.",
  fillHint: "Click an area: it becomes the category as far as it goes.",
  eraserHint: "Pixels become again what the fit says.",
  brushHint: "Alt and a click take the category under the pointer.",
  shape: "How categories are drawn",
  shapes: { fill: "Areas", outline: "Borders" },
  palette: "Colours",
  palettes: { lapa: "LaPa", safe: "Colour-blind safe" },
};

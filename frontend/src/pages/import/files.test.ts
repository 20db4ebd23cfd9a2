import { describe, expect, it } from "vitest";
import { sortFiles } from "./files";

function file(name: string, path?: string): File {
  const made = new File(["x"], name);
  return path === undefined ? made : Object.assign(made, { path });
}

describe("sortFiles", () => {
  it("tells photos from archives by the ending, whatever its case", () => {
    const sorted = sortFiles([file("a.JPG"), file("b.jpeg"), file("c.png"), file("d.WebP"), file("e.zip")]);
    expect(sorted.photos.map(({ path }) => path)).toEqual(["a.JPG", "b.jpeg", "c.png", "d.WebP"]);
    expect(sorted.archives.map(({ path }) => path)).toEqual(["e.zip"]);
    expect(sorted.passedOver).toEqual([]);
  });

  it("names what it leaves out, with the path inside the dropped folder", () => {
    const { passedOver } = sortFiles([file("readme.txt", "/faces/readme.txt"), file("jpg")]);
    expect(passedOver.map(({ path, outcome }) => ({ path, outcome }))).toEqual([
      { path: "faces/readme.txt", outcome: "passed-over" },
      { path: "jpg", outcome: "passed-over" },
    ]);
  });

  it("passes over what systems leave in folders", () => {
    const left = [
      file(".DS_Store", "faces/.DS_Store"),
      file("._a.jpg", "faces/._a.jpg"),
      file("Thumbs.db", "faces/Thumbs.db"),
      file("a.jpg", "__MACOSX/faces/a.jpg"),
    ];
    expect(sortFiles(left)).toEqual({ photos: [], archives: [], passedOver: [] });
  });
});

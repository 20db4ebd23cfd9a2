import { describe, expect, it } from "vitest";
import { CATEGORIES, PARTS, POINTS } from "../schema/schema.generated";
import { en } from "./en";
import { zh } from "./zh";

/** `ui.signIn` and its value, for every string and every function that makes one. */
function* leaves(node: unknown, path = ""): Generator<[path: string, value: unknown]> {
  if (typeof node !== "object" || node === null) yield [path, node];
  else for (const [key, value] of Object.entries(node)) yield* leaves(value, path === "" ? key : `${path}.${key}`);
}

const english = new Map(leaves(en));
const chinese = new Map(leaves(zh));
const HAN = /\p{Script=Han}/u;

/** Names and abbreviations that are the same in both languages. */
const SAME = new Set(["baselines.f1Percent", "models.auc"]);

describe("the Chinese strings", () => {
  it("are the English ones, none more and none less", () => {
    expect([...chinese.keys()].sort()).toEqual([...english.keys()].sort());
  });

  it("are in Chinese", () => {
    const left = [...chinese].filter(([path, value]) => typeof value === "string" && !HAN.test(value) && !SAME.has(path));
    expect(left).toEqual([]);
  });

  it("take the same values where they take any", () => {
    for (const [path, value] of english) {
      if (typeof value !== "function") continue;
      const other = chinese.get(path);
      expect(typeof other === "function" && other.length, path).toBe(value.length);
    }
  });
});

describe("the names on the face", () => {
  it.each(POINTS)("has a Chinese name for point $index, $name", ({ index, name }) => {
    expect(en.face.point(index)).toBe(name);
    expect(zh.face.point(index)).toMatch(HAN);
    expect(zh.face.point(index)).not.toMatch(/[A-Za-z]/);
  });

  it("tells all 106 points apart", () => {
    expect(new Set(POINTS.map(({ index }) => zh.face.point(index))).size).toBe(POINTS.length);
  });

  it.each(Object.values(PARTS))("has a Chinese name for the part $name", ({ name }) => {
    expect(zh.face.parts[name]).toMatch(HAN);
  });

  it.each(CATEGORIES)("has names for the category $name", ({ id, name }) => {
    expect(en.face.category(id).toLowerCase().replace(" ", "_")).toBe(name);
    expect(zh.face.category(id)).toMatch(HAN);
  });
});

describe("words that depend on a number", () => {
  it("follow the rules of English", () => {
    expect(en.photos.inThisProject(1)).toBe("1 photo in this project");
    expect(en.photos.inThisProject(2000)).toBe("2,000 photos in this project");
    expect(en.session.carriedOver(4, 1)).toContain("Your unsaved edit was carried over");
    expect(en.session.carriedOver(4, 2)).toContain("Your 2 unsaved edits were carried over");
  });

  it.each([
    [0.2, "under 1 s", "不到 1 秒"],
    [48, "48 s", "48 秒"],
    [185, "3 min 05 s", "3 分 05 秒"],
  ])("tell %d seconds", (seconds, inEnglish, inChinese) => {
    expect(en.ui.duration(seconds)).toBe(inEnglish);
    expect(zh.ui.duration(seconds)).toBe(inChinese);
  });
});

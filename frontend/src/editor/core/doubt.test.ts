import { describe, expect, it } from "vitest";
import { doubtsOf } from "./doubt";
import { ShapeModel } from "./shape";

const confidence = Array.from({ length: 106 }, (_, i) => (i === 9 ? 0.1 : i === 10 ? 0.2 : i === 60 ? 0.3 : 0.9));

/** Points 9 and 10 err together; every other one by itself. */
const model = ShapeModel.from({
  version: 1,
  components: 2,
  basis: Array.from({ length: 424 }, (_, i) => ([36, 39, 40, 43].includes(i) ? 1 : 0)),
  noise: Array.from({ length: 212 }, () => 0.1),
});

describe("doubtful points", () => {
  it("come the worst first", () => {
    expect(doubtsOf(confidence, [], model).open).toEqual([9, 10, 60]);
    expect(doubtsOf(confidence, [], null).open).toEqual([9, 10, 60]);
  });

  it("are none where nobody measured a confidence, as for the mean face", () => {
    expect(doubtsOf(null, [], model).open).toEqual([]);
  });

  it("are settled by being fixed, and by fixing what they depend on", () => {
    expect(doubtsOf(confidence, [9], model).open).toEqual([60]);
    expect(doubtsOf(confidence, [9], null).open).toEqual([10, 60]);
    expect(doubtsOf(confidence, [9, 60], model).open).toEqual([]);
  });
});

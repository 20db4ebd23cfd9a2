// @vitest-environment jsdom
import { afterEach, describe, expect, it, vi } from "vitest";
import { count, date, percent, relative } from "./format";
import { chooseLanguage, firstSpoken, language, LANGUAGES, localeFor, markDocument, speakForNow, subscribeLanguage } from "./language";
import { speak, strings } from "./strings";

afterEach(() => {
  chooseLanguage("en");
  localStorage.clear();
});

describe("the language that a browser is greeted in", () => {
  it.each([
    [["zh-CN", "en"], "zh"],
    [["zh-Hant-TW"], "zh"],
    [["fr-CA", "en-GB", "zh"], "en"],
    [["ZH"], "zh"],
    [["constructor", "fr"], "en"],
    [[], "en"],
  ] as const)("of %j is %s", (tags, expected) => {
    expect(firstSpoken(tags)).toBe(expected);
  });

  it("is the one that was chosen here before, whatever the browser prefers", async () => {
    localStorage.setItem("facet-language", "zh");
    vi.resetModules();
    const anew = await import("./language");
    expect(anew.language()).toBe("zh");
  });
});

describe("the locale of numbers and dates", () => {
  it("is the browser's own in the same language and script", () => {
    expect(localeFor("en", ["de-DE", "en-GB", "en-US"])).toBe("en-GB");
    expect(localeFor("zh", ["zh-HK", "zh-SG"])).toBe("zh-SG");
  });

  it("is the language's where the browser has none", () => {
    expect(localeFor("zh", ["en-US", "zh-TW"])).toBe("zh-Hans");
    expect(localeFor("en", [])).toBe("en");
  });
});

describe("another language", () => {
  it("is spoken as soon as its strings are there, told to those who listen, and kept", async () => {
    const heard = vi.fn();
    const stop = subscribeLanguage(heard);
    const spoken = speak("zh");
    expect(language()).toBe("en");
    await spoken;
    expect(language()).toBe("zh");
    expect(strings().ui.signIn).toBe("登录");
    expect(localStorage.getItem("facet-language")).toBe("zh");
    stop();
    chooseLanguage("en");
    expect(heard).toHaveBeenCalledOnce();
    expect(strings().ui.signIn).toBe("Sign in");
  });

  it("is what numbers and dates are written in", () => {
    chooseLanguage("zh");
    expect(date("2026-03-05T12:00:00Z")).toBe("2026年3月5日");
    expect(relative("2026-03-05T12:00:00Z", Date.parse("2026-03-08T12:00:00Z"))).toBe("3天前");
    expect(count(12345)).toBe("12,345");
    expect(percent(0.125)).toBe("12.5\u00a0%");
    chooseLanguage("en");
    expect(relative("2026-03-05T12:00:00Z", Date.parse("2026-03-08T12:00:00Z"))).toBe("3 days ago");
  });

  it("may be spoken without being kept", () => {
    localStorage.setItem("facet-language", "zh");
    speakForNow("en");
    expect(language()).toBe("en");
    expect(localStorage.getItem("facet-language")).toBe("zh");
  });

  it("holds as long as the page where the browser stores nothing", () => {
    vi.spyOn(Storage.prototype, "setItem").mockImplementation(() => {
      throw new DOMException("full", "QuotaExceededError");
    });
    chooseLanguage("zh");
    expect(language()).toBe("zh");
  });

  it("is marked on the document", () => {
    markDocument();
    expect(document.documentElement.lang).toBe("en");
    chooseLanguage("zh");
    expect(document.documentElement.lang).toBe(LANGUAGES.zh.tag);
  });
});

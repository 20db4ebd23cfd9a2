/**
 * The language of the interface: the one that was chosen in this browser, else the first of the browser's own that is
 * spoken here, else English. The server answers in English, and what people wrote stays as they wrote it.
 */

/** Each language by its own name, with the tag that fonts, screen readers and Intl go by. */
export const LANGUAGES = {
  en: { name: "English", tag: "en" },
  zh: { name: "简体中文", tag: "zh-Hans" },
} as const;

export type Language = keyof typeof LANGUAGES;

const KEY = "facet-language";

/** The first of `tags`, such as `zh-CN`, whose language is spoken here. */
export function firstSpoken(tags: readonly string[]): Language {
  for (const tag of tags) {
    const language = tag.toLowerCase().split("-")[0] ?? "";
    if (Object.hasOwn(LANGUAGES, language)) return language as Language;
  }
  return "en";
}

/**
 * The locale for dates and numbers: of `tags` the first in this language and script, because a region has its own way to
 * write them.
 */
export function localeFor(language: Language, tags: readonly string[]): string {
  const spoken = new Intl.Locale(LANGUAGES[language].tag).maximize();
  const own = tags.find((tag) => {
    const locale = new Intl.Locale(tag).maximize();
    return locale.language === spoken.language && locale.script === spoken.script;
  });
  return own ?? LANGUAGES[language].tag;
}

/** Empty outside a browser. */
function browserTags(): readonly string[] {
  return typeof window === "undefined" ? [] : window.navigator.languages;
}

function keptTags(): string[] {
  try {
    const kept = window.localStorage.getItem(KEY);
    return kept === null ? [] : [kept];
  } catch {
    return [];
  }
}

let current = firstSpoken([...keptTags(), ...browserTags()]);
let locale = localeFor(current, browserTags());
const listeners = new Set<() => void>();

export function language(): Language {
  return current;
}

export function currentLocale(): string {
  return locale;
}

/** Speaks `chosen` as long as the page lives. */
export function speakForNow(chosen: Language): void {
  current = chosen;
  locale = localeFor(chosen, browserTags());
  for (const listener of listeners) listener();
}

/** Speaks `chosen` from now on; its strings must be there (`speak` of strings.ts). A browser that stores nothing forgets it. */
export function chooseLanguage(chosen: Language): void {
  try {
    window.localStorage.setItem(KEY, chosen);
  } catch {
    // The choice holds all the same, as long as the page lives.
  }
  speakForNow(chosen);
}

/** Calls `listener` after every change, until the returned function is called. */
export function subscribeLanguage(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Keeps the document's `lang` true to what is on the page. */
export function markDocument(): void {
  const mark = () => document.documentElement.setAttribute("lang", LANGUAGES[current].tag);
  mark();
  subscribeLanguage(mark);
}

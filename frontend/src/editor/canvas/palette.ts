/** Colours on the photo. They do not follow the page's theme: what lies under them is skin in either. */
export const PALETTE = {
  initial: "#ff5fae",
  corrected: "#35e07f",
  carried: "#c08bff",
  doubtful: "#ffe04a",
  mistake: "#ff4a3d",
  ghost: "#bfe9ff",
  mine: "#4cc2ff",
  theirs: "#ff9f43",
  difference: "#ffe600",
  halo: "rgba(8, 10, 12, 0.62)",
  lockCore: "rgba(8, 10, 12, 0.85)",
  selected: "#ffffff",
  pin: "#ffb020",
  pinResolved: "#9aa4ad",
  label: "rgba(16, 19, 22, 0.88)",
  labelText: "#f4f6f8",
} as const;

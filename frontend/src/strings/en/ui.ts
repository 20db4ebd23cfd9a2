/** What shared components say, and the words that several areas share. */
export const ui = {
  loading: "Loading",
  loadMore: "Load more",
  tryAgain: "Try again",
  cancel: "Cancel",
  close: "Close",
  copy: "Copy",
  copied: "Copied",
  shownOnce: "It is shown only now. Copy it before you leave this page.",
  /** Of a thing; people have `personName`. */
  name: "Name",
  personName: "Name",
  description: "Description",
  email: "E-mail",
  password: "Password",
  role: "Role",
  actions: "Actions",
  made: "Made",
  expires: "Expires",
  never: "never",
  none: "none",
  showPassword: "Show or hide what is typed",
  enterEmail: "Enter your e-mail address",
  enterPassword: "Enter your password",
  signIn: "Sign in",
  signOut: "Sign out",
  toProjects: "To the projects",
  day: "Day",
  by: (name: string) => `by ${name}`,
  list: (names: readonly string[]) => names.join(", "),
  /** Whose a page is. */
  only: { reviewer: "For reviewers and admins only", admin: "For admins only" },
  adminMakesReviewers: "Ask an admin of your team to make you a reviewer.",
  roles: { annotator: "annotator", reviewer: "reviewer", admin: "admin" },
  jobStates: { queued: "queued", running: "running", succeeded: "succeeded", failed: "failed" },
  taskStates: {
    pending: "Being prepared",
    ready: "Ready",
    in_progress: "In progress",
    fitting: "Mask being drawn",
    in_review: "In review",
    approved: "Approved",
  },
  /** `under 1 s`, `48 s`, `3 min 05 s`. */
  duration: (seconds: number) => {
    if (seconds < 1) return "under 1 s";
    const whole = Math.round(seconds);
    if (whole < 60) return `${whole} s`;
    return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, "0")} s`;
  },
};

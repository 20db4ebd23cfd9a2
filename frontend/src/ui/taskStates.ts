import type { TaskState } from "../api/types";

/** The states of a task in the order of its life, each with its colour of the theme. */
export const TASK_STATE_COLORS: Readonly<Record<TaskState, string>> = {
  pending: "gray.5",
  ready: "blue.5",
  in_progress: "yellow.6",
  fitting: "orange.5",
  in_review: "grape.5",
  approved: "teal.6",
};

export const TASK_STATE_ORDER = Object.keys(TASK_STATE_COLORS) as TaskState[];

import type { TaskState } from "../api/types";

interface TaskStateLook {
  label: string;
  /** A colour of the theme. */
  color: string;
}

/** The states of a task in the order of its life, as they are named and coloured everywhere. */
export const TASK_STATES: Readonly<Record<TaskState, TaskStateLook>> = {
  pending: { label: "Being prepared", color: "gray.5" },
  ready: { label: "Ready", color: "blue.5" },
  in_progress: { label: "In progress", color: "yellow.6" },
  fitting: { label: "Mask being drawn", color: "orange.5" },
  in_review: { label: "In review", color: "grape.5" },
  approved: { label: "Approved", color: "teal.6" },
};

export const TASK_STATE_ORDER = Object.keys(TASK_STATES) as TaskState[];

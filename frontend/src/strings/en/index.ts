import { account } from "./account";
import { actions } from "./actions";
import { annotate } from "./annotate";
import { app } from "./app";
import { baselines } from "./baselines";
import { editor } from "./editor";
import { face } from "./face";
import { faceParts } from "./faceParts";
import { imports } from "./imports";
import { jobs } from "./jobs";
import { members } from "./members";
import { models } from "./models";
import { paint } from "./paint";
import { photos } from "./photos";
import { problems } from "./problems";
import { projects } from "./projects";
import { review } from "./review";
import { session } from "./session";
import { shortcuts } from "./shortcuts";
import { snapshots } from "./snapshots";
import { tour } from "./tour";
import { ui } from "./ui";

export const en = {
  account,
  actions,
  annotate,
  app,
  baselines,
  editor,
  face,
  faceParts,
  imports,
  jobs,
  members,
  models,
  paint,
  photos,
  problems,
  projects,
  review,
  session,
  shortcuts,
  snapshots,
  tour,
  ui,
};

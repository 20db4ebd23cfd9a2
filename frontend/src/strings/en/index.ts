import { account } from "./account";
import { app } from "./app";
import { jobs } from "./jobs";
import { members } from "./members";
import { photos } from "./photos";
import { problems } from "./problems";
import { projects } from "./projects";
import { snapshots } from "./snapshots";
import { ui } from "./ui";

export const en = { account, app, jobs, members, photos, problems, projects, snapshots, ui };

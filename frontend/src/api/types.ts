/** Short names for what the API speaks of. The one seam between the application and the generated types. */
import type { components, paths } from "./contract";

export type { paths };

type Schemas = components["schemas"];

export type Session = Schemas["Session"];
export type SessionUser = Schemas["SessionUser"];
export type Role = SessionUser["role"];
export type User = Schemas["User"];
export type Invitation = Schemas["Invitation"];
export type ApiToken = Schemas["ApiToken"];
export type Member = Schemas["Member"];

export type Project = Schemas["Project"];
export type ProjectPatch = Schemas["ProjectPatch"];
export type ProjectCreate = Schemas["ProjectCreate"];
export type Insights = Schemas["Insights"];

export type Photo = Schemas["Photo"];
export type TaskState = Photo["state"];
export type Import = Schemas["Import"];
export type ImportItem = Schemas["ImportItem"];

export type Assignment = Schemas["Assignment"];
export type Lease = Schemas["Lease"];
export type Revision = Schemas["Revision"];
export type RevisionMeta = Schemas["RevisionMeta"];
export type Operation = Schemas["Operation"];
export type Comment = Schemas["Comment"];
export type Review = Schemas["Review"];

export type ModelVersion = Schemas["ModelVersion"];
export type Models = Schemas["Models"];
export type Job = Schemas["Job"];
export type Snapshot = Schemas["Snapshot"];

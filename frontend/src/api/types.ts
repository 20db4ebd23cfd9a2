/** Short names for what the API speaks of. The one seam between the application and the generated types. */
import type { components, paths } from "./schema";

export type { paths };

type Schemas = components["schemas"];

export type Session = Schemas["SessionView"];
export type SessionUser = Schemas["CurrentUser"];
export type Role = SessionUser["role"];
export type User = Schemas["UserView"];
export type UserPatch = Schemas["UserChange"];
export type Invitation = Schemas["InvitationView"];
export type InvitationCreate = Schemas["InvitationRequest"];
export type InvitationPreview = Schemas["InvitationPreview"];
export type Member = Schemas["MemberView"];

export type Project = Schemas["ProjectView"];
export type ProjectCreate = Schemas["NewProject"];
export type ProjectPatch = Schemas["ProjectChange"];
export type Insights = Schemas["Insights"];

export type Photo = Schemas["PhotoView"];
export type ListedPhoto = Schemas["ListedPhoto"];
export type TaskState = Photo["state"];
export type Import = Schemas["ImportView"];
export type ImportItem = Schemas["ImportItemView"];
export type MapUse = Import["map_use"];
export type ImportFiles = Schemas["FilesImported"];

export type Assignment = Schemas["Assignment"];
export type Lease = Schemas["LeaseView"];
export type Revision = Schemas["RevisionView"];
export type RevisionMeta = Schemas["RevisionMeta"];
export type Operation = Schemas["MovePointsOperation"] | Schemas["SetVisibilityOperation"];
export type Comment = Schemas["CommentView"];
export type Review = Schemas["ReviewView"];

export type ModelVersion = Schemas["ModelView"];
export type Models = Schemas["Models"];
export type Baseline = Schemas["BaselineView"];
export type BaselineCreate = Schemas["NewBaseline"];
/** `place` is x and y. */
export type Disagreement = Omit<Schemas["DisagreementView"], "place"> & { place: readonly number[] | null };
export type Job = Schemas["JobView"];
export type Snapshot = Schemas["SnapshotView"];
export type ReviewOrder = NonNullable<
  NonNullable<paths["/api/v1/projects/{project_id}/reviews/next"]["post"]["parameters"]["query"]>["order"]
>;

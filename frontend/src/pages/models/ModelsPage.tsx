import { Button, Paper, Table, Text, Title } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useState } from "react";
import { atLeast, useUser } from "../../api/session";
import type { Models, ModelVersion, Project } from "../../api/types";
import { useOpenProject } from "../../app/ProjectLayout";
import { useModels, useTrainNow } from "../../app/queries/models";
import { EmptyState } from "../../ui/EmptyState";
import { plural } from "../../ui/format";
import { Loading } from "../../ui/Loading";
import { Page } from "../../ui/Page";
import { ProblemAlert } from "../../ui/ProblemAlert";
import { Time } from "../../ui/Time";
import { ActivateDialog } from "./ActivateDialog";
import { LearningCurves } from "./LearningCurves";
import { ModelTable } from "./ModelTable";

export default function ModelsPage() {
  const project = useOpenProject();
  const isAdmin = atLeast(useUser().role, "admin");
  const models = useModels(project.id);
  const train = useTrainNow(project.id);
  const [activating, setActivating] = useState<ModelVersion | null>(null);
  const left = project.retrain_every - project.labels_since_training;
  const next = left > 0 ? `the next starts after ${plural(left, "more label", "more labels")}` : "the next is due";
  return (
    <Page
      title="Models"
      lead={`${plural(project.labels_since_training, "label")} approved since the last training; ${next}.`}
      actions={
        isAdmin && (
          <Button
            variant="light"
            loading={train.isPending}
            onClick={() =>
              train.mutate(undefined, {
                onSuccess: () => notifications.show({ message: "Training is queued. Its progress is under Jobs." }),
              })
            }
          >
            Train now
          </Button>
        )
      }
    >
      <ProblemAlert error={train.error} />
      {models.isPending && <Loading />}
      <ProblemAlert error={models.error} onRetry={() => void models.refetch()} />
      {models.data && (
        <ModelsContent models={models.data} project={project} onActivate={isAdmin ? setActivating : null} />
      )}
      {activating && (
        <ActivateDialog
          projectId={project.id}
          model={activating}
          active={models.data?.items.find((model) => model.is_active) ?? null}
          onClose={() => setActivating(null)}
        />
      )}
    </Page>
  );
}

interface ModelsContentProps {
  models: Models;
  project: Project;
  /** Null for those who may not activate a model. */
  onActivate: ((model: ModelVersion) => void) | null;
}

function ModelsContent({ models, project, onActivate }: ModelsContentProps) {
  if (models.items.length === 0) {
    return (
      <Paper>
        <EmptyState title="No model has been trained yet">
          Until then, the mean face is fitted to every face that is found. The first training starts after{" "}
          {plural(project.retrain_every, "approved label")}.
        </EmptyState>
      </Paper>
    );
  }
  return (
    <>
      <LearningCurves models={models.items} />
      <ModelTable models={models.items} onActivate={onActivate} />
      <Paper>
        <Title order={2} mb="xs">
          Promotions
        </Title>
        {models.promotions.length === 0 ? (
          <Text size="sm" c="dimmed">
            No model has been promoted yet: a model is promoted only when it is not worse than the one before it.
          </Text>
        ) : (
          <Table.ScrollContainer minWidth={560}>
            <Table>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>When</Table.Th>
                  <Table.Th>What</Table.Th>
                  <Table.Th>By</Table.Th>
                  <Table.Th>Why</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {models.promotions.map((promotion) => (
                  <Table.Tr key={`${promotion.at}-${promotion.model_number}`}>
                    <Table.Td>
                      <Time at={promotion.at} />
                    </Table.Td>
                    <Table.Td>
                      {promotion.action === "promoted" ? "Promoted" : "Rolled back to"} model {promotion.model_number}
                    </Table.Td>
                    <Table.Td>{promotion.by?.name ?? "Facet, after training"}</Table.Td>
                    <Table.Td>{promotion.reason}</Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        )}
      </Paper>
    </>
  );
}

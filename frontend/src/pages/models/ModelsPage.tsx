import { Button } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useState } from "react";
import { atLeast, useUser } from "../../api/session";
import type { Models, ModelVersion } from "../../api/types";
import { useOpenProject } from "../../app/ProjectLayout";
import { useModels, useTrainNow } from "../../app/queries/models";
import { useStrings } from "../../strings/useStrings";
import { ForRole } from "../../ui/ForRole";
import { Loading } from "../../ui/Loading";
import { Page } from "../../ui/Page";
import { ProblemAlert } from "../../ui/ProblemAlert";
import { ActivateDialog } from "./ActivateDialog";
import { BaselineSection } from "./baselines/BaselineSection";
import { LearningCurves } from "./LearningCurves";
import { ModelTable } from "./ModelTable";
import { PartComparison } from "./PartComparison";
import { PromotionHistory } from "./PromotionHistory";

export default function ModelsPage() {
  const { models, ui } = useStrings();
  return (
    <ForRole needs="reviewer" title={models.title} instead={ui.adminMakesReviewers}>
      <Versions />
    </ForRole>
  );
}

function Versions() {
  const { models: strings } = useStrings();
  const project = useOpenProject();
  const isAdmin = atLeast(useUser().role, "admin");
  const models = useModels(project.id);
  const train = useTrainNow(project.id);
  // A version, or null for what the project started from; undefined while nothing is being activated.
  const [activating, setActivating] = useState<ModelVersion | null | undefined>(undefined);
  const left = project.retrain_every - project.labels_since_training;
  return (
    <Page
      title={strings.title}
      lead={strings.lead(project.labels_since_training, left)}
      actions={
        isAdmin && (
          <Button
            variant="light"
            loading={train.isPending}
            onClick={() =>
              train.mutate(undefined, {
                onSuccess: () => notifications.show({ message: strings.trainingQueued }),
              })
            }
          >
            {strings.trainNow}
          </Button>
        )
      }
    >
      <ProblemAlert error={train.error} />
      {models.isPending && <Loading />}
      <ProblemAlert error={models.error} onRetry={() => void models.refetch()} />
      {models.data && (
        <ModelsContent models={models.data} onActivate={isAdmin ? setActivating : null} />
      )}
      <BaselineSection project={project} mayTrain={isAdmin} />
      {models.data && activating !== undefined && (
        <ActivateDialog
          projectId={project.id}
          model={activating}
          start={models.data.start}
          active={models.data.items.find((model) => model.is_active) ?? null}
          onClose={() => setActivating(undefined)}
        />
      )}
    </Page>
  );
}

interface ModelsContentProps {
  models: Models;
  /** Null for those who may not activate a model. */
  onActivate: ((model: ModelVersion | null) => void) | null;
}

function ModelsContent({ models, onActivate }: ModelsContentProps) {
  return (
    <>
      <LearningCurves models={models.items} />
      <ModelTable models={models.items} start={models.start} onActivate={onActivate} />
      <PartComparison models={models.items} />
      <PromotionHistory models={models} />
    </>
  );
}

import { Button, Group, Paper, Radio, Stack, Text, Title } from "@mantine/core";
import { Dropzone } from "@mantine/dropzone";
import "@mantine/dropzone/styles.css";
import { IconFileZip, IconFolder, IconPhotoPlus } from "@tabler/icons-react";
import { useEffect, useRef, useState, useSyncExternalStore, type ChangeEvent } from "react";
import type { MapUse } from "../../api/types";
import { useOpenProject } from "../../app/ProjectLayout";
import { useStrings } from "../../strings/useStrings";
import { ForRole } from "../../ui/ForRole";
import { Page } from "../../ui/Page";
import { ArchiveCard } from "./ArchiveCard";
import { ImportHistory } from "./ImportHistory";
import { PhotosCard } from "./PhotosCard";
import { uploads } from "./uploads";

export default function ImportPage() {
  const { imports } = useStrings();
  const project = useOpenProject();
  return (
    <ForRole needs="admin" title={imports.title} instead={imports.forAdminsWhat}>
      <Importer projectId={project.id} />
    </ForRole>
  );
}

function Importer({ projectId }: { projectId: number }) {
  const { imports } = useStrings();
  const running = useSyncExternalStore(uploads.subscribe, () => uploads.of(projectId));
  const [mapUse, setMapUse] = useState<MapUse>("parts");
  const start = (files: readonly File[]) => uploads.start(projectId, files, mapUse);
  return (
    <Page title={imports.title}>
      <Paper>
        <Stack align="center" py="lg" gap="xs">
          <IconPhotoPlus size={36} stroke={1.3} aria-hidden />
          <Title order={2}>{imports.dropHere}</Title>
          <Text size="sm" c="dimmed" ta="center" maw={560}>
            {imports.dropWhat}
          </Text>
          <Choosers onChoose={start} />
          <Radio.Group
            mt="md"
            size="sm"
            label={imports.givenMaps}
            description={imports.givenMapsWhat}
            value={mapUse}
            onChange={(value) => setMapUse(value === "whole" ? "whole" : "parts")}
          >
            <Group mt={8} gap="lg">
              <Radio size="sm" value="parts" label={imports.keepParts} />
              <Radio size="sm" value="whole" label={imports.keepWhole} />
            </Group>
          </Radio.Group>
        </Stack>
      </Paper>
      <Dropzone.FullScreen active onDrop={start} multiple inputProps={{ "aria-label": imports.letGo }}>
        <Stack align="center" justify="center" mih="80vh" style={{ pointerEvents: "none" }}>
          <IconPhotoPlus size={52} stroke={1.2} aria-hidden />
          <Text size="xl">{imports.letGo}</Text>
        </Stack>
      </Dropzone.FullScreen>
      {running.map((upload) =>
        upload.kind === "photos" ? (
          <PhotosCard
            key={upload.key}
            queue={upload.queue}
            projectId={projectId}
            onDismiss={() => uploads.dismiss(projectId, upload.key)}
          />
        ) : (
          <ArchiveCard
            key={upload.key}
            archive={upload.archive}
            projectId={projectId}
            onDismiss={() => uploads.dismiss(projectId, upload.key)}
          />
        ),
      )}
      <ImportHistory projectId={projectId} />
    </Page>
  );
}

/** Buttons for those who choose rather than drag, each over a file input of its own. */
function Choosers({ onChoose }: { onChoose: (files: readonly File[]) => void }) {
  const { imports } = useStrings();
  const photos = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const archive = useRef<HTMLInputElement>(null);
  useEffect(() => folder.current?.setAttribute("webkitdirectory", ""), []);
  const choose = (event: ChangeEvent<HTMLInputElement>) => {
    onChoose([...(event.currentTarget.files ?? [])]);
    // So that the same files can be chosen again.
    event.currentTarget.value = "";
  };
  return (
    <Group mt="xs">
      <input
        ref={photos}
        type="file"
        hidden
        multiple
        accept=".jpg,.jpeg,.png,.webp"
        onChange={choose}
        aria-label={imports.photos}
      />
      <input ref={folder} type="file" hidden multiple onChange={choose} aria-label={imports.folderOfPhotos} />
      <input ref={archive} type="file" hidden accept=".zip" onChange={choose} aria-label={imports.zipOfPhotos} />
      <Button leftSection={<IconPhotoPlus size={16} aria-hidden />} onClick={() => photos.current?.click()}>
        {imports.choosePhotos}
      </Button>
      <Button
        variant="default"
        leftSection={<IconFolder size={16} aria-hidden />}
        onClick={() => folder.current?.click()}
      >
        {imports.chooseFolder}
      </Button>
      <Button
        variant="default"
        leftSection={<IconFileZip size={16} aria-hidden />}
        onClick={() => archive.current?.click()}
      >
        {imports.chooseZip}
      </Button>
    </Group>
  );
}

import { ButtonLink } from "@/components/ui/button-link";
import { Card } from "@/components/ui/card";
import { CopyableId } from "@/components/ui/copyable-id";
import { HostileText } from "@/components/ui/hostile-text";
import { formatBytes } from "../format";

interface FileListProps {
  title: string;
  description: string;
  files: readonly { name: string; size: number; sha256: string }[];
  /** The run whose files can be fetched; input files are part of the request and cannot. */
  downloadFrom?: string;
  nothing: string;
}

/** Files by name, size and SHA-256. */
export function FileList({ title, description, files, downloadFrom, nothing }: FileListProps) {
  return (
    <Card title={title} description={description} flush>
      {files.length === 0 ? (
        <p className="px-4 py-3 text-muted">{nothing}</p>
      ) : (
        <ul className="divide-y divide-line">
          {files.map((file) => (
            <li key={file.name} className="flex min-h-11 flex-wrap items-center gap-x-4 gap-y-1 px-4 py-1.5">
              <HostileText inline mono text={file.name} className="min-w-0 flex-1 basis-40" />
              <span className="text-muted">{formatBytes(file.size)}</span>
              <span className="text-sm text-subtle">
                SHA-256 <CopyableId id={file.sha256} />
              </span>
              {downloadFrom ? (
                <ButtonLink size="sm" icon="download" prefetch={false} href={`/runs/${downloadFrom}/file?name=${encodeURIComponent(file.name)}`} aria-label={`Download ${file.name}`}>
                  Download
                </ButtonLink>
              ) : null}
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

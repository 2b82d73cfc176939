"use client";
import { DataTable, type TableColumn, type TableProps } from "@/components/data-table/data-table";
import { Badge } from "@/components/ui/badge";
import { buttonClass } from "@/components/ui/control-styles";
import { CopyableId } from "@/components/ui/copyable-id";
import { Icon } from "@/components/ui/icon";
import { RelativeTime } from "@/components/ui/relative-time";
import type { ArchiveRow } from "@/lib/audit/archives/list";
import { formatBytes } from "../../runs/format";

const range = ({ firstSeq, lastSeq }: ArchiveRow) => `${firstSeq.toLocaleString("en-US")} to ${lastSeq.toLocaleString("en-US")}`;

const columns: TableColumn<ArchiveRow>[] = [
  { id: "range", header: "From event to event", cell: (archive) => <span className="font-medium tabular-nums">{range(archive)}</span>, phone: "title", locked: true },
  { id: "createdAt", header: "Written", cell: (archive) => <RelativeTime at={archive.createdAt} />, width: 120 },
  { id: "events", header: "Events", cell: (archive) => archive.events.toLocaleString("en-US"), align: "end", width: 100 },
  { id: "bytes", header: "Size", cell: (archive) => formatBytes(archive.bytes), align: "end", width: 100 },
  { id: "sha256", header: "SHA-256", cell: (archive) => <CopyableId id={archive.sha256} />, width: 160 },
  { id: "file", header: "File", cell: (archive) => <FileState file={archive.file} />, phone: "aside", width: 170 },
];

const download: TableColumn<ArchiveRow> = {
  id: "download",
  header: "Download",
  cell: (archive) => (archive.file === "missing" ? <span className="text-subtle">–</span> : <Download archive={archive} />),
  width: 130,
  align: "end",
  locked: true,
};

function FileState({ file }: { file: ArchiveRow["file"] }) {
  if (file === "present") return <Badge tone="ok" icon="check">On the disk</Badge>;
  if (file === "missing") return <Badge tone="danger" icon="x">Missing</Badge>;
  return <Badge tone="danger" icon="alert">Not the size recorded</Badge>;
}

/** A plain link: a file is no page to be prefetched or shown in place. */
function Download({ archive }: { archive: ArchiveRow }) {
  return (
    <a href={`/audit/archives/${archive.id}`} download aria-label={`Download events ${range(archive)}`} className={buttonClass("ghost", "sm")}>
      <Icon name="download" />
      Download
    </a>
  );
}

export function ArchivesTable({ on, mayDownload, ...props }: TableProps<ArchiveRow> & { on: boolean; mayDownload: boolean }) {
  return (
    <DataTable
      id="audit-archives"
      label="Archives"
      columns={mayDownload ? [...columns, download] : columns}
      rowId={(archive) => archive.id}
      empty={{ title: "No archives yet", text: on ? "The first is written in the coming night, at 03:17 UTC." : "There are none while archives are off." }}
      {...props}
    />
  );
}

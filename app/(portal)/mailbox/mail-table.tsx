"use client";
import { DataTable, type TableColumn, type TableProps } from "@/components/data-table/data-table";
import { Dialog } from "@/components/ui/dialog";
import { RelativeTime } from "@/components/ui/relative-time";
import { StatusBadge } from "@/components/ui/status-badge";
import type { MailRow } from "@/lib/mail/list";

const labels: Record<MailRow["status"], [status: string, label: string]> = {
  queued: ["queued", "Queued"],
  sent: ["success", "Sent"],
  mailbox: ["open", "Kept here"],
  failed: ["failure", "Refused"],
};

const columns: TableColumn<MailRow>[] = [
  { id: "subject", header: "Subject", cell: (mail) => <Letter mail={mail} />, phone: "title", locked: true },
  { id: "recipient", header: "To", cell: (mail) => <span className="wrap-anywhere">{mail.recipient}</span> },
  { id: "status", header: "Status", cell: (mail) => <StatusBadge status={labels[mail.status][0]} label={labels[mail.status][1]} />, phone: "aside", width: 120 },
  { id: "createdAt", header: "Written", cell: (mail) => <RelativeTime at={mail.createdAt} />, width: 120 },
];

export function MailTable(props: TableProps<MailRow>) {
  return (
    <DataTable
      id="mailbox"
      label="Mail"
      columns={columns}
      rowId={(mail) => mail.id}
      {...props}
      empty={{ title: "No mail yet", text: "Invitations and budget alerts appear here." }}
    />
  );
}

function Letter({ mail }: { mail: MailRow }) {
  return (
    <Dialog
      trigger={
        <button type="button" className="text-left font-medium hover:underline">
          {mail.subject}
        </button>
      }
      title={mail.subject}
      description={`To ${mail.recipient}`}
      size="lg"
    >
      {mail.error ? <p className="mb-3 text-danger">The server refused it: {mail.error}</p> : null}
      <pre className="font-sans whitespace-pre-wrap wrap-anywhere">{mail.text}</pre>
    </Dialog>
  );
}

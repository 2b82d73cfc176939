import { HistoryTable } from "./history-table";

export default function Loading() {
  return <HistoryTable rows={null} />;
}

import { LeasesTable } from "./leases-table";

export default function LeasesLoading() {
  return <LeasesTable rows={null} />;
}

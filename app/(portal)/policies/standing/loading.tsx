import { StandingTable } from "./standing-table";

export default function StandingLoading() {
  return <StandingTable rows={null} />;
}

import { TemplatesTable } from "./templates-table";

export default function TemplatesLoading() {
  return <TemplatesTable rows={null} />;
}

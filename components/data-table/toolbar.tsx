"use client";
import type { ReactNode } from "react";
import { Button } from "../ui/button";
import type { Facet } from "./columns";
import { FacetFilter } from "./facet-filter";
import { SearchBox } from "./search-box";
import type { TableUrl } from "./use-table-url";

interface ToolbarProps {
  label: string;
  /** What the search box suggests; without it there is none. */
  search?: string;
  facets: readonly Facet[];
  filters?: ReactNode;
  url: TableUrl;
  children: ReactNode;
}

/** What narrows the list on the left, how it is shown and taken out on the right. */
export function Toolbar({ label, search, facets, filters, url, children }: ToolbarProps) {
  return (
    <div role="toolbar" aria-label={`${label} filters`} className="flex flex-wrap items-center gap-2 border-b border-line p-2">
      {search ? <SearchBox label={label} placeholder={search} value={url.q} onSearch={url.search} /> : null}
      {facets.map((facet) => (
        <FacetFilter key={facet.id} facet={facet} chosen={url.chosen(facet.id)} onChoose={(values) => url.choose(facet.id, values)} />
      ))}
      {filters}
      {url.filtered ? (
        <Button variant="ghost" icon="x" onClick={url.clear}>
          Clear
        </Button>
      ) : null}
      <div className="ml-auto flex items-center gap-2">{children}</div>
    </div>
  );
}

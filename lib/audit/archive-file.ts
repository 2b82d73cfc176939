import { createHash } from "node:crypto";
import { type FileHandle, mkdir, open, readdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import { env } from "@/lib/env";
import { newId } from "@/lib/id";

/** The folder of all archives; null when archives are off. */
export function archiveFolder(): string | null {
  return env().AUDIT_ARCHIVE_DIR ?? null;
}

/** Where an archive lies: `fileName` is that of its row, never input. */
export function archivePath(folder: string, fileName: string): string {
  return path.join(/* turbopackIgnore: true */ folder, fileName);
}

/** A file that does not bear its name before it is whole and on the disk. */
export class ArchiveFile {
  bytes = 0;
  readonly #hash = createHash("sha256");

  private constructor(
    private readonly folder: string,
    private readonly temporary: string,
    private readonly handle: FileHandle,
  ) {}

  /** `folder` is the organization's own, made if need be; `first` the event that the archive begins with. */
  static async create(folder: string, first: number): Promise<ArchiveFile> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const temporary = path.join(folder, `${first}-${newId()}.partial`);
    return new ArchiveFile(folder, temporary, await open(temporary, "wx", 0o600));
  }

  async write(text: string): Promise<void> {
    const bytes = Buffer.from(text);
    this.#hash.update(bytes);
    this.bytes += bytes.length;
    await this.handle.appendFile(bytes);
  }

  /** Ends the file, on the disk. @returns its SHA-256, hexadecimal. */
  async finish(): Promise<string> {
    await this.handle.sync();
    await this.handle.close();
    return this.#hash.digest("hex");
  }

  /** Gives it its name, and removes what attempts that were cut off left of an archive with the same beginning. */
  async publish(name: string): Promise<void> {
    const beginning = `${name.split("-")[0]}-`;
    await rename(this.temporary, path.join(this.folder, name));
    for (const other of await readdir(this.folder)) {
      if (other.startsWith(beginning) && other !== name) await rm(path.join(this.folder, other), { force: true });
    }
    const folder = await open(this.folder, "r");
    await folder.sync().finally(() => folder.close());
  }

  async discard(): Promise<void> {
    await this.handle.close();
    await rm(this.temporary, { force: true });
  }
}

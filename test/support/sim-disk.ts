import { dirname } from "node:path";
import type { Disk, DiskFile, DiskLock, OpenMode } from "../../host/platform/disk/index.ts";
import { DiskCode, DiskError } from "../../host/platform/disk/index.ts";
import type { CrashChooser } from "./sim-inode.ts";
import { SimInode } from "./sim-inode.ts";

/** What an injected failure does: the codes of a real disk, a short append, or the death of the machine before or after the call's effect. */
export type Injection = "EIO" | "ENOSPC" | "EINTR" | "SHORT" | "CRASH_BEFORE" | "CRASH_AFTER";

/** Thrown by an injected crash. The test then calls `crash` and goes on as the next boot. */
export class SimulatedCrash extends Error {
  override readonly name = "SimulatedCrash";
}

interface NameChange {
  readonly directory: string;
  readonly apply: (names: Map<string, SimInode>) => void;
}

/**
 * A disk in memory that keeps apart what is durable and what is pending, for data and for names. `crash` settles each pending write and each
 * pending name change by the given choice, drops all handles and locks. Calls that change something are counted; `inject` makes the n-th fail.
 */
export class SimDisk implements Disk {
  /** Calls that change something so far: append, sync, create, truncate, rename, remove, syncDirectory. */
  calls = 0;
  /** Bytes that all files together may take. */
  capacityBytes: number = Number.POSITIVE_INFINITY;
  /** An injected crash has struck: every call throws until `crash` begins the next life. */
  isDead = false;
  #names = new Map<string, SimInode>();
  #durableNames = new Map<string, SimInode>();
  #nameChanges: NameChange[] = [];
  #files: (SimInode | undefined)[] = [];
  #readOnly = new Set<number>();
  #locks = new Set<string>();
  #injections = new Map<number, Injection>();

  /** Makes the call number `call` (1 is the next one after a fresh start) fail. */
  inject(call: number, injection: Injection): void {
    this.#injections.set(call, injection);
  }

  /** Nothing that was injected and has not struck will. */
  clearInjections(): void {
    this.#injections.clear();
  }

  /** The power cut: settles what was pending, closes every file, forgets every lock. */
  crash(choose: CrashChooser): void {
    for (const change of this.#nameChanges) if (choose("name") === "KEEP") change.apply(this.#durableNames);
    this.#nameChanges = [];
    for (const inode of new Set(this.#durableNames.values())) inode.crash(choose);
    this.#names = new Map(this.#durableNames);
    this.#files = [];
    this.#locks.clear();
    this.#injections.clear();
    this.isDead = false;
  }

  /** Number of pending writes and name changes: what a crash would ask its chooser about. */
  get pendingCount(): number {
    let count = this.#nameChanges.length;
    for (const inode of new Set(this.#names.values())) count += inode.pendingCount;
    return count;
  }

  /** A copy of a file's bytes as a reader sees them now. */
  contentOf(path: string): Buffer {
    return Buffer.from(this.#inode(path).view());
  }

  /** The bytes of a file that are on stable storage. */
  durableOf(path: string): Buffer {
    return this.#inode(path).durableView();
  }

  /** Sets a file's bytes, durable at once, as damage or an earlier life would. */
  plant(path: string, content: Uint8Array): void {
    const inode = this.#names.get(path) ?? new SimInode();
    inode.plant(content);
    this.#names.set(path, inode);
    this.#durableNames.set(path, inode);
  }

  /** Flips one bit of a file, durable at once. */
  flipBit(path: string, bit: number): void {
    this.#inode(path).flipBit(bit);
  }

  /** A second disk with the same bytes, all durable. */
  clone(): SimDisk {
    const copy = new SimDisk();
    for (const [path, inode] of this.#names) copy.plant(path, inode.view());
    return copy;
  }

  /** Paths of all files, sorted. */
  paths(): string[] {
    return [...this.#names.keys()].sort();
  }

  open(path: string, mode: OpenMode): DiskFile {
    if (mode === "create") this.#create(path);
    const file = this.#files.push(this.#inode(path)) - 1;
    if (mode === "read") this.#readOnly.add(file);
    else this.#readOnly.delete(file);
    return file as DiskFile;
  }

  close(file: DiskFile): void {
    this.#opened(file);
    this.#files[file] = undefined;
  }

  append(file: DiskFile, source: Uint8Array, offsetBytes: number, lengthBytes: number): number {
    const inode = this.#opened(file);
    if (this.#readOnly.has(file)) return DiskCode.FAILED;
    const injection = this.#count();
    if (injection === "EIO") return DiskCode.FAILED;
    if (injection === "EINTR") return DiskCode.AGAIN;
    if (injection === "ENOSPC") return DiskCode.FULL;
    let taken = injection === "SHORT" ? lengthBytes >> 1 : lengthBytes;
    const free = this.capacityBytes - this.usedBytes();
    if (free <= 0 && lengthBytes > 0) return DiskCode.FULL;
    taken = Math.min(taken, free);
    inode.append(source, offsetBytes, taken);
    this.#after(injection);
    return taken;
  }

  sync(file: DiskFile): number {
    const inode = this.#opened(file);
    const injection = this.#count();
    if (injection === "EIO" || injection === "ENOSPC" || injection === "EINTR") {
      // The kernel reports the failure once, drops the pages and marks them clean.
      inode.dropPending();
      return DiskCode.FAILED;
    }
    inode.sync();
    this.#after(injection);
    return 0;
  }

  /** At once: what comes between on a real disk is for its tests to bring about. */
  syncBehind(file: DiskFile): Promise<number> {
    return settled(() => this.sync(file));
  }

  replaceBehind(path: string, content: Uint8Array): Promise<void> {
    return settled(() => {
      const next = `${path}.new`;
      if (this.#names.has(next)) this.remove(next);
      const file = this.open(next, "create");
      for (let written = 0; written < content.length;) {
        const taken = this.append(file, content, written, content.length - written);
        if (taken < 0 && taken !== DiskCode.AGAIN)
          throw new DiskError("FAILED", `disk: cannot replace ${path}`);
        written += Math.max(0, taken);
      }
      const synced = this.sync(file);
      this.close(file);
      if (synced < 0) throw new DiskError("FAILED", `disk: cannot replace ${path}`);
      this.rename(next, path);
      this.syncDirectory(dirname(path));
    });
  }

  readAt(
    file: DiskFile,
    target: Uint8Array,
    offsetBytes: number,
    lengthBytes: number,
    position: number,
  ): number {
    return this.#opened(file).read(target, offsetBytes, lengthBytes, position);
  }

  sizeBytes(file: DiskFile): number {
    return this.#opened(file).sizeBytes;
  }

  isLinked(file: DiskFile): boolean {
    const inode = this.#opened(file);
    for (const named of this.#names.values()) if (named === inode) return true;
    return false;
  }

  truncate(file: DiskFile, sizeBytes: number): void {
    const inode = this.#opened(file);
    if (this.#readOnly.has(file))
      throw new DiskError("DENIED", `disk: cannot truncate a file opened for reading; open it with "append"`);
    const injection = this.#counted("truncate");
    inode.truncate(sizeBytes);
    this.#after(injection);
  }

  rename(from: string, to: string): void {
    const inode = this.#inode(from);
    const injection = this.#counted(`rename ${from}`);
    this.#changeNames(to, (names) => {
      names.delete(from);
      names.set(to, inode);
    });
    this.#after(injection);
  }

  remove(path: string): void {
    this.#inode(path);
    const injection = this.#counted(`remove ${path}`);
    this.#changeNames(path, (names) => void names.delete(path));
    this.#after(injection);
  }

  list(directory: string): readonly string[] {
    const names = this.paths().filter((path) => dirname(path) === directory);
    return names.map((path) => path.slice(directory.length + 1));
  }

  makeDirectory(_directory: string): void {
    // Directories exist by their files' paths here.
  }

  syncDirectory(directory: string): void {
    const injection = this.#counted(`sync the directory ${directory}`);
    for (const change of this.#nameChanges)
      if (change.directory === directory) change.apply(this.#durableNames);
    this.#nameChanges = this.#nameChanges.filter((change) => change.directory !== directory);
    this.#after(injection);
  }

  lock(path: string): DiskLock {
    if (this.#locks.has(path))
      throw new DiskError(
        "LOCKED",
        `disk: ${path} is held by a live process; stop it or use another directory`,
      );
    this.#locks.add(path);
    return { release: () => void this.#locks.delete(path) };
  }

  /** Bytes that all named files take together. */
  usedBytes(): number {
    let bytes = 0;
    for (const inode of this.#names.values()) bytes += inode.sizeBytes;
    return bytes;
  }

  #create(path: string): void {
    if (this.#names.has(path)) throw new DiskError("EXISTS", `disk: ${path} exists; choose another path`);
    const injection = this.#counted(`create ${path}`);
    const inode = new SimInode();
    this.#changeNames(path, (names) => void names.set(path, inode));
    this.#after(injection);
  }

  #changeNames(path: string, apply: NameChange["apply"]): void {
    apply(this.#names);
    this.#nameChanges.push({ directory: dirname(path), apply });
  }

  #count(): Injection | undefined {
    if (this.isDead) throw new SimulatedCrash("the machine is dead; call crash to start it again");
    this.calls++;
    const injection = this.#injections.get(this.calls);
    if (injection === "CRASH_BEFORE") {
      this.isDead = true;
      throw new SimulatedCrash(`before call ${this.calls}`);
    }
    return injection;
  }

  #counted(action: string): Injection | undefined {
    const injection = this.#count();
    if (injection === "EIO" || injection === "EINTR")
      throw new DiskError("FAILED", `disk: cannot ${action} (injected); check the device`);
    if (injection === "ENOSPC") throw new DiskError("FULL", `disk: cannot ${action} (injected); free space`);
    return injection;
  }

  #after(injection: Injection | undefined): void {
    if (injection !== "CRASH_AFTER") return;
    this.isDead = true;
    throw new SimulatedCrash(`after call ${this.calls}`);
  }

  #inode(path: string): SimInode {
    const inode = this.#names.get(path);
    if (inode === undefined) throw new DiskError("NOT_FOUND", `disk: ${path} does not exist; check the path`);
    return inode;
  }

  #opened(file: DiskFile): SimInode {
    const inode = this.#files[file];
    if (inode === undefined)
      throw new DiskError(
        "FAILED",
        `disk: file ${file} is not open; it was closed or did not outlive a crash`,
      );
    return inode;
  }
}

function settled<T>(call: () => T): Promise<T> {
  return new Promise((resolve) => {
    resolve(call());
  });
}

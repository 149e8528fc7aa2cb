import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A file system that forgets on demand whatever was not synced, as a disk does when its power fails. */
export interface PowerCutDisk {
  /** Its root. */
  readonly path: string;
  /**
   * The power fails and comes back: what was written and neither synced nor part of a committed journal is gone, then the file system is mounted
   * again, which recovers its journal. Nobody may have a file open there: kill first.
   */
  cut(): void;
  remove(): void;
}

const SBIN = ['/usr/local/sbin', '/usr/sbin', '/sbin', '/usr/local/bin', '/usr/bin', '/bin'].join(':');
const PROGRAMS = ['mkfs.ext4', 'mount', 'umount', 'perl'] as const;
const environment = { PATH: SBIN, LC_ALL: 'C' };
const run = (command: string, ...args: string[]): void => void execFileSync(command, args, { env: environment, stdio: 'pipe' });

/**
 * `FS_IOC_SHUTDOWN` with `EXT4_GOING_FLAGS_NOLOGFLUSH` (Linux `include/uapi/linux/ext4.h`, the call that xfstests uses for its tests of crashes): the
 * file system stops at once, without writing back dirty pages or the journal's running transaction. The number is that of x86-64 and arm64.
 */
const SHUTDOWN = 'open(my $f, "<", $ARGV[0]) or die $!; my $flag = pack("L", 2); ioctl($f, 0x8004587d, $flag) or die $!;';

/** The kernel writes back by itself what is some seconds old; here it may not, so that a cut takes all that was not asked to be kept. */
const LAZY = 'loop,noatime,commit=3600';

/** The image lies in memory where it can: what counts as synced is what has reached it, and a test isn't about the speed of the disk below. */
const place = (): string => (existsSync('/dev/shm') ? '/dev/shm' : tmpdir());

/** Why there can be none here, in one sentence; undefined when there can. */
export function whyNoPowerCuts(): string | undefined {
  if (process.platform !== 'linux') return 'power cuts need Linux';
  if (process.getuid?.() !== 0) return 'power cuts need root, to mount a file system';
  const missing = PROGRAMS.filter((name) => spawnSync('which', [name], { env: environment }).status !== 0);
  if (missing.length > 0) return `power cuts need ${missing.join(', ')}`;
  try {
    const disk = makePowerCutDisk(16);
    try {
      writeFileSync(join(disk.path, 'unsynced'), 'gone');
      disk.cut();
      return undefined;
    } finally {
      disk.remove();
    }
  } catch (error) {
    return `no file system can be mounted and stopped here: ${error instanceof Error ? error.message.replaceAll('\n', ' ') : String(error)}`;
  }
}

/** An ext4 in a file, on a loop device. Throws where `whyNoPowerCuts` has a reason. */
export function makePowerCutDisk(megabytes: number): PowerCutDisk {
  const folder = mkdtempSync(join(place(), 'octobus-disk-'));
  const [image, path] = [join(folder, 'image'), join(folder, 'mnt')];
  const mount = (): void => run('mount', '-o', LAZY, image, path);
  writeFileSync(image, '');
  truncateSync(image, megabytes * 1024 * 1024);
  mkdirSync(path);
  run('mkfs.ext4', '-q', '-F', image);
  mount();
  const handle = join(path, '.handle');
  writeFileSync(handle, '');
  run('sync', '-f', path);
  return {
    path,
    cut: () => {
      run('perl', '-e', SHUTDOWN, handle);
      run('umount', path);
      mount();
    },
    remove: () => {
      run('umount', path);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

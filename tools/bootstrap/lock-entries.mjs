const CPUS = ['arm64', 'x64', 'ia32', 'loong64', 'ppc64', 'riscv64', 's390x', 'wasm32'];
const SYSTEMS = ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32'];

/** What npm writes as os, cpu and libc, read off a name such as `@swc/core-linux-arm64-musl`; undefined when it names no platform. */
export function platformOf(name) {
  const words = name.split(/[/_-]/);
  const os = SYSTEMS.find((system) => words.includes(system));
  const cpu =
    CPUS.find((arch) => words.includes(arch)) ??
    (words.some((word) => /^(?:arm|armv7|aarch64)$/.test(word)) ? (words.includes('aarch64') ? 'arm64' : 'arm') : undefined);
  if (os === undefined || cpu === undefined) return undefined;
  const libc =
    os !== 'linux'
      ? undefined
      : words.some((word) => word.startsWith('musl'))
        ? 'musl'
        : words.some((word) => word.startsWith('gnu'))
          ? 'glibc'
          : undefined;
  return { os: [os], cpu: [cpu], ...(libc === undefined ? {} : { libc: [libc] }) };
}

/** The entries that are missing, by path: optional dependencies with an exact version that no folder above provides. */
export function missingEntries(packages) {
  const missing = {};
  for (const [path, entry] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      const platform = platformOf(name);
      if (platform === undefined || !/^\d+\.\d+\.\d+/.test(version) || isProvided(packages, path, name)) continue;
      missing[`node_modules/${name}`] = { version, ...platform, ...(entry.dev ? { dev: true } : {}), optional: true };
    }
  }
  return missing;
}

function isProvided(packages, path, name) {
  for (let at = path; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/')))) {
    if (packages[`${at === '' ? '' : `${at}/`}node_modules/${name}`] !== undefined) return true;
    if (at === '') return false;
  }
}

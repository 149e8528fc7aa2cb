/** Kinds that hold text, but have no reader yet. */
const NOT_YET = new Set(
  'pdf doc docx docm odt rtf xls xlsx xlsm ods ppt pptx odp epub mobi pages numbers key msg eml mbox ipynb djvu ps'.split(' '),
);

/** Kinds without text; named as binary without being opened. */
const BINARY = new Set(
  (
    'png jpg jpeg gif webp bmp ico tif tiff avif heic psd mp3 mp4 m4a wav ogg flac avi mov mkv webm zip gz tgz bz2 xz zst 7z rar tar jar war class o a so dylib dll exe bin dat ' +
    'wasm pyc pyo ttf otf woff woff2 eot db sqlite sqlite3 parquet onnx gguf safetensors pt npy npz iso img dmg deb rpm node'
  ).split(' '),
);

const MARKDOWN = new Set(['md', 'markdown', 'mdx', 'mkd']);
const HTML = new Set(['html', 'htm', 'xhtml']);

const named: Readonly<Record<string, string>> = {
  json: 'application/json',
  jsonl: 'application/jsonl',
  ndjson: 'application/jsonl',
  xml: 'application/xml',
  svg: 'application/xml',
  yaml: 'application/yaml',
  yml: 'application/yaml',
  toml: 'application/toml',
  csv: 'text/csv',
  tsv: 'text/tab-separated-values',
  css: 'text/css',
  js: 'text/javascript',
  mjs: 'text/javascript',
  cjs: 'text/javascript',
};

const SOURCE = new Set(
  (
    'ts tsx mts cts jsx py pyi rb go rs java kt kts scala clj c h cc cpp cxx hpp cs fs swift m mm php pl pm lua r jl dart ex exs erl hs ml mli sh bash zsh fish ps1 bat sql proto graphql gql ' +
    'tf hcl nix vue svelte scss less sass ini cfg conf properties gradle cmake make mk dockerfile tex bib vim el lisp scm zig nim v sol asm s'
  ).split(' '),
);

const GENERATED = new Set([
  'package-lock.json',
  'npm-shrinkwrap.json',
  'yarn.lock',
  'pnpm-lock.yaml',
  'cargo.lock',
  'poetry.lock',
  'uv.lock',
  'composer.lock',
  'gemfile.lock',
  'go.sum',
]);

/** How a file is to be read, by its name alone, or why it is not. */
export type Kind = { readonly mediaType: string } | { readonly reason: string };

function extensionOf(fileName: string): string {
  const dot = fileName.lastIndexOf('.');
  return dot > 0 ? fileName.slice(dot + 1) : '';
}

function mediaTypeOf(extension: string): string {
  if (MARKDOWN.has(extension)) return 'text/markdown';
  if (HTML.has(extension)) return 'text/html';
  if (Object.hasOwn(named, extension)) return named[extension] ?? 'text/plain';
  return SOURCE.has(extension) ? 'text/x-source' : 'text/plain';
}

/** The kind of a file, by its name; a name without a known ending counts as plain text until its bytes say otherwise. */
export function kindOf(fileName: string): Kind {
  const lower = fileName.toLowerCase();
  const extension = extensionOf(lower);
  if (
    /^\.env(?:$|\.)/.test(lower) ||
    /^(?:id_(?:rsa|dsa|ecdsa|ed25519)|credentials|\.npmrc|\.netrc|\.pypirc|\.pgpass)$/.test(lower) ||
    /^(?:pem|key|p12|pfx|jks|creds|nk)$/.test(extension)
  ) {
    return { reason: 'may hold secrets' };
  }
  if (NOT_YET.has(extension)) return { reason: `not read yet: .${extension}` };
  if (BINARY.has(extension)) return { reason: `binary: .${extension}` };
  if (GENERATED.has(lower) || /\.min\.(?:js|css)$/.test(lower) || extension === 'map') return { reason: 'generated' };
  return { mediaType: mediaTypeOf(extension) };
}

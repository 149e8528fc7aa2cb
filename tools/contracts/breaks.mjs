// What of a release isn't kept by what comes after it, in sentences; pure.

/** Events: a type is written in the same message at the same place, or an upcaster reads it. */
export function eventBreaks(before, now) {
  return Object.entries({ ...before.retired, ...before.events }).flatMap(([type, { message, place }]) => {
    const today = now.events[type] ?? now.retired[type];
    if (today === undefined) return [`${type} can't be read any more: it has neither a message nor an upcaster`];
    return [
      ...(today.message === message ? [] : [`${type} was written as ${message} and is read as ${today.message}`]),
      ...(place === undefined || placeNow(now, type) === place
        ? []
        : [`${type} stood at ${place} and is looked for at ${placeNow(now, type)}`]),
    ];
  });
}

const placeNow = (now, type) =>
  now.events[type]?.place ?? (now.retired[type] === undefined ? undefined : placeNow(now, now.retired[type].to));

export const headerBreaks = (before, now) =>
  before.headers.filter((name) => !now.headers.includes(name)).map((name) => `the header ${name} is not read any more`);

/** Files that are kept as they were, by their digests. */
export const fileBreaks = (before, now) =>
  Object.entries(before).flatMap(([file, digest]) =>
    now[file] === undefined
      ? [`${file} is gone`]
      : now[file] === digest
        ? []
        : [`${file} was changed: a recorded event stays as it was recorded`],
  );

/** Commands: whatever was accepted is accepted. */
export const commandBreaks = (before, now) =>
  Object.entries(before.commands).flatMap(([verb, schema]) =>
    now.commands[verb] === undefined ? [`${verb} is not taken any more`] : schemaBreaks(schema, now.commands[verb], verb),
  );

/** Keywords that may only grow, that may only shrink, and that say nothing. Anything else has to stay as it is. */
const UPPER = ['maxLength', 'maxItems', 'maximum', 'maxProperties'];
const LOWER = ['minLength', 'minItems', 'minimum', 'minProperties'];
const SILENT = ['description', 'title', 'examples', 'default'];

/** JSON Schema (2020-12), as far as our commands use it: where `now` refuses what `before` took. */
export function schemaBreaks(before, now, path) {
  const keywords = new Set([...Object.keys(before), ...Object.keys(now)].filter((keyword) => !SILENT.includes(keyword)));
  return [...keywords].flatMap((keyword) => keywordBreaks(keyword, before, now, path));
}

function keywordBreaks(keyword, before, now, path) {
  const [was, is] = [before[keyword], now[keyword]];
  if (keyword === 'required') return added(was, is).map((name) => `${path}/${name} is required now`);
  if (keyword === 'enum')
    return is === undefined
      ? []
      : was === undefined
        ? [`${path} takes some values only`]
        : added(is, was).map((one) => `${path} does not take ${JSON.stringify(one)} any more`);
  if (keyword === 'properties') return propertyBreaks(was ?? {}, is ?? {}, now, path);
  if (keyword === 'items')
    return was === undefined
      ? is === undefined
        ? []
        : [`${path} holds some items only`]
      : is === undefined
        ? []
        : schemaBreaks(was, is, `${path}/*`);
  if (UPPER.includes(keyword)) return is !== undefined && !(was <= is) ? [`${path}: ${keyword} was ${was ?? 'open'} and is ${is}`] : [];
  if (LOWER.includes(keyword)) return is !== undefined && !(was >= is) ? [`${path}: ${keyword} was ${was ?? 'open'} and is ${is}`] : [];
  if (keyword === 'uniqueItems') return is === true && was !== true ? [`${path} takes no item twice now`] : [];
  if (keyword === 'additionalProperties') return was !== false && is === false ? [`${path} takes no other fields now`] : [];
  if (JSON.stringify(was) === JSON.stringify(is)) return [];
  return [`${path}: ${keyword} was ${JSON.stringify(was) ?? 'open'} and is ${JSON.stringify(is) ?? 'open'}`];
}

const added = (was = [], is = []) => is.filter((one) => !was.includes(one));

const propertyBreaks = (was, is, now, path) =>
  Object.entries(was).flatMap(([name, schema]) => {
    if (is[name] !== undefined) return schemaBreaks(schema, is[name], `${path}/${name}`);
    return now.additionalProperties === false ? [`${path}/${name} is not taken any more`] : [];
  });

/** A server that sends more than this for one answer is broken or hostile. */
export const LARGEST_RESPONSE_BYTES = 16 * 1024 * 1024;

class ResponseTooLarge extends Error {
  override readonly name = 'ResponseTooLarge';
}

function limited(body: ReadableStream<Uint8Array>, limit: number): ReadableStream<Uint8Array> {
  let seen = 0;
  return body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        seen += chunk.byteLength;
        if (seen > limit) controller.error(new ResponseTooLarge(`more than ${limit} bytes`));
        else controller.enqueue(chunk);
      },
    }),
  );
}

/** `fetch` that follows no redirect (a key must not travel to another server) and stops reading after `limit` bytes. */
export function guardedFetch(limit: number = LARGEST_RESPONSE_BYTES): typeof fetch {
  return async (input, init) => {
    const response = await fetch(input, { ...init, redirect: 'error' });
    if (response.body === null) return response;
    return new Response(limited(response.body, limit), {
      status: response.status,
      statusText: response.statusText,
      headers: response.headers,
    });
  };
}

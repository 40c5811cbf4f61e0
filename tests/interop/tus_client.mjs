/**
 * Sends a file with tus-js-client, a tus client that others wrote, and says on the last line what became of it.
 *
 * `node tus_client.mjs '{"endpoint": …, "file": …, "headers": {…}, "metadata": {…}, …}'`. Its other wishes:
 *   deferred    the length is said only with the last piece
 *   chunk       bytes in one request; without it everything that is left
 *   remembered  a file in which addresses of begun uploads are kept from one start to the next
 *   stopAfter   pauses after so many bytes: the process ends, the upload does not
 *   dropAfter   gives up after so many bytes: the server is told to throw everything away
 */

import { createReadStream } from "node:fs";
import { PassThrough } from "node:stream";
import tus from "tus-js-client";

const PIECE = 256 * 1024;
const wish = JSON.parse(process.argv[2]);
const file = createReadStream(wish.file);
// What comes out of a pipe has no length, as a recording has none that still goes on.
const source = wish.deferred ? file.pipe(new PassThrough({ highWaterMark: PIECE })) : file;
const answers = [];
const said = (outcome) => {
  console.log(JSON.stringify({ outcome, url: upload.url, resumedFrom, answers }));
  process.exit(0);
};
let resumedFrom = null;

const upload = new tus.Upload(source, {
  endpoint: wish.endpoint,
  headers: wish.headers,
  metadata: wish.metadata,
  chunkSize: wish.chunk ?? (wish.deferred ? PIECE : Infinity),
  uploadLengthDeferred: Boolean(wish.deferred),
  retryDelays: wish.retry ?? [0, 50, 100, 200, 400, 800, 800, 800],
  removeFingerprintOnSuccess: true,
  ...(wish.remembered ? { urlStorage: new tus.FileUrlStorage(wish.remembered) } : {}),
  ...(wish.protocol ? { protocol: wish.protocol } : {}),
  onAfterResponse: (request, answer) => {
    answers.push({
      method: request.getMethod(),
      status: answer.getStatus(),
      version: answer.getHeader("Tus-Version") ?? null,
      offset: answer.getHeader("Upload-Offset") ?? null,
      length: answer.getHeader("Upload-Length") ?? null,
      expires: answer.getHeader("Upload-Expires") ?? null,
      sha256: answer.getHeader("CIM-Sha256") ?? null,
    });
  },
  onProgress: (sent) => {
    if (wish.stopAfter && sent >= wish.stopAfter) upload.abort().then(() => said("stopped"));
    if (wish.dropAfter && sent >= wish.dropAfter) upload.abort(true).then(() => said("dropped"));
  },
  onError: (error) => said(`failed: ${error.originalResponse?.getStatus() ?? error.message}`),
  onSuccess: () => said("whole"),
});

if (wish.remembered) {
  const [previous] = await upload.findPreviousUploads();
  if (previous) {
    resumedFrom = previous.uploadUrl;
    upload.resumeFromPreviousUpload(previous);
  }
}
upload.start();

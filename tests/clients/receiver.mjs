// An HTTP server of a test's own, for what pushes to it.

import { once } from "node:events";
import { createServer } from "node:http";

/** Serves on loopback; `answer` tells the status for each request, which is `{method, path, headers, body}`. */
export async function receiver(answer) {
  const server = createServer(async (request, response) => {
    const chunks = await collect(request);
    const { method, url: path, headers } = request;
    response.statusCode = await answer({ method, path, headers, body: Buffer.concat(chunks).toString() });
    response.end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    address: `127.0.0.1:${server.address().port}`,
    close: () => { server.close(); server.closeAllConnections(); },
  };
}

async function collect(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return chunks;
}

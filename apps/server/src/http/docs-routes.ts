import type { FastifyInstance } from 'fastify'
import type { Gate } from './authenticate.ts'
import { docsPage, docsStyle } from './docs-page.ts'
import { openApiDocument } from './openapi.ts'

/**
 * The OpenAPI document, and the same as a page: made once, without scripts and without anything from other hosts.
 */
export async function registerDocs(
  app: FastifyInstance,
  { version, gate }: { version: string; gate: Gate },
): Promise<void> {
  const document = await openApiDocument(version)
  const files = {
    '/api/openapi.json': { type: 'application/json; charset=utf-8', text: JSON.stringify(document) },
    '/api/docs': { type: 'text/html; charset=utf-8', text: docsPage(document) },
    '/api/docs/style.css': { type: 'text/css; charset=utf-8', text: docsStyle },
  }
  for (const [url, { type, text }] of Object.entries(files)) {
    const onRequest = gate.countAnonymous
    app.get(url, { onRequest, config: { access: 'anyone' } }, (_, reply) => reply.type(type).send(text))
  }
}

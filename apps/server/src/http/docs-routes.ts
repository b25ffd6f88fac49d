import type { FastifyInstance } from 'fastify'
import type { Gate } from './authenticate.ts'
import { docsPage, docsStyle } from './docs-page.ts'
import { openApiDocument } from './openapi.ts'

/**
 * The OpenAPI document, and the same as a page: made when first asked for, without scripts and without anything from
 * other hosts.
 */
export function registerDocs(app: FastifyInstance, { version, gate }: { version: string; gate: Gate }): void {
  const document = once(() => openApiDocument(version))
  const files = {
    '/api/openapi.json': {
      type: 'application/json; charset=utf-8',
      text: once(async () => JSON.stringify(await document())),
    },
    '/api/docs': { type: 'text/html; charset=utf-8', text: once(async () => docsPage(await document())) },
    '/api/docs/style.css': { type: 'text/css; charset=utf-8', text: async () => docsStyle },
  }
  for (const [url, { type, text }] of Object.entries(files)) {
    const onRequest = gate.countAnonymous
    app.get(url, { onRequest, config: { access: 'anyone' } }, async (_, reply) =>
      reply.type(type).send(await text()),
    )
  }
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined
  return () => {
    made ??= make()
    return made
  }
}

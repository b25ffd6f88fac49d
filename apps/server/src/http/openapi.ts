import { apiPrefix, contract, type ProblemCode, problems } from '@fairlead/contract'
import { type OpenAPI, OpenAPIGenerator } from '@orpc/openapi'
import { ZodToJsonSchemaConverter } from '@orpc/zod/zod4'

const description = `Everything that Fairlead's app does, this API does.

Sign in with an API key: \`Authorization: Bearer <key>\`. A key is its member and sees what the member sees. Make one with
\`npx fairlead api-key create --email <member>\`.

Errors are problem+json (RFC 9457): \`code\` is from a closed list, \`params\` are its facts, \`detail\` is an English sentence that
says what to do. Within v1 fields and codes are only added.`

/** The OpenAPI 3.1 document of the whole contract. */
export async function openApiDocument(version: string): Promise<OpenAPI.Document> {
  const generator = new OpenAPIGenerator({ schemaConverters: [new ZodToJsonSchemaConverter()] })
  const document = await generator.generate(contract, {
    info: {
      title: 'Fairlead',
      version,
      description,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: apiPrefix }],
    security: [{ apiKey: [] }],
    components: { securitySchemes: { apiKey: { type: 'http', scheme: 'bearer' } } },
    customErrorResponseBodySchema: definitions => problemSchema(definitions.map(([code]) => code)),
  })
  for (const path of Object.values(document.paths ?? {})) {
    for (const operation of [path?.get, path?.post, path?.put, path?.patch, path?.delete]) {
      if (operation !== undefined) describeAnswers(operation)
    }
  }
  return document
}

function problemSchema(codes: readonly string[]) {
  return {
    type: 'object' as const,
    required: ['type', 'title', 'status', 'code', 'params', 'detail'],
    properties: {
      type: { type: 'string' as const },
      title: { type: 'string' as const },
      status: { type: 'integer' as const },
      code: { type: 'string' as const, enum: [...codes] },
      params: {
        type: 'object' as const,
        additionalProperties: {
          type: ['string', 'number', 'boolean'] as ('string' | 'number' | 'boolean')[],
        },
      },
      detail: { type: 'string' as const },
    },
  }
}

function isProblemCode(code: string): code is ProblemCode {
  return code in problems
}

/** Errors have their own media type (RFC 9457 §6.1), and the titles of their codes as description. */
function describeAnswers(operation: OpenAPI.OperationObject): void {
  for (const [status, answer] of Object.entries(operation.responses ?? {})) {
    if (answer === undefined || '$ref' in answer || Number(status) < 400) continue
    const { 'application/json': body, ...others } = answer.content ?? {}
    if (body?.schema === undefined || '$ref' in body.schema) continue
    answer.content = { ...others, 'application/problem+json': body }
    const codes: unknown[] = 'properties' in body.schema ? codesOf(body.schema) : []
    answer.description = codes
      .filter((code): code is ProblemCode => typeof code === 'string' && isProblemCode(code))
      .map(code => `${code}: ${problems[code].title}`)
      .join('; ')
  }
}

function codesOf(schema: OpenAPI.SchemaObject): unknown[] {
  const code = schema.properties?.code
  return code !== undefined && 'enum' in code ? (code.enum ?? []) : []
}

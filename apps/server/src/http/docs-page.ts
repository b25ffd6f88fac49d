import type { OpenAPI } from '@orpc/openapi'

/**
 * The OpenAPI document as one page of plain HTML: readable without scripts, printable, found by the browser's search.
 */
export function docsPage(document: OpenAPI.Document): string {
  const routes = Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    (['get', 'post', 'put', 'patch', 'delete'] as const).flatMap(method => {
      const operation = item?.[method]
      return operation === undefined ? [] : [{ method, path: `${serverOf(document)}${path}`, operation }]
    }),
  )
  const { title, version, description } = document.info
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)} API</title><link rel="stylesheet" href="/api/docs/style.css"></head><body><main>
<h1>${escapeHtml(title)} API <small>${escapeHtml(version)}</small></h1>
${paragraphs(description ?? '')}
<p>The same for machines: <a href="/api/openapi.json">/api/openapi.json</a> (OpenAPI ${escapeHtml(document.openapi)}).</p>
<nav><ul>${routes.map(entry).join('')}</ul></nav>
${routes.map(section).join('\n')}
</main></body></html>`
}

interface Route {
  readonly method: string
  readonly path: string
  readonly operation: OpenAPI.OperationObject
}

type Schema = OpenAPI.SchemaObject | OpenAPI.ReferenceObject | boolean | undefined

function serverOf(document: OpenAPI.Document): string {
  return document.servers?.[0]?.url ?? ''
}

function entry({ method, path, operation }: Route): string {
  return `<li><a href="#${escapeHtml(operation.operationId ?? path)}"><b>${method.toUpperCase()}</b> ${escapeHtml(path)}</a></li>`
}

function section({ method, path, operation }: Route): string {
  const body = operation.requestBody
  const schema = body && 'content' in body ? body.content['application/json']?.schema : undefined
  return `<section id="${escapeHtml(operation.operationId ?? path)}">
<h2><b>${method.toUpperCase()}</b> ${escapeHtml(path)}</h2>
<p>${escapeHtml(operation.summary ?? '')}</p>${paragraphs(operation.description ?? '')}
${parametersOf(operation)}${schema === undefined ? '' : `<h3>Body</h3>${fields(schema)}`}
<h3>Answers</h3>${answersOf(operation)}</section>`
}

function parametersOf(operation: OpenAPI.OperationObject): string {
  const found = (operation.parameters ?? []).flatMap(one => ('$ref' in one ? [] : [one]))
  if (found.length === 0) return ''
  const rows = found.map(one =>
    row({ name: `${one.name} <i>(${one.in})</i>`, isRequired: one.required === true, schema: one.schema }),
  )
  return `<h3>Parameters</h3><table>${rows.join('')}</table>`
}

function answersOf(operation: OpenAPI.OperationObject): string {
  return Object.entries(operation.responses ?? {})
    .map(([status, answer]) => {
      if (answer === undefined || '$ref' in answer) return ''
      if (Number(status) >= 400) return `<p><b>${status}</b> ${escapeHtml(answer.description ?? '')}</p>`
      const schema = answer.content?.['application/json']?.schema
      return `<details><summary><b>${status}</b></summary>${fields(schema)}</details>`
    })
    .join('')
}

const deepest = 6

/** The fields of an object, those of its objects inside it. */
function fields(schema: Schema, depth = 0): string {
  const object = objectIn(schema)
  if (object === null || depth > deepest) return ''
  const required = new Set(object.required ?? [])
  const rows = Object.entries(object.properties ?? {}).map(([name, inner]) =>
    row({ name: escapeHtml(name), isRequired: required.has(name), schema: inner, depth: depth + 1 }),
  )
  return rows.length === 0 ? '' : `<table>${rows.join('')}</table>`
}

function row(of: { name: string; isRequired: boolean; schema: Schema; depth?: number }): string {
  const { schema } = of
  const description =
    schema && typeof schema === 'object' && 'description' in schema ? schema.description : ''
  return `<tr><th>${of.name}${of.isRequired ? ' <em>needed</em>' : ''}</th><td><code>${escapeHtml(typeOf(schema))}</code> ${escapeHtml(
    description ?? '',
  )}${fields(schema, of.depth)}</td></tr>`
}

/** The object that a schema is, or holds in a list or beside null. */
function objectIn(schema: Schema): OpenAPI.SchemaObject | null {
  if (typeof schema !== 'object' || '$ref' in schema) return null
  if (schema.properties !== undefined) return schema
  if ('items' in schema) return objectIn(schema.items)
  return (
    [...(schema.anyOf ?? []), ...(schema.allOf ?? [])].map(objectIn).find(found => found !== null) ?? null
  )
}

function typeOf(schema: Schema): string {
  if (typeof schema !== 'object') return 'anything'
  if ('$ref' in schema) return schema.$ref.split('/').at(-1) ?? ''
  if (schema.enum !== undefined) return schema.enum.map(String).join(' | ')
  if (schema.const !== undefined) return String(schema.const)
  const several = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])]
  if (several.length > 0) return [...new Set(several.map(typeOf))].join(' | ')
  if ('items' in schema) return `list of ${typeOf(schema.items)}`
  const format = schema.format === undefined ? '' : ` (${schema.format})`
  return `${[schema.type ?? 'anything'].flat().join(' | ')}${format}`
}

function paragraphs(text: string): string {
  return text
    .split('\n\n')
    .filter(part => part.trim() !== '')
    .map(part => `<p>${escapeHtml(part).replace(/`([^`]+)`/g, '<code>$1</code>')}</p>`)
    .join('')
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, sign => entities[sign] ?? sign)
}

export const docsStyle = `:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
main { max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
nav ul { list-style: none; padding: 0; columns: 22rem } nav a { text-decoration: none }
section { border-top: 1px solid #8886; margin-top: 2rem } h2 { font-size: 1.15rem; font-family: ui-monospace, monospace }
h2 b, nav b { color: #2563eb } table { border-collapse: collapse; width: 100% }
th { text-align: left; vertical-align: top; font-weight: 500; white-space: nowrap; padding: .25rem 1rem .25rem 0 }
td { padding: .25rem 0; border-top: 1px solid #8883 } th { border-top: 1px solid #8883 }
em { color: #b45309; font-size: .8em; font-style: normal } i { opacity: .6 } code { font-size: .9em; opacity: .8 }
`

#!/usr/bin/env node
/**
 * The `fairlead` command. Plain JavaScript, because it has to run on whatever Node started it: the program itself needs
 * one that runs TypeScript. Where this one cannot, the Node 24 that npm installed beside Fairlead takes over.
 */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import module, { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

if (process.features.typescript) {
  // What was compiled at the last start is there at the next; where the folder may not be written, it is compiled again.
  module.enableCompileCache?.(
    fileURLToPath(new URL('../../../../node_modules/.cache/compiled', import.meta.url)),
  )
  const { runCli } = await import('../cli.ts')
  await runCli(process.argv)
} else {
  const node = bundledNode()
  if (node === null) {
    console.error(
      `Fairlead needs Node 22.19 or newer, and this is ${process.version}. Run "npm ci" in Fairlead's folder: it brings its own.`,
    )
    process.exitCode = 1
  } else {
    handOver(node)
  }
}

/** The binary of the npm package `node`, or null where its install script did not run. */
function bundledNode() {
  try {
    const folder = dirname(createRequire(import.meta.url).resolve('node/package.json'))
    const path = join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
    return existsSync(path) && path !== process.execPath ? path : null
  } catch {
    return null
  }
}

function handOver(node) {
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('error', error => {
    console.error(`The Node that came with Fairlead does not start: ${error.message}. Run "npm ci" again.`)
    process.exitCode = 1
  })
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 143)
  })
}

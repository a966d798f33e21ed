// Starts a real AT Protocol network on loopback: PLC directory, personal data server, Bluesky AppView, and the
// search service that the AppView asks. Says where they are in one JSON line; stops when its standard input ends,
// so that it never outlives the test that started it.
//
// Environment: PG_URL (an empty PostgreSQL database with the extension unaccent), PORT (the first of four), TMPDIR.
import http from 'node:http'
import net from 'node:net'

const first = Number(process.env.PORT)
const ports = { plc: first, pds: first + 1, appview: first + 2, search: first + 3 }
const at = Object.fromEntries(Object.entries(ports).map(([name, port]) => [name, `http://localhost:${port}`]))
const LABELER = 'did:example:labeler'

// The servers take no address to listen on and would be open to the whole network.
const openListen = net.Server.prototype.listen
net.Server.prototype.listen = function (...given) {
  const port = Number(given[0])
  if (typeof given[0] === 'object' || Number.isNaN(port)) return openListen.apply(this, given)
  return openListen.call(this, port, '127.0.0.1', ...given.slice(1).filter((x) => typeof x === 'function'))
}

const { TestBsky, TestPds, mockNetworkUtilities } = await import('@atproto/dev-env')
const { Database, PlcServer } = await import('@did-plc/server')

const directoryStore = Database.postgres({ url: process.env.PG_URL, schema: 'plc' })
await directoryStore.migrateToLatestOrThrow()
const plc = PlcServer.create({ db: directoryStore, port: ports.plc })
await plc.start()

const bsky = await TestBsky.create({
  port: ports.appview,
  publicUrl: at.appview,
  plcUrl: at.plc,
  pdsPort: ports.pds,
  repoProvider: at.pds.replace('http', 'ws'),
  searchUrl: at.search,
  dbPostgresUrl: process.env.PG_URL,
  dbPostgresSchema: 'appview',
  modServiceDid: LABELER,
})
const pds = await TestPds.create({
  port: ports.pds,
  hostname: 'localhost',
  didPlcUrl: at.plc,
  bskyAppViewUrl: at.appview,
  bskyAppViewDid: bsky.ctx.cfg.serverDid,
  modServiceDid: LABELER,
  rateLimitsEnabled: true,
  rateLimitBypassKey: 'seed',
})
mockNetworkUtilities(pds, bsky) // names under .test are resolved by the data server instead of DNS

// app.bsky.unspecced.searchActorsSkeleton over the AppView's own tables. A word is found anywhere in handle, display
// name or description, whatever its case, accents or mathematical letters; other alphabets are not folded.
const folded = (expression) => `unaccent(lower(normalize(${expression}, NFKC)))`
const shown = `coalesce(actor.handle, '') || ' ' || coalesce(profile."displayName", '') || ' ' || coalesce(profile.description, '')`
const find = async (query) => {
  const words = (query.get('q') ?? '').split(/\s+/).filter(Boolean)
  const limit = Number(query.get('limit') ?? 25)
  const start = Number(query.get('cursor') ?? 0)
  if (!words.length) return { actors: [] }
  const conditions = words.map((_, i) => `strpos(${folded(shown)}, ${folded(`$${i + 1}::text`)}) > 0`)
  const { rows } = await bsky.db.pool.query(
    `select actor.did from appview.actor left join appview.profile on profile.creator = actor.did
     where ${conditions.join(' and ')} order by actor.handle, actor.did limit ${limit + 1} offset ${start}`,
    words,
  )
  const more = rows.length > limit
  return { actors: rows.slice(0, limit).map(({ did }) => ({ did })), ...(more && { cursor: String(start + limit) }) }
}
const search = http.createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url, at.search)
  const say = (status, body) => {
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(JSON.stringify(body))
  }
  if (!pathname.endsWith('/app.bsky.unspecced.searchActorsSkeleton')) return say(404, { error: 'NotFound' })
  find(searchParams).then((found) => say(200, found), (fault) => say(400, { error: 'BadQueryString', message: String(fault) }))
})
await new Promise((listening) => search.listen(ports.search, listening))

let ending
const end = () => {
  ending ??= (async () => {
    search.close()
    await bsky.close()
    await pds.close()
    await plc.destroy()
    process.exit(0)
  })().catch(() => process.exit(1))
}
process.stdin.on('end', end).on('error', end).resume()
process.on('SIGTERM', end)
console.log(JSON.stringify(at))

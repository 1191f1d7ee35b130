import type { paths } from './openapi'

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete'

/** The paths of the service that know this method. */
export type PathWith<M extends Method> = { [P in keyof paths]: paths[P] extends Record<M, object> ? P : never }[keyof paths]

type Operation<M extends Method, P extends PathWith<M>> = paths[P][M]

type Json<R> = R extends { content: { 'application/json': infer T } } ? T : never

/** What a call answers when all went well; nothing for 204. */
export type Answer<M extends Method, P extends PathWith<M>> =
  Operation<M, P> extends { responses: infer R } ? { [S in keyof R]: S extends 200 | 201 | 202 ? Json<R[S]> : never }[keyof R] : never

/** What a call wants in its body; never for one without. */
export type Body<M extends Method, P extends PathWith<M>> =
  Operation<M, P> extends { requestBody?: infer R } ? ([NonNullable<R>] extends [never] ? never : JsonBody<NonNullable<R>>) : never

type JsonBody<R> = R extends { content: { 'application/json': infer T } } ? NonNullable<T> : never

type Parameters<M extends Method, P extends PathWith<M>, Where extends 'path' | 'query'> =
  Operation<M, P> extends { parameters: infer R } ? (Where extends keyof R ? Exclude<R[Where], undefined> : never) : never

/** What a call is told beside its method and path; which of it, and under which names, the service's description says. */
export type Parts<M extends Method, P extends PathWith<M>> = Given<'path', Parameters<M, P, 'path'>> & Partial<Given<'query', Parameters<M, P, 'query'>>> & Given<'body', Body<M, P>>

type Given<Name extends string, T> = [T] extends [never] ? Partial<Record<Name, never>> : Record<Name, T>

/** The path with its parameters put in. */
export function filled(path: string, parameters: Readonly<Record<string, string | number>> = {}): string {
  return path.replace(/\{(\w+)\}/g, (_whole, name: string) => {
    const value = parameters[name]
    if (value === undefined) throw new Error(`${path} needs ${name}`)
    return encodeURIComponent(String(value))
  })
}

/** The query with its question mark; nothing for one without. */
export function asQuery(query: Readonly<Record<string, string | number | boolean | null | undefined>> = {}): string {
  const said = Object.entries(query).flatMap(([name, value]) => (value === undefined || value === null ? [] : [[name, String(value)]]))
  return said.length === 0 ? '' : `?${new URLSearchParams(said).toString()}`
}

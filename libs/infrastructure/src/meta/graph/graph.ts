/** Calls the Graph API: adds version, bearer token and proof, and turns error bodies into faults. */
import { createHmac } from 'node:crypto';
import type { ZodType } from 'zod';
import { ProviderThrottled, type ProviderEvidence, type ProviderFault } from '@application/ports/provider-fault.js';
import { answerOf, type Effect } from '@infrastructure/http/calling.js';
import { matchContract, parseJson, readAnything, readRecord } from '@infrastructure/http/contract.js';
import type { Fields, HttpAnswer, HttpCall } from '@infrastructure/http/http-call.js';
import type { HttpClient } from '@infrastructure/http/http-client.js';
import type { Oddities, Reader } from '@infrastructure/http/record.js';
import {
  faultOf,
  graphErrorOf,
  graphEvidence,
  type GraphContext,
  type GraphError,
  type Speaker,
} from './graph-error.js';
import { appUsage } from './graph-usage.js';
import type { MetaSettings } from '../meta-config.js';

export interface GraphCall {
  readonly method: HttpCall['method'];
  /** After the version: `/me/accounts`. */
  readonly path: string;
  /** The path without ids, for the log. */
  readonly route: string;
  /** null for the token endpoint, which has id and secret in its body instead. */
  readonly token: string | null;
  readonly speaker: Speaker;
  readonly query?: Fields;
  readonly form?: Fields;
  readonly effect?: Effect;
  readonly urgent?: boolean;
  readonly signal?: AbortSignal | undefined;
}

export interface GraphRefusal {
  readonly error: GraphError | null;
  readonly fault: ProviderFault;
}

export type GraphReply =
  | {
      readonly ok: true;
      readonly body: unknown;
      readonly evidence: ProviderEvidence;
      readonly headers: HttpAnswer['headers'];
    }
  | ({ readonly ok: false } & GraphRefusal);

/** Per cent of the app's budget at which reads of posts stop: the rest is for people who connect, and for renewals. */
const SPARING_FROM = 90;
const SPARING_MS = 300_000;

export class Graph {
  private sparingUntil = 0;

  constructor(
    private readonly settings: MetaSettings,
    private readonly http: HttpClient,
    readonly now: () => Date,
  ) {}

  /** For calls about people and tokens, never for reading content. */
  get appToken(): string {
    return `${this.settings.appId}|${this.settings.appSecret}`;
  }

  /**
   * The body as the schema has it.
   * @throws any ProviderFault
   */
  async ask<T>(schema: ZodType<T>, call: GraphCall): Promise<T> {
    const reply = await this.reply(call);
    if (!reply.ok) throw reply.fault;
    return matchContract(schema, reply.body, reply.evidence);
  }

  /** As `ask`, for an answer that is one record. */
  async askRecord<T>(reader: Reader<T>, call: GraphCall, odd?: Oddities): Promise<T> {
    const reply = await this.reply(call);
    if (!reply.ok) throw reply.fault;
    return readRecord(reader, reply.body, reply.evidence, odd);
  }

  /** As `ask`, with a refusal of Graph's as a value, for callers that have another way. */
  async reply(call: GraphCall): Promise<GraphReply> {
    const now = this.now().getTime();
    if (call.speaker === 'page' && now < this.sparingUntil) {
      const seconds = Math.ceil((this.sparingUntil - now) / 1000);
      throw new ProviderThrottled({ provider: 'meta', code: 'app_usage' }, seconds, 'app').withCalls(0);
    }
    const answer = await answerOf(this.http, this.httpCall(call), call.effect ?? 'read');
    // The budget in the answer to a call with a person's token is that person's.
    if (call.speaker !== 'user' && appUsage(answer.headers) >= SPARING_FROM)
      this.sparingUntil = this.now().getTime() + SPARING_MS;
    return this.judge(answer, call);
  }

  /** An answer with an `error` in it is a refusal, also where the status is 200. */
  judge(answer: HttpAnswer, call: Pick<GraphCall, 'token' | 'speaker' | 'effect' | 'form'>): GraphReply {
    const secrets = [this.settings.appSecret, call.token ?? '', ...Object.values(call.form ?? {})].filter(
      (value) => value !== undefined,
    );
    const { speaker, effect = 'read' } = call;
    const context: GraphContext = { speaker, effect, secrets, now: this.now() };
    const error = graphErrorOf(parseJson(answer.body));
    if (error || answer.status !== 200) return { ok: false, error, fault: faultOf(answer, context) };
    const evidence = graphEvidence(answer, null, secrets);
    return { ok: true, body: readAnything(answer.body, evidence), evidence, headers: answer.headers };
  }

  private httpCall(call: GraphCall): HttpCall {
    const proof = call.token === null ? undefined : this.proof(call.token);
    return {
      provider: 'meta',
      method: call.method,
      origin: this.settings.graphOrigin,
      path: `/${this.settings.graphVersion}${call.path}`,
      route: call.route,
      // In the header rather than as a parameter: `paging.next` repeats parameters, and URLs are logged on the way.
      headers: { authorization: call.token === null ? undefined : `Bearer ${call.token}` },
      ...(call.method === 'POST'
        ? { query: call.query ?? {}, form: { ...call.form, appsecret_proof: proof } }
        : { query: { ...call.query, appsecret_proof: proof } }),
      urgent: call.urgent ?? false,
      signal: call.signal,
    };
  }

  /**
   * Proves to Meta that the caller has the app's secret, so that a stolen token alone cannot be used.
   * docs/providers/meta.md, "appsecret_proof".
   */
  private proof(token: string): string {
    return createHmac('sha256', this.settings.appSecret).update(token).digest('hex');
  }
}

/** Reads from the X API with a person's token. */
import type { ZodType } from 'zod';
import { answerOf } from '@infrastructure/http/calling.js';
import { readContract } from '@infrastructure/http/contract.js';
import type { Fields, HttpAnswer } from '@infrastructure/http/http-call.js';
import type { HttpClient } from '@infrastructure/http/http-client.js';
import { apiFault } from './x-api-faults.js';
import { evidenceOf, NOTHING } from './x-problem.js';

export interface XRead {
  readonly path: string;
  readonly route: string;
  readonly query: Fields;
  readonly token: string;
  readonly signal?: AbortSignal | undefined;
}

export class XApi {
  constructor(
    private readonly origin: string,
    private readonly http: HttpClient,
    private readonly now: () => Date,
  ) {}

  /**
   * The parsed body of a 200 and the answer it came in.
   * @throws any ProviderFault
   */
  async read<T>(schema: ZodType<T>, read: XRead): Promise<{ body: T; answer: HttpAnswer }> {
    const answer = await answerOf(
      this.http,
      {
        provider: 'x',
        method: 'GET',
        origin: this.origin,
        path: read.path,
        route: read.route,
        headers: { authorization: `Bearer ${read.token}` },
        query: read.query,
        signal: read.signal,
      },
      'read',
    );
    if (answer.status !== 200) throw apiFault(answer, [read.token], this.now());
    const evidence = evidenceOf(answer, NOTHING, [read.token]);
    return { body: readContract(schema, answer.body, evidence), answer };
  }
}

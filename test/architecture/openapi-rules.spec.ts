/** The API's description by the rules of others: Redocly's and Spectral's recommended ones, without a finding; and its own examples. */
import { expect, it } from '@jest/globals';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import spectralCore from '@stoplight/spectral-core';
import spectralRulesets from '@stoplight/spectral-rulesets';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { readFileSync } from 'node:fs';

const SOURCE = readFileSync('docs/openapi.json', 'utf8');

interface Operation {
  readonly operationId: string;
  readonly requestBody?: { readonly content: Record<string, { readonly schema: object; readonly example?: unknown }> };
}
const document = JSON.parse(SOURCE) as {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, unknown> };
};

it('Redocly’s recommended rules', async () => {
  const config = await createConfig({ extends: ['recommended'], telemetry: 'off' });
  const problems = await lintFromString({ source: SOURCE, absoluteRef: 'docs/openapi.json', config });
  expect(problems.map(({ ruleId, message, location }) => [ruleId, message, location[0]?.pointer])).toEqual([]);
});

it('Spectral’s recommended rules', async () => {
  const spectral = new spectralCore.Spectral();
  spectral.setRuleset({ extends: [[spectralRulesets.oas, 'recommended']] } as never);
  const findings = await spectral.run(SOURCE);
  expect(findings.map(({ code, message, path }) => [code, message, path.join('.')])).toEqual([]);
});

it('every body has an example that is as the body has to be', () => {
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema({ $id: 'api', components: document.components });
  const bodies = Object.values(document.paths)
    .flatMap((operations) => Object.values(operations))
    .flatMap(({ operationId, requestBody }) =>
      Object.values(requestBody?.content ?? {}).map(({ schema, example }) => ({ operationId, schema, example })),
    );
  expect(bodies.length).toBeGreaterThan(8);
  for (const { operationId, schema, example } of bodies) {
    const text = JSON.stringify(schema).replaceAll('"#/', '"api#/');
    const fits = ajv.compile(JSON.parse(text) as object);
    expect([operationId, fits(example), fits.errors]).toEqual([operationId, true, null]);
  }
});

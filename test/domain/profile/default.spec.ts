/** The profile that is meant on a platform when a publisher names none. */
import { describe, expect, it } from '@jest/globals';
import { effectiveDefault } from '@domain/profile/default.js';
import { profileId } from '../support.js';

const [ONE, TWO, THREE] = [profileId(1), profileId(2), profileId(3)];

describe('The effective default', () => {
  it.each([
    ['the only publishable profile, where none was chosen', null, [ONE], ONE],
    ['nothing, where nothing can be published to', null, [], null],
    ['nothing, where there are several and none was chosen', null, [ONE, TWO], null],
    ['the chosen one among several', TWO, [ONE, TWO], TWO],
    ['the chosen one, although it needs re-authorisation and another could be used', THREE, [ONE], THREE],
    ['the chosen one, although nothing can be published to at the moment', THREE, [], THREE],
  ] as const)('is %s', (_, explicit, publishable, effective) => {
    expect(effectiveDefault(explicit, publishable)).toBe(effective);
  });
});

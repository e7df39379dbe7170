// The domain's own project, and nothing else, within the copy that Stryker makes.
import config from '../../jest.config.mjs';

const { displayName: _name, ...domain } = config.projects.find(({ displayName }) => displayName === 'domain');

export default {
  ...domain,
  rootDir: process.cwd(),
  testMatch: ['<rootDir>/test/mutation/whole-domain.spec.ts'],
  testEnvironment: `${import.meta.dirname}/first-failure.mjs`,
};

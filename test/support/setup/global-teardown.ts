// After the last test: the cluster is stopped and removed.
export { tearDown as default } from './global-setup.ts';

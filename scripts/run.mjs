// `node` for the npm scripts: installs what is missing, then runs its arguments with the Node 24 of node_modules.
// It needs neither npm's hooks nor its PATH: an older npm makes no node_modules/.bin/node. Plain Node 20, no dependency.
//
//   node scripts/run.mjs [--with-tools] <arguments of node>
import { install } from './launch/install.mjs';
import { become, nodeProgram } from './launch/node.mjs';
import { Trouble } from './launch/trouble.mjs';

const [first, ...rest] = process.argv.slice(2);
const withTools = first === '--with-tools';

try {
  await install(withTools ? 'all' : 'start');
  become(nodeProgram(), withTools ? rest : process.argv.slice(2));
} catch (error) {
  if (!(error instanceof Trouble)) throw error;
  if (error.message !== '') process.stderr.write(`${error.message}\n`);
  process.exitCode = error.exitCode;
}

// `npm start -w packages/sandbox`: the sandbox alone.
import { buildIfStale } from './build.ts';
import { runInOurPlace } from './start/in-our-place.ts';

await buildIfStale(['sandbox']);
runInOurPlace('sandbox');

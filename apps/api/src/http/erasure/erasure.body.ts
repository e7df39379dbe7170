/** The body of a request for erasure. */
import { Text } from '../problems/constraints.js';

export class RequestErasureBody {
  /** The organisation's name, exactly as it is written. */
  @Text(200)
  name!: string;
}

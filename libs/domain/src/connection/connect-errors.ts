/** What can be wrong with a try to connect. */
import { DomainError } from '../errors.js';
import type { ProviderName } from '../platform.js';

export class ConnectSessionNotFound extends DomainError {
  constructor() {
    super('missing', 'There is no such connect session.');
  }
}

export class ConnectSessionOver extends DomainError {
  constructor() {
    super('conflict', 'This connect session is over. Start a new one.');
  }
}

export class ConnectSessionExpired extends DomainError {
  constructor() {
    super('conflict', 'This connect session has expired. Start a new one.');
  }
}

export class ConnectSessionNotWaiting extends DomainError {
  constructor() {
    super('conflict', 'Nothing waits for a decision here: this session is not awaiting acceptance, or no longer.');
  }
}

export class ConnectSessionAwaitsDecision extends DomainError {
  constructor() {
    super('conflict', 'An account has been connected through this link. Accept it or decline it.');
  }
}

/** The member or the service that asked may not connect any more, or the organisation is suspended or being erased. */
export class AskerNotAllowed extends DomainError {
  constructor() {
    super('refused', 'The person or service that asked for this connection may not connect accounts at the moment.');
  }
}

/** The member who accepts is recorded as the connection's creator, so a service alone cannot accept. */
export class AcceptanceNeedsPerson extends DomainError {
  constructor() {
    super('refused', 'A person has to decide this. A service does it on behalf of a member.');
  }
}

export class BrowserMismatch extends DomainError {
  constructor() {
    super('refused', 'This connection was started in another browser. Go on there, or start again here.');
  }
}

/** The cookie that would bind a session to the browser is a third-party cookie there, which browsers do not store. */
export class BrowserKeepsNoCookie extends DomainError {
  constructor() {
    super(
      'conflict',
      'A browser keeps no cookie of ours for a page of another site. Call through a proxy of your own origin, or ask for a link.',
    );
  }
}

/** Each waits for a person, and is stored until it expires. */
export class TooManyConnectSessions extends DomainError {
  constructor(most: number) {
    super('conflict', `At most ${most} connect sessions of an organisation can be open at once. Let some end first.`, {
      most,
    });
  }
}

/** Each Continue begins an attempt of its own, valid for ten minutes. */
export class TooManyAttempts extends DomainError {
  constructor(most: number) {
    super(
      'conflict',
      `At most ${most} sign-ins of one connect session can be in progress at once. Wait a few minutes.`,
      {
        most,
      },
    );
  }
}

/** Unknown, used up, too old, or meant for another provider: the caller does not learn which. */
export class AttemptUnknown extends DomainError {
  constructor() {
    super('malformed', 'This sign-in is unknown or no longer valid. Start again.');
  }
}

export class ReturnToRefused extends DomainError {
  constructor() {
    super('invalid', '`return_to` has to be a path of this service, or lie at one of its configured return origins.');
  }
}

export class ConnectionNotNamed extends DomainError {
  constructor(intent: string) {
    super('invalid', `\`${intent}\` is about a connection: name it as \`reconnect_connection_id\`.`, { intent });
  }
}

export class ConnectionAtOtherProvider extends DomainError {
  constructor(provider: ProviderName) {
    super('invalid', `The connection to renew is not at ${provider}.`, { provider });
  }
}

export class ProviderNotConfigured extends DomainError {
  constructor(provider: ProviderName) {
    super('conflict', `This deployment is not set up for ${provider}.`, { provider });
  }
}
